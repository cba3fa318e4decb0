"""A clock that was an hour ahead and went back: what was stored meanwhile does not wait for that hour."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from meteor.dispatch import offers, overdue
from meteor.dispatch.models import Assignment
from meteor.incidents import escalation
from meteor.incidents.models import Escalation
from meteor.scheduler import corrections, health, rules
from meteor.scheduler.models import Lease
from meteor.store import outbox
from meteor.store.database import db
from meteor.store.models import Heartbeat, OutboxItem
from meteor.store.moments import AHEAD, is_fresh, now
from meteor.store.work import Job
from tests.scheduler.conftest import Press

HOUR = timedelta(hours=1)
JOB = Job("orders.sorting", 1, lambda at: None)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (30, True), (31, False), (-5, True), (-6, False)])
def test_a_moment_is_fresh_for_a_while_and_never_from_the_future(seconds: float, fresh: bool) -> None:
    at = now()
    assert is_fresh(at - timedelta(seconds=seconds), timedelta(seconds=30), at) == fresh


@pytest.mark.usefixtures("app")
def test_a_heartbeat_of_the_future_is_overdue_until_it_is_corrected_and_ages_from_then_on() -> None:
    at = now()
    db.session.add(Heartbeat(job=JOB.name, at=at + HOUR))
    assert health.pulses([JOB], at)[0].overdue
    corrections.correct(at)
    assert not health.pulses([JOB], at)[0].overdue
    assert health.pulses([JOB], at + timedelta(minutes=1))[0].overdue


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
def test_an_item_of_the_outbox_that_was_left_or_put_off_meanwhile_is_due_now() -> None:
    at = now()
    for key, created, due in (("left", at + HOUR, at + HOUR), ("put off", at - HOUR, at + HOUR)):
        db.session.add(OutboxItem(key=key, topic="push", payload={}, created_at=created, due_at=due))
    db.session.add(OutboxItem(key="soon", topic="push", payload={}, created_at=at, due_at=at + outbox.LONGEST_PAUSE))
    db.session.flush()
    assert outbox.claim(at) == []
    corrections.correct(at)
    assert [item.key for item in outbox.claim(at)] == ["left", "put off"]


@pytest.mark.usefixtures("app")
def test_a_lease_of_the_future_keeps_nobody_from_the_job() -> None:
    at = now()
    db.session.add(Lease(job=JOB.name, holder="a scheduler that died", until=at + HOUR))
    db.session.flush()
    assert rules.take_lease(JOB, "another", at) is None


@pytest.mark.usefixtures("crews")
def test_an_offer_of_the_future_ends_as_if_it_were_made_now(press: Press) -> None:
    incident, at = press(), now()
    db.session.execute(update(Assignment).values(expires_at=at + HOUR))
    overdue.expire(at)
    [expires_at] = db.session.scalars(select(Assignment.expires_at).where(Assignment.incident_id == incident.id))
    assert expires_at == at + offers.OFFER_TIME


@pytest.mark.usefixtures("crews")
def test_an_incident_that_waits_since_the_future_is_escalated_from_now_on(press: Press) -> None:
    incident, at = press(), now()
    db.session.execute(update(type(incident)).values(waiting_since=at + HOUR))
    overdue.escalate(at)
    assert overdue.escalate(at + timedelta(seconds=15)) == 1


@pytest.mark.usefixtures("crews")
def test_a_chain_that_began_in_the_future_goes_on_from_now(press: Press, app: Flask) -> None:
    incident, at = press(), now()
    escalation.start(incident.id, at + HOUR)
    escalation.escalate(at)
    began_at, next_at = db.session.execute(select(Escalation.began_at, Escalation.next_at)).one()
    assert began_at == at
    assert next_at is None or next_at <= at + HOUR / 2


def test_a_stored_moment_a_little_ahead_is_left_alone(app: Flask) -> None:
    at: Any = now()
    db.session.add(Heartbeat(job=JOB.name, at=at + AHEAD / 2))
    corrections.correct(at)
    assert db.session.get_one(Heartbeat, JOB.name).at == at + AHEAD / 2
