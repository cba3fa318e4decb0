"""Offers: to whom, in which order, and what happens when nobody takes them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from meteor.accounts.models import User
from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.agencies.models import Unit
from meteor.alerts.rules import IncomingAlert, receive
from meteor.dispatch import overdue, override, rules
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import offer_beside, reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import missing

pytestmark = pytest.mark.usefixtures("two_motorbikes_on_duty")


@pytest.fixture
def two_motorbikes_on_duty(cast: Cast) -> None:
    """Agus on TRAIL-01, 160 m from Sari's door; Bayu on TRAIL-02, 700 m away."""
    on_duty(cast.agus, cast.unit("TRAIL-01"))
    on_duty(cast.bayu, cast.unit("TRAIL-02"))


def on_duty(user: User, unit: Unit) -> None:
    agencies.start_duty(user, unit, now())
    db.session.commit()


def report(cast: Cast, who: str = "sari", kind: str = "emergency", **given: Any) -> Incident:
    incoming = {"id": uuid4(), "source": "panic", "latitude": HOME[0], "longitude": HOME[1], "accuracy": 10.0} | given
    receipt = receive(IncomingAlert(kind=kind, reporter_id=getattr(cast, who).id, **incoming), now())
    db.session.commit()
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def assignments(incident: Incident) -> dict[str, str]:
    """The newest assignment's status by call sign."""
    query = select(Assignment).where(Assignment.incident_id == incident.id).order_by(Assignment.id)
    return {row.unit.call_sign: row.status for row in db.session.scalars(query)}


def assignment_of(call_sign: str) -> Assignment:
    query = select(Assignment).join(Unit).where(Unit.call_sign == call_sign, Assignment.ended_at.is_(None))
    return db.session.scalars(query).one()


def event(incident: Incident, event_type: str) -> Any:
    return [line for line in timeline.of_incident(incident.id) if line.event_type == event_type][-1]


def after(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def test_the_nearest_is_offered_and_the_timeline_says_why(cast: Cast) -> None:
    incident = report(cast)
    assert assignments(incident) == {"TRAIL-01": "offered"}
    considered = event(incident, "offered").detail["considered"]
    assert [(line["unit"], line["reason"]) for line in considered] == [("TRAIL-01", "chosen"), ("TRAIL-02", "farther")]
    assert considered[0]["distance"] == pytest.approx(158, abs=2)


def test_a_refused_offer_goes_to_the_next_nearest(cast: Cast) -> None:
    incident = report(cast)
    rules.refuse(assignment_of("TRAIL-01"), "vehicle", now(), cast.agus)
    assert assignments(incident) == {"TRAIL-01": "refused", "TRAIL-02": "offered"}
    assert cast.unit("TRAIL-01").status == "available"


def test_an_offer_that_nobody_accepts_in_30_seconds_goes_to_the_next_nearest(cast: Cast) -> None:
    incident = report(cast)
    assert overdue.expire(after(29)) == 0
    assert overdue.expire(after(31)) == 1
    assert assignments(incident) == {"TRAIL-01": "expired", "TRAIL-02": "offered"}


def test_when_no_unit_is_left_the_incident_says_what_it_lacks_and_the_dispatcher_is_alarmed(cast: Cast) -> None:
    incident = report(cast)
    rules.refuse(assignment_of("TRAIL-01"), "vehicle", now(), cast.agus)
    rules.refuse(assignment_of("TRAIL-02"), "too_far", now(), cast.bayu)
    db.session.refresh(incident)
    assert missing(incident) == {"patrol": 1}
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.role, notice.url) == ("dispatcher", f"/incidents/{incident.number}")
    said = sentence(notice.kind, notice.detail)
    assert said == "P1 Darurat, RT 03 RW 05, Mayangan (perkiraan): belum ada unit patrol"


def left_alone(cast: Cast, **given: Any) -> tuple[Incident, Notice]:
    """An incident that no unit is left for, and what the dispatchers are told."""
    for trail in ("TRAIL-01", "TRAIL-02"):
        cast.unit(trail).status = "off_duty"
    incident = report(cast, **given)
    return incident, db.session.scalars(select(Notice).where(Notice.role == "dispatcher")).one()


@pytest.mark.parametrize("given", [{"silent": True}, {"kind": "domestic_violence"}])
def test_of_a_silent_or_confidential_incident_the_dispatchers_are_told_the_number_alone(
    cast: Cast, given: dict[str, Any]
) -> None:
    incident, notice = left_alone(cast, **given)
    assert sentence(notice.kind, notice.detail) == f"Kejadian {incident.number}: belum ada unit yang siap"


