"""From which moment on a job has something to do: then it does it, and a moment earlier it changes nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from meteor.agencies.positions import UNUSABLE
from meteor.calls import holding
from meteor.calls.models import Call
from meteor.clients.models import ApiClient
from meteor.dispatch import overdue, rules
from meteor.dispatch.models import Assignment
from meteor.dispatch.overdue import STEPS
from meteor.hazards import handling
from meteor.hazards import rules as hazard_rules
from meteor.hazards.rules import TARGET
from meteor.incidents import escalation
from meteor.incidents.models import Escalation, Incident
from meteor.notices import rules as notices
from meteor.open311.forwarding_models import ForwardEndpoint
from meteor.protocols.escalation import DEFAULT
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat, OutboxItem
from meteor.store.moments import now
from meteor.store.work import Job
from meteor.traffic.models import StagingArea
from meteor.warnings.models import HazardWarning
from meteor.welfare import checks
from tests.broadcasts.scenes import sent
from tests.cast import Cast
from tests.hazards.scenes import hazard
from tests.scenes import in_danger, open_assignment
from tests.scheduler.conftest import Press
from tests.warnings.scenes import cancel, publish

pytestmark = pytest.mark.both_databases

HOUR, INSTANT = timedelta(hours=1), timedelta(milliseconds=1)


class Jobs:
    """The scheduler's jobs that say when they are due."""

    def __init__(self, app: Flask) -> None:
        self.by_name: dict[str, Job] = {job.name: job for job in app.config["JOBS"] if job.due}

    def due(self, name: str) -> datetime | None:
        db.session.flush()
        job = self.by_name[name]
        assert job.due
        return job.due(now())

    def is_due_from(self, name: str, moment: datetime) -> None:
        """It says this moment, has something to do then, and had nothing a moment before."""
        assert self.due(name) == moment
        assert not self.writes(name, moment - INSTANT)
        assert self.writes(name, moment)

    def is_due_now(self, name: str) -> None:
        before = now()
        moment = self.due(name)
        assert moment is not None
        assert before <= moment <= now()
        assert self.writes(name, moment)

    def writes(self, name: str, at: datetime) -> bool:
        """Whether its turn at this moment changes a row. What it does is taken back."""
        changed = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith(("INSERT", "UPDATE", "DELETE")) and cursor.rowcount > 0:
                changed.append(statement)

        db.session.flush()
        event.listen(db.engine, "after_cursor_execute", note)
        before = db.session.begin_nested()
        try:
            self.by_name[name].run(at)
            db.session.flush()
        finally:
            before.rollback()
            db.session.expire_all()
            event.remove(db.engine, "after_cursor_execute", note)
        return bool(changed)


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    return Jobs(app)


@pytest.mark.usefixtures("cast")
def test_in_a_city_at_rest_nothing_is_due(jobs: Jobs) -> None:
    assert {name: jobs.due(name) for name in jobs.by_name} == dict.fromkeys(jobs.by_name)


def test_every_job_that_comes_round_more_often_than_every_30_s_says_when_it_is_due(app: Flask) -> None:
    assert [job.name for job in app.config["JOBS"] if job.every < 30 and not job.due] == []


