"""A job's turn: who takes it, what it leaves when it fails, and when it comes again."""

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from meteor.scheduler import loop, rules
from meteor.scheduler.loop import Scheduler
from meteor.scheduler.models import Lease
from meteor.store import audit
from meteor.store.database import db, only_reading, reading
from meteor.store.models import AuditEntry, Heartbeat
from meteor.store.moments import now
from meteor.store.work import Job

pytestmark = pytest.mark.both_databases

PATIENCE = 60.0  # seconds, far more than any machine takes


def marks(name: str = "mark", every: float = 1, *, more: bool = False, then: Exception | None = None) -> Job:
    """A job that leaves a mark in the audit log and then fails or not."""

    def run(at: datetime) -> bool:
        audit.record(None, "marked", "job:mark")
        if then:
            raise then
        return more

    return Job(name, every, run)


def marked() -> int:
    with only_reading():
        return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "marked")).all())


def beat(name: str = "mark") -> tuple[datetime, str | None]:
    """The job's heartbeat: its last good turn, and the problem since then."""
    with only_reading():
        pulse = db.session.get_one(Heartbeat, name)
        return pulse.at, pulse.problem


def scheduler(app: Flask, *jobs: Job) -> Scheduler:
    return Scheduler(jobs, app.app_context)


def test_a_turn_does_the_work_beats_and_comes_again(app: Flask) -> None:
    began = now()
    assert scheduler(app).turn(marks(every=5)) == 5
    assert marked() == 1
    at, problem = beat()
    assert problem is None
    assert began <= at <= now()


def test_a_turn_that_has_more_to_do_comes_again_at_once(app: Flask) -> None:
    assert scheduler(app).turn(marks(every=1, more=True)) == 0


def test_a_job_that_can_wait_and_has_more_to_do_stays_away_where_others_wait_to_write(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, writing, asked, written = scheduler(app), Event(), Event(), Event()

    def writes() -> None:
        with app.app_context():
            audit.record(None, "written", "job:other")
            db.session.flush()
            writing.set()
            asked.wait(PATIENCE)
            written.set()
            db.session.commit()

    def clock() -> float:
        """Three seconds pass from the first question to the end of what the other writes."""
        seconds = 3.0 if written.is_set() else 0.0
        asked.set()
        return seconds

    monkeypatch.setattr(loop, "monotonic", clock)
    thread = Thread(target=writes)
    thread.start()
    assert writing.wait(PATIENCE)
    assert running.turn(marks(every=60, more=True)) == 30
    thread.join(PATIENCE)
    assert running.turn(marks(every=60, more=True)) == 0


def test_of_two_schedulers_one_works_and_the_other_stands_by(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, job, at = scheduler(app), scheduler(app), marks(every=5), now()
    monkeypatch.setattr(loop, "now", lambda: at)
    one.turn(job)
    assert other.turn(job) == 5 + rules.GRACE.total_seconds()
    assert marked() == 1
    one.turn(job)
    assert marked() == 2


def test_the_second_scheduler_takes_over_when_the_first_does_not_come_back(app: Flask) -> None:
    one, other, job = scheduler(app), scheduler(app), marks(every=5)
    one.turn(job)
    lease = db.session.get_one(Lease, job.name)
    lease.until = now()  # its time is over
    db.session.commit()
    other.turn(job)
    assert marked() == 2
    with only_reading():
        assert db.session.get_one(Lease, job.name).holder == other.me


def test_a_lease_from_a_clock_that_went_wrong_binds_nobody(app: Flask) -> None:
    db.session.add(Lease(job="mark", holder="somebody", until=now() + timedelta(days=300)))
    db.session.commit()
    scheduler(app).turn(marks())
    assert marked() == 1


def test_what_fails_leaves_nothing_but_its_problem(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    failing = scheduler(app)
    failing.turn(marks(then=ZeroDivisionError("of all things")))
    failing.turn(marks(then=ZeroDivisionError("of all things")))
    assert marked() == 0
    assert beat()[1] == "ZeroDivisionError: of all things"
    assert len(caplog.records) == 1  # once for each problem, not once a second


def test_a_failing_job_keeps_the_moment_of_its_last_good_turn_and_recovers(app: Flask) -> None:
    ticking = scheduler(app)
    ticking.turn(marks())
    good_at, _ = beat()
    ticking.turn(marks(then=ZeroDivisionError("oh")))
    assert beat() == (good_at, "ZeroDivisionError: oh")
    ticking.turn(marks())
    recovered_at, problem = beat()
    assert problem is None
    assert recovered_at > good_at


def test_one_job_that_fails_and_one_that_hangs_stop_no_other(app: Flask) -> None:
    done, never = Event(), Event()

    def hangs(at: datetime) -> None:
        db.session.execute(text("set local idle_in_transaction_session_timeout = '1s'"))  # 15 s is long for a test
        never.wait()

    jobs = [
        marks("fails", then=ZeroDivisionError()),
        Job("hangs", 1, hangs),
        Job("works", 0.01, lambda at: done.set()),
    ]
    if db.engine.dialect.name == "sqlite":
        jobs.pop(1)  # whoever hangs while writing stops every writer there; PostgreSQL ends its connection
    running = scheduler(app, *jobs)
    thread = Thread(target=running.run)
    thread.start()
    try:
        assert done.wait(PATIENCE)
    finally:
        never.set()
        running.stopping.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_clock_that_stops_leaves_its_turns_to_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "STOP_SECONDS", PATIENCE)
    worked = Event()
    first, second = scheduler(app, Job("mark", 60, lambda at: worked.set())), scheduler(app)
    thread = Thread(target=first.run)
    thread.start()
    assert worked.wait(PATIENCE)
    first.stopping.set()
    thread.join(PATIENCE)
    assert second.turn(marks(every=60)) == 60
    assert marked() == 1


def test_a_clock_that_is_stopped_in_the_midst_of_a_look_gives_its_turns_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "STOP_SECONDS", PATIENCE)
    worked = Event()
    first, second = scheduler(app, Job("mark", 60, lambda at: worked.set())), scheduler(app)

    def look() -> None:
        worked.wait()
        reading.set(True)  # and a signal comes before it ends
        raise SystemExit

    def run() -> None:
        with pytest.raises(SystemExit):
            first.run()

    monkeypatch.setattr(first.agenda, "look", look)
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert second.turn(marks(every=60)) == 60
    assert marked() == 1


def test_a_signal_whose_exception_is_lost_ends_it_too(app: Flask) -> None:
    running = scheduler(app, marks(every=60))
    running.ended = True
    running.run()
    assert running.stopping.is_set()
