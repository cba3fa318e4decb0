"""Two incidents that are one: merged, undone, by several at once, and what everybody sees of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts import cancelling, followup, matching, merging
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import receive
from meteor.alerts.separating import separate
from meteor.dispatch import override
from meteor.dispatch import queue as queues
from meteor.dispatch import rules as dispatch
from meteor.dispatch.labels import how_it_ended
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident, Merge
from meteor.incidents.places import Place
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import at_once, missing, on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases


@pytest.fixture
def fires(cast: Cast) -> tuple[Incident, Incident]:
    """Sari's fire and Wahyu's, which is the same one."""
    return report(cast, "sari", "fire"), report(cast, "wahyu", "fire", note="Asap tebal")


def merge(cast: Cast, incident: Incident, into: Incident) -> Merge:
    made = merging.merge(incident, into, now(), cast.maya)
    db.session.commit()
    return made


def undo(cast: Cast, made: Merge) -> None:
    merging.undo(made, now(), cast.maya)
    db.session.commit()


def called_about(cast: Cast, incident: Incident, who: User, **said: Any) -> Alert:
    """The alert of a call about the incident."""
    call = IncomingAlert(
        id=uuid4(), source="call", kind="other", reporter_id=who.id, type_id=incidents.type_for("other").id,
        incident_id=incident.id, place=Place(*HOME, 10.0, "call"), **said,
    )  # fmt: skip
    alert_id = receive(call, now(), cast.maya).id
    db.session.commit()
    return db.session.get_one(Alert, alert_id)


def alerts_of(incident: Incident) -> set[str | None]:
    """The user names of those whose alerts the incident handles."""
    found = db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).all()
    return {alert.reporter.username if alert.reporter else None for alert in found}


def event_types(incident: Incident) -> list[str]:
    return [event.event_type for event in timeline.of_incident(incident.id)]


def state(incident: Incident) -> dict[str, Any]:
    """All that an incident is, but for the moment since which it waits."""
    db.session.refresh(incident)
    columns = {column.key: getattr(incident, column.key) for column in Incident.__table__.columns}
    return columns | {"waiting_since": columns["waiting_since"] is not None}


# --- merging ---


def test_the_alerts_move_and_the_merged_incident_is_closed_as_a_duplicate(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    assert (alerts_of(main), alerts_of(same)) == ({"sari", "wahyu"}, set())
    assert (same.status, same.outcome, same.merged_into) == ("closed", "duplicate", main)
    assert (main.status, main.handler, same.handler) == ("open", main, main)


def test_the_merged_incident_leaves_the_queue(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    assert [it.id for it in queues.open_incidents(None)] == [main.id]


def test_both_timelines_say_so_and_the_main_one_what_was_written(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    there, here = timeline.last(same.id, "merged"), timeline.last(main.id, "merged_here")
    assert there is not None
    assert here is not None
    assert (there.detail["number"], there.actor_name) == (main.number, "Maya Operator")
    assert (here.detail["number"], here.detail["note"]) == (same.number, "Asap tebal")


def test_its_offers_go_back(cast: Cast, fires: Any) -> None:
    main, same = fires
    unit = on_duty(cast, "dewi", "DAMKAR-01")
    reconcile(same.id, now())
    offer = open_assignment("DAMKAR-01")
    assert offer.incident_id == same.id
    merge(cast, same, main)
    db.session.refresh(offer)
    assert (offer.status, offer.reason) == ("withdrawn", "merged")
    with force_locale("en"):
        assert how_it_ended(offer) == "Reported twice; the other report is being handled:"
    db.session.refresh(unit)
    assert (unit.status, open_assignment("DAMKAR-01").incident_id) == ("offered", main.id)


def test_a_unit_under_way_goes_on_to_the_main_one_and_is_not_sent_twice(cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    same, main = report(cast, "wahyu", "fire"), report(cast, "sari", "fire")
    going = open_assignment("DAMKAR-01")
    dispatch.accept(going, now(), cast.dewi)
    dispatch.depart(going, now(), cast.dewi)
    merge(cast, same, main)
    db.session.refresh(going)
    assert (going.incident_id, going.status, main.status) == (main.id, "en_route", "dispatched")
    assert main.accepted_at == going.accepted_at
    assert main.waiting_since is None
    assert len(db.session.scalars(select(Assignment).where(Assignment.unit_id == going.unit_id)).all()) == 1
    assert "went_over" in event_types(same)
    assert "came_over" in event_types(main)
    dispatch.arrive(going, now(), cast.dewi)
    db.session.refresh(main)
    assert main.status == "on_scene"


def test_what_a_unit_that_comes_over_will_do_is_offered_to_nobody_else(cast: Cast) -> None:
    on_duty(cast, "rina", "AMBULANS-01")
    same = report(cast, "wahyu", "medical")
    going = open_assignment("AMBULANS-01")
    dispatch.accept(going, now(), cast.rina)
    on_duty(cast, "dewi", "AMBULANS-02")
    main = report(cast, "sari", "medical")
    asked = open_assignment("AMBULANS-02")
    assert asked.incident_id == main.id
    merge(cast, same, main)
    db.session.refresh(asked)
    assert (going.incident_id, asked.status, asked.reason) == (main.id, "withdrawn", "taken")
    assert (main.status, missing(main), cast.unit("AMBULANS-02").status) == ("dispatched", {}, "available")


def test_a_unit_that_a_person_asked_for_is_asked_still(cast: Cast) -> None:
    on_duty(cast, "rina", "AMBULANS-01")
    same = report(cast, "wahyu", "medical")
    dispatch.accept(open_assignment("AMBULANS-01"), now(), cast.rina)
    main = report(cast, "sari", "medical")
    unit = on_duty(cast, "dewi", "AMBULANS-02")
    override.add(main, [unit], override.ChoiceReason("Dua korban"), now(), cast.komang)
    merge(cast, same, main)
    assert open_assignment("AMBULANS-02").incident_id == main.id


def test_the_main_one_learns_what_it_did_not_know(cast: Cast) -> None:
    main = report(cast, "sari", "other", latitude=None, longitude=None)
    main.latitude = main.longitude = None
    main.held = True
    same = report(cast, "wahyu", "fire", silent=True)
    merge(cast, same, main)
    assert (main.type.code, main.priority, main.silent, main.held) == ("fire", 1, True, False)
    assert (main.latitude, main.longitude) == HOME


def test_what_is_said_is_not_replaced_by_what_is_not(cast: Cast) -> None:
    main, same = report(cast, "sari", "fire"), report(cast, "wahyu", "emergency")
    merge(cast, same, main)
    assert main.type.code == "fire"


def test_what_nobody_had_said_is_learnt(cast: Cast) -> None:
    main, same = report(cast, "sari", "emergency"), report(cast, "wahyu", "fire")
    made = merge(cast, same, main)
    assert main.type.code == "fire"
    undo(cast, made)
    assert main.type.code == "emergency"


def test_a_unit_goes_over_to_an_incident_that_was_opened_again_since(cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    same, main = report(cast, "wahyu", "fire"), report(cast, "sari", "fire")
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    dispatch.close(main, "helped", "", now(), cast.komang)
    dispatch.reopen(main, "Menyala lagi", now(), cast.komang)
    merge(cast, same, main)
    assert (main.status, missing(main)) == ("dispatched", {"patrol": 1})


def test_an_incident_is_not_merged_into_itself_or_into_a_closed_one(cast: Cast, fires: Any) -> None:
    main, same = fires
    with pytest.raises(merging.SameIncident):
        merging.merge(main, main, now(), cast.maya)
    dispatch.close(main, "helped", "", now(), cast.komang)
    with pytest.raises(incidents.AlreadyClosed, match=main.number):
        merging.merge(same, main, now(), cast.maya)
    with pytest.raises(incidents.AlreadyClosed, match=main.number):
        merging.merge(main, same, now(), cast.maya)


def test_of_two_who_merge_at_once_one_wins(app: Flask, cast: Cast, fires: Any) -> None:
    main, same = (incident.id for incident in fires)

    def event_type(one: int, other: int) -> str:
        try:
            merge(cast, db.session.get_one(Incident, one), db.session.get_one(Incident, other))
        except incidents.AlreadyClosed:
            db.session.rollback()
            return "closed"
        return "merged"

    results = at_once(app, *[partial(event_type, same, main)] * 4)
    assert sorted(results) == ["closed"] * 3 + ["merged"]
    assert len(db.session.scalars(select(Merge)).all()) == 1
    assert alerts_of(db.session.get_one(Incident, main)) == {"sari", "wahyu"}


def test_of_two_who_merge_each_into_the_other_one_wins(app: Flask, cast: Cast, fires: Any) -> None:
    one, other = (incident.id for incident in fires)

    def event_type(first: int, second: int) -> bool:
        try:
            merge(cast, db.session.get_one(Incident, first), db.session.get_one(Incident, second))
        except incidents.AlreadyClosed:
            db.session.rollback()
            return False
        return True

    assert sorted(at_once(app, partial(event_type, one, other), partial(event_type, other, one))) == [False, True]
    assert [it.status for it in queues.open_incidents(None)] == ["open"]


def test_closing_at_the_same_moment_loses_no_alert(app: Flask, cast: Cast, fires: Any) -> None:
    main, same = (incident.id for incident in fires)

    def merging_it() -> bool:
        try:
            merge(cast, db.session.get_one(Incident, same), db.session.get_one(Incident, main))
        except incidents.AlreadyClosed:
            db.session.rollback()
            return False
        return True

    def closing_it() -> None:
        dispatch.close(db.session.get_one(Incident, main), "helped", "", now(), cast.komang)
        db.session.commit()

    merged, _ = at_once(app, merging_it, closing_it)
    first, second = db.session.get_one(Incident, main), db.session.get_one(Incident, same)
    assert first.status == "closed"
    assert (second.status, alerts_of(first)) == (("closed", {"sari", "wahyu"}) if merged else ("open", {"sari"}))


# --- afterwards ---


def test_closing_the_main_one_closes_nothing_twice(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    closed_at = same.closed_at
    dispatch.close(main, "helped", "", now() + timedelta(minutes=5), cast.komang)
    db.session.refresh(same)
    assert (same.outcome, same.closed_at) == ("duplicate", closed_at)
    assert event_types(same).count("closed") == event_types(main).count("closed") == 1


def test_a_merged_incident_is_not_reopened_by_itself(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    with pytest.raises(incidents.NotClosed):
        dispatch.reopen(same, "Masih menyala", now(), cast.komang)


def test_a_reporter_who_presses_again_joins_the_incident_that_handles_it(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    assert report(cast, "wahyu", "medical", latitude=HOME[0] + 0.01) == main
    assert (main.type.code, main.latitude) == ("fire", HOME[0])
    assert matching.open_of(cast.wahyu.id) == main


def test_what_somebody_else_raised_stays_what_and_where_it_is(cast: Cast, fires: Any) -> None:
    main, same = fires
    merge(cast, same, main)
    alert = db.session.scalars(select(Alert).where(Alert.reporter_id == cast.wahyu.id)).one()
    followup.choose_kind(alert, "medical", now(), cast.wahyu)
    followup.add_fix(alert, HOME[0] + 0.002, HOME[1], 3.0, now())
    assert (main.type.code, main.latitude) == ("fire", HOME[0])
    assert event_types(main)[-1] == "kind_said"


# --- undoing ---


def test_undone_everything_is_as_it_was(cast: Cast, fires: Any) -> None:
    main, same = fires
    before = state(main), state(same)
    undo(cast, merge(cast, same, main))
    assert (state(main), state(same)) == before
    assert (alerts_of(main), alerts_of(same)) == ({"sari"}, {"wahyu"})
    assert {it.id for it in queues.open_incidents(None)} == {main.id, same.id}
    assert "unmerged" in event_types(same)
    assert "unmerged_here" in event_types(main)


def test_what_the_main_one_learnt_is_forgotten_again(cast: Cast) -> None:
    main = report(cast, "bayu", "other", latitude=None, longitude=None)
    same = report(cast, "wahyu", "fire", silent=True)
    before = state(main)
    undo(cast, merge(cast, same, main))
    kept = ("type_id", "priority", "silent", "latitude", "longitude", "place", "flags", "rt_id", "kelurahan_id")
    after = state(main)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_unit_that_went_over_comes_back(cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    same, main = report(cast, "wahyu", "fire"), report(cast, "sari", "fire")
    going = open_assignment("DAMKAR-01")
    dispatch.accept(going, now(), cast.dewi)
    before = state(main), state(same)
    undo(cast, merge(cast, same, main))
    assert open_assignment("DAMKAR-01").incident_id == same.id
    assert (same.status, main.status) == ("dispatched", "open")
    assert (state(main), state(same)) == before


def test_a_unit_that_arrived_meanwhile_stays_where_it_stands(as_user: Callable[[str], Any], cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    same, main = report(cast, "wahyu", "fire"), report(cast, "sari", "fire", latitude=HOME[0] + 0.018)
    there = open_assignment("DAMKAR-01")
    dispatch.accept(there, now(), cast.dewi)
    made = merge(cast, same, main)
    dispatch.arrive(there, now(), cast.dewi)
    undo(cast, made)
    assert (there.incident_id, main.status, main.arrived_at) == (main.id, "on_scene", there.on_scene_at)
    assert (same.status, same.accepted_at, same.arrived_at) == ("open", None, None)
    assert same.waiting_since is not None
    assert missing(same)["fire"] == 1
    assert 'data-stage="arrived"' in page(as_user, cast, "sari")
    assert 'data-stage="received"' in page(as_user, cast, "wahyu")


def test_a_unit_that_was_there_before_goes_back_to_where_it_stands(cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    same, main = report(cast, "wahyu", "fire"), report(cast, "sari", "fire", latitude=HOME[0] + 0.018)
    there = open_assignment("DAMKAR-01")
    dispatch.accept(there, now(), cast.dewi)
    dispatch.arrive(there, now(), cast.dewi)
    undo(cast, merge(cast, same, main))
    assert (there.incident_id, same.status, main.status) == (same.id, "on_scene", "open")


def test_the_units_are_offered_anew(cast: Cast, fires: Any) -> None:
    main, same = fires
    on_duty(cast, "agus", "TRAIL-01")
    reconcile(main.id, now())
    made = merge(cast, same, main)
    on_duty(cast, "bayu", "TRAIL-02")
    undo(cast, made)
    assert open_assignment("TRAIL-01").incident_id == main.id
    assert open_assignment("TRAIL-02").incident_id == same.id


def test_what_its_reporters_sent_since_goes_with_them(cast: Cast, fires: Any) -> None:
    main, same = fires
    made = merge(cast, same, main)
    report(cast, "wahyu", "fire")
    report(cast, "sari", "fire")
    undo(cast, made)
    assert (alerts_of(main), alerts_of(same)) == ({"sari"}, {"wahyu"})
    assert len(db.session.scalars(select(Alert.id).where(Alert.incident_id == same.id)).all()) == 2


def test_a_held_incident_is_held_again(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    main, same = report(cast, "sari", "fire"), report(cast, "karto", "fire")
    undo(cast, merge(cast, same, main))
    assert (same.held, main.held, same.status) == (True, False, "open")


def test_when_the_main_one_is_closed_it_stays_so_and_the_other_is_open_again(cast: Cast, fires: Any) -> None:
    main, same = fires
    made = merge(cast, same, main)
    dispatch.close(main, "helped", "", now(), cast.komang)
    undo(cast, made)
    assert (main.status, same.status, same.waiting_since is not None) == ("closed", "open", True)
    assert (alerts_of(main), alerts_of(same)) == ({"sari"}, {"wahyu"})


def test_of_two_who_undo_at_once_one_wins(app: Flask, cast: Cast, fires: Any) -> None:
    main, same = fires
    made = merge(cast, same, main).id

    def event_type() -> bool:
        try:
            undo(cast, db.session.get_one(Merge, made))
        except merging.Undone:
            db.session.rollback()
            return False
        return True

    assert sorted(at_once(app, *[event_type] * 3)) == [False, False, True]
    assert event_types(same).count("unmerged") == 1


def test_merges_that_follow_on_each_other_are_undone_in_any_order(cast: Cast) -> None:
    first, second, third = (report(cast, who, "fire") for who in ("sari", "wahyu", "bayu"))
    one, two = merge(cast, first, second), merge(cast, second, third)
    assert alerts_of(third) == {"sari", "wahyu", "bayu"}
    assert first.handler == third
    undo(cast, one)
    assert (alerts_of(first), alerts_of(third)) == ({"sari"}, {"wahyu", "bayu"})
    undo(cast, two)
    assert (alerts_of(first), alerts_of(second), alerts_of(third)) == ({"sari"}, {"wahyu"}, {"bayu"})
    one, two = merge(cast, first, second), merge(cast, second, third)
    undo(cast, two)
    assert (alerts_of(second), alerts_of(third)) == ({"sari", "wahyu"}, {"bayu"})
    undo(cast, one)
    assert (alerts_of(first), alerts_of(second)) == ({"sari"}, {"wahyu"})


def test_what_was_learnt_through_two_merges_is_forgotten_when_the_first_is_undone(cast: Cast) -> None:
    fire = report(cast, "sari", "fire")
    middle, main = report(cast, "wahyu", "other"), report(cast, "bayu", "other")
    one = merge(cast, fire, middle)
    merge(cast, middle, main)
    assert (main.type.code, main.priority) == ("fire", fire.priority)
    undo(cast, one)
    assert [incident.type.code for incident in (fire, middle, main)] == ["fire", "other", "other"]


def test_what_staff_said_since_stays_when_the_merge_is_undone(cast: Cast) -> None:
    main, same = report(cast, "bayu", "other"), report(cast, "wahyu", "fire")
    made = merge(cast, same, main)
    override.retype(main, incidents.type_for("crime"), 2, "heard on the radio", now(), cast.komang)
    undo(cast, made)
    assert (main.type.code, same.type.code) == ("crime", "fire")


def test_what_a_reporter_says_while_it_is_a_part_counts_once_it_stands_alone(cast: Cast) -> None:
    main, same = report(cast, "sari", "crime"), report(cast, "wahyu", "other")
    made = merge(cast, same, main)
    alert = db.session.scalars(select(Alert).where(Alert.reporter_id == cast.wahyu.id)).one()
    followup.choose_kind(alert, "medical", now(), cast.wahyu)
    assert main.type.code == "crime"
    undo(cast, made)
    assert (main.type.code, same.type.kind) == ("crime", "medical")


def test_what_the_reporters_of_a_part_wrote_stands_above_the_main_one_until_it_is_separated(
    as_user: Callable[[str], Any], cast: Cast, fires: Any
) -> None:
    main, same = fires
    made, browser = merge(cast, same, main), as_user("maya")
    first_said = '<blockquote class="says">Asap tebal'
    assert first_said in browser.get(f"/incidents/{main.number}").text
    undo(cast, made)
    assert first_said not in browser.get(f"/incidents/{main.number}").text
    assert first_said in browser.get(f"/incidents/{same.number}").text


def test_one_that_is_held_again_is_told_to_the_call_takers_again(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    main, same = report(cast, "karto", "fire"), report(cast, "sari", "fire")
    made = merge(cast, same, main)
    assert not main.held
    notices.acknowledge_all("held:", None, now())
    undo(cast, made)
    assert (main.held, same.held) == (True, False)
    told = select(Notice.role).where(Notice.key.startswith("held:"), Notice.acknowledged_at.is_(None))
    assert db.session.scalars(told).all() == ["call_taker"]


def test_what_an_alert_said_before_a_merge_goes_with_it_when_it_is_split_off(cast: Cast) -> None:
    part, main = report(cast, "sari", "other"), report(cast, "bayu", "other")
    call = called_about(cast, part, cast.wahyu, priority=1)
    followup.choose_kind(call, "domestic_violence", now(), cast.wahyu)
    merge(cast, part, main)
    assert (main.priority, main.confidential) == (1, True)
    split = separate(call, incidents.type_for("other"), Place(*HOME, 10.0, "call"), now(), cast.maya)
    assert split.confidential
    assert (main.priority, main.confidential) == (main.type.priority, False)


def test_what_was_said_to_the_main_one_goes_back_with_its_alert_through_two_merges(cast: Cast) -> None:
    part, middle, main = report(cast, "wahyu", "other"), report(cast, "sari", "other"), report(cast, "bayu", "other")
    one = merge(cast, part, middle)
    called_about(cast, middle, cast.wahyu, priority=1)
    merge(cast, middle, main)
    undo(cast, one)
    assert [incident.priority for incident in (part, middle, main)] == [1, 3, 3]


def test_an_alert_that_was_split_off_belongs_to_its_own_incident_through_a_further_merge(cast: Cast) -> None:
    part, main, other = (report(cast, who, "other") for who in ("sari", "bayu", "wahyu"))
    call = called_about(cast, part, cast.karto)
    merge(cast, part, main)
    own = separate(call, incidents.type_for("other"), Place(*HOME, 10.0, "call"), now(), cast.maya)
    undo(cast, merge(cast, own, other))
    assert call.incident_id == own.id


def test_a_part_is_no_longer_silent_once_its_silent_alert_was_split_off(cast: Cast) -> None:
    part, main = report(cast, "sari", "other"), report(cast, "bayu", "other")
    call = called_about(cast, part, cast.wahyu, silent=True)
    made = merge(cast, part, main)
    separate(call, incidents.type_for("fire"), Place(*HOME, 10.0, "call"), now(), cast.maya)
    undo(cast, made)
    assert [(incident.silent, incident.confidential) for incident in (part, main)] == [(False, False)] * 2


def test_who_need_not_wait_releases_it_for_good_also_while_a_part_does(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    main, part = report(cast, "karto", "fire"), report(cast, "sari", "fire")
    made = merge(cast, part, main)
    called_about(cast, main, cast.wahyu)
    undo(cast, made)
    assert not main.held


def test_what_its_reporter_says_counts_also_where_a_part_had_said_it(cast: Cast) -> None:
    main, part = report(cast, "sari", "emergency"), report(cast, "wahyu", "fire")
    made = merge(cast, part, main)
    report(cast, "sari", "fire")
    undo(cast, made)
    assert main.type.code == "fire"


def test_what_it_was_closed_as_stays_when_the_merge_is_undone_and_ends_with_the_reopening(cast: Cast) -> None:
    main, part = report(cast, "sari", "other"), report(cast, "wahyu", "fire")
    made = merge(cast, part, main)
    dispatch.close(main, "helped", "", now(), cast.komang)
    undo(cast, made)
    assert main.type.code == "fire"
    dispatch.reopen(main, "again", now(), cast.komang)
    assert main.type.code == "other"


# --- what its reporter sees ---


def page(as_user: Callable[[str], Any], cast: Cast, who: str) -> str:
    alert = db.session.scalars(select(Alert).where(Alert.reporter_id == getattr(cast, who).id)).one()
    answer = as_user(who).get(f"/alerts/{alert.id}")
    assert answer.status_code == 200
    return str(answer.text)


def test_the_reporter_keeps_page_number_and_clock_and_sees_who_comes(
    as_user: Callable[[str], Any], cast: Cast, fires: Any
) -> None:
    main, same = fires
    on_duty(cast, "dewi", "DAMKAR-01")
    merge(cast, same, main)
    before = page(as_user, cast, "wahyu")
    assert f'<span class="number">{same.number}</span>' in before
    assert f"Ditangani bersama {main.number}" in before
    assert 'data-stage="received"' in before
    reconcile(main.id, now())
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    assert 'data-stage="accepted"' in page(as_user, cast, "wahyu")
    assert "DAMKAR-01" in page(as_user, cast, "wahyu")
    assert f'<span class="number">{main.number}</span>' in page(as_user, cast, "sari")
    dispatch.close(main, "helped", "", now(), cast.komang)
    assert "Anda sudah ditolong." in page(as_user, cast, "wahyu")


def test_the_poll_notices_that_the_alert_moved_and_came_back(
    as_user: Callable[[str], Any], cast: Cast, fires: Any
) -> None:
    main, same = fires
    alert = db.session.scalars(select(Alert).where(Alert.reporter_id == cast.wahyu.id)).one()
    wahyu = as_user("wahyu")

    def version() -> str:
        return str(wahyu.get(f"/alerts/{alert.id}/status").text.split('data-version="')[1].split('"')[0])

    versions = [version()]
    made = merge(cast, same, main)
    versions.append(version())
    undo(cast, made)
    versions.append(version())
    assert len(set(versions)) == 3


def test_nobody_is_told_that_they_said_what_another_reporter_said(
    as_user: Callable[[str], Any], cast: Cast, fires: Any
) -> None:
    main, same = fires
    mine, theirs = (db.session.scalars(select(Alert).where(Alert.incident_id == each.id)).one() for each in fires)
    cancelling.cancel(theirs, "mistake", now(), cast.wahyu)
    merge(cast, same, main)
    assert (cancelling.cancellation(mine), cancelling.cancellation(theirs)) == (None, "mistake")
    cancelling.cancel(mine, "safe", now(), cast.sari)
    assert (cancelling.cancellation(mine), cancelling.cancellation(theirs)) == ("safe", "mistake")


def test_nobody_is_shown_where_another_reporter_is(as_user: Callable[[str], Any], cast: Cast, fires: Any) -> None:
    main, same = fires
    incidents.move(main, Place(HOME[0] + 0.00123, HOME[1], 10.0, "device"), now())
    merge(cast, same, main)
    for who in ("sari", "wahyu"):
        assert str(main.latitude) not in page(as_user, cast, who), "the page holds where its own phone was"
