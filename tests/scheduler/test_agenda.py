"""Jobs that say when they are due: they are not run in vain, and run when something or the clock has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from meteor.scheduler import rules
from meteor.scheduler.agenda import Agenda
from meteor.scheduler.loop import Scheduler
from meteor.store import audit
from meteor.store.database import db, only_reading
from meteor.store.models import Heartbeat
from meteor.store.moments import now
from meteor.store.work import Job
from tests.processes.conftest import until

pytestmark = pytest.mark.both_databases

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PATIENCE = 60.0  # seconds, far more than any machine takes


def never(at: datetime) -> None:
    return None


class Asked:
    """A job that counts its turns and how often it was asked whether it is due; `moment` is its answer."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.turns, self.asked, self.moment = 0, 0, moment
        self.job = Job("mark", 0.01, self.run, self.due)

    def run(self, at: datetime) -> None:
        self.turns += 1

    def due(self, at: datetime) -> datetime | None:
        self.asked += 1
        return self.moment


@contextmanager
def waiting(agenda: Agenda, job: Job) -> Iterator[Event]:
    """The job waits in a thread of its own; the event is set once it was woken."""
    woken = Event()

    def wait() -> None:
        agenda.wait(job)
        woken.set()

    thread = Thread(target=wait)
    thread.start()
    until(lambda: job.name in agenda._waiting)
    try:
        yield woken
    finally:
        agenda.wake_all()
        thread.join(PATIENCE)
        agenda.close()


def change() -> None:
    audit.record(None, "marked", "job:mark")
    db.session.commit()


