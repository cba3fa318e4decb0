"""Incidents as polls look for them in front of Flask: found by number for a reader, with a version, without the ORM."""

from collections.abc import Set
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.agencies.models import Member
from meteor.incidents.models import Event, Incident, IncidentAgency
from meteor.incidents.rules import NUMBER
from meteor.store.database import execute


def visible(user_id: int, roles: Set[str], number: str) -> Row[Any] | None:
    """The `id`, `is_open` and `version` of the incident with this number, if this user may see it (`rules.find`).

    The version is the newest event's id.
    """
    if not NUMBER.fullmatch(number):
        return None
    if not roles.isdisjoint(COMMAND_CENTRE):
        return execute(_ANY, number=number).first()
    return execute(_OF_AGENCY, number=number, user=user_id).first() if "officer" in roles else None


_VERSION = select(func.coalesce(func.max(Event.id), 0)).where(Event.incident_id == Incident.id).scalar_subquery()
_ANY = select(
    Incident.id, Incident.is_open.label("is_open"), _VERSION.label("version")
).where(Incident.number == bindparam("number"))  # fmt: skip
_CONCERNED = (
    select(IncidentAgency.incident_id)
    .join(Member, Member.agency_id == IncidentAgency.agency_id)
    .where(IncidentAgency.incident_id == Incident.id, Member.user_id == bindparam("user"))
)
_OF_AGENCY = _ANY.where(_CONCERNED.exists())
