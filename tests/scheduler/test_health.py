"""What operations ask: healthz, readyz and metrics."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from meteor.config import PROJECT
from meteor.scheduler import views
from meteor.scheduler.loop import Scheduler
from meteor.store import outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat, OutboxItem
from meteor.store.moments import now
from tests.scheduler.conftest import Press

TOKEN = "a token of some length"


@pytest.fixture(autouse=True)
def unasked() -> None:
    """Nobody has asked within this second."""
    views._probed.clear()


@pytest.fixture
def running(app: Flask) -> None:
    """Every job has had its turn."""
    scheduler = Scheduler(app.config["JOBS"], app.app_context)
    for job in scheduler.jobs:
        scheduler.turn(job)


@pytest.fixture
def monitoring(app: Flask) -> Iterator[str]:
    """The token that monitoring was given."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, metrics_token=TOKEN)
    yield TOKEN
    app.config["SETTINGS"] = before


def ready(as_user: Any) -> tuple[int, dict[str, str]]:
    answer = as_user("").get("/readyz")
    return answer.status_code, answer.json["checks"]


def test_the_process_says_that_it_lives_even_without_a_database(app: Flask, as_user: Any) -> None:
    db.session.execute(text("drop table alembic_version"))
    assert as_user("").get("/healthz").json == {"status": "ok"}


@pytest.mark.usefixtures("running")
def test_all_is_in_order_when_the_scheduler_runs(as_user: Any) -> None:
    checks = ("database", "migrations", "kinds", "scheduler", "receiver", "outbox", "disk")
    assert ready(as_user) == (200, dict.fromkeys(checks, "ok"))


class TestStrangersAreTold:
    """Where METEOR is weak is nothing for those who would use it."""

    def test_one_word_when_all_is_in_order(self, running: None, as_user: Any) -> None:
        assert self.ask(as_user) == (200, "ready")

    def test_two_when_not(self, app: Flask, as_user: Any) -> None:
        assert self.ask(as_user) == (503, "not ready")

    def test_no_more_through_a_proxy_on_this_machine(self, app: Flask, as_user: Any) -> None:
        answer = as_user("").get("/readyz", headers={"X-Forwarded-For": "10.0.0.9"})
        assert (answer.status_code, answer.text) == (503, "not ready")

    def test_everything_with_the_token_of_monitoring(self, running: None, as_user: Any, monitoring: str) -> None:
        elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
        answer = as_user("").get("/readyz", environ_base=elsewhere, headers={"Authorization": f"Bearer {monitoring}"})
        assert answer.json["checks"]["database"] == "ok"

    def ask(self, as_user: Any) -> tuple[int, str]:
        answer = as_user("").get("/readyz", environ_base={"REMOTE_ADDR": "10.0.0.9"})
        return answer.status_code, answer.text


@pytest.mark.usefixtures("running")
def test_asking_writes_to_the_database_as_a_press_would(as_user: Any) -> None:
    before = now()
    ready(as_user)
    assert db.session.get_one(Heartbeat, "readyz").at >= before


def test_it_is_not_ready_before_the_scheduler_has_run(as_user: Any) -> None:
    code, checks = ready(as_user)
    assert code == 503
    assert "offers.expiry (has not run)" in checks["scheduler"]
    assert checks["database"] == checks["migrations"] == "ok"


@pytest.mark.usefixtures("running")
def test_it_is_not_ready_when_a_job_has_not_run_for_long(as_user: Any) -> None:
    late = now() - timedelta(seconds=40)
    db.session.execute(
        update(Heartbeat).where(Heartbeat.job == "offers.expiry").values(at=late, problem="OperationalError: disk full")
    )
    code, checks = ready(as_user)
    assert (code, checks["scheduler"]) == (503, "overdue: offers.expiry (OperationalError: disk full)")


@pytest.mark.usefixtures("running")
def test_a_job_that_comes_once_an_hour_is_not_late_after_a_minute(as_user: Any) -> None:
    earlier = now() - timedelta(minutes=50)
    db.session.execute(update(Heartbeat).where(Heartbeat.job == "outbox.retention").values(at=earlier))
    assert ready(as_user)[0] == 200


