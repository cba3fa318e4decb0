"""Checks of METEOR's state: database writes, schema version, incident types, scheduler, receiver, outbox, disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, and_, func, insert, select, update

from meteor.accounts import gateway
from meteor.config import PROJECT
from meteor.protocols.reference_data import kinds_without_type
from meteor.sas import supervision
from meteor.store import disk, outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat, OutboxItem
from meteor.store.moments import is_fresh
from meteor.store.work import Job

PROBE = "readyz"
PATIENCE = timedelta(seconds=30)
"""Delay after which a job is overdue."""

RECENTLY = timedelta(days=7)
"""Time for which an item that was given up counts. The list of undelivered items keeps it."""


@dataclass(frozen=True)
class Check:
    """The result of one check, with the problem in words if there is one.

    METEOR is ready even if a check that is not `vital` fails.
    """

    name: str
    problem: str | None = None
    vital: bool = True

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True)
class Pulse:
    """A job's heartbeat: age of its last good turn in seconds (None: never), its problem, whether it is overdue."""

    job: str
    age: float | None
    problem: str | None
    overdue: bool

    def last_turn(self, at: datetime) -> datetime | None:
        """The moment of the last good turn of a pulse that was taken at `at`."""
        return None if self.age is None else at - timedelta(seconds=self.age)


def probe(at: datetime) -> None:
    """Write a row, as a press does. Commits. Raises the database's errors."""
    with db.engine.begin() as connection:
        beat = {"at": at, "problem": None}
        known = connection.execute(update(Heartbeat).where(Heartbeat.job == PROBE).values(beat))
        if known.rowcount == 0:
            connection.execute(insert(Heartbeat).values(job=PROBE, **beat))


def migrations() -> Check:
    """Check that the database's schema is the code's."""
    current = MigrationContext.configure(db.session.connection()).get_current_heads()
    if set(current) == _heads():
        return Check("migrations")
    has = ", ".join(current) or "nothing"
    return Check(
        "migrations", f"the database has {has}, the code {', '.join(_heads())}: run flask --app wsgi db upgrade"
    )


def kinds() -> Check:
    """Check that every kind of alert has an incident type: a press without one is not stored."""
    unled = ", ".join(kinds_without_type())
    return Check("kinds", f"no incident type for {unled}: run flask --app wsgi seed-city" if unled else None)


def pulses(jobs: Iterable[Job], at: datetime) -> list[Pulse]:
    """The pulse of each job."""
    beats = {row.job: row for row in db.session.execute(select(Heartbeat.job, Heartbeat.at, Heartbeat.problem))}
    found = []
    for job in jobs:
        beat = beats.get(job.name)
        age = (at - beat.at).total_seconds() if beat else None
        patience = timedelta(seconds=job.every) + PATIENCE
        overdue = beat is None or not is_fresh(beat.at, patience, at)
        found.append(Pulse(job.name, age, beat.problem if beat else None, overdue))
    return found


def scheduler(found: Iterable[Pulse]) -> Check:
    """Check that every job has run in time."""
    late = [f"{pulse.job} ({pulse.problem or 'has not run'})" for pulse in found if pulse.overdue]
    return Check("scheduler", f"overdue: {', '.join(late)}" if late else None)


def outbox_age(at: datetime) -> float:
    """Seconds since the oldest item of the outbox without an external server was due; 0 without one."""
    since = outbox.oldest(at)
    return max((at - since).total_seconds(), 0.0) if since else 0.0


def outbox_counts() -> dict[str, int]:
    """Number of items of the outbox that wait, and of those that were given up: "waiting" and "failed"."""
    return _outbox_items(waiting=and_(*outbox.WAITS), failed=OutboxItem.failed_at.is_not(None))


def outbox_troubles(at: datetime) -> dict[str, int]:
    """Number of items that are "retried" after a problem, and of those "given_up" within RECENTLY."""
    retried = and_(*outbox.WAITS, OutboxItem.problem.is_not(None))
    given_up = OutboxItem.failed_at.is_not(None) & (OutboxItem.failed_at > at - RECENTLY)
    return _outbox_items(retried=retried, given_up=given_up)


def _outbox_items(**states: ColumnElement[bool]) -> dict[str, int]:
    counted = select(func.count()).select_from(OutboxItem)
    return {name: db.session.scalar(counted.where(condition)) or 0 for name, condition in states.items()}


def delivery(age: float) -> Check:
    """Check that the outbox is delivered in time."""
    late = age > PATIENCE.total_seconds()
    return Check("outbox", f"an item has waited for {age:.0f} s to be delivered" if late else None)


def receiver(at: datetime) -> Check:
    """Check that the receiver hears alarm panels, if there are any."""
    heard = supervision.listening_since(at) is not None or not supervision.is_needed()
    return Check("receiver", None if heard else "alarm panels are not heard: run flask --app wsgi sia-server")


def messages() -> list[Check]:
    """Check that the gateway, if one is set up, accepted the newest message. Not vital."""
    return [Check("gateway", gateway.problem(), vital=False)] if gateway.connected() else []


def disks() -> Check:
    """Check that the disks have enough space."""
    low = ", ".join(f"{name} has {left // 1024**2} MB left" for name, left in disk.low().items())
    return Check("disk", low or None)


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory(PROJECT / "migrations").get_heads())
