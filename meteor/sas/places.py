"""The premises where an incident's alarms were raised."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

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
    there = select(Incident.premises_id).join(parts, parts.c.id == Incident.id)
    return db.session.scalars(select(Premises).where(Premises.id.in_(there)).order_by(Premises.name)).all()


def picture_of(incident: Incident, picture_id: UUID) -> Picture | None:
    """The picture with this id, if it is of the incident's premises."""
    pictures = (picture for premises in premises_of(incident) for picture in premises.pictures)
    return next((picture for picture in pictures if picture.id == picture_id), None)
