"""The moments of an incident: where each comes from, and what is blank."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.alerts import followup, merging
from meteor.alerts.models import Alert
from meteor.board import catch_up
from meteor.board.catch_up import Closure, PaperRecord
from meteor.calls import sending
from meteor.calls.models import Call
from meteor.dispatch import override, rules
from meteor.dispatch.models import Assignment
from meteor.dispatch.past_work import PastWork
from meteor.incidents import escalation
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.sas import button, cancelling
from meteor.sas.models import PremisesCancellation
from meteor.statistics.clocks import clocks_of
from meteor.statistics.moments import RULES, Moments
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import enough
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises import places
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]

pytestmark = pytest.mark.both_databases


def clocks(incident: Incident) -> list[Moments]:
    """The moments as the database gives them."""
    db.session.commit()
    db.session.expire_all()
    return clocks_of(incident)


def after(incident: Incident, seconds: float) -> datetime:
    """So many seconds after the incident was opened."""
    return incident.opened_at + timedelta(seconds=seconds)


def seconds(moments: Moments) -> dict[str, int]:
    """How many seconds after the receipt each step was; what is blank is left out."""
    return {
        name: round((at - moments.received_at).total_seconds())
        for name, at in moments._asdict().items()
        if at is not None and name != "received_at"
    }


def go(incident: Incident, cast: Cast, call_sign: str, *steps: tuple[str, int]) -> Assignment:
    """The unit that was offered the incident takes these steps, so many seconds after the incident was opened."""
    assignment = open_assignment(call_sign)
    for step, at in steps:
        getattr(rules, step)(assignment, after(incident, at), cast.agus)
    return assignment


def test_each_step_of_an_alert_has_the_moment_at_which_it_was_taken(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    go(incident, cast, "TRAIL-01", ("accept", 8), ("depart", 20), ("arrive", 170))
    rules.close(incident, "helped", "", after(incident, 900), cast.komang)
    (moments,) = clocks(incident)
    assert moments.received_at == incident.opened_at
    assert seconds(moments) == {
        "seen_at": 8, "offered_at": 0, "accepted_at": 8, "en_route_at": 20, "on_scene_at": 170, "closed_at": 900,
    }  # fmt: skip


def test_what_did_not_happen_is_blank_and_not_zero(cast: Cast) -> None:
    (moments,) = clocks(report(cast))
    assert [name for name, at in moments._asdict().items() if at is not None] == ["received_at"]


def test_of_several_units_the_first_step_counts(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    incident = report(cast, kind="crime")
    go(incident, cast, "TRAIL-02", ("accept", 5), ("depart", 90), ("arrive", 300))
    go(incident, cast, "TRAIL-01", ("accept", 9), ("depart", 30), ("arrive", 200))
    (moments,) = clocks(incident)
    assert seconds(moments) == {
        "seen_at": 5, "offered_at": 0, "accepted_at": 5, "en_route_at": 30, "on_scene_at": 200,
    }  # fmt: skip


def test_staff_have_seen_an_alarm_that_they_acknowledge(cast: Cast) -> None:
    incident = report(cast)
    escalation.start(incident.id, incident.opened_at)
    escalation.acknowledge(incident.id, cast.komang, after(incident, 6))
    assert seconds(clocks(incident)[0]) == {"seen_at": 6}


def test_a_reporter_who_says_more_is_not_staff(cast: Cast) -> None:
    incident = report(cast)
    alert = db.session.query(Alert).one()
    followup.add_note(alert, "Cepat", after(incident, 3), cast.sari)
    followup.choose_kind(alert, "fire", after(incident, 4), cast.sari)
    assert seconds(clocks(incident)[0]) == {}
    incidents.note(incident, "Sudah ditelepon", after(incident, 7), cast.maya)
    assert seconds(clocks(incident)[0]) == {"seen_at": 7}


def test_triage_is_the_first_word_of_staff_on_what_it_is_or_how_urgent(cast: Cast) -> None:
    incident = report(cast)
    override.retype(incident, incidents.type_for("fire"), 1, "asap", after(incident, 25), cast.komang)
    override.retype(incident, incidents.type_for("fire"), 2, "kecil", after(incident, 60), cast.komang)
    assert seconds(clocks(incident)[0]) == {"seen_at": 25, "triaged_at": 25}


def test_a_call_counts_from_its_ring_and_is_triaged_as_it_is_sent(cast: Cast) -> None:
    rang = now()
    call = Call(received_at=rang, announced_at=rang, answered_at=rang + timedelta(seconds=4), status="taken",
                taken_by_id=cast.maya.id, taken_at=rang + timedelta(seconds=4), draft=enough(cast))  # fmt: skip
    db.session.add(call)
    db.session.commit()
    alert = sending.open_incident(call, rang + timedelta(seconds=50), cast.maya)
    (moments,) = clocks(alert.incident)
    assert moments.received_at == rang
    assert seconds(moments) == {"seen_at": 4, "triaged_at": 50}


def test_a_reopened_incident_counts_once_more_from_the_reopening(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    go(incident, cast, "TRAIL-01", ("accept", 8), ("arrive", 100))
    rules.close(incident, "helped", "", after(incident, 300), cast.komang)
    rules.reopen(incident, "kembali", after(incident, 1000), cast.komang)
    go(incident, cast, "TRAIL-01", ("accept", 1020), ("arrive", 1300))
    first, second = clocks(incident)
    assert seconds(first)["on_scene_at"] == 100
    assert seconds(first)["closed_at"] == 300
    assert second.received_at == after(incident, 1000)
    assert seconds(second) == {
        "offered_at": 0, "accepted_at": 20, "en_route_at": 300, "on_scene_at": 300,
    }  # fmt: skip


def test_the_press_is_of_the_alert_that_was_received_first_and_not_of_a_reopening(cast: Cast) -> None:
    incident = report(cast, waited=840.0)
    report(cast, "wahyu", waited=5.0)
    merging.merge(db.session.query(Incident).filter(Incident.id != incident.id).one(), incident, now(), cast.maya)
    rules.close(incident, "helped", "", after(incident, 300), cast.komang)
    rules.reopen(incident, "kembali", after(incident, 1000), cast.komang)
    first, second = clocks(incident)
    assert seconds(first)["pressed_at"] == -840
    assert second.pressed_at is None


def test_what_is_noted_after_the_closure_was_not_seen_then(cast: Cast) -> None:
    incident = report(cast)
    rules.close(incident, "helped", "", after(incident, 30), None)
    incidents.note(incident, "Terlambat", after(incident, 90), cast.maya)
    assert seconds(clocks(incident)[0]) == {"closed_at": 30}


def test_an_incident_whose_reporter_is_safe_before_anybody_came_counts(cast: Cast) -> None:
    incident = report(cast)
    incident.cancelled = "safe"
    rules.close(incident, "nothing_found", "", after(incident, 1500), cast.komang)
    (moments,) = clocks(incident)
    assert (moments.on_scene_at, seconds(moments)["closed_at"]) == (None, 1500)


def test_a_press_by_mistake_and_a_duplicate_are_left_out(cast: Cast) -> None:
    mistake, double = report(cast), report(cast, "wahyu", "fire")
    mistake.cancelled = "mistake"
    rules.close(double, "duplicate", "", after(double, 30), None)
    assert clocks(mistake) == clocks(double) == []


def test_a_mistake_of_premises_counts_also_with_the_right_code(cast: Cast) -> None:
    places.shop()
    button.press(cast.toko, {"id": str(uuid4())}, now())
    db.session.commit()
    alert = db.session.scalars(select(Alert)).one()
    cancelling.cancel(alert, "mistake", places.PHRASE, now(), cast.toko)
    assert db.session.scalars(select(PremisesCancellation.verified)).all() == [True]
    assert len(clocks(alert.incident)) == 1


def test_a_drill_is_left_out(cast: Cast) -> None:
    assert clocks(report(cast, drill=True)) == []


def test_a_merged_incident_counts_with_the_one_that_handles_it_until_the_merge_is_undone(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    early = report(cast)
    go(early, cast, "TRAIL-01", ("accept", 8))
    late = report(cast, "wahyu", "fire", longitude=HOME[1] + 0.01)
    late.opened_at = early.opened_at
    made = merging.merge(early, late, after(early, 60), cast.maya)
    assert clocks(early) == []
    (moments,) = clocks(late)
    assert moments.received_at == early.opened_at
    assert seconds(moments)["accepted_at"] == 8
    merging.undo(made, after(early, 90), cast.maya)
    assert seconds(clocks(early)[0])["accepted_at"] == 8
    assert clocks(early)[0].closed_at is None
    assert clocks(late)[0].accepted_at is None


def test_an_incident_from_paper_keeps_its_times_and_has_no_offer(cast: Cast) -> None:
    start = now() - timedelta(hours=2)
    at = [start + timedelta(minutes=minutes) for minutes in (1, 3, 9, 40)]
    record = PaperRecord(
        uuid4(), "W-01", cast.incident_type("fire"), Place(*HOME, 10.0, "call"), start,
        work=[PastWork(cast.unit("DAMKAR-01"), *at)], closure=Closure(start + timedelta(minutes=45), "helped"),
    )  # fmt: skip
    (moments,) = clocks(catch_up.enter(record, now(), cast.komang))
    assert moments.received_at == start
    assert seconds(moments) == {
        "seen_at": 60, "accepted_at": 60, "en_route_at": 180, "on_scene_at": 540, "closed_at": 2700,
    }  # fmt: skip


def test_a_step_is_not_earlier_than_the_receipt_that_it_answers(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    go(incident, cast, "TRAIL-01", ("accept", 8))
    db.session.query(Alert).one().received_at = after(incident, 30)
    (moments,) = clocks(incident)
    assert moments.accepted_at == moments.received_at == after(incident, 30)


def test_every_moment_has_its_rule_in_words() -> None:
    assert tuple(RULES) == Moments._fields