@pytest.mark.usefixtures("crews")
class TestOffers:
    def test_the_first_that_runs_out(self, jobs: Jobs, press: Press) -> None:
        press()
        [offer] = db.session.query(Assignment)
        jobs.is_due_from("offers.expiry", offer.expires_at)

    def test_one_of_a_clock_that_was_ahead(self, jobs: Jobs, press: Press) -> None:
        press()
        db.session.execute(update(Assignment).values(expires_at=now() + HOUR))
        jobs.is_due_now("offers.expiry")

    def test_the_first_step_of_an_incident_that_waits_and_the_next(self, jobs: Jobs, press: Press) -> None:
        incident = press()
        jobs.is_due_from("offers.overdue", incident.waiting_since + STEPS[0].after)
        overdue.escalate(incident.waiting_since + STEPS[0].after)
        jobs.is_due_from("offers.overdue", incident.waiting_since + STEPS[1].after)

    def test_none_after_the_last_step(self, jobs: Jobs, press: Press) -> None:
        press().escalated = len(STEPS)
        assert jobs.due("offers.overdue") is None

    def test_an_incident_that_waits_since_a_clock_was_ahead(self, jobs: Jobs, press: Press) -> None:
        press()
        db.session.execute(update(Incident).values(waiting_since=now() + HOUR))
        jobs.is_due_now("offers.overdue")

    def test_when_a_unit_that_did_not_answer_is_asked_again(self, jobs: Jobs, press: Press) -> None:
        press()
        [offer] = db.session.query(Assignment)
        overdue.expire(offer.expires_at)
        [second] = db.session.query(Assignment).filter_by(status="offered")
        overdue.expire(second.expires_at)
        db.session.expire_all()
        assert offer.retry_at is not None
        jobs.is_due_from("offers.waiting", offer.retry_at)


def test_an_incident_without_a_unit_is_served_when_one_begins_duty(
    jobs: Jobs, press: Press, request: pytest.FixtureRequest
) -> None:
    press()
    assert jobs.due("offers.waiting") is None
    request.getfixturevalue("crews")
    jobs.is_due_now("offers.waiting")


class TestAChain:
    def test_its_next_step(self, jobs: Jobs, press: Press) -> None:
        began = now()
        escalation.start(press().id, began)
        jobs.is_due_from("alarms.escalation", began + timedelta(seconds=DEFAULT[-2][1]))

    def test_none_once_it_is_acknowledged(self, jobs: Jobs, press: Press, cast: Cast) -> None:
        incident = press()
        escalation.start(incident.id, now())
        escalation.acknowledge(incident.id, cast.komang, now())
        assert jobs.due("alarms.escalation") is None

    def test_one_that_began_while_the_clock_was_ahead(self, jobs: Jobs, press: Press) -> None:
        escalation.start(press().id, now())
        ahead = now() + HOUR
        db.session.execute(update(Escalation).values(began_at=ahead, next_at=ahead))
        jobs.is_due_now("alarms.escalation")


class TestACall:
    @pytest.mark.parametrize(
        ("status", "moments", "after"),
        [
            ("ringing", {}, holding.RINGS),
            ("taken", {"taken_at": 1}, holding.STALLED + timedelta(seconds=1)),
            ("ringing", {"answered_at": 2}, holding.TALKS + timedelta(seconds=2)),
        ],
    )
    def test_that_nobody_sees_to(
        self, jobs: Jobs, cast: Cast, status: str, moments: dict[str, int], after: timedelta
    ) -> None:
        at = now()
        since = {name: at + timedelta(seconds=seconds) for name, seconds in moments.items()}
        db.session.add(Call(status=status, announced_at=at, received_at=at - HOUR, **since))
        jobs.is_due_from("calls.stalled", at + after)

    @pytest.mark.parametrize("status", ["taken", "ended", "abandoned"])
    def test_that_is_answered_or_over(self, jobs: Jobs, cast: Cast, status: str) -> None:
        db.session.add(Call(status=status, announced_at=now(), taken_at=now(), answered_at=now()))
        assert jobs.due("calls.stalled") is None


