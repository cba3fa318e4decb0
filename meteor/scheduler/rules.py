"""Who does a job now, and how the job is: leases and heartbeats, written in the job's own transaction."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from meteor.scheduler.models import Lease
from meteor.store.database import db, insert_once
from meteor.store.models import Heartbeat
from meteor.store.work import Job

GRACE = timedelta(seconds=3)
"""So long after its next turn was due, a job is taken from a holder that has not come back."""

LONGEST_PROBLEM = 500


def holder() -> str:
    """A name for this process that no other has, now or later."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def take_lease(job: Job, me: str, at: datetime) -> datetime | None:
    """Take or keep the lease of `job`; None if it is ours now, else the moment at which to ask again.

    It is committed with the job's work: a holder that is killed leaves neither. On PostgreSQL the row stays locked
    meanwhile, on SQLite the whole database does; so two clocks never do a job at the same time, however long it takes
    and whatever their clocks say. The term only decides who goes next.
    """
    term = timedelta(seconds=job.every) + GRACE
    free = (Lease.holder == me) | (Lease.until <= at) | (Lease.until > at + term)  # the last: a clock that went wrong
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
    """Let the next scheduler begin at once: this one stops."""
    db.session.execute(delete(Lease).where(Lease.holder == me))


def beat(job: Job, at: datetime, problem: str | None = None) -> None:
    """Write down that `job` ran to its end at the moment `at`, or the problem that kept it from that.

    With a problem the moment of the last good turn stays, so that its age tells for how long the job has not worked.
    """
    values: dict[str, object] = {"problem": problem and problem[:LONGEST_PROBLEM]}
    if problem is None:
        values["at"] = at
    db.session.execute(insert_once(Heartbeat).values(job=job.name, at=at, problem=values["problem"]))
    db.session.execute(update(Heartbeat).where(Heartbeat.job == job.name).values(**values))
