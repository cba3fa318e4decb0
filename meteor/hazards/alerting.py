"""Alerts and incidents of hazards: their incident types, and which reports are alerts at once, by the one intake."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from meteor.alerts import rules as alerts
from meteor.alerts.incoming import IncomingAlert
from meteor.hazards.models import HazardReport
from meteor.hazards.places import Found
from meteor.protocols.models import IncidentType
from meteor.store.database import db

OWN = ("flood", "tidal_flood", "strong_wind", "fallen_tree", "fire")
"""Kinds of hazard with an incident type of the same code."""

GENERAL = "disaster"
"""The code of the type of all other kinds."""

BURNS = "fire"
"""The kind that is an alert whatever else is said: a fire does not wait until somebody reads a report."""


def is_urgent(kind: str, dangers: Sequence[str]) -> bool:
    """Return whether a report is an alert, too."""
    return kind == BURNS or bool(dangers)


def raise_alert(report: HazardReport, flags: Sequence[str], place: Found, at: datetime) -> UUID:
    """Raise an alert for a report under its UUID; returns the alert's id. `flags` hold its dangers, too.

    Somebody trapped makes it one of life at risk. Of a reporter without an account the phone number is given, and
    flagged.
    """
    type_ = type_of(report.kind)
    receipt = alerts.receive(
        IncomingAlert(
            id=report.id,
            source="hazard",
            kind=BURNS if report.kind == BURNS else "disaster",
            reporter_id=report.reporter_id,
            latitude=place.latitude,
            longitude=place.longitude,
            accuracy=place.accuracy,
            note=report.note[: alerts.LONGEST_NOTE],
            flags=[*([] if report.reporter_id else ["no_account"]), *flags],
            type_id=type_.id if type_ else None,
            priority=1 if "trapped" in flags else None,
            place=place.of_alert(),
            caller_phone=report.phone,
            caller_name=report.name,
        ),
        at,
    )
    return receipt.id


def type_code(kind: str) -> str:
    """The code of the incident type of a kind of hazard."""
    return kind if kind in OWN else GENERAL


def type_of(kind: str) -> IncidentType | None:
    """The active incident type of a kind of hazard, else the general one; None if the city has neither."""
    codes = type_code(kind), GENERAL
    query = select(IncidentType).where(IncidentType.code.in_(codes), IncidentType.active)
    found = {each.code: each for each in db.session.scalars(query)}
    return next((found[code] for code in codes if code in found), None)