@pytest.mark.usefixtures("app")
class TestTheOutbox:
    @pytest.mark.parametrize(
        ("topic", "name"),
        [("meant for nobody", "outbox.delivery"), (notices.PUSH, "outbox.push"), ("webhook", "outbox.partners")],
    )
    def test_an_item_is_due_in_its_own_queue(self, jobs: Jobs, topic: str, name: str) -> None:
        later = now() + timedelta(minutes=3)
        outbox.put("letter", topic)
        db.session.execute(update(OutboxItem).values(due_at=later))
        queues = ("outbox.delivery", "outbox.push", "outbox.partners")
        assert {queue: jobs.due(queue) for queue in queues} == {**dict.fromkeys(queues), name: later}

    @pytest.mark.parametrize("over", ["done_at", "failed_at"])
    def test_one_that_is_over_is_not(self, jobs: Jobs, over: str) -> None:
        outbox.put("letter", "meant for nobody")
        db.session.execute(update(OutboxItem).values({over: now()}))
        assert jobs.due("outbox.delivery") is None

    @pytest.mark.parametrize("moment", ["created_at", "due_at"])
    def test_one_of_a_clock_that_was_ahead_is_corrected(self, jobs: Jobs, moment: str) -> None:
        outbox.put("letter", "meant for nobody")
        assert jobs.due("scheduler.corrections") is None
        db.session.execute(update(OutboxItem).values({moment: now() + HOUR}))
        jobs.is_due_now("scheduler.corrections")


@pytest.mark.usefixtures("app")
def test_a_heartbeat_of_a_clock_that_was_ahead_is_corrected(jobs: Jobs) -> None:
    db.session.add(Heartbeat(job="mark", at=now() + HOUR))
    jobs.is_due_now("scheduler.corrections")


@pytest.mark.usefixtures("app")
def test_an_entry_of_the_audit_log_is_chained(jobs: Jobs) -> None:
    audit.record(None, "marked", "job:mark")
    jobs.is_due_now("audit.chain")


@pytest.mark.usefixtures("crews")
def test_the_shift_of_a_disabled_officer_ends(jobs: Jobs, cast: Cast) -> None:
    cast.agus.active = False
    jobs.is_due_now("shifts.disabled")


def test_a_partner_is_told_of_an_event(jobs: Jobs, press: Press) -> None:
    db.session.add(ApiClient(name="PBX", webhook_url="https://partner.example/", scopes=["incidents:read"]))
    assert jobs.due("webhooks.gathering") is None
    press()
    jobs.is_due_now("webhooks.gathering")


def test_the_search_learns_of_an_event(jobs: Jobs, press: Press) -> None:
    press()
    jobs.is_due_now("search.index")
    jobs.by_name["search.index"].run(now())
    assert jobs.due("search.index") is None


# --- warnings ---


def test_a_warning_is_due_to_be_told_from_its_onset_on(jobs: Jobs, cast: Cast) -> None:
    assert jobs.due("warnings.telling") is None
    later = publish("Mayangan", onset=now() + HOUR)
    jobs.is_due_from("warnings.telling", later.onset)
    publish("Mayangan", status="Exercise")
    assert jobs.due("warnings.telling") == later.onset


def test_a_cancellation_is_due_to_be_told_at_once(jobs: Jobs, cast: Cast) -> None:
    last = cancel(publish("Mayangan", onset=now() + HOUR))
    assert jobs.due("warnings.telling") == last.received_at
    assert jobs.writes("warnings.telling", now())


def test_of_two_cancellations_the_one_that_came_first_says_when(jobs: Jobs, cast: Cast) -> None:
    second, first = cancel(publish("Mayangan")), cancel(publish("Mayangan"))
    for warning in db.session.query(HazardWarning):
        warning.told_at = now() if warning not in (first, second) else None
    first.received_at = second.received_at - HOUR
    assert jobs.due("warnings.telling") == first.received_at
    first.received_at = second.received_at + HOUR
    assert jobs.due("warnings.telling") == second.received_at


# --- what comes round every few seconds in a city with work, and in none without ---


@pytest.mark.usefixtures("crews")
def test_a_crew_on_scene_is_looked_after_until_it_has_left(jobs: Jobs, press: Press, cast: Cast) -> None:
    cast.incident_type("emergency").welfare_after = 20
    press()
    job = open_assignment("TRAIL-01")
    assert jobs.due("officers.welfare") is None
    rules.accept(job, now(), cast.agus)
    rules.arrive(job, now(), cast.agus)
    assert jobs.due("officers.welfare")
    checks.check(now() + HOUR / 2)
    rules.clear(job, now(), cast.agus)
    jobs.is_due_now("officers.welfare")
    checks.check(now())
    assert jobs.due("officers.welfare") is None