class TestAWaitingJob:
    def test_is_asked_once_while_nothing_changes(self, app: Flask) -> None:
        agenda, one = Agenda(app.app_context), Asked()
        with waiting(agenda, one.job) as woken:
            for _ in range(5):
                agenda.look()
            assert (one.asked, woken.is_set()) == (1, False)

    def test_is_asked_again_when_something_was_committed(self, app: Flask) -> None:
        agenda, one = Agenda(app.app_context), Asked()
        with waiting(agenda, one.job) as woken:
            agenda.look()
            one.moment = now()
            change()
            until(lambda: agenda.look() or woken.is_set())
        assert one.asked == 2

    def test_is_woken_when_its_moment_has_come(self, app: Flask) -> None:
        agenda, one = Agenda(app.app_context), Asked(now() + HOUR)
        with waiting(agenda, one.job) as woken:
            agenda.look()
            assert not woken.wait(0.1)
            agenda._due["mark"] = now()
            agenda.look()
            assert woken.wait(PATIENCE)
        assert one.asked == 1

    def test_is_asked_no_more_often_than_it_comes_round(self, app: Flask) -> None:
        agenda, slow, fast = Agenda(app.app_context), Asked(now() + HOUR), Asked()
        with waiting(agenda, Job("slow", HOUR.total_seconds(), never, slow.due)), waiting(agenda, fast.job):
            agenda.look()
            agenda._asked["slow"] -= 60.0
            change()
            until(lambda: agenda.look() or fast.asked == 2)
            assert slow.asked == 1

    def test_is_woken_at_the_moment_that_it_said_whatever_has_changed(self, app: Flask) -> None:
        agenda, one = Agenda(app.app_context), Asked(now() + SECOND / 5)
        with waiting(agenda, Job("slow", HOUR.total_seconds(), never, one.due)) as woken:
            agenda.look()
            change()
            until(lambda: agenda.look() or woken.is_set())
        assert one.asked == 1

    @pytest.mark.parametrize("hours", [-2, 2])
    def test_is_asked_again_when_the_clock_is_set(self, app: Flask, hours: int) -> None:
        agenda, one = Agenda(app.app_context), Asked()
        with waiting(agenda, one.job):
            agenda.look()
            with time_machine.travel(now() + timedelta(hours=hours), tick=True):
                until(lambda: agenda.look() or one.asked == 2)
            until(lambda: agenda.look() or one.asked == 3)

    def test_is_woken_when_it_cannot_say(self, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
        def broken(at: datetime) -> None:
            raise ZeroDivisionError

        agenda = Agenda(app.app_context)
        with waiting(agenda, Job("mark", 1, never, broken)) as woken:
            agenda.look()
            assert woken.wait(PATIENCE)
        assert "'mark'" in caplog.text

    def test_takes_its_turn_where_no_look_ends(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("meteor.scheduler.agenda.CURRENT", 0.05)
        with waiting(Agenda(app.app_context), Asked().job) as woken:
            assert woken.wait(PATIENCE)

    def test_is_woken_before_another_has_said_whether_it_is_due(self, app: Flask) -> None:
        agenda, one, stuck = Agenda(app.app_context), Asked(now()), Event()

        def hang(at: datetime) -> None:
            stuck.wait(PATIENCE)

        with waiting(agenda, one.job) as woken, waiting(agenda, Job("other", 1, never, hang)):
            look = Thread(target=agenda.look)
            look.start()
            assert woken.wait(PATIENCE)
            stuck.set()
            look.join(PATIENCE)

    def test_that_cannot_say_is_logged_once(self, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
        asked = []

        def broken(at: datetime) -> None:
            asked.append(at)
            raise ZeroDivisionError

        agenda = Agenda(app.app_context)
        for _ in range(2):
            with waiting(agenda, Job("mark", 0.01, never, broken)) as woken:
                until(lambda: agenda.look() or woken.is_set())
        assert len(asked) == 2
        assert caplog.text.count("cannot be read") == 1

    def test_is_well_only_while_the_agenda_looks(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        agenda = Agenda(app.app_context)
        with waiting(agenda, Asked().job):
            assert agenda.waiting() == []
            agenda.look()
            assert agenda.waiting() == ["mark"]
            monkeypatch.setattr("meteor.scheduler.agenda.CURRENT", -1.0)
            assert agenda.waiting() == []


@contextmanager
def running(app: Flask, *jobs: Job) -> Iterator[Scheduler]:
    """A scheduler in a thread of its own."""
    scheduler = Scheduler(jobs, app.app_context)
    thread = Thread(target=scheduler.run)
    thread.start()
    try:
        yield scheduler
    finally:
        scheduler.stopping.set()
        thread.join(PATIENCE)
        scheduler.agenda.close()


class TestTheScheduler:
    def test_runs_a_job_at_its_start_and_then_only_when_it_is_due(self, app: Flask) -> None:
        one = Asked()
        with running(app, one.job):
            until(lambda: one.asked >= 1)
            assert one.turns == 1
            one.moment = now()
            change()
            until(lambda: one.turns > 1)

    def test_writes_the_heartbeats_of_jobs_that_have_nothing_to_do(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("meteor.scheduler.loop.BEAT", 0.02)
        one = Asked()
        with running(app, one.job):
            until(lambda: one.turns == 1 and beat() is not None)
            age(HOUR)
            until(lambda: (beat() or now() - HOUR) > now() - HOUR / 2)
        assert one.turns == 1

    def test_goes_on_when_heartbeats_cannot_be_written(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        tried = []

        def full(jobs: object, at: datetime) -> None:
            tried.append(at)
            raise OSError("no space left")

        monkeypatch.setattr("meteor.scheduler.loop.BEAT", 0.02)
        monkeypatch.setattr(rules, "beat_idle", full)
        with running(app, Asked().job) as scheduler:
            until(lambda: len(tried) >= 2)
            assert not scheduler.stopping.is_set()

    def test_goes_on_when_what_is_due_cannot_be_read(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away(agenda: Agenda) -> None:
            raise OSError("the database is away")

        monkeypatch.setattr(Agenda, "look", away)
        one = Asked()
        with running(app, one.job):
            until(lambda: one.turns > 1)
        assert "the database is away" in caplog.text


def beat() -> datetime | None:
    with only_reading():
        return db.session.scalar(select(Heartbeat.at).where(Heartbeat.job == "mark"))


def age(by: timedelta) -> None:
    db.session.execute(update(Heartbeat).values(at=now() - by))
    db.session.commit()


@pytest.mark.usefixtures("app")
class TestTheHeartbeatOfAnIdleJob:
    def test_leaves_a_problem_as_it_is(self) -> None:
        at = now() - HOUR
        db.session.add(Heartbeat(job="mark", at=at, problem="disk full"))
        db.session.flush()
        rules.beat_idle(["mark"], now())
        assert db.session.execute(select(Heartbeat.at, Heartbeat.problem)).one() == (at, "disk full")

    def test_is_not_written_again_just_after_another_scheduler(self) -> None:
        at = now() - SECOND
        db.session.add(Heartbeat(job="mark", at=at))
        db.session.flush()
        rules.beat_idle(["mark"], now())
        assert db.session.scalar(select(Heartbeat.at)) == at

    def test_corrects_one_of_the_future(self) -> None:
        at = now()
        db.session.add(Heartbeat(job="mark", at=at + HOUR))
        db.session.flush()
        rules.beat_idle(["mark"], at)
        assert db.session.scalar(select(Heartbeat.at)) == at
