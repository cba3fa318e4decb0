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
"""How far back duty is looked for."""


class LongDuty(NamedTuple):
    """An officer on duty since `started_at`, on `unit` now; `first_id` is the id of the first of the joined shifts."""

    user_id: int
    user: User
    unit: Unit
    started_at: datetime
    first_id: int


def too_long(at: datetime) -> list[LongDuty]:
    """The officers on duty for longer than LONGEST, the longest first. Two statements."""
    running = db.session.scalars(select(Shift).where(Shift.ended_at.is_(None))).all()
    earlier = _earlier([shift.user_id for shift in running], at)
    found = [_joined(shift, earlier[shift.user_id]) for shift in running]
    late = [duty for duty in found if duty.started_at < at - LONGEST]
    return sorted(late, key=lambda duty: (duty.started_at, duty.first_id))


def _earlier(user_ids: Sequence[int], at: datetime) -> dict[int, list[tuple[int, datetime, datetime]]]:
    """The ended shifts of these users, the newest first: id, start and end."""
    rows = db.session.execute(
        select(Shift.id, Shift.user_id, Shift.started_at, Shift.ended_at)
        .where(Shift.ended_at > at - LOOKED_BACK, Shift.user_id.in_(user_ids))
        .order_by(Shift.ended_at.desc(), Shift.id.desc())
    )
    found: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append((row.id, row.started_at, row.ended_at))
    return found


def _joined(shift: Shift, earlier: Sequence[tuple[int, datetime, datetime]]) -> LongDuty:
    first_id, since = shift.id, shift.started_at
    for earlier_id, started_at, ended_at in earlier:
        if since - ended_at >= BREAK:
            break
        first_id, since = earlier_id, min(since, started_at)
    return LongDuty(shift.user_id, shift.user, shift.unit, since, first_id)