UNACCEPTED = "belum diterima siapa pun"


def unaccepted(incident: Incident) -> str:
    """The sentence of a notice that nobody has accepted the incident."""
    with force_locale("id"):
        return sentence("unaccepted", {"number": incident.number})


def test_a_notice_names_the_incident_as_it_is_now(cast: Cast) -> None:
    incident = report(cast)
    assert unaccepted(incident) == f"P1 Darurat, RT 03 RW 05, Mayangan (perkiraan): {UNACCEPTED}"
    incidents.reprioritise(incident, 3, now(), cast.komang)
    assert unaccepted(incident).startswith("P3 Darurat")
    incident.cancelled = "mistake"
    place = "RT 03 RW 05, Mayangan (perkiraan)"
    assert unaccepted(incident) == f"P3 Darurat, {place} (Pelapor mengatakan: tidak sengaja): {UNACCEPTED}"


@pytest.mark.parametrize("given", [{"silent": True}, {"kind": "domestic_violence"}])
def test_a_notice_names_a_silent_or_confidential_incident_by_its_number_alone(
    cast: Cast, given: dict[str, Any]
) -> None:
    incident = report(cast, **given)
    assert unaccepted(incident) == f"Kejadian {incident.number}: {UNACCEPTED}"


def test_what_is_told_of_an_incident_without_a_unit_follows_it(cast: Cast) -> None:
    incident, notice = left_alone(cast)
    incidents.reprioritise(incident, 3, now(), cast.komang)
    reconcile(incident.id, now())
    db.session.refresh(notice)
    assert sentence(notice.kind, notice.detail).startswith("P3 Darurat")
    assert (notice.revision > 0, notice.acknowledged_at) == (True, None)


def test_an_incident_without_a_unit_is_one_notice_of_the_dispatchers(cast: Cast) -> None:
    _, notice = left_alone(cast)
    for seconds in (16, 31):
        overdue.escalate(after(seconds))
    told = db.session.scalars(select(Notice).where(Notice.role == "dispatcher", Notice.acknowledged_at.is_(None)))
    assert told.all() == [notice]


def test_a_unit_that_becomes_free_is_offered_what_is_waiting_most_urgent_first(cast: Cast) -> None:
    first, second = report(cast), report(cast, "wahyu")
    noise, emergency = report(cast, "endang", kind="other"), report(cast, "slamet")
    assert (missing(noise), missing(emergency)) == ({"patrol": 1}, {"patrol": 1})
    assert assignments(first) | assignments(second) == {"TRAIL-01": "offered", "TRAIL-02": "offered"}
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.close(first, "helped", "", now(), cast.agus)
    overdue.serve_waiting(now())
    db.session.refresh(emergency)
    assert assignments(emergency) == {"TRAIL-01": "offered"}
    assert assignments(noise) == {}
    assert missing(emergency) == {}


def test_a_plan_of_two_capabilities_is_offered_to_both_kinds_of_units(cast: Cast) -> None:
    on_duty(cast.dewi, cast.unit("DAMKAR-01"))
    incident = report(cast, kind="fire")
    assert assignments(incident) == {"TRAIL-01": "offered", "DAMKAR-01": "offered"}


def test_a_plan_that_asks_for_two_of_a_kind_gets_the_two_nearest(cast: Cast) -> None:
    incident = report(cast, kind="crime")
    assert assignments(incident) == {"TRAIL-01": "offered", "TRAIL-02": "offered"}


def test_after_15_seconds_the_next_nearest_is_asked_too_and_the_first_to_accept_goes(cast: Cast) -> None:
    incident = report(cast)
    offer_beside(incident.id, after(15))
    assert assignments(incident) == {"TRAIL-01": "offered", "TRAIL-02": "offered"}
    rules.accept(assignment_of("TRAIL-02"), after(16), cast.bayu)
    assert assignments(incident) == {"TRAIL-01": "withdrawn", "TRAIL-02": "accepted"}
    assert cast.unit("TRAIL-01").status == "available"
    assert event(incident, "withdrawn").detail["by"] == "TRAIL-02"


def test_where_nobody_could_be_asked_the_next_unit_that_is_free_is_offered_it_once(cast: Cast) -> None:
    served = [report(cast), report(cast, "wahyu")]
    incident = report(cast, "slamet")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.close(served[0], "helped", "", now(), cast.agus)
    offer_beside(incident.id, after(15))
    assert assignments(incident) == {}
    overdue.serve_waiting(after(15))
    assert assignments(incident) == {"TRAIL-01": "offered"}


