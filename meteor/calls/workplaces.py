"""Premises whose own number, contact or user is calling: what officers should know there, and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.premises.models import Contact, Premises, PremisesUser
from meteor.store.database import db

SHOWN = 3
"""Highest number of premises proposed for one contact."""


@dataclass(frozen=True)
class Workplace:
    """Premises, and the open incidents of the alarms there, newest first."""

    premises: Premises
    open: Sequence[Incident]


def of_number(phone: str) -> list[Workplace]:
    """The active premises that a number (E.164) belongs to, SHOWN at most: where an alarm is open, those first."""
    contacts = select(Contact.premises_id).where(Contact.phone == phone)
    users = select(PremisesUser.premises_id).join(User, User.id == PremisesUser.user_id).where(User.phone == phone)
    theirs = or_(Premises.phone == phone, Premises.id.in_(contacts), Premises.id.in_(users))
    found = db.session.scalars(select(Premises).where(Premises.active, theirs).order_by(Premises.name)).all()
    places = [Workplace(premises, _open_at(premises)) for premises in found]
    return sorted(places, key=lambda place: not place.open)[:SHOWN]


def _open_at(premises: Premises) -> Sequence[Incident]:
    there = select(Incident).where(Incident.premises_id == premises.id, Incident.is_open)
    return db.session.scalars(there.order_by(Incident.id.desc())).all()
