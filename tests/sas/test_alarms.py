"""What becomes of what panels say: hold-ups at once, burglaries after a second sign, restores that close nothing."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts import rules as alerts
from meteor.alerts.merging import merge
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import escalation, rules, timeline
from meteor.incidents.models import Escalation, Incident
from meteor.notices.models import Notice
from meteor.sas import alarms, codes, consequences, testing
from meteor.sas.models import MonthlyTest, Panel, PanelEvent
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop
from tests.scenes import missing, on_duty, open_assignment, report


@pytest.fixture
def at() -> datetime:
    return now()


@pytest.fixture
def panel(cast: Cast) -> Panel:
    """The panel of a gold shop, with the city's types for alarms, and Agus on his motorbike."""
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    return panel_of(shop(cast))


def only() -> Incident:
    (incident,) = incidents()
    return incident


def event_types(incident: Incident) -> list[str]:
    return [line.event_type for line in timeline.of_incident(incident.id)]


def told(kind: str) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def runs(incident: Incident) -> bool:
    """Whether the siren sounds for it."""
    chain = db.session.get(Escalation, incident.id, populate_existing=True)
    return chain is not None and chain.acknowledged_at is None


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


# --- the table ---


def test_a_panel_is_not_counted_as_an_account_that_presses(panel: Panel, at: datetime, monkeypatch) -> None:
    monkeypatch.setattr(alerts, "PRESSES", alerts.PRESSES._replace(most=1))
    for zone in ("001", "002", "003"):
        says(panel, "FA", at, zone)
    raised = db.session.scalars(select(Alert)).all()
    assert {alert.given["zone"] for alert in raised} == {"001", "002", "003"}
    assert "reduced" not in {flag for alert in raised for flag in alert.flags}


def test_alarms_of_one_kind_ring_the_neighbourhood_once_forged_or_not_and_once_when_proven(
    panel: Panel, at: datetime
) -> None:
    for unconfirmed, code in ((True, "FA"), (True, "FA"), (True, "MA"), (False, "FA"), (False, "FA"), (True, "FA")):
        said = PanelEvent(
            id=uuid4(), panel=panel, received_at=at, digest=uuid4().hex, transport="udp", token="SIA-DCS",
            sequence="0001", code=code, meaning=codes.sia(code)[0], unconfirmed=unconfirmed,
        )  # fmt: skip
        at += timedelta(seconds=1)
        db.session.add(said)
        db.session.flush()
        alarms.process_event(said, at)
        db.session.commit()
    raised = db.session.scalars(select(Alert).order_by(Alert.received_at)).all()
    assert [alert.repeat for alert in raised] == [False, True, False, False, True, True]
    assert told("called_again") == []


def test_every_alarm_that_a_code_can_mean_has_a_consequence() -> None:
    assert set(codes.ALARMS) <= set(consequences.CONSEQUENCES) <= set(codes.MEANINGS)
    assert set(codes.MEANINGS) >= set(consequences.TROUBLES)


@pytest.mark.parametrize(
    ("code", "type_", "priority"),
    [
        ("HA", "hold_up", 1), ("PA", "hold_up", 1), ("MA", "medical", 1), ("FA", "fire", 1), ("BA", "burglary", 3),
        ("UA", "burglary", 3), ("TA", "alarm_tamper", 3), ("WA", "alarm_signal", 4), ("ZZ", "alarm_signal", 4),
    ],
)  # fmt: skip
def test_each_alarm_becomes_an_incident_of_its_type_at_the_premises(panel, at, code, type_, priority) -> None:
    event = says(panel, code, at, "002")
    incident = only()
    assert (incident.type.code, incident.priority, incident.source) == (type_, priority, "sas")
    assert (incident.latitude, incident.longitude) == (panel.premises.latitude, panel.premises.longitude)
    assert (incident.place_source, incident.premises_id) == ("premises", panel.premises_id)
    assert event.incident_id == incident.id
    assert db.session.get_one(Alert, event.id).given["said"] == f"Nri1/{code}002"


def test_a_hold_up_sends_units_sounds_the_siren_and_nobody_calls_there(panel, at) -> None:
    says(panel, "HA", at, "001")
    incident = only()
    assert incident.silent
    assert runs(incident)
    assert db.session.scalars(select(Assignment.status)).all() == ["offered"]


@pytest.mark.both_databases
def test_what_an_operator_only_looks_at_sends_nobody_sounds_nothing_and_is_told(panel, at) -> None:
    says(panel, "WA", at, "002")
    incident = only()
    assert not runs(incident)
    assert (incident.waiting_since, missing(incident)) == (None, {})
    assert [(notice.role, notice.url) for notice in told("alarm_signal")] == [
        ("call_taker", f"/incidents/{incident.number}")
    ]