def test_asking_the_next_too_never_says_that_nobody_is_left(cast: Cast) -> None:
    incident = report(cast)
    offer_beside(incident.id, after(15))
    offer_beside(incident.id, after(16))
    db.session.refresh(incident)
    assert missing(incident) == {}


def test_an_offer_that_ran_out_more_than_an_hour_ago_is_reported_and_not_followed(cast: Cast) -> None:
    incident = report(cast)
    overdue.expire(after(3700))
    assert assignments(incident) == {"TRAIL-01": "expired"}
    assert event(incident, "offer_expired").detail["late"] is True
    assert db.session.scalars(select(Notice)).one().kind == "deadline_missed"


def test_p1_takes_a_unit_that_is_on_its_way_to_p3_and_that_incident_is_dispatched_anew(cast: Cast) -> None:
    dispute = report(cast, "wahyu", kind="other")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.depart(assignment_of("TRAIL-01"), now(), cast.agus)
    emergency = report(cast)
    assert assignments(emergency) == {"TRAIL-01": "offered"}
    assert assignments(dispute) == {"TRAIL-01": "withdrawn", "TRAIL-02": "offered"}
    assert event(dispute, "taken_for_p1").detail == {"unit": "TRAIL-01", "by": emergency.number}
    db.session.refresh(dispute)
    assert dispute.status == "open"


def test_p1_leaves_a_unit_where_a_person_has_sent_it_although_the_incident_is_held(cast: Cast) -> None:
    dispute = report(cast, "wahyu", kind="other")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    dispute.held = True  # as one that is entered from paper
    db.session.flush()
    assert assignments(report(cast)) == {"TRAIL-02": "offered"}
    assert assignments(dispute) == {"TRAIL-01": "accepted"}


def test_p3_gets_none_of_the_units_that_p1_has_chosen_with_the_one_it_takes(cast: Cast) -> None:
    cast.incident_type("emergency").plan[0].count = 2
    dispute = report(cast, "wahyu", kind="other")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    emergency = report(cast)
    assert assignments(emergency) == {"TRAIL-01": "offered", "TRAIL-02": "offered"}
    assert assignments(dispute) == {"TRAIL-01": "withdrawn"}
    db.session.refresh(dispute)
    assert missing(dispute) == {"patrol": 1}


def test_p1_leaves_a_unit_that_is_on_scene_where_it_is(cast: Cast) -> None:
    dispute = report(cast, "wahyu", kind="other")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.arrive(assignment_of("TRAIL-01"), now(), cast.agus)
    assert assignments(report(cast)) == {"TRAIL-02": "offered"}
    assert assignments(dispute) == {"TRAIL-01": "on_scene"}


def test_p2_takes_nothing_from_p3(cast: Cast) -> None:
    dispute = report(cast, "wahyu", kind="other")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    crime = report(cast, kind="crime")
    assert assignments(crime) == {"TRAIL-02": "offered"}
    assert assignments(dispute) == {"TRAIL-01": "accepted"}
    db.session.refresh(crime)
    assert missing(crime) == {"patrol": 1}


def test_an_agency_keeps_its_reserve_for_p1(cast: Cast) -> None:
    cast.unit("TRAIL-01").agency.reserve = 2
    noise = report(cast, "wahyu", kind="other")
    assert assignments(noise) == {}
    assert assignments(report(cast)) == {"TRAIL-01": "offered"}


