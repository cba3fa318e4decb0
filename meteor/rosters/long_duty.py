"""Officers who have been on duty for too long, also on several units one after the other."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Shift, Unit
from meteor.rosters.rest import LONGEST
from meteor.store.database import db

BREAK = timedelta(hours=1)
"""Time without duty that ends a duty: who changes the unit or rests for less goes on with the same."""

LOOKED_BACK = timedelta(hours=36)
"""Time for which duty is looked back at."""


class LongDuty(NamedTuple):
    """An officer on duty since `started_at`, on `unit` now."""

    user_id: int
    user: User
    unit: Unit
    started_at: datetime


def too_long(at: datetime) -> list[LongDuty]:
    """The officers on duty for longer than LONGEST, the longest first. Two statements."""
    running = db.session.scalars(select(Shift).where(Shift.ended_at.is_(None))).all()
    earlier = _earlier([shift.user_id for shift in running], at)
    found = [_joined(shift, earlier[shift.user_id]) for shift in running]
    late = [duty for duty in found if duty.started_at < at - LONGEST]
    return sorted(late, key=lambda duty: (duty.started_at, duty.user_id))


def _earlier(user_ids: Sequence[int], at: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """The start and end of the ended shifts of these users, the newest first."""
    rows = db.session.execute(
        select(Shift.user_id, Shift.started_at, Shift.ended_at)
        .where(Shift.ended_at > at - LOOKED_BACK, Shift.user_id.in_(user_ids))
        .order_by(Shift.ended_at.desc(), Shift.id.desc())
    )
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append((row.started_at, row.ended_at))
    return found


def _joined(shift: Shift, earlier: Sequence[tuple[datetime, datetime]]) -> LongDuty:
    since = shift.started_at
    for started_at, ended_at in earlier:
        if since - ended_at >= BREAK:
            break
        since = min(since, started_at)
    return LongDuty(shift.user_id, shift.user, shift.unit, since)