def test_a_zone_that_says_another_type_or_priority_is_believed(cast, panel, at) -> None:
    panel.zones[1].type = cast.incident_type("noise")
    panel.zones[2].priority = 2
    says(panel, "BA", at, "002")
    assert (only().type.code, only().priority) == ("noise", 4)
    rules.close(only(), "false_alarm", "", at, cast.komang)
    says(panel, "BA", at, "003")
    assert (incidents()[1].type.code, incidents()[1].priority) == ("burglary", 2)


@pytest.mark.parametrize(("code", "type_"), [("HA", "hold_up"), ("MA", "medical"), ("FA", "fire")])
def test_no_zone_lowers_a_hold_up_a_sick_person_or_a_fire(panel, at, code, type_) -> None:
    panel.zones[1].priority = 4
    says(panel, code, at, "002")
    assert (only().type.code, only().priority) == (type_, 1)


def test_a_zone_that_is_a_hold_up_button_makes_a_hold_up_of_a_burglary(cast, panel, at) -> None:
    panel.zones[0].type = cast.incident_type("hold_up")
    says(panel, "BA", at, "001")
    assert (only().type.code, only().priority, only().silent) == ("hold_up", 1, True)


@pytest.mark.parametrize(
    ("zone_type", "code", "type_"),
    [
        ("hold_up", "TA", "alarm_tamper"), ("hold_up", "FA", "fire"), ("hold_up", "QQ", "alarm_signal"),
        ("fire", "TA", "alarm_tamper"), ("burglary", "HA", "hold_up"),
    ],
)  # fmt: skip
def test_what_a_code_says_by_itself_no_zone_turns_into_something_else(cast, panel, at, zone_type, code, type_) -> None:
    panel.zones[0].type, panel.zones[0].priority = cast.incident_type(zone_type), 1
    says(panel, code, at, "001")
    expected = cast.incident_type(type_)
    assert (only().type.code, only().priority) == (type_, expected.priority)


def test_without_the_citys_type_the_kinds_own_is_taken_as_urgently_and_said(cast, panel, at) -> None:
    cast.incident_type("hold_up").active = False
    says(panel, "HA", at, "001")
    assert (only().type.code, only().priority) == ("crime", 1)
    assert "no_such_type" in only().flags


def test_a_zone_that_nobody_entered_is_said(panel, at) -> None:
    says(panel, "BA", at, "009")
    assert "zone_unknown" in only().flags


# --- the second sign ---


def test_one_zone_alone_stays_p3_however_often_it_is_said(panel, at) -> None:
    for minute in (0, 1, 5):
        says(panel, "BA", at + minutes(minute), "002")
    assert only().priority == 3
    assert "second_sign" not in event_types(only())


def test_another_zone_within_the_hour_makes_a_burglary_life_at_risk(panel, at) -> None:
    says(panel, "BA", at, "003")
    says(panel, "BA", at + minutes(60), "002")
    incident = only()
    assert incident.priority == 1
    sign = timeline.last(incident.id, "second_sign")
    assert sign is not None
    assert sign.detail == {"zone": "Brankas (002)", "first": "Pintu belakang (003)", "minutes": 60}


def test_another_zone_after_more_than_an_hour_is_no_second_sign(panel, at) -> None:
    says(panel, "BA", at, "003")
    says(panel, "BA", at + minutes(61), "002")
    assert only().priority == 3


def test_the_same_zone_number_of_another_panel_is_a_second_sign(panel, at) -> None:
    second = panel_of(panel.premises, "1235")
    says(panel, "BA", at, "003")
    says(second, "BA", at + minutes(1), "003")
    assert only().priority == 1


def test_a_panel_that_names_no_zone_confirms_nothing(panel, at) -> None:
    says(panel, "BA", at, "003")
    says(panel, "BA", at + minutes(1))
    assert only().priority == 3


@pytest.mark.parametrize("code", sorted(code for code in codes.VERIFIED if len(code) == 2))
def test_what_the_panel_has_verified_itself_needs_no_second_zone(panel, at, code) -> None:
    says(panel, code, at, "003")
    assert only().priority == 1


def test_a_second_sign_counts_where_the_dispatcher_merged_the_first(cast, panel, at) -> None:
    neighbour = report(cast, "wahyu", kind="crime")
    db.session.execute(db.update(Incident).values(priority=3))
    says(panel, "BA", at, "003")
    burglary = next(incident for incident in incidents() if incident.source == "sas")
    merge(burglary, db.session.get_one(Incident, neighbour.id), at, cast.komang)
    says(panel, "BA", at + minutes(1), "002")
    assert db.session.get_one(Incident, neighbour.id, populate_existing=True).priority == 1


