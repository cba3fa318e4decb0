"""The panic button of an officer on duty: who comes, who is told, where it is, and that no press is lost or doubled."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from meteor.accounts.models import UserRole
from meteor.agencies import rules as agencies
from meteor.agencies.models import Unit
from meteor.agencies.positions import keep_fix
from meteor.alerts import cancelling, merging
from meteor.alerts.models import Alert
from meteor.board import strip, wall
from meteor.board.units import units_shown
from meteor.dispatch import overdue, override, rules
from meteor.dispatch.statements import in_danger as unit_in_danger
from meteor.dispatch.waiting import servable
from meteor.incidents import escalation, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident, IncidentAgency
from meteor.neighbourhood import view
from meteor.notices.models import Notice
from meteor.protocols.models import EscalationStep, IncidentType, PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from meteor.welfare import distress, following, in_danger
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.partners import Partner
from tests.scenes import at_once, offered, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
ALLEY = (-7.7352, 113.2161)  # some 20 m from the base of TRAIL-01
KILOMETRE = 1 / 110.6  # degrees of latitude
NEEDED = ["hold", "request", "sender", "officer-alert"]
"""The scripts of the button, each after those that it uses."""


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Agus patrols an alley on TRAIL-01, 12 s after his tablet's last position. Bayu, Dewi and Rina are free."""
    lines = [PlanItem(capability="patrol", count=2)]
    chain = [EscalationStep(role=role, after=0) for role in ("dispatcher", "supervisor")]
    db.session.add(
        IncidentType(
            code=distress.CODE, name_id="Petugas dalam bahaya", name_en="Officer in danger", priority=1,
            agency=cast.unit("TRAIL-01").agency, plan=lines, chain=chain,
        )
    )  # fmt: skip
    for who, call_sign in (("agus", "TRAIL-01"), ("bayu", "TRAIL-02"), ("dewi", "DAMKAR-01"), ("rina", "AMBULANS-01")):
        on_duty(cast, who, call_sign)
    moment = now()
    db.session.execute(update(agencies.Shift).values(started_at=moment - timedelta(hours=1)))
    keep_fix(cast.agus.id, *ALLEY, 8.0, moment - timedelta(seconds=12), moment)
    db.session.commit()
    return cast


@pytest.fixture
def agus(as_user: AsUser) -> Browser:
    return as_user("agus")


def fields(**given: Any) -> dict[str, Any]:
    return {"id": str(uuid4())} | given


def press(cast: Cast, who: str = "agus", at: datetime | None = None, **given: Any) -> Incident:
    """An officer presses; the incident that comes of it."""
    receipt = distress.press(getattr(cast, who), fields(**given), at or now())
    db.session.commit()
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def send(browser: Browser, **given: Any) -> TestResponse:
    return browser.post("/unit/alerts", data=fields(**given), headers={"Accept": "application/json"}, csrf=False)


def moved(cast: Cast, who: str, latitude: float, longitude: float, at: datetime) -> None:
    keep_fix(getattr(cast, who).id, latitude, longitude, 8.0, at, at)
    db.session.commit()


def notices(kind: str) -> dict[str | None, Notice]:
    """The ringing notices of a kind, by role."""
    ringing = select(Notice).where(Notice.kind == kind, Notice.acknowledged_at.is_(None))
    return {notice.role: notice for notice in db.session.scalars(ringing)}


# --- what it becomes ---


@pytest.mark.both_databases
def test_agus_press_is_a_p1_at_his_unit_with_the_age_of_its_position(city: Cast) -> None:
    incident = press(city)
    assert (incident.type.code, incident.priority, incident.source) == (distress.CODE, 1, "officer")
    assert (incident.latitude, incident.longitude, incident.place_source) == (*ALLEY, "unit")
    assert incident.in_danger == "Agus Santoso, TRAIL-01"
    said = timeline.last(incident.id, "officer_in_danger")
    assert said
    assert said.actor_name == "Agus Santoso"
    assert 12 <= said.detail["position_age"] < 30


def test_without_a_recent_position_the_incident_is_at_the_base_and_that_is_said(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    incident = press(cast)
    assert (incident.latitude, incident.longitude) == (unit.base_latitude, unit.base_longitude)
    assert "base_position" in incident.flags


def test_the_base_is_not_spoken_of_once_the_unit_has_said_where_it_is(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident, later = press(cast), now() + timedelta(minutes=2)
    there = (ALLEY[0] - 0.001, ALLEY[1])
    moved(cast, "agus", *there, later)
    following.follow_units(later)
    db.session.refresh(incident)
    assert (incident.latitude, incident.longitude) == there
    assert "base_position" not in incident.flags


def test_a_position_of_the_unit_is_not_called_its_base(city: Cast) -> None:
    assert "base_position" not in press(city).flags


def test_a_unit_that_is_away_and_has_sent_nothing_for_long_is_where_it_was_and_that_is_said(city: Cast) -> None:
    old = now() - timedelta(minutes=25)
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(position_at=old, at_base=False))
    incident = press(city)
    assert (incident.latitude, incident.longitude) == ALLEY
    assert "old_unit_position" in incident.flags


def test_a_position_of_the_tablet_that_is_newer_than_the_units_counts(city: Cast) -> None:
    old = now() - timedelta(minutes=3)
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(position_at=old))
    incident = press(city, latitude="-7.7360", longitude="113.2170", accuracy="9", position_age="4")
    assert (incident.latitude, incident.longitude) == (-7.7360, 113.2170)


