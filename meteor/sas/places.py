"""Premises of an incident's alarms, and the part of their card that a user may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.agencies.models import Shift
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.premises.models import Picture, Premises
from meteor.store.database import db


def premises_of(incident: Incident) -> Sequence[Premises]:
    """The premises of the incident and of all that are one with it, by name; none once it is closed."""
    handler = incident.handler
    if handler.status == "closed":
        return ()
    parts = select(Incident.id).where(Incident.id == handler.id).cte(recursive=True)
    parts = parts.union_all(select(Incident.id).join(parts, Incident.merged_into_id == parts.c.id))
    there = select(Incident.premises_id).where(Incident.id.in_(select(parts.c.id)))
    return db.session.scalars(select(Premises).where(Premises.id.in_(there)).order_by(Premises.name)).all()


def sight(user: User, incident: Incident) -> str:
    """The part of the premises' card that `user` may see: "all", "way" or "" (nothing).

    The 112 room, the command centre and the chief are shown all. So is an officer while the unit that they crew is on
    the incident. To whom it is only offered it shows the way: where it is and what is dangerous there, to decide by;
    plans and whom to call come with accepting. An agency's other officers need nothing of it.
    """
    if user.has(*COMMAND_CENTRE):
        return "all"
    status = db.session.scalar(
        select(Assignment.status)
        .join(Shift, Shift.unit_id == Assignment.unit_id)
        .where(
            Assignment.incident_id == incident.handler.id, Assignment.ended_at.is_(None),
            Shift.user_id == user.id, Shift.ended_at.is_(None),
        )
    )  # fmt: skip
    return {None: "", "offered": "way"}.get(status, "all")


def picture_of(incident: Incident, picture_id: UUID) -> Picture | None:
    """The picture with this id, if it is of the incident's premises."""
    pictures = (picture for premises in premises_of(incident) for picture in premises.pictures)
    return next((picture for picture in pictures if picture.id == picture_id), None)
