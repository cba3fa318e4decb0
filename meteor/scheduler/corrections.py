"""Corrects stored moments in the future, left by a machine's clock that was ahead."""

from datetime import datetime

from sqlalchemy import select, update

from meteor.store import outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import AHEAD
from meteor.store.work import Job


def correct(at: datetime) -> None:
    """Set heartbeats and outbox items with a future moment to `at`.

    Such a heartbeat would look fresh, and such an item would not be delivered.

    Offers, chains and panels are corrected by their own jobs.
    """
    db.session.execute(update(Heartbeat).where(Heartbeat.at > at + AHEAD).values(at=at))
    outbox.correct(at)


def due(at: datetime) -> datetime | None:
    """`at` if a heartbeat or an outbox item has a moment of the future, else None."""
    ahead = db.session.scalar(select(Heartbeat.job).where(Heartbeat.at > at + AHEAD).limit(1)) is not None
    return at if ahead or outbox.needs_correction(at) else None


JOB = Job("scheduler.corrections", 5, correct, due)
