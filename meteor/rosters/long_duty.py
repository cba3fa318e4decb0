"""Officers who have been on duty for too long, also on several units one after the other."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, or_, select

from meteor.accounts.models import User
from meteor.agencies.models import Shift, Unit
from meteor.rosters.duties import duties
from meteor.rosters.rest import LONGEST
from meteor.store.database import db

LOOKED_BACK = timedelta(hours=36)
"""Time for which duty is looked back at."""


class LongDuty(NamedTuple):
    """An officer on duty since `started_at`, on `unit` now."""

    user_id: int
    user: User
    unit: Unit
    started_at: datetime


def too_long(at: datetime) -> list[LongDuty]:
    """The officers on duty for longer than LONGEST, the longest first. One statement."""
    on_duty = select(Shift.user_id).where(Shift.ended_at.is_(None))
    lately = or_(Shift.ended_at.is_(None), Shift.ended_at > at - LOOKED_BACK)
    running = case((Shift.ended_at.is_(None), 1), else_=0)
    found = duties(at, Shift.user_id.in_(on_duty), lately, running=running).subquery().c
    statement = (
        select(Shift, found.starts_at)
        .join_from(Shift, found.user_id.table, found.user_id == Shift.user_id)
        .where(Shift.ended_at.is_(None), found.running == 1, found.starts_at < at - LONGEST)
        .order_by(found.starts_at, Shift.user_id)
    )
    return [LongDuty(shift.user_id, shift.user, shift.unit, since) for shift, since in db.session.execute(statement)]