def test_a_position_of_a_tablet_whose_clock_was_set_back_does_not_count_as_new(city: Cast) -> None:
    old = now() - timedelta(minutes=3)
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(position_at=old))
    incident = press(city, latitude="-7.7360", longitude="113.2170", accuracy="9", position_age="-3600")
    assert (incident.latitude, incident.longitude) == ALLEY
    assert "bad_position_age" in incident.flags


def test_a_position_of_unknown_age_is_better_than_none_and_is_called_so(city: Cast, as_user: AsUser) -> None:
    nowhere = {"latitude": None, "longitude": None, "position_at": None, "at_base": False}
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(nowhere))
    incident = press(city, latitude="-7.7360", longitude="113.2170", accuracy="9", position_age="-3600")
    assert (incident.latitude, incident.longitude) == (-7.7360, 113.2170)
    page = as_user("komang").get(f"/incidents/{incident.number}").text
    assert "Petugas dalam bahaya: TRAIL-01 · posisi yang waktunya tidak diketahui" in page


def test_without_any_position_agus_is_helped_all_the_same(city: Cast) -> None:
    db.session.execute(
        update(Unit).where(Unit.call_sign == "TRAIL-01").values(latitude=None, longitude=None, at_base=False)
    )
    incident = press(city)
    assert incident.latitude is None
    assert "TRAIL-02" in offered(incident)


