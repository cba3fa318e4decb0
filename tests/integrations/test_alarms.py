"""Webhooks about alarms: whom a chain has reached, and who sees to it, for those who were given that scope."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from meteor.alerts import merging
from meteor.incidents import escalation
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.protocols.models import EscalationStep
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.integrations.receiver import Receiver
from tests.integrations.reports import told
from tests.integrations.test_webhooks import bodies, items, listen, tick
from tests.partners import Partner
from tests.scenes import report

pytestmark = pytest.mark.both_databases

CHAIN = (("dispatcher", 0), ("supervisor", 15), ("chief", 45))


@pytest.fixture
def alarm(cast: Cast) -> Incident:
    """A hold-up at the gold shop, of which nobody has been told yet."""
    cast.incident_type("emergency").chain = [EscalationStep(role=role, after=after) for role, after in CHAIN]
    shop = Premises(name="Toko Emas Semeru", kind="gold_shop", latitude=HOME[0], longitude=HOME[1], address="")
    db.session.add(shop)
    incident = report(cast)
    incident.premises = shop
    db.session.commit()
    return incident


@pytest.fixture
def guard(app: Flask) -> Partner:
    """The security company's pagers: told of alarms and of nothing else."""
    return Partner(app, "Satuan pengaman", "alarms:read")


def begun(incident: Incident) -> datetime:
    at = now()
    escalation.start(incident.id, at)
    db.session.commit()
    return at


def brief(receiver: Receiver, number: str = "") -> list[tuple[Any, ...]]:
    """What was said, of one incident or of all, in the order of the timeline: messages may overtake each other."""
    said = sorted(bodies(receiver), key=lambda body: int(body["id"].split("-")[1]))
    about = [body for body in said if number in ("", body["incident"]["number"])]
    return [(body["type"], body["role"], body["seconds"], body["acknowledged_by"]) for body in about]


def test_each_step_of_a_chain_is_told_and_then_who_sees_to_it(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    listen(guard, receiver.url)
    at = begun(alarm)
    tick()
    assert brief(receiver) == [("incident.escalated", "dispatcher", 0, None)]
    escalation.escalate(at + timedelta(seconds=15))
    db.session.commit()
    tick()
    escalation.acknowledge(alarm.id, cast.hadi, at + timedelta(seconds=21))
    tick()
    assert brief(receiver)[1:] == [
        ("incident.escalated", "supervisor", 15, None),
        ("incident.acknowledged", None, 21, "Hadi Pawas"),
    ]


def test_whoever_closes_or_merges_it_ends_it_for_partners_too(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    listen(guard, receiver.url)
    at = begun(alarm)
    tick()
    incidents.close(alarm, "false_alarm", "", at + timedelta(seconds=5), cast.komang)
    tick()
    incidents.reopen(alarm, "", at + timedelta(seconds=9), cast.komang)
    db.session.commit()
    tick()
    merging.merge(alarm, report(cast, "wahyu", "crime"), at + timedelta(seconds=12), cast.maya)
    tick()
    assert brief(receiver, alarm.number) == [
        ("incident.escalated", "dispatcher", 0, None),
        ("incident.acknowledged", None, 5, "Komang Dispatcher"),
        ("incident.escalated", "dispatcher", 0, None),
        ("incident.acknowledged", None, 3, "Maya Operator"),
    ]


def test_what_was_closed_after_somebody_saw_to_it_ends_once(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    listen(guard, receiver.url)
    at = begun(alarm)
    escalation.acknowledge(alarm.id, cast.hadi, at)
    incidents.close(alarm, "helped", "", at, cast.komang)
    tick()
    assert brief(receiver) == [("incident.acknowledged", None, 0, "Hadi Pawas")]


def test_a_server_that_was_away_is_not_told_of_steps_that_are_past_but_of_the_end(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    listen(guard, receiver.url)
    at = begun(alarm)
    receiver.status = 503
    tick()
    escalation.acknowledge(alarm.id, cast.hadi, at + timedelta(seconds=21))
    receiver.received.clear()
    receiver.status = 200
    tick(timedelta(minutes=1))
    assert brief(receiver) == [("incident.acknowledged", None, 21, "Hadi Pawas")]


@pytest.mark.parametrize(("after", "is_told"), [(9, True), (11, False)])
def test_a_step_that_is_ten_minutes_old_calls_nobody_any_more(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver, after: int, is_told: bool
) -> None:
    listen(guard, receiver.url)
    begun(alarm)
    tick(timedelta(minutes=after))
    assert len(receiver.received) == is_told
    assert [item.done_at is not None for item in items()] == [True]


def test_it_says_which_alarm_and_where_and_nothing_of_people(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    listen(guard, receiver.url)
    at = begun(alarm)
    tick()
    (body,) = bodies(receiver)
    assert body.pop("id").endswith("-alarm")
    assert body == {
        "type": "incident.escalated",
        "at": at.isoformat(),
        "incident": {
            "number": alarm.number, "type": "emergency", "priority": 1, "premises": "Toko Emas Semeru",
        },
        "step": 1,
        "role": "dispatcher",
        "seconds": 0,
        "acknowledged_by": None,
    }  # fmt: skip


def test_an_alarm_without_premises_is_told_without(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    alarm.premises = None
    listen(guard, receiver.url)
    begun(alarm)
    tick()
    assert bodies(receiver)[0]["incident"]["premises"] is None


def test_nothing_is_said_twice(cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver) -> None:
    listen(guard, receiver.url)
    begun(alarm)
    for _ in range(3):
        tick()
    assert len(bodies(receiver)) == 1


def test_whoever_was_given_no_scope_for_alarms_hears_of_none(
    app: Flask, cast: Cast, alarm: Incident, receiver: Receiver
) -> None:
    listen(Partner(app, "RSUD", "incidents:read", "incidents:read-all"), receiver.url)
    at = begun(alarm)
    escalation.acknowledge(alarm.id, cast.hadi, at)
    tick()
    assert [body["type"] for body in bodies(receiver)] == []


def test_alarms_and_statuses_are_told_side_by_side(app: Flask, cast: Cast, alarm: Incident, receiver: Receiver) -> None:
    both = Partner(app, "Pusat komando", "incidents:read", "incidents:write", "alarms:read")
    listen(both, receiver.url)
    both.post("/api/v1/incidents", told())
    begun(alarm)
    tick()
    assert sorted(body["type"] for body in bodies(receiver)) == ["incident.escalated", "incident.status"]


def test_a_drill_calls_nobody_outside(cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver) -> None:
    listen(guard, receiver.url)
    db.session.execute(update(Incident).where(Incident.id == alarm.id).values(drill=True))
    begun(alarm)
    tick()
    assert items() == []


def test_what_happened_before_somebody_listened_is_not_told(
    cast: Cast, alarm: Incident, guard: Partner, receiver: Receiver
) -> None:
    begun(alarm)
    listen(guard, receiver.url)
    tick()
    assert items() == []
