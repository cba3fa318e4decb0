"""Free units that have sent no position for too long."""

from datetime import datetime

from sqlalchemy import or_, select

from meteor.agencies.models import Unit
from meteor.agencies.positions import UNUSABLE
from meteor.notices import rules as notices
from meteor.store.database import db


def report(at: datetime) -> None:
    """Tell the dispatchers, once, of each free unit that is away from its base and has sent no position for UNUSABLE.

    Dispatch passes it over until it sends one. Of one that never sent any they are told each time that it is free.
    """
    lost = db.session.execute(
        select(Unit.id, Unit.call_sign, Unit.position_at, Unit.idle_since).where(
            *_AWAY, or_(Unit.position_at.is_(None), Unit.position_at <= at - UNUSABLE)
        )
    )
    for unit_id, call_sign, position_at, idle_since in lost:
        since = position_at.isoformat() if position_at else None
        key = f"position_lost:{unit_id}:{since or idle_since.isoformat()}"
        notices.tell(key, "position_lost", "/incidents", role="dispatcher", unit=call_sign, since=since)


def due(at: datetime) -> datetime | None:
    """The moment from which the first free unit away from its base is lost; None if there is none."""
    sent = db.session.scalars(select(Unit.position_at).where(*_AWAY)).all()
    return min((moment + UNUSABLE if moment else at for moment in sent), default=None)


_AWAY = (Unit.in_service, Unit.status == "available", ~Unit.at_base)