@pytest.mark.both_databases
def test_the_database_itself_refuses_a_second_open_assignment_of_a_unit(cast: Cast) -> None:
    incident = report(cast)
    db.session.add(
        Assignment(incident_id=incident.id, unit_id=cast.unit("TRAIL-01").id, capability="patrol", expires_at=after(30))
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_held_incident_is_offered_to_nobody_until_a_call_taker_lets_it_go(cast: Cast) -> None:
    cast.karto.suspended_until = after(3600)
    incident = report(cast, "karto")
    assert assignments(incident) == {}
    override.release(incident, now(), cast.maya)
    assert assignments(incident) == {"TRAIL-01": "offered"}


def test_a_crew_that_clears_before_it_arrived_is_replaced_by_another(cast: Cast) -> None:
    incident = report(cast)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.clear(assignment_of("TRAIL-01"), now(), cast.agus)
    assert assignments(incident) == {"TRAIL-01": "cleared", "TRAIL-02": "offered"}


def test_a_crew_that_was_there_and_clears_needs_no_successor(cast: Cast) -> None:
    incident = report(cast)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.arrive(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.clear(assignment_of("TRAIL-01"), now(), cast.agus)
    assert assignments(incident) == {"TRAIL-01": "cleared"}


def left_open() -> list[str]:
    """The numbers of the incidents of which the dispatchers were told that nobody is there any more."""
    told = db.session.scalars(select(Notice).where(Notice.kind == "left_open", Notice.role == "dispatcher"))
    return [notice.detail["number"] for notice in told]


def test_when_the_last_crew_leaves_what_is_still_open_the_dispatchers_are_told(cast: Cast) -> None:
    incident = report(cast, kind="crime")
    for call_sign, user in (("TRAIL-01", cast.agus), ("TRAIL-02", cast.bayu)):
        rules.accept(assignment_of(call_sign), now(), user)
        rules.arrive(assignment_of(call_sign), now(), user)
    rules.clear(assignment_of("TRAIL-01"), now(), cast.agus)
    assert left_open() == []
    rules.clear(assignment_of("TRAIL-02"), now(), cast.bayu)
    assert left_open() == [incident.number]


def test_a_crew_that_clears_before_it_arrived_leaves_nothing_behind(cast: Cast) -> None:
    report(cast)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.clear(assignment_of("TRAIL-01"), now(), cast.agus)
    assert left_open() == []


def sent_south(cast: Cast) -> Assignment:
    """A job 5.5 km away that TRAIL-01 has accepted, which sends no position."""
    report(cast, "wahyu", latitude=HOME[0] - 0.05)
    rules.refuse(assignment_of("TRAIL-02"), "vehicle", now(), cast.bayu)
    going = assignment_of("TRAIL-01")
    rules.accept(going, now(), cast.agus)
    return going


def test_a_unit_without_positions_is_where_its_crew_said_that_it_arrived(cast: Cast) -> None:
    there = sent_south(cast)
    rules.depart(there, now(), cast.agus)
    rules.arrive(there, now(), cast.agus)
    rules.clear(there, now(), cast.agus)
    incident = report(cast)
    assert assignments(incident) == {"TRAIL-02": "offered"}
    away = {each["unit"]: round(each["distance"], -2) for each in event(incident, "offered").detail["considered"]}
    assert away == {"TRAIL-02": 700, "TRAIL-01": 5500}


def test_a_unit_without_positions_that_set_out_left_its_base_at_that_moment(cast: Cast) -> None:
    going, left = sent_south(cast), now()
    rules.depart(going, left, cast.agus)
    unit = cast.unit("TRAIL-01")
    db.session.refresh(unit)
    assert (unit.at_base, unit.position_at) == (False, left)
    assert (unit.latitude, unit.longitude) == (unit.base_latitude, unit.base_longitude)


@pytest.mark.parametrize("event_type", [rules.depart, rules.arrive])
def test_what_its_device_says_counts_more(cast: Cast, event_type: Any) -> None:
    going, unit = sent_south(cast), cast.unit("TRAIL-01")
    positions.report_position(unit, HOME[0], HOME[1], 10.0, now(), now())
    event_type(going, now(), cast.agus)
    db.session.refresh(unit)
    assert (unit.at_base, unit.latitude) == (False, HOME[0])


def test_where_nobody_knows_the_place_the_unit_is_somewhere(cast: Cast) -> None:
    there = sent_south(cast)
    there.incident.latitude = there.incident.longitude = None
    rules.arrive(there, now(), cast.agus)
    unit = cast.unit("TRAIL-01")
    db.session.refresh(unit)
    assert (unit.at_base, unit.latitude) == (False, None)


def test_a_unit_that_is_called_to_its_own_door_stays_at_its_base(cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    report(cast, latitude=unit.base_latitude, longitude=unit.base_longitude)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.depart(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.arrive(assignment_of("TRAIL-01"), now(), cast.agus)
    db.session.refresh(unit)
    assert unit.at_base


def test_a_reopened_incident_is_dispatched_anew_even_to_those_who_were_there(cast: Cast) -> None:
    incident = report(cast)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.arrive(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.close(incident, "helped", "", now(), cast.agus)
    db.session.commit()
    rules.reopen(incident, "he is back", now(), cast.komang)
    assert assignments(incident) == {"TRAIL-01": "offered"}
    db.session.refresh(incident)
    assert incident.status == "reopened"
    assert incident.outcome is None


def test_closing_frees_every_unit(cast: Cast) -> None:
    incident = report(cast, kind="crime")
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    rules.close(incident, "helped", "", now(), cast.agus)
    assert assignments(incident) == {"TRAIL-01": "cleared", "TRAIL-02": "withdrawn"}
    assert {cast.unit(sign).status for sign in ("TRAIL-01", "TRAIL-02")} == {"available"}


def test_of_two_who_close_one_is_told_that_the_other_did(cast: Cast) -> None:
    incident = report(cast)
    rules.close(incident, "helped", "", now(), cast.agus)
    with pytest.raises(incidents.AlreadyClosed):
        rules.close(incident, "prank", "", now(), cast.komang)
    assert incident.outcome == "helped"


def test_an_offer_is_accepted_once_and_the_latecomer_reads_who_did(cast: Cast) -> None:
    report(cast)
    offer = assignment_of("TRAIL-01")
    rules.accept(offer, now(), cast.agus)
    with pytest.raises(rules.TooLate) as late:
        rules.accept(offer, now(), cast.bayu)
    assert (late.value.status, late.value.by) == ("accepted", "Agus Santoso")


def test_the_incidents_status_follows_its_units(cast: Cast) -> None:
    incident = report(cast)
    seen = [incident.status]
    for event_type in (rules.accept, rules.depart, rules.arrive):
        event_type(assignment_of("TRAIL-01"), now(), cast.agus)
        db.session.refresh(incident)
        seen.append(incident.status)
    assert seen == ["open", "dispatched", "dispatched", "on_scene"]


def test_the_dispatcher_adds_a_unit_that_the_plan_did_not_ask_for_and_an_acceptance_leaves_it(cast: Cast) -> None:
    incident = report(cast)
    override.add(incident, [cast.unit("TRAIL-02")], override.ChoiceReason("a weapon was seen"), now(), cast.komang)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    assert assignments(incident) == {"TRAIL-01": "accepted", "TRAIL-02": "offered"}
    assert event(incident, "added").detail["reason"] == "a weapon was seen"


def test_a_busy_unit_is_not_added_and_the_dispatcher_reads_where_it_is(cast: Cast) -> None:
    first = report(cast)
    second = report(cast, "wahyu")
    (busy,) = override.add(second, [cast.unit("TRAIL-01")], override.ChoiceReason("nearer"), now(), cast.komang)
    assert (busy.call_sign, busy.status, busy.where) == ("TRAIL-01", "offered", first.number)


def test_a_withdrawn_unit_is_not_offered_the_same_incident_again(cast: Cast) -> None:
    incident = report(cast)
    rules.withdraw(assignment_of("TRAIL-01"), "needed at the harbour", now(), cast.komang)
    assert assignments(incident) == {"TRAIL-01": "withdrawn", "TRAIL-02": "offered"}
    assert cast.unit("TRAIL-01").status == "available"


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "closed"])
def test_an_offer_that_is_taken_back_costs_the_unit_nothing(cast: Cast, how: str) -> None:
    unit, since = cast.unit("TRAIL-01"), now() - timedelta(hours=5)
    unit.idle_since = since
    incident = report(cast)
    offer = assignment_of("TRAIL-01")
    if how == "withdrawn":
        rules.withdraw(offer, "Cukup", now(), cast.komang)
    elif how == "replaced":
        override.reassign(offer, cast.unit("TRAIL-02"), override.ChoiceReason("Lebih dekat"), now(), cast.komang)
    else:
        rules.close(incident, "false_alarm", "", now(), cast.komang)
    db.session.refresh(unit)
    assert (unit.status, unit.idle_since) == ("available", since)


def test_a_unit_that_had_accepted_is_idle_from_the_end_of_its_job(cast: Cast) -> None:
    report(cast)
    rules.accept(assignment_of("TRAIL-01"), now(), cast.agus)
    ended = now()
    rules.withdraw(assignment_of("TRAIL-01"), "Cukup", ended, cast.komang)
    assert cast.unit("TRAIL-01").idle_since == ended


@pytest.mark.both_databases
def test_a_reassignment_puts_another_unit_in_its_place_or_changes_nothing(cast: Cast) -> None:
    incident = report(cast)
    with pytest.raises(override.UnitBusy):
        override.reassign(
            assignment_of("TRAIL-01"), cast.unit("PATROLI-01"), override.ChoiceReason("car needed"), now(), cast.komang
        )
    assert assignments(incident) == {"TRAIL-01": "offered"}
    override.reassign(
        assignment_of("TRAIL-01"), cast.unit("TRAIL-02"), override.ChoiceReason("knows the house"), now(), cast.komang
    )
    assert assignments(incident) == {"TRAIL-01": "withdrawn", "TRAIL-02": "offered"}


def test_nothing_is_added_to_a_closed_incident(cast: Cast) -> None:
    incident = report(cast)
    rules.close(incident, "helped", "", now(), cast.komang)
    with pytest.raises(incidents.AlreadyClosed):
        override.add(incident, [cast.unit("TRAIL-02")], override.ChoiceReason("late"), now(), cast.komang)
