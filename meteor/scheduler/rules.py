"""Leases and heartbeats of jobs, written in the job's own transaction."""

import os
import secrets
import socket
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from meteor.scheduler.models import Lease
from meteor.store.database import db, insert_once
from meteor.store.models import Heartbeat
from meteor.store.moments import AHEAD
from meteor.store.work import Job

GRACE = timedelta(seconds=3)
"""Delay after a missed turn until another process takes the job over."""

RECENT = timedelta(seconds=2)
"""Age up to which a heartbeat need not be written again."""

LONGEST_PROBLEM = 500


def holder() -> str:
    """A unique name for this process."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def take_lease(job: Job, me: str, at: datetime) -> datetime | None:
    """Take or keep the lease of `job`. Returns None on success, else the moment to try again.

    The lease is committed with the job's work: a killed holder leaves neither. Meanwhile the row is locked on
    PostgreSQL and the database on SQLite, so two schedulers never run a job at the same time, whatever their clocks
    say. The term only decides the next holder.
    """
    term = timedelta(seconds=job.every) + GRACE
    free = (Lease.holder == me) | (Lease.until <= at) | (Lease.until > at + term)  # the last: the clock was wrong
    taken = db.session.execute(
        update(Lease).where(Lease.job == job.name, free).values(holder=me, until=at + term).returning(Lease.job)
    ).first()
    if taken:
        return None
    new = insert_once(Lease).values(job=job.name, holder=me, until=at + term).returning(Lease.job)
    if db.session.execute(new).first():
        return None
    return db.session.scalar(select(Lease.until).where(Lease.job == job.name)) or at


def give_back(me: str) -> None:
    """Release all leases of this scheduler, so that the next one starts at once."""
    db.session.execute(delete(Lease).where(Lease.holder == me))


def beat(job: Job, at: datetime, problem: str | None = None) -> None:
    """Store the heartbeat of `job` at the moment `at`, or its problem.

    With a problem the moment of the last good turn stays: its age says for how long the job has failed.
    """
    values: dict[str, object] = {"problem": problem and problem[:LONGEST_PROBLEM]}
    if problem is None:
        values["at"] = at
    db.session.execute(insert_once(Heartbeat).values(job=job.name, at=at, problem=values["problem"]))
    db.session.execute(update(Heartbeat).where(Heartbeat.job == job.name).values(**values))


def beat_idle(jobs: Collection[str], at: datetime) -> None:
    """Store the heartbeat of jobs that have nothing to do, unless another scheduler has just done so.

    A problem stays until a turn has succeeded.
    """
    is_old = or_(Heartbeat.at < at - RECENT, Heartbeat.at > at + AHEAD)
    well = Heartbeat.job.in_(jobs), Heartbeat.problem.is_(None)
    db.session.execute(update(Heartbeat).where(*well, is_old).values(at=at))
