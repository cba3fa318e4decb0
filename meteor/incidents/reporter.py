"""The reporter of an incident, as its crews see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND, COMMAND_CENTRE
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db


@dataclass(frozen=True)
class Reporter:
    """`needs` are words of residents.models.NEEDS of the household, where its members consented.

    `health` is what the reporter says of their own illness, medicine or disability. `verified` is the RT leader's word
    on the person; `unproved` a phone number that no code has verified. `phone`, `address`, `needs` and `health` are
    empty for whom they are no longer any concern. `radio_first`: an officer in danger, whose phone must not ring.
    """

    name: str
    verified: bool
    unproved: bool
    phone: str | None = None
    address: str = ""
    needs: Sequence[str] = ()
    health: str = ""
    radio_first: bool = False


def reporter_of(incident: Incident, user: User) -> Reporter | None:
    """The reporter as `user` may know them: officers learn how to reach them only while the incident is open.

    The phone of an officer in danger is for those who direct units alone.
    """
    person = incident.reporter
    if person is None:
        return None
    resident = db.session.scalar(select(Resident).where(Resident.user_id == person.id, Resident.moved_out_on.is_(None)))
    verified = resident is not None and resident.verified_at is not None
    unproved = person.phone is not None and person.phone_verified_at is None
    hushed = incident.source == "officer" and incident.handler.is_open
    phone = None if hushed and not user.has(*COMMAND) else person.phone
    if incident.status == "closed" and not user.has(*COMMAND_CENTRE):
        return Reporter(person.name, verified, unproved)
    if resident is None:
        return Reporter(person.name, verified, unproved, phone, radio_first=hushed)
    address = f"{resident.household.address}, {resident.household.rt.label}"
    needs, health = _needs(resident), resident.health or ""
    return Reporter(person.name, verified, unproved, phone, address, needs, health, hushed)


def _needs(resident: Resident) -> Sequence[str]:
    told = db.session.scalars(
        select(Resident.needs).where(
            Resident.household_id == resident.household_id,
            Resident.needs_consent_at.is_not(None),
            Resident.moved_out_on.is_(None),
        )
    )
    return sorted({need for needs in told for need in needs.split()})
