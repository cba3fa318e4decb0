"""The passing of a session's lifetime, in minutes through which the scheduler has really run."""

import secrets
from datetime import datetime
from time import monotonic

from sqlalchemy import case, select, update

from meteor.accounts.models import SessionClock, UserSession
from meteor.store import audit
from meteor.store.database import db

MINUTE = 60.0
BATCH = 200


class Minutes:
    """Counts the minutes of one scheduler process by its monotonic clock, and ends the sessions that are due.

    A turn adds one minute at most, and only if the same process ran the turn before: a wall clock that jumps, a
    scheduler that starts again and two schedulers at once never make it run faster than time.
    """

    def __init__(self) -> None:
        self.me = secrets.token_hex(8)
        self._counted = monotonic()

    def run(self, at: datetime) -> bool:
        """Do one turn; whether more sessions are due than one transaction ends."""
        clock = db.session.get(SessionClock, 1)
        if clock is None:
            clock = SessionClock(id=1)
            db.session.add(clock)
        if clock.holder != self.me:
            clock.holder, self._counted = self.me, monotonic()
        elif monotonic() - self._counted >= MINUTE:
            clock.minutes += 1
            late = monotonic() - self._counted >= 2 * MINUTE
            self._counted = monotonic() if late else self._counted + MINUTE
        db.session.flush()
        return _end_due(clock.minutes, at)


def _end_due(minute: int, at: datetime) -> bool:
    """End BATCH of the due sessions. Returns whether there may be more. A used session is not due any more."""
    due = (UserSession.ended_at.is_(None), UserSession.due_minute <= minute)
    first = select(UserSession.id).where(*due).order_by(UserSession.due_minute).limit(BATCH)
    is_too_old = UserSession.idle_minutes.is_not(None) & (UserSession.last_minute <= minute)
    ended = db.session.execute(
        update(UserSession)
        .where(UserSession.id.in_(first.scalar_subquery()), *due)
        .values(ended_at=at, ended_because=case((is_too_old, "too_old"), else_="unused"))
        .returning(UserSession.user_id, UserSession.ended_because)
        .execution_options(synchronize_session=False)
    ).all()
    for because in ("unused", "too_old"):
        subjects = [f"users:{row.user_id}" for row in ended if row.ended_because == because]
        audit.record_each(None, "session_ended", subjects, because=because)
    return len(ended) == BATCH