@pytest.mark.usefixtures("running")
def test_it_is_not_ready_when_the_outbox_is_not_drained(as_user: Any, press: Press) -> None:
    press("sari")
    assert ready(as_user)[0] == 200
    db.session.execute(update(OutboxItem).values(due_at=now() - timedelta(seconds=40)))
    code, checks = ready(as_user)
    assert (code, checks["outbox"]) == (503, "an item has waited for 40 s to be delivered")
    assert 40 <= as_user("").get("/readyz").json["oldest_undelivered"] < 100


@pytest.mark.usefixtures("running")
def test_a_partner_whose_server_is_away_leaves_it_ready(as_user: Any) -> None:
    outbox.put("letter:1", "letter", destination="partner")
    db.session.execute(update(OutboxItem).values(due_at=now() - timedelta(hours=2)))
    assert ready(as_user)[0] == 200


@pytest.mark.usefixtures("running")
def test_it_is_not_ready_on_a_database_of_another_version(as_user: Any) -> None:
    db.session.execute(text("update alembic_version set version_num = 'older'"))
    code, checks = ready(as_user)
    assert code == 503
    assert re.match(r"the database has older, the code \w+: ", checks["migrations"])


@pytest.mark.usefixtures("running")
def test_it_is_not_ready_when_the_database_takes_nothing(app: Flask, as_user: Any) -> None:
    def full(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE heartbeats"):
            raise OperationalError(statement, None, Exception("disk full"))

    event.listen(db.engine, "before_cursor_execute", full)
    try:
        assert ready(as_user) == (503, {"database": "OperationalError"})
    finally:
        event.remove(db.engine, "before_cursor_execute", full)


@pytest.mark.both_databases
def test_metrics_count_what_is_open_and_how_old_the_heartbeats_are(press: Press, running: None, as_user: Any) -> None:
    press("sari")
    press("wahyu", kind="other")
    text = as_user("").get("/metrics").text
    for line in ('meteor_incidents_open{priority="1"} 1.0', 'meteor_incidents_open{priority="3"} 1.0',
                 'meteor_alerts_total{source="panic"} 2.0', 'meteor_outbox{state="waiting"} 4.0',
                 'meteor_heartbeat_age_seconds{job="offers.expiry"} '):  # fmt: skip
        assert line in text


def test_metrics_count_requests(as_user: Any) -> None:
    as_user("").get("/healthz")
    text = as_user("").get("/metrics").text
    assert 'meteor_request_seconds_count{endpoint="scheduler.healthz",method="GET",status="200"}' in text


@pytest.mark.usefixtures("app")
class TestMetricsAreFor:
    def test_this_machine(self, as_user: Any) -> None:
        assert as_user("").get("/metrics").status_code == 200

    def test_nobody_elsewhere(self, as_user: Any) -> None:
        assert as_user("").get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403

    def test_nobody_behind_a_proxy_on_this_machine(self, as_user: Any) -> None:
        assert as_user("").get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403

    def test_whoever_has_the_token(self, as_user: Any, monitoring: str) -> None:
        answer = self.ask(as_user, f"Bearer {monitoring}")
        assert answer.status_code == 200

    @pytest.mark.parametrize("header", ["Bearer another token", "Bearer ", "Basic YTpi", f"Basic {TOKEN}"])
    def test_nobody_with_another(self, as_user: Any, monitoring: str, header: str) -> None:
        assert self.ask(as_user, header).status_code == 403

    def test_nobody_with_an_empty_one_when_none_was_set(self, as_user: Any) -> None:
        assert self.ask(as_user, "Bearer ").status_code == 403

    def ask(self, as_user: Any, header: str) -> Any:
        elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
        return as_user("").get("/metrics", environ_base=elsewhere, headers={"Authorization": header})


def test_the_manual_names_every_job_of_the_scheduler(app: Flask) -> None:
    manual = (PROJECT / "docs" / "operating.md").read_text()
    assert [job.name for job in app.config["JOBS"] if f"`{job.name}`" not in manual] == []