def test_after_the_second_sign_whoever_saw_to_it_is_told_anew(cast, panel, at) -> None:
    says(panel, "BA", at, "003")
    escalation.acknowledge(only().id, cast.komang, at)
    assert not runs(only())
    says(panel, "BA", at + minutes(1), "002")
    assert runs(only())


def test_the_timeline_says_what_the_panel_said(as_user, panel, at) -> None:
    for code, zone in (("BA", "003"), ("BA", "002"), ("BR", "003")):
        says(panel, code, at, zone)
    page = as_user("komang").get(f"/incidents/{only().number}").text
    assert "Tanda kedua: Brankas (002), 0 mnt setelah Pintu belakang (003)" in page
    assert "Panel melaporkan sudah berakhir: pembobolan · Panel 1234 · Pintu belakang (003)" in page


# --- which incident ---


def test_a_second_press_joins_the_first(panel, at) -> None:
    says(panel, "HA", at, "001")
    says(panel, "PA", at + minutes(1), "001")
    assert db.session.scalar(select(db.func.count()).select_from(Alert)) == 2
    assert only().type.code == "hold_up"


def test_a_hold_up_makes_one_of_the_burglary_that_is_open(cast, panel, at) -> None:
    on_duty(cast, "rina", "AMBULANS-01")
    says(panel, "BA", at, "003")
    says(panel, "HA", at + minutes(1), "001")
    assert (only().type.code, only().priority, only().silent) == ("hold_up", 1, True)
    assert "medical" in db.session.scalars(select(Assignment.capability)).all()  # what the hold-up's plan adds


@pytest.mark.parametrize(
    ("code", "becomes"), [("MA", ["burglary", "medical"]), ("FA", ["burglary", "fire"]), ("HA", ["hold_up"])]
)
def test_burglars_who_are_inside_are_not_forgotten_for_a_sick_person_or_a_fire(panel, at, code, becomes) -> None:
    for zone in ("003", "002"):
        says(panel, "BA", at, zone)
    assert only().priority == 1
    says(panel, code, at + minutes(1), "001")
    assert [incident.type.code for incident in incidents()] == becomes


def test_a_burglary_joins_the_hold_up_and_lowers_nothing(panel, at) -> None:
    says(panel, "HA", at, "001")
    says(panel, "BA", at + minutes(1), "003")
    assert (only().type.code, only().priority) == ("hold_up", 1)


def test_a_fire_during_a_hold_up_is_an_incident_of_its_own(panel, at) -> None:
    says(panel, "HA", at, "001")
    says(panel, "FA", at, "002")
    assert [incident.type.code for incident in incidents()] == ["hold_up", "fire"]


@pytest.mark.parametrize("code", ["MA", "FA", "GA"])
def test_a_burglary_beside_a_sick_person_or_a_fire_is_an_incident_of_its_own(cast, panel, at, code) -> None:
    says(panel, code, at, "001")
    escalation.acknowledge(only().id, cast.komang, at)
    says(panel, "BA", at + minutes(1), "003")
    first, burglary = incidents()
    assert (burglary.type.code, burglary.priority, runs(burglary)) == ("burglary", 3, True)
    says(panel, "BA", at + minutes(2), "002")
    assert [incident.priority for incident in incidents()] == [1, 1]
    assert "second_sign" in event_types(burglary)
    assert not runs(first)


def test_a_hold_up_takes_in_the_burglary_though_a_fire_is_newer(panel, at) -> None:
    hold_up, fire, burglary = (says(panel, code, at, "002").incident_id for code in ("HA", "FA", "BA"))
    assert burglary == hold_up != fire


def came_and_left(call_sign: str, at: datetime, crew: User) -> None:
    assignment = open_assignment(call_sign)
    dispatch.accept(assignment, at, crew)
    dispatch.arrive(assignment, at + minutes(3), crew)
    dispatch.clear(assignment, at + minutes(20), crew)


@pytest.mark.parametrize("code", ["HA", "BA"])
def test_an_alarm_after_the_crew_has_left_opens_another_though_nobody_closed_the_first(cast, panel, at, code) -> None:
    says(panel, code, at, "002")
    escalation.acknowledge(only().id, cast.komang, at)
    came_and_left("TRAIL-01", at, cast.agus)
    says(panel, code, at + minutes(25), "002")
    before, now_ = incidents()
    assert (runs(before), runs(now_)) == (False, True)
    assert open_assignment("TRAIL-01").incident_id == now_.id
    says(panel, code, at + minutes(26), "002")
    assert len(incidents()) == 2


