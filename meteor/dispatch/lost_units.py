"""Free units that have sent no position for too long."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select

from meteor.agencies.models import Unit
from meteor.agencies.positions import UNUSABLE
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db

Away = Row[int, str, datetime | None, datetime]


def report(at: datetime) -> None:
    """Tell the dispatchers, once, of each free unit that is away from its base and has sent no position for UNUSABLE.

    Dispatch passes it over until it sends one. Of one that never sent any they are told each time that it is free.
    """
    for unit in _away():
        if _lost_from(unit, at) <= at:
            since = unit.position_at.isoformat() if unit.position_at else None
            said = {"unit": unit.call_sign, "since": since}
            notices.tell(_key(unit), "position_lost", "/incidents", role="dispatcher", **said)


def due(at: datetime) -> datetime | None:
    """The moment from which the first free unit is lost of which nobody was told yet; None if there is none."""
    units = _away()
    lost = [_key(unit) for unit in units if _lost_from(unit, at) <= at]
    told = set(db.session.scalars(select(Notice.key).where(Notice.key.in_(lost)))) if lost else set()
    return min((_lost_from(unit, at) for unit in units if _key(unit) not in told), default=None)


def _lost_from(unit: Away, at: datetime) -> datetime:
    """The moment from which a unit counts as lost: `at` for one that has never sent a position."""
    return unit.position_at + UNUSABLE if unit.position_at else at


def _key(unit: Away) -> str:
    return f"position_lost:{unit.id}:{(unit.position_at or unit.idle_since).isoformat()}"


def _away() -> Sequence[Away]:
    """The free units away from their base."""
    units = select(Unit.id, Unit.call_sign, Unit.position_at, Unit.idle_since)
    return db.session.execute(units.where(Unit.in_service, Unit.status == "available", ~Unit.at_base)).all()