def test_a_city_without_the_type_sends_help_as_for_an_emergency(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    incident = press(cast)
    assert (incident.type.code, incident.priority) == ("emergency", 1)
    assert "no_such_type" in incident.flags
    assert offered(incident) == ["TRAIL-02"]


# --- who comes ---


@pytest.mark.both_databases
def test_every_free_unit_within_a_kilometre_is_offered_it_beside_the_nearest_of_the_plan(city: Cast) -> None:
    far = ALLEY[0] - 1.05 * KILOMETRE, ALLEY[1]
    for who, at in (("dewi", (ALLEY[0] - 0.95 * KILOMETRE, ALLEY[1])), ("rina", far)):
        moved(city, who, *at, now())
    incident = press(city)
    assert offered(incident) == ["TRAIL-02", "DAMKAR-01"]
    fire = [event for event in timeline.of_incident(incident.id) if event.detail.get("unit") == "DAMKAR-01"]
    assert [event.detail["considered"][0]["reason"] for event in fire] == ["near the officer"]


def test_his_own_unit_is_not_offered_it_and_the_timeline_says_why(city: Cast) -> None:
    incident = press(city)
    assert city.unit("TRAIL-01").status == "available"
    considered = next(event for event in timeline.of_incident(incident.id) if event.event_type == "offered")
    reasons = {each["unit"]: each["reason"] for each in considered.detail["considered"]}
    assert reasons["TRAIL-01"] == "in danger"


def test_his_own_unit_is_not_waited_for_where_no_other_is_free(city: Cast) -> None:
    agencies.end_duty(city.bayu, now())
    incident = press(city)
    assert [gap.capability for gap in incident.shortfall] == ["patrol"]
    assert servable(now(), 5) == []


@pytest.mark.both_databases
def test_a_unit_whose_officer_is_in_danger_is_offered_no_other_incident(city: Cast) -> None:
    for who in ("dewi", "rina"):
        agencies.end_duty(getattr(city, who), now())
    first, second = press(city), press(city, "bayu", at=now() + timedelta(seconds=40))
    assert (offered(first), offered(second)) == ([], [])
    assert offered(report(city, "wahyu")) == []
    assert servable(now(), 5) == []
    rules.close(first, "helped", "", now(), city.komang)
    overdue.serve_waiting(now())
    assert offered(second) == ["TRAIL-01"]


def test_an_offer_that_rings_on_his_tablet_is_taken_back(city: Cast) -> None:
    theft = report(city, "wahyu")
    assert offered(theft) == ["TRAIL-01"]
    incident = press(city)
    assert (offered(theft), offered(incident)) == ([], ["TRAIL-02"])
    assert [gap.capability for gap in theft.shortfall] == ["patrol"]
    gone = timeline.last(theft.id, "withdrawn")
    assert gone
    assert (gone.detail["unit"], gone.detail["reason"]) == ("TRAIL-01", "in_danger")


def test_his_job_stays_as_it_is(city: Cast) -> None:
    report(city, "wahyu")
    job = open_assignment("TRAIL-01")
    rules.accept(job, now(), city.agus)
    rules.arrive(job, now(), city.agus)
    press(city)
    db.session.refresh(job)
    assert (job.status, job.ended_at) == ("on_scene", None)


def test_a_low_priority_job_of_the_officer_is_not_taken_from_him_for_himself(city: Cast) -> None:
    agencies.end_duty(city.bayu, now())
    report(city, "wahyu", "other")
    job = open_assignment("TRAIL-01")
    rules.accept(job, now(), city.agus)
    press(city)
    assert open_assignment("TRAIL-01").id == job.id


def test_that_one_unit_accepts_sends_nobody_else_back(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    incident = press(city)
    before = offered(incident)
    rules.accept(open_assignment("TRAIL-02"), now(), city.bayu)
    assert offered(incident) == [unit for unit in before if unit != "TRAIL-02"] != []


@pytest.mark.both_databases
def test_a_unit_that_becomes_free_nearby_is_called_too_and_only_once(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    agencies.set_status(city.unit("DAMKAR-01"), "off_duty", now())
    incident = press(city)
    assert "DAMKAR-01" not in offered(incident)
    agencies.set_status(city.unit("DAMKAR-01"), "available", now())
    overdue.serve_waiting(now())
    assert "DAMKAR-01" in offered(incident)
    rules.refuse(open_assignment("DAMKAR-01"), "busy", now(), city.dewi)
    assert servable(now(), 5) == []


def test_once_he_is_safe_those_who_were_only_asked_are_let_go(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    incident = press(city)
    assert "DAMKAR-01" in offered(incident)
    alert = db.session.scalars(select(Alert)).one()
    cancelling.cancel(alert, "safe", now(), city.agus)
    assert incident.is_open
    assert offered(incident) == ["TRAIL-02"]
    assert servable(now(), 5) == []


@pytest.mark.both_databases
def test_a_new_press_after_he_was_safe_asks_the_units_nearby_again(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    incident = press(city)
    cancelling.cancel(db.session.scalars(select(Alert)).one(), "safe", now(), city.agus)
    db.session.commit()
    assert "DAMKAR-01" not in offered(incident)
    assert press(city, at=now() + timedelta(minutes=2)).id == incident.id
    assert sorted(offered(incident)) == ["DAMKAR-01", "TRAIL-02"]


def test_a_unit_nearby_that_let_its_offer_run_out_is_asked_again_after_its_pause(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    incident = press(city)
    ran_out = now() + timedelta(seconds=31)
    overdue.expire(ran_out)
    assert "DAMKAR-01" not in offered(incident)
    again = overdue.next_served(ran_out)
    assert again
    assert again > ran_out
    overdue.serve_waiting(again)
    assert "DAMKAR-01" in offered(incident)


def test_a_dispatcher_ends_the_calling_with_a_lower_priority_until_he_presses_again(city: Cast) -> None:
    moved(city, "dewi", *ALLEY, now())
    incident = press(city)
    rules.accept(open_assignment("TRAIL-02"), now(), city.bayu)
    override.retype(incident, incidents.type_for("crime"), 3, "Terkendali", now(), city.komang)
    db.session.commit()
    assert "DAMKAR-01" not in offered(incident)
    assert servable(now(), 5) == []
    again = press(city, at=now() + timedelta(minutes=2))
    db.session.refresh(incident)
    assert (again.id, incident.priority) == (incident.id, 1)
    assert "DAMKAR-01" in offered(incident)


# --- who is told ---


def test_the_incident_is_in_the_queue_of_the_officers_agency_too(city: Cast) -> None:
    incident = press(city, "rina")
    mine = select(IncidentAgency.agency_id).where(IncidentAgency.incident_id == incident.id)
    assert city.unit("AMBULANS-01").agency_id != incident.type.agency_id
    assert city.unit("AMBULANS-01").agency_id in db.session.scalars(mine).all()


def test_dispatcher_and_supervisor_are_rung_until_somebody_sees_to_it(city: Cast) -> None:
    incident = press(city)
    assert set(notices("officer_alarm")) == {"dispatcher", "supervisor"}
    escalation.acknowledge(incident.id, city.komang, now())
    assert notices("officer_alarm") == {}


def test_neither_his_phone_nor_his_tablet_rings_for_his_own_press(city: Cast, as_user: AsUser) -> None:
    db.session.add(UserRole(user_id=city.agus.id, role="supervisor"))
    db.session.commit()
    incident = press(city)
    assert (in_danger(city.agus.id), in_danger(city.bayu.id)) == (True, False)
    own, others = as_user("agus").get("/notices").text, as_user("komang").get("/notices").text
    assert "PETUGAS DALAM BAHAYA" in own
    assert ("data-alarm" in own, "data-alarm" in others) == (False, True)
    assert 'data-silent="1"' in as_user("agus").get(f"/alerts/{db.session.scalars(select(Alert)).one().id}").text
    rules.close(incident, "helped", "", now(), city.komang)
    db.session.commit()
    assert not in_danger(city.agus.id)


def test_it_stops_ringing_when_the_incident_is_closed(city: Cast) -> None:
    incident = press(city)
    rules.close(incident, "helped", "", now(), city.komang)
    assert notices("officer_alarm") == {}


def test_neighbours_and_their_leader_are_never_told(city: Cast) -> None:
    incident = press(city)
    assert incident.confidential
    assert view.find(city.endang, incident.number) is None
    sari = report(city, latitude=ALLEY[0])  # beside it: who is called there would walk into it
    assert view.find(city.endang, sari.number) is None


def test_it_stays_hidden_after_another_alert_was_merged_into_it_and_taken_out_again(city: Cast) -> None:
    incident, other = press(city), report(city, "wahyu")
    merging.merge(incident, other, now(), city.maya)
    assert (other.endangered_unit_id, other.confidential) == (city.unit("TRAIL-01").id, True)
    assert other.in_danger == "TRAIL-01"
    merge = merging.find(incident)
    assert merge
    merging.undo(merge, now(), city.maya)
    db.session.refresh(other)
    assert (other.endangered_unit_id, other.confidential) == (None, False)


# --- his phone, whose ringing may give him away ---

NUMBER = re.compile("0813-3000-0042|\\+6281330000042")
RADIO_FIRST, RADIO_ONLY = "Hubungi lewat radio dulu", "Hanya lewat radio"


@pytest.fixture
def incident(city: Cast) -> Incident:
    """Agus, who has a phone, has pressed."""
    city.agus.phone = "+6281330000042"
    return press(city)


@pytest.mark.parametrize("card", ["", "/paper"])
def test_those_who_direct_units_have_his_number_and_are_told_to_try_the_radio_first(
    incident: Incident, as_user: AsUser, card: str
) -> None:
    said = as_user("komang").get(f"/incidents/{incident.number}{card}").text
    assert NUMBER.search(said)
    assert RADIO_FIRST in said


@pytest.mark.parametrize("who", ["bayu", "maya", "yusuf"])
@pytest.mark.parametrize("card", ["", "/paper"])
def test_nobody_else_has_his_number(incident: Incident, as_user: AsUser, who: str, card: str) -> None:
    said = as_user(who).get(f"/incidents/{incident.number}{card}").text
    assert "Agus Santoso" in said
    assert not NUMBER.search(said)
    assert RADIO_ONLY in said


def test_his_number_stays_hidden_where_his_alert_was_merged_into_another(
    city: Cast, incident: Incident, as_user: AsUser
) -> None:
    other = report(city, "wahyu")
    merging.merge(incident, other, now(), city.maya)
    db.session.commit()
    address = f"/incidents/{other.number}/duplicates"
    assert not NUMBER.search(as_user("maya").get(address).text)
    said = as_user("komang").get(address).text
    assert NUMBER.search(said)
    assert RADIO_FIRST in said


@pytest.mark.parametrize(("who", "words"), [("komang", RADIO_FIRST), ("yusuf", RADIO_ONLY)])
def test_the_page_of_his_unit_gives_his_number_no_more_freely(
    incident: Incident, as_user: AsUser, who: str, words: str
) -> None:
    said = as_user(who).get("/board/units/TRAIL-01").text
    assert bool(NUMBER.search(said)) == (who == "komang")
    assert words in said


def test_the_paper_of_the_city_says_that_he_is_asked_by_radio_first(incident: Incident, as_user: AsUser) -> None:
    said = as_user("komang").get("/board/paper").text
    assert NUMBER.search(said)
    assert RADIO_FIRST in said


# --- where he is now ---


@pytest.mark.both_databases
def test_the_incident_follows_his_unit_and_calls_who_is_near_there(city: Cast) -> None:
    moved(city, "dewi", ALLEY[0] + 1.5 * KILOMETRE, ALLEY[1], now())
    incident, later = press(city), now() + timedelta(minutes=2)
    assert "DAMKAR-01" not in offered(incident)
    there = (ALLEY[0] + 0.8 * KILOMETRE, ALLEY[1])
    moved(city, "agus", *there, later)
    following.follow_units(later)
    db.session.refresh(incident)
    assert (incident.latitude, incident.longitude) == there
    assert "DAMKAR-01" in offered(incident)
    following.follow_units(later)
    assert [event.event_type for event in timeline.of_incident(incident.id)].count("moved") == 1


def follow_page(browser: Browser, latitude: float, longitude: float) -> None:
    """The page of the alert sends where the tablet is."""
    alert = db.session.scalars(select(Alert)).one()
    where = {"latitude": str(latitude), "longitude": str(longitude), "accuracy": "8"}
    assert browser.post(f"/alerts/{alert.id}/position", data=where).status_code == 204


@pytest.mark.both_databases
def test_the_page_after_the_press_moves_his_unit_and_the_incident(city: Cast, agus: Browser) -> None:
    incident = press(city)
    there = (ALLEY[0] + 0.4 * KILOMETRE, ALLEY[1])
    follow_page(agus, *there)
    following.follow_units(now())
    db.session.refresh(incident)
    assert (incident.latitude, incident.longitude, incident.place_source) == (*there, "unit")


def test_an_incident_without_a_place_gets_it_from_the_page_and_follows_from_there(city: Cast, agus: Browser) -> None:
    db.session.execute(
        update(Unit).where(Unit.call_sign == "TRAIL-01").values(latitude=None, longitude=None, at_base=False)
    )
    incident = press(city)
    follow_page(agus, *ALLEY)
    db.session.refresh(incident)
    assert (incident.latitude, incident.longitude, incident.place_source) == (*ALLEY, "unit")
    there, later = (ALLEY[0] + 0.4 * KILOMETRE, ALLEY[1]), now() + timedelta(minutes=2)
    moved(city, "agus", *there, later)
    following.follow_units(later)
    db.session.refresh(incident)
    assert incident.latitude == there[0]


def test_the_page_on_another_units_tablet_moves_neither_unit(city: Cast, agus: Browser) -> None:
    incident = press(city)
    agencies.end_duty(city.agus, now())
    on_duty(city, "agus", "DAMKAR-01")
    follow_page(agus, ALLEY[0] + 0.4 * KILOMETRE, ALLEY[1])
    assert (city.unit("TRAIL-01").latitude, city.unit("DAMKAR-01").latitude) == (ALLEY[0], None)
    assert incident.latitude == ALLEY[0]


def test_one_turn_too_short_for_all_serves_the_others_in_the_next(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meteor.store.work.SHARE", 0.0)
    incidents_, later = [press(city), press(city, "bayu")], now() + timedelta(minutes=2)
    there = (ALLEY[0] + 0.4 * KILOMETRE, ALLEY[1])
    for who in ("agus", "bayu"):
        moved(city, who, *there, later)
    turns = [following.follow_units(later) for _ in range(3)]
    assert turns == [True, False, False]
    for incident in incidents_:
        db.session.refresh(incident)
    assert [incident.latitude for incident in incidents_] == [there[0]] * 2


def test_a_few_metres_are_no_move(city: Cast) -> None:
    incident, later = press(city), now() + timedelta(minutes=2)
    moved(city, "agus", ALLEY[0] + 0.0002, ALLEY[1], later)
    following.follow_units(later)
    assert timeline.last(incident.id, "moved") is None


def test_a_place_that_a_person_has_said_stands(city: Cast) -> None:
    incident, later = press(city), now() + timedelta(minutes=2)
    said = incidents.Place(-7.7340, 113.2150, 5.0, "call")
    incidents.move(incident, said, now(), city.komang)
    moved(city, "agus", HOME[0] + 0.01, HOME[1], later)
    following.follow_units(later)
    assert incident.latitude == said.latitude


@pytest.mark.both_databases
def test_a_second_press_with_a_newer_position_moves_the_incident(city: Cast) -> None:
    incident, later = press(city), now() + timedelta(minutes=2)
    there = {"latitude": str(ALLEY[0] + 0.4 * KILOMETRE), "longitude": str(ALLEY[1]), "accuracy": "9"}
    press(city, at=later, **there, position_age="3")
    db.session.refresh(incident)
    assert incident.latitude == pytest.approx(ALLEY[0] + 0.4 * KILOMETRE)


def test_a_second_press_with_an_older_position_moves_nothing(city: Cast) -> None:
    old = now() - timedelta(minutes=25)
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(position_at=old, at_base=False))
    incident = press(city)
    there = {"latitude": str(ALLEY[0] + 0.4 * KILOMETRE), "longitude": str(ALLEY[1]), "accuracy": "9"}
    press(city, at=now() + timedelta(seconds=5), **there, position_age="1800")
    db.session.refresh(incident)
    assert incident.latitude == ALLEY[0]


def test_a_second_press_gives_a_place_where_none_was_known(city: Cast) -> None:
    db.session.execute(
        update(Unit).where(Unit.call_sign == "TRAIL-01").values(latitude=None, longitude=None, at_base=False)
    )
    incident = press(city)
    press(city, at=now() + timedelta(seconds=20), latitude=str(ALLEY[0]), longitude=str(ALLEY[1]), accuracy="9")
    db.session.refresh(incident)
    assert (incident.latitude, incident.place_source) == (ALLEY[0], "unit")


def test_a_closed_incident_follows_nobody(city: Cast) -> None:
    incident, later = press(city), now() + timedelta(minutes=2)
    rules.close(incident, "helped", "", now(), city.komang)
    moved(city, "agus", HOME[0] + 0.01, HOME[1], later)
    following.follow_units(later)
    assert timeline.last(incident.id, "moved") is None


# --- each press once ---


def test_a_press_that_is_sent_twice_is_one(city: Cast, agus: Browser) -> None:
    name = str(uuid4())
    first, again = send(agus, id=name), send(agus, id=name, waited="40")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["number"] == again.get_json()["number"]
    assert len(db.session.scalars(select(Alert)).all()) == 1


def test_a_press_of_the_other_officer_of_the_crew_joins_the_first(city: Cast) -> None:
    agencies.end_duty(city.bayu, now())
    on_duty(city, "bayu", "TRAIL-01")
    assert press(city, "bayu").id == press(city).id


def test_a_second_press_joins_the_first_and_rings_again(city: Cast) -> None:
    incident = press(city)
    escalation.acknowledge(incident.id, city.komang, now())
    assert press(city, at=now() + timedelta(minutes=3)).id == incident.id
    assert set(notices("officer_alarm")) == {"dispatcher", "supervisor"}


def test_his_call_as_a_citizen_is_another_incident(city: Cast) -> None:
    at_home = report(city, "agus", "fire")
    assert press(city).id != at_home.id


def test_his_later_call_as_a_citizen_is_another_incident_too(city: Cast) -> None:
    danger, at_home = press(city), report(city, "agus", "medical")
    assert at_home.id != danger.id
    db.session.refresh(danger)
    assert (danger.type.code, at_home.endangered_unit_id) == (distress.CODE, None)


@pytest.mark.both_databases
def test_the_same_press_from_two_windows_at_once_is_one(city: Cast, agus: Browser, app: Any) -> None:
    name = str(uuid4())
    statuses = [answer.status_code for answer in at_once(app, *[lambda: send(agus, id=name)] * 2)]
    assert sorted(statuses) == [200, 201]


def test_a_press_that_waited_counts_by_the_duty_of_its_moment(city: Cast, agus: Browser) -> None:
    agencies.end_duty(city.agus, now())
    db.session.commit()
    answer = send(agus, waited="600")
    assert answer.status_code == 201
    incident = db.session.scalars(select(Incident)).one()
    assert incident.in_danger == "Agus Santoso, TRAIL-01"
    assert "sent_late" in incident.flags


@pytest.mark.parametrize(("path", "given"), [("/unit", {"status": "off_duty"}), ("/unit/sign-off", {})])
def test_while_agus_is_in_danger_there_is_no_break_and_no_end_of_duty(
    city: Cast, agus: Browser, path: str, given: dict[str, str]
) -> None:
    press(city)
    answer = agus.post(path, data=given, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "Agus Santoso dilaporkan dalam bahaya" in answer.get_json()["detail"]
    assert "pusat komando" in answer.get_json()["detail"]
    cancelling.cancel(db.session.scalars(select(Alert)).one(), "safe", now(), city.agus)
    db.session.commit()
    assert agus.post(path, data=given, headers={"Accept": "application/json"}).status_code == 303


def test_a_break_that_was_tapped_before_the_press_and_is_sent_after_it_is_refused(city: Cast, agus: Browser) -> None:
    press(city)
    said = {"id": str(uuid4()), "by": city.agus.id, "step": "status", "subject": "TRAIL-01", "status": "off_duty"}
    answer = agus.post("/unit/steps", data=said | {"waited": 60}, headers={"Accept": "application/json"}, csrf=False)
    assert answer.status_code == 409
    assert "Agus Santoso dilaporkan dalam bahaya" in answer.get_json()["detail"]
    assert city.unit("TRAIL-01").status == "available"


def test_a_colleague_may_go_and_takes_no_break_for_the_unit_of_an_officer_in_danger(city: Cast) -> None:
    agencies.end_duty(city.bayu, now())
    on_duty(city, "bayu", "TRAIL-01")
    press(city)
    with pytest.raises(agencies.InDanger, match="Agus Santoso"):
        agencies.set_status(city.unit("TRAIL-01"), "off_duty", now())
    agencies.sign_off(city.bayu, now())
    assert agencies.crew_of(city.unit("TRAIL-01")) == [city.agus]


# --- who may ---


def test_an_officer_off_duty_is_told_what_to_do_instead(cast: Cast, agus: Browser) -> None:
    answer = send(agus)
    assert answer.status_code == 409
    assert "112" in answer.get_json()["detail"]
    assert agus.post("/unit/alerts", data=fields(), csrf=False).location == "/unit"
    assert "Tidak terkirim" in agus.get("/unit").text
    assert db.session.scalars(select(Alert)).all() == []


def test_a_press_of_before_the_duty_began_counts_by_the_present_duty(city: Cast, agus: Browser) -> None:
    assert send(agus, waited="7200").status_code == 201
    assert db.session.scalars(select(Incident)).one().in_danger == "Agus Santoso, TRAIL-01"


def test_a_press_without_a_duty_then_or_now_is_refused(city: Cast, agus: Browser) -> None:
    agencies.end_duty(city.agus, now() - timedelta(minutes=20))
    db.session.commit()
    assert send(agus, waited="600").status_code == 409


def test_a_press_of_another_user_is_not_sent_in_his_name(city: Cast, agus: Browser) -> None:
    assert send(agus, by=str(city.bayu.id)).status_code == 401


def test_a_press_from_another_site_is_refused(city: Cast, agus: Browser) -> None:
    said = {"Sec-Fetch-Site": "cross-site", "Accept": "application/json"}
    assert agus.post("/unit/alerts", data=fields(), headers=said, csrf=False).status_code == 403


@pytest.mark.parametrize("waited", ["nan", "inf", "-1e300", "1e300", "lama"])
def test_a_time_that_makes_no_sense_keeps_no_press_from_being_taken(city: Cast, agus: Browser, waited: str) -> None:
    taken = send(agus, waited=waited, latitude="-7.735", longitude="113.216", position_age="1e300")
    assert taken.status_code == 201


# --- what is shown ---


def test_the_button_stands_on_every_page_of_an_officer_on_duty(city: Cast, agus: Browser, as_user: AsUser) -> None:
    job = report(city, "wahyu")
    for page in ("/incidents", "/unit", f"/incidents/{job.number}", "/account"):
        assert 'action="/unit/alerts"' in agus.get(page).text
    assert 'action="/unit/alerts"' not in as_user("komang").get("/incidents").text
    rules.close(job, "helped", "", now(), city.komang)
    agencies.end_duty(city.agus, now())
    assert 'action="/unit/alerts"' not in agus.get("/incidents").text


def scripts(browser: Browser, path: str) -> list[str]:
    """The names of a page's scripts, without what stands for their contents, in the order in which they run."""
    return re.findall(r'<script src="[^"]*/js/([\w-]+)\.[^"]*" ?[^>]*defer', browser.get(path).text)


@pytest.mark.parametrize(
    "path", ["/warnings", "/incidents", "/unit", "/incidents/{number}", "/incidents/{number}/closure"]
)
def test_the_buttons_scripts_run_once_and_after_what_they_need(city: Cast, agus: Browser, path: str) -> None:
    job = report(city)
    rules.accept(open_assignment("TRAIL-01"), now(), city.agus)
    db.session.commit()
    found = scripts(agus, path.format(number=job.number))
    assert [name for name in found if name in NEEDED] == NEEDED
    assert len(found) == len(set(found))


@pytest.mark.parametrize("path", ["/incidents", "/unit"])
def test_off_duty_the_steps_of_a_crew_have_their_sender_without_the_button(agus: Browser, path: str) -> None:
    found = scripts(agus, path)
    assert "officer-alert" not in found
    assert [name for name in found if name in ("request", "sender", "steps")] == ["request", "sender", "steps"]


def test_without_scripts_the_press_leads_to_the_page_that_says_who_is_coming(city: Cast, agus: Browser) -> None:
    answer = agus.post("/unit/alerts", data=fields(), csrf=False)
    assert answer.status_code == 303
    rules.accept(open_assignment("TRAIL-02"), now(), city.bayu)
    rules.depart(open_assignment("TRAIL-02"), now(), city.bayu)
    page = agus.get(answer.location.split("#")[0])
    assert "TRAIL-02" in page.text
    assert "/kind" not in page.text
    assert answer.location in agus.get("/incidents").text


def test_the_alarm_screen_names_the_officer_and_the_unit_in_large_letters(city: Cast, as_user: AsUser) -> None:
    incident = press(city)
    text = as_user("komang").get("/sas/monitor").text
    assert f'id="name-{incident.number}">Agus Santoso, TRAIL-01</h2>' in text
    assert 'data-rings="Agus Santoso, TRAIL-01"' in text


def test_the_board_names_the_officer_and_the_wall_the_unit_alone(city: Cast, app: Flask, as_user: AsUser) -> None:
    press(city)
    board = as_user("komang").get("/board").text
    assert "in-danger" in board
    assert "Agus Santoso, TRAIL-01" in board
    token = Partner(app, "Dinding", "board:read").token
    shown = app.test_client().get("/board/wall/state", query_string={"token": token}).text
    assert "Petugas dalam bahaya: TRAIL-01" in shown
    assert "Agus" not in shown


def test_he_stands_first_on_the_wall_and_the_strip_however_many_others_are_as_urgent(city: Cast) -> None:
    for number in range(wall.ROWS + strip.MOST):
        other = report(city, "wahyu", "emergency")
        other.reporter_id, other.opened_at = None, now() - timedelta(minutes=60 - number)
        escalation.start(other.id, other.opened_at)
    incident = press(city)
    shown = wall.wall(now())
    assert [rows[0].unit for rows in (shown.incidents, shown.alarms)] == ["TRAIL-01", "TRAIL-01"]
    assert strip.strip(now()).alarms[0].number == incident.number


def test_the_wall_gives_out_no_type_of_a_silent_alarm_that_an_officers_press_was_merged_with(city: Cast) -> None:
    incident = press(city)
    assert [(row.instead, row.unit) for row in wall.wall(now()).incidents] == [("", "TRAIL-01")]
    incident.silent = True
    db.session.commit()
    assert [(row.instead, row.kind, row.unit) for row in wall.wall(now()).incidents] == [("silent", None, "TRAIL-01")]


def test_who_is_asked_reads_whose_life_is_at_risk(city: Cast, as_user: AsUser) -> None:
    press(city)
    assert "Agus Santoso, TRAIL-01" in as_user("bayu").get("/incidents").text


def test_a_dispatcher_may_send_his_own_unit_all_the_same(city: Cast) -> None:
    incident = press(city)
    override.add(incident, [city.unit("TRAIL-01")], override.ChoiceReason("radio"), now(), city.komang)
    assert "TRAIL-01" in offered(incident)


def states() -> dict[str, str]:
    """The units on duty with their states on the board."""
    return {unit.call_sign: unit.state for unit in units_shown(now()).on_duty}


def take_back(cast: Cast, who: str, reason: str = "mistake", *, forced: bool = False) -> None:
    """An officer takes back what they pressed."""
    user = getattr(cast, who)
    pressed = db.session.scalars(select(Alert).where(Alert.reporter_id == user.id, Alert.source == "officer")).first()
    assert pressed is not None
    cancelling.cancel(pressed, reason, now(), user, forced=forced)
    db.session.commit()


@pytest.mark.both_databases
@pytest.mark.parametrize("reason", ["safe", "mistake"])
def test_the_danger_ends_with_the_word_of_the_officer(city: Cast, reason: str) -> None:
    incident = press(city)
    assert states()["TRAIL-01"] == "in_danger"
    take_back(city, "agus", reason)
    db.session.refresh(incident)
    assert (incident.is_open, incident.in_danger, incident.confidential) == (True, "", True)
    assert states()["TRAIL-01"] == "available"


def test_the_danger_stays_where_the_word_was_forced(city: Cast) -> None:
    press(city)
    take_back(city, "agus", forced=True)
    assert states()["TRAIL-01"] == "in_danger"


@pytest.mark.parametrize("path", ["/incidents", "/incidents/{}"])
def test_the_tablet_of_the_officer_in_danger_does_not_tell_that_the_pin_was_wrong(
    city: Cast, as_user: AsUser, path: str
) -> None:
    incident = press(city)
    take_back(city, "agus", forced=True)
    told = [
        re.search("ungkin dipaksa|PIN salah", as_user(who).get(path.format(incident.number)).text)
        for who in ("komang", "agus")
    ]
    assert [words is not None for words in told] == [True, False]


@pytest.mark.both_databases
def test_the_danger_stays_until_each_officer_of_the_crew_has_given_the_word(city: Cast) -> None:
    joins_crew(city)
    press(city)
    press(city, "bayu")
    take_back(city, "bayu")
    assert states()["TRAIL-01"] == "in_danger"
    take_back(city, "agus")
    assert states()["TRAIL-01"] == "available"


def test_the_danger_ends_where_his_alert_was_merged_into_another(city: Cast) -> None:
    incident, other = press(city), report(city, "sari")
    merging.merge(incident, other, now(), city.komang)
    take_back(city, "agus")
    db.session.refresh(other)
    assert (other.cancelled, other.in_danger) == ("", "")
    assert states()["TRAIL-01"] != "in_danger"


def test_the_relief_of_a_crew_in_danger_is_not_in_danger(city: Cast) -> None:
    agencies.end_duty(city.bayu, now())
    incident = press(city)
    agencies.end_duty(city.agus, now())
    assert "TRAIL-01" not in states()
    agencies.start_duty(city.bayu, city.unit("TRAIL-01"), now() + timedelta(minutes=1))
    db.session.commit()
    assert states()["TRAIL-01"] == "available"
    assert not db.session.scalar(select(unit_in_danger(Unit)).where(Unit.call_sign == "TRAIL-01"))
    assert incident.in_danger == "Agus Santoso, TRAIL-01"


def test_a_crew_is_in_danger_while_one_of_it_is_on_duty(city: Cast) -> None:
    joins_crew(city)
    press(city)
    agencies.end_duty(city.agus, now())
    db.session.commit()
    assert states()["TRAIL-01"] == "in_danger"
    assert db.session.scalar(select(unit_in_danger(Unit)).where(Unit.call_sign == "TRAIL-01"))


def test_a_press_after_the_word_joins_the_incident_and_is_a_danger_again(city: Cast) -> None:
    joins_crew(city)
    incident = press(city)
    take_back(city, "agus")
    assert press(city, "bayu").id == incident.id
    assert states()["TRAIL-01"] == "in_danger"


def joins_crew(city: Cast) -> None:
    """Bayu leaves TRAIL-02 for TRAIL-01."""
    agencies.end_duty(city.bayu, now())
    agencies.start_duty(city.bayu, city.unit("TRAIL-01"), now())
    db.session.commit()