def test_while_a_crew_is_there_or_none_was_free_a_second_press_joins_the_first(cast, panel, at) -> None:
    says(panel, "HA", at, "001")
    assignment = open_assignment("TRAIL-01")
    dispatch.accept(assignment, at, cast.agus)
    dispatch.arrive(assignment, at + minutes(3), cast.agus)
    says(panel, "HA", at + minutes(10), "001")
    assert only().status == "on_scene"
    dispatch.withdraw(assignment, "", at + minutes(11), cast.komang)
    says(panel, "HA", at + minutes(12), "001")
    assert only().status == "open"


@pytest.mark.parametrize(("code", "later", "rings"), [("HA", 5, False), ("HA", 5.1, True), ("BA", 5.1, False)])
def test_a_hold_up_that_joins_what_was_seen_to_long_ago_rings_again(cast, panel, at, code, later, rings) -> None:
    says(panel, code, at, "001")
    escalation.acknowledge(only().id, cast.komang, at)
    says(panel, code, at + minutes(later), "001")
    assert runs(only()) == rings


def test_so_does_one_after_the_incident_was_opened_again(cast, panel, at) -> None:
    says(panel, "HA", at, "001")
    dispatch.close(only(), "false_alarm", "", at + minutes(1), cast.komang)
    dispatch.reopen(only(), "mereka kembali", at + minutes(2), cast.komang)
    says(panel, "HA", at + minutes(3), "001")
    assert only().status == "reopened"
    assert runs(only())


def test_an_alarm_after_the_incident_is_closed_opens_another(cast, panel, at) -> None:
    says(panel, "HA", at, "001")
    rules.close(only(), "helped", "", at, cast.komang)
    says(panel, "HA", at + minutes(10), "001")
    assert [incident.status for incident in incidents()] == ["closed", "open"]


def test_alarms_of_two_shops_are_two_incidents(cast, panel, at) -> None:
    other = panel_of(shop(cast, "Pegadaian Mayangan"), "1235")
    says(panel, "HA", at, "001")
    says(other, "HA", at, "001")
    assert len(incidents()) == 2


# --- what is no alarm ---


@pytest.mark.parametrize("code", ["BR", "BC", "OP", "CL"])
def test_restores_cancels_and_openings_join_the_incident_and_never_close_it(panel, at, code) -> None:
    says(panel, "BA", at, "003")
    event = says(panel, code, at + minutes(1), "003")
    assert (only().status, only().priority) == ("open", 3)
    assert event_types(only())[-1] == "panel_said"
    assert event.incident_id == only().id


@pytest.mark.parametrize("code", ["OP", "CL", "BR", "BC", "RP", "AT", "YT", "ET"])
def test_without_an_alarm_they_are_only_kept(panel, at, code) -> None:
    event = says(panel, code, at)
    assert incidents() == []
    assert db.session.get_one(PanelEvent, event.id).incident_id is None


def test_a_trouble_is_told_to_the_administrators_once_a_day(panel, at) -> None:
    noon = at.replace(hour=3)
    for moment in (noon, noon + minutes(5), noon + timedelta(days=1)):
        says(panel, "YT", moment)
    assert [notice.role for notice in told("panel_battery")] == ["admin", "admin"]


def test_of_the_mains_the_administrators_are_told_once_an_hour_for_the_whole_city(cast, panel, at) -> None:
    other = panel_of(shop(cast, "Pegadaian Mayangan"), "1235")
    hour = at.replace(minute=0)
    for which, minute in ((panel, 0), (other, 1), (panel, 70)):
        says(which, "AT", hour + minutes(minute))
    assert len(told("panel_power")) == 2


# --- a panel that is silent ---


def silent_since(panel: Panel, at: datetime) -> Incident:
    panel.silent_at = at
    incident = alarms.silent(panel, at)
    db.session.commit()
    return incident


def heard(panel: Panel, at: datetime) -> None:
    panel.silent_at = None
    alarms.heard_again(panel, at)
    db.session.commit()


def test_a_silent_panel_is_one_incident_that_can_wait(panel, at) -> None:
    assert silent_since(panel, at).type.code == "panel_silent"
    silent_since(panel, at)
    assert (only().priority, runs(only())) == (4, False)


