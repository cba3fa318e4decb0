"""Incidents of the past, written down as they ended."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db

MARCH = datetime(2026, 3, 10, 5, tzinfo=UTC)
"""Noon of a Tuesday (WIB)."""

_numbers = count(1)


def closed(kind: str = "crime", outcome: str | None = "helped", at: datetime = MARCH, **values: Any) -> Incident:
    """An incident of the cast's city that was opened at a moment and closed after half an hour."""
    type_ = db.session.scalars(select(IncidentType).where(IncidentType.code == kind)).one()
    own: dict[str, Any] = {
        "status": "closed", "closed_at": at + timedelta(minutes=30), "outcome": outcome, "source": "panic",
    }  # fmt: skip
    number = f"{at:%y%m%d}-{next(_numbers):03}"
    incident = Incident(number=number, type=type_, priority=type_.priority, opened_at=at, **own | values)
    db.session.add(incident)
    db.session.flush()
    return incident
