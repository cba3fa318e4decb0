"""The incident type of each kind of hazard."""

from sqlalchemy import select

from meteor.protocols.models import IncidentType
from meteor.store.database import db

OWN = ("flood", "tidal_flood", "strong_wind", "fallen_tree", "fire")
"""Kinds of hazard with an incident type of the same code."""

GENERAL = "disaster"
"""The code of the type of all other kinds."""


def type_code(kind: str) -> str:
    """The code of the incident type of a kind of hazard."""
    return kind if kind in OWN else GENERAL


def type_of(kind: str) -> IncidentType | None:
    """The active incident type of a kind of hazard, else the general one; None if the city has neither."""
    codes = type_code(kind), GENERAL
    query = select(IncidentType).where(IncidentType.code.in_(codes), IncidentType.active)
    found = {each.code: each for each in db.session.scalars(query)}
    return next((found[code] for code in codes if code in found), None)