def test_it_is_over_with_the_next_message(panel, at) -> None:
    silent_since(panel, at)
    heard(panel, at + minutes(3))
    assert (only().status, only().outcome) == ("closed", "nothing_found")
    assert event_types(only())[-2:] == ["panel_heard", "closed"]


def test_one_that_a_person_opened_again_stays_open(cast, panel, at) -> None:
    silent_since(panel, at)
    heard(panel, at + minutes(1))
    dispatch.reopen(only(), "kontak tidak menjawab", at + minutes(2), cast.komang)
    silent_since(panel, at + minutes(3))
    heard(panel, at + minutes(4))
    assert (only().status, event_types(only())[-1]) == ("reopened", "panel_heard")


def test_it_stays_open_while_another_panel_there_is_silent(panel, at) -> None:
    other = panel_of(panel.premises, "1235")
    silent_since(panel, at)
    silent_since(other, at)
    heard(panel, at + minutes(1))
    assert only().status == "open"
    heard(other, at + minutes(2))
    assert only().status == "closed"


def test_it_stays_open_where_it_became_a_burglary(panel, at) -> None:
    silent_since(panel, at)
    panel.silent_at = None
    says(panel, "BA", at + minutes(1), "003")
    heard(panel, at + minutes(1))
    assert (only().status, only().type.code) == ("open", "burglary")


def test_a_line_that_is_cut_during_a_hold_up_joins_it(panel, at) -> None:
    says(panel, "HA", at, "001")
    silent_since(panel, at + minutes(3))
    assert (only().type.code, only().priority) == ("hold_up", 1)
    heard(panel, at + minutes(5))
    assert only().status == "open"


# --- in test ---


def test_in_test_everything_is_kept_and_nobody_is_sent(cast, panel, at) -> None:
    testing.begin_test(panel.premises, None, minutes(30), "Uji bulanan", at, cast.tuti)
    event = says(panel, "HA", at + minutes(1), "001")
    assert event.test
    assert incidents() == []


def test_only_the_zone_in_test_is_in_test(cast, panel, at) -> None:
    testing.begin_test(panel.premises, panel.zones[2], minutes(30), "Ganti sensor", at, cast.tuti)
    assert says(panel, "BA", at, "003").test
    assert not says(panel, "HA", at, "001").test
    assert only().type.code == "hold_up"


def test_while_help_is_needed_at_the_premises_nothing_said_there_is_a_test(cast, panel, at) -> None:
    testing.begin_test(panel.premises, panel.zones[2], minutes(30), "Ganti sensor", at, cast.tuti)
    says(panel, "HA", at, "001")
    event = says(panel, "BA", at + minutes(1), "003")
    assert (event.test, event.incident_id) == (False, only().id)
    dispatch.close(only(), "false_alarm", "", at + minutes(2), cast.komang)
    assert says(panel, "BA", at + minutes(3), "003").test


def test_no_test_begins_while_help_is_needed_at_the_premises(cast, panel, at) -> None:
    says(panel, "HA", at, "001")
    with pytest.raises(testing.IncidentIsOpen):
        testing.begin_test(panel.premises, None, minutes(30), "", at, cast.toko)


def test_a_panel_that_is_silent_may_be_tested(cast, panel, at) -> None:
    alarms.silent(panel, at)
    db.session.commit()
    assert testing.begin_test(panel.premises, None, minutes(30), "Panel rusak", at, cast.tuti)


def test_a_test_ends_by_itself(cast, panel, at) -> None:
    testing.begin_test(panel.premises, None, minutes(30), "", at, cast.tuti)
    assert not says(panel, "HA", at + minutes(30), "001").test


@pytest.mark.both_databases
def test_an_alarm_in_test_passes_the_months_test_and_an_opening_does_not(cast, panel, at) -> None:
    testing.begin_test(panel.premises, None, minutes(30), "", at, cast.toko)
    says(panel, "OP", at)
    says(panel, "HR", at)
    assert db.session.scalar(select(MonthlyTest)) is None
    says(panel, "HA", at, "001")
    assert db.session.scalars(select(MonthlyTest.result)).all() == ["passed"]


def test_a_test_that_the_dispatcher_began_is_not_the_months(cast, panel, at) -> None:
    testing.begin_test(panel.premises, None, minutes(30), "", at, cast.komang)
    says(panel, "HA", at, "001")
    assert db.session.scalar(select(MonthlyTest)) is None


def test_an_event_is_the_alert_that_it_became(panel, at) -> None:
    event = says(panel, "HA", at, "001")
    alert = db.session.get_one(Alert, event.id)
    assert (alert.note, alert.source) == ("Panel 1234 · Tombol kasir (001)", "sas")
