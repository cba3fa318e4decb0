"""Positions of units by their crews' steps, while their devices send none."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from meteor import geo
from meteor.agencies.models import Unit
from meteor.agencies.positions import AT_BASE, LIVE
from meteor.store.database import db

Place = tuple[float, float]


def set_out(unit: Unit, at: datetime) -> None:
    """The unit leaves its base: it was there at the moment `at`, and is not from now on."""
    db.session.refresh(unit)
    _keep(unit, (unit.base_latitude, unit.base_longitude) if unit.at_base else None, at, at_base=False)


def arrive(unit: Unit, latitude: float | None, longitude: float | None, at: datetime) -> None:
    """Set the unit's position at arrival, in degrees WGS-84; None for an unknown place."""
    db.session.refresh(unit)
    place = None if latitude is None or longitude is None else (latitude, longitude)
    base = (unit.base_latitude, unit.base_longitude)
    _keep(unit, place, at, at_base=place is not None and geo.metres(place, base) <= AT_BASE)


def _keep(unit: Unit, place: Place | None, at: datetime, *, at_base: bool) -> None:
    device = unit.position_source in ("tracker", "tablet")
    live = device and unit.position_at is not None and at - unit.position_at <= LIVE
    values: dict[str, Any] = {"at_base": at_base}
    if place is not None and not live:
        values |= {"latitude": place[0], "longitude": place[1], "accuracy": None, "position_at": at}
        values |= {"position_source": "crew", "moved_at": at}
    db.session.execute(update(Unit).where(Unit.id == unit.id).values(values))
