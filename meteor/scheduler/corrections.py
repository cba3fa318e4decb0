"""Moments that lie in the future, because the clock of the machine was ahead when they were stored and went back."""

from datetime import datetime

from sqlalchemy import update

from meteor.store import outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import AHEAD
from meteor.store.work import Job


def correct(at: datetime) -> None:
    """Set heartbeats and outbox items that are dated in the future to the present moment.

    Such a heartbeat would look fresh for as long as the clock was ahead, and such an item would not be delivered.

    Other jobs correct what they look at: offers, chains and panels.
    """
    db.session.execute(update(Heartbeat).where(Heartbeat.at > at + AHEAD).values(at=at))
    outbox.correct(at)


JOB = Job("scheduler.corrections", 5, correct)