@pytest.mark.usefixtures("crews")
def test_an_officer_in_danger_is_followed_as_soon_as_the_unit_has_moved(jobs: Jobs, cast: Cast) -> None:
    incident = in_danger(cast, cast.unit("TRAIL-01"))
    incident.place_source = "unit"
    assert jobs.due("officers.position") is None
    unit = cast.unit("TRAIL-01")
    unit.latitude, unit.longitude, unit.position_at = -7.7, 113.2, now() + INSTANT
    jobs.is_due_now("officers.position")


@pytest.mark.usefixtures("crews")
def test_a_free_unit_away_from_its_base_is_lost_half_an_hour_after_its_last_fix(jobs: Jobs, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    unit.position_at, unit.at_base = now(), False
    jobs.is_due_from("units.lost", unit.position_at + UNUSABLE)
    unit.position_at = None
    jobs.is_due_now("units.lost")


@pytest.mark.usefixtures("crews")
@pytest.mark.parametrize("sent", [True, False])
def test_a_lost_unit_that_was_told_of_waits_for_another(jobs: Jobs, cast: Cast, sent: bool) -> None:
    lost, other = cast.unit("TRAIL-01"), cast.unit("TRAIL-02")
    lost.position_at, lost.at_base = now() - UNUSABLE if sent else None, False
    assert jobs.due("units.lost")
    jobs.by_name["units.lost"].run(now())
    assert jobs.due("units.lost") is None
    other.position_at, other.at_base = now(), False
    jobs.is_due_from("units.lost", other.position_at + UNUSABLE)


def test_a_message_to_an_rt_is_settled_once_it_is_over(jobs: Jobs, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    jobs.is_due_from("broadcasts.settling", message.until)


def test_a_staging_area_ends_with_its_incident(jobs: Jobs, press: Press, cast: Cast) -> None:
    incident = press()
    area = StagingArea(name="Alun-alun", latitude=-7.74, longitude=113.21, incident=incident, author=cast.komang)
    db.session.add(area)
    assert jobs.due("traffic.areas") is None
    rules.close(incident, "helped", "", now(), cast.komang)
    jobs.is_due_now("traffic.areas")


def test_a_report_of_a_hazard_is_late_a_quarter_of_an_hour_after_it_came_and_nobody_is_told_twice(
    jobs: Jobs, cast: Cast
) -> None:
    first, second = hazard(cast, minutes=5), hazard(cast, minutes=4)
    hazard(cast, reported_at=now() - timedelta(hours=25))
    jobs.is_due_from("hazards.waiting", first.reported_at + TARGET)
    jobs.by_name["hazards.waiting"].run(first.reported_at + TARGET)
    jobs.is_due_from("hazards.waiting", second.reported_at + TARGET)
    handling.verify(second, now(), cast.bagas)
    assert jobs.due("hazards.waiting") is None


def test_the_answer_to_a_question_is_late_a_quarter_of_an_hour_after_it_came(jobs: Jobs, cast: Cast) -> None:
    report, answered = hazard(cast, minutes=30), now() - timedelta(minutes=6)
    handling.ask(report, "Masih naik?", now() - timedelta(minutes=10), cast.bagas)
    assert jobs.due("hazards.waiting") is None
    hazard_rules.add(report, "Masih", (), answered, cast.sari)
    jobs.is_due_from("hazards.waiting", answered + TARGET)
    jobs.by_name["hazards.waiting"].run(answered + TARGET)
    assert jobs.due("hazards.waiting") is None


@pytest.mark.usefixtures("cast")
def test_hazards_are_looked_for_while_they_go_anywhere(jobs: Jobs) -> None:
    endpoint = ForwardEndpoint(name="PU", url="https://partner.example/", active=False, mapping={})
    db.session.add(endpoint)
    assert jobs.due("open311.forwarding") is None
    endpoint.active = True
    assert jobs.due("open311.forwarding")
