"""What becomes of a call: an incident with a unit on its way, or one more voice on an incident."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.alerts.separating import OnlyAlert
from meteor.calls import classifying, drafts, holding, sending
from meteor.calls.models import Call
from meteor.dispatch import override
from meteor.dispatch import rules as dispatch
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import SRI, asked, enough, rings, taken, typed
from tests.cast import HOME, Cast
from tests.scenes import at_once, on_duty, open_assignment, report


@pytest.fixture(autouse=True)
def crews(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    on_duty(cast, "dewi", "DAMKAR-01")


def sent(cast: Cast, code: str = "fire", **fields: str) -> Call:
    call = taken(cast)
    typed(cast, call, **enough(cast, code) | fields)
    sending.open_incident(call, now(), cast.maya)
    db.session.commit()
    return call


def test_type_place_and_phone_send_help(cast: Cast) -> None:
    call = sent(cast)
    assert call.alert is not None
    incident = call.alert.incident
    assert (incident.type.code, incident.source, incident.latitude) == ("fire", "call", HOME[0])
    assert open_assignment("DAMKAR-01").incident_id == incident.id
    assert (call.classified_as, call.status, call.alert.caller_phone) == ("normal", "taken", SRI)


@pytest.mark.parametrize(
    ("missing", "said"),
    [({"type_id": ""}, ["type"]), ({"place": "", "latitude": ""}, ["place"]), ({"phone": " "}, ["phone"]),
     ({"type_id": "", "place": "", "longitude": "x", "phone": " "}, ["type", "place", "phone"])],
)  # fmt: skip
def test_without_one_of_the_three_nothing_is_sent_and_it_says_what_is_missing(
    cast: Cast, missing: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(sending.MissingDetails) as refused:
        sent(cast, **missing)
    assert refused.value.fields == said
    assert db.session.query(Incident).count() == 0


def test_words_are_a_place(cast: Cast) -> None:
    call = sent(cast, latitude="", longitude="", radius="")
    assert call.alert is not None
    assert call.alert.incident.place["words"] == "rumah cat hijau"


def test_words_that_may_mean_another_place_are_no_point(cast: Cast) -> None:
    incident = incident_of(sent(cast, latitude="", longitude="", place="RT 3 RW 5"))
    assert (incident.latitude, incident.place, incident.flags) == (None, {"words": "RT 3 RW 5"}, ["no_position"])


def test_what_is_typed_as_a_type_finds_one_without_choosing_from_the_list(cast: Cast) -> None:
    call = sent(cast, type_id="", type="kebak")
    assert call.alert is not None
    assert call.alert.incident.type.code == "fire"


def test_a_withheld_number_stops_no_help(cast: Cast) -> None:
    call = sent(cast, phone="anonymous")
    assert call.alert is not None
    assert call.alert.caller_phone == SRI  # what the exchange knows


def test_sent_twice_is_sent_once(cast: Cast) -> None:
    call = sent(cast)
    assert sending.open_incident(call, now(), cast.maya).id == call.alert_id
    assert db.session.query(Incident).count() == 1


@pytest.mark.both_databases
def test_two_windows_that_send_at_once_send_once(app: Flask, cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast))
    call_id = call.id

    def send() -> Any:
        alert = sending.open_incident(db.session.get_one(Call, call_id), now(), cast.maya)
        number = alert.incident.number
        db.session.commit()
        return number

    first, second = at_once(app, send, send)
    assert first == second
    assert db.session.query(Alert).count() == 1


def test_nobody_sends_a_call_that_somebody_else_has(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast))
    with pytest.raises(holding.CallTaken):
        sending.open_incident(call, now(), cast.komang)


def test_a_call_from_the_phone_of_a_user_is_that_users(cast: Cast) -> None:
    pressed = report(cast)
    call = sent(cast, phone=cast.sari.phone)
    assert call.alert is not None
    assert call.alert.reporter_id == cast.sari.id
    assert call.alert.incident_id == pressed.id


def test_an_answer_makes_it_more_or_less_urgent_and_stands_in_the_note(cast: Cast) -> None:
    field = asked(cast, "noise", None, 2)
    call = sent(cast, "noise", **{field: "1"})
    assert call.alert is not None
    assert call.alert.incident.priority == 2
    assert call.alert.note == "Ada api di dapur\nAda korban? Jawaban 1"


def test_an_answer_may_be_skipped(cast: Cast) -> None:
    field = asked(cast, "noise", 1)
    call = sent(cast, "noise", **{field: ""})
    assert call.alert is not None
    assert call.alert.incident.priority == 4


def test_a_note_that_is_too_long_is_kept_whole(cast: Cast) -> None:
    text = "a" * 2000 + "b" * 1500
    call = sent(cast, note=text)
    assert call.alert is not None
    assert call.alert.note + call.alert.given["note"] == text
    assert call.alert.flags == ["note_cut"]


def test_a_call_joins_an_incident_with_an_alert_of_its_own(cast: Cast) -> None:
    first = sent(cast).alert
    call = taken(cast, caller="0811111111")
    assert first is not None
    alert = sending.join(call, first.incident, now(), cast.maya)
    assert (alert.incident_id, alert.id) == (first.incident_id, call.id)
    assert call.classified_as == "normal"
    assert db.session.query(Incident).count() == 1


def test_a_call_does_not_join_a_closed_incident(cast: Cast) -> None:
    alert = sent(cast).alert
    assert alert is not None
    dispatch.close(alert.incident, "helped", "", now(), cast.komang)
    with pytest.raises(sending.Over):
        sending.join(taken(cast), alert.incident, now(), cast.maya)


@pytest.mark.both_databases
def test_a_call_that_joined_by_mistake_gets_an_incident_of_its_own_and_a_unit(cast: Cast) -> None:
    first = sent(cast, "noise").alert
    call = taken(cast, caller="0811111111")
    typed(cast, call, **enough(cast, "noise"))
    assert first is not None
    sending.join(call, first.incident, now(), cast.maya)
    own = sending.separate(call, now(), cast.maya)
    assert own.id != first.incident_id
    assert call.alert is not None
    assert call.alert.incident_id == own.id
    assert {open_assignment(sign).incident_id for sign in ("TRAIL-01", "TRAIL-02")} == {own.id, first.incident_id}
    assert timeline.of_incident(first.incident_id)[-1].event_type == "separated"


def joined(cast: Cast, incident: Incident, code: str = "noise", **fields: str) -> Call:
    """Somebody else's call that is taken to be about the incident; commits."""
    call = taken(cast, caller="0811111111")
    typed(cast, call, **enough(cast, code) | {"phone": "0811111111"} | fields)
    sending.join(call, incident, now(), cast.maya)
    db.session.commit()
    return call


def incident_of(call: Call) -> Incident:
    assert call.alert is not None
    return call.alert.incident


def test_a_priority_that_only_the_taken_away_call_had_raised_is_put_back(cast: Cast) -> None:
    field, later = asked(cast, "noise", 2), asked(cast, "noise", 1)
    incident = incident_of(sent(cast, "noise"))
    before = incident.priority
    call = joined(cast, incident, **{field: "0"})
    typed(cast, call, **{later: "0"})
    sending.add(call, "", now(), cast.maya)
    assert (before, incident.priority) == (4, 1)
    own = sending.separate(call, now(), cast.maya)
    assert (incident.priority, own.priority) == (4, 1)


def test_a_priority_that_somebody_has_changed_since_stays(cast: Cast) -> None:
    field = asked(cast, "noise", 1)
    incident = incident_of(sent(cast, "noise"))
    call = joined(cast, incident, **{field: "0"})
    for priority in (2, 1):
        incidents.reprioritise(incident, priority, now(), cast.komang, reason="")
    sending.separate(call, now(), cast.maya)
    assert incident.priority == 1


def test_an_incident_stays_as_urgent_as_its_other_callers_answers_make_it(cast: Cast) -> None:
    field = asked(cast, "noise", 1, 2)
    first = sent(cast, "noise")
    incident = incident_of(first)
    call = joined(cast, incident, **{field: "0"})
    typed(cast, first, **{field: "1"})
    sending.add(first, "", now(), cast.maya)
    assert incident.priority == 1
    sending.separate(call, now(), cast.maya)
    assert incident.priority == 2


def test_an_incident_that_only_the_taken_away_call_placed_has_its_words_again(cast: Cast) -> None:
    incident = incident_of(sent(cast, "noise", latitude="", longitude="", place="belakang rumah Pak Haji"))
    call = joined(cast, incident, silent="on")
    assert (incident.latitude, incident.silent) == (HOME[0], True)
    sending.separate(call, now(), cast.maya)
    assert (incident.latitude, incident.silent, incident.flags) == (None, False, ["no_position"])
    assert incident.place == {"words": "belakang rumah Pak Haji"}


def test_an_incident_stays_silent_while_another_reporter_has_to_be(cast: Cast) -> None:
    incident = incident_of(sent(cast, "noise", silent="on"))
    sending.separate(joined(cast, incident, silent="on"), now(), cast.maya)
    assert incident.silent


def test_somebodys_second_call_turns_their_first_incident_back_into_what_it_was(cast: Cast) -> None:
    """Sari calls and says little; then she calls about a fire down the street, which is likely to be the same."""
    incident = incident_of(sent(cast, "emergency", phone="081330000001"))
    call = taken(cast, caller="0811111111")
    there = {"phone": "081330000001", "latitude": "-7.7600", "radius": "20"}
    typed(cast, call, **enough(cast, "fire") | there)
    sending.open_incident(call, now(), cast.maya)
    assert (incident.type.code, incident.latitude) == ("fire", -7.76)
    own = sending.separate(call, now(), cast.maya)
    assert (own.type.code, own.latitude) == ("fire", -7.76)
    assert (incident.type.code, incident.latitude) == ("emergency", HOME[0])


def test_what_is_missing_is_asked_for_before_a_call_is_separated(cast: Cast) -> None:
    first = sent(cast).alert
    call = taken(cast)
    assert first is not None
    sending.join(call, first.incident, now(), cast.maya)
    with pytest.raises(sending.MissingDetails) as refused:
        sending.separate(call, now(), cast.maya)
    assert refused.value.fields == ["type", "place"]


def test_the_only_alert_of_an_incident_is_not_taken_away(cast: Cast) -> None:
    with pytest.raises(OnlyAlert):
        sending.separate(sent(cast), now(), cast.maya)


def test_what_is_said_after_sending_is_a_note_for_everybody(cast: Cast) -> None:
    call = sent(cast)
    sending.add(call, " lantai dua ", now(), cast.maya)
    assert call.alert is not None
    newest = timeline.of_incident(call.alert.incident_id)[-1]
    assert (newest.event_type, newest.detail["note"], newest.actor_name) == ("note", "lantai dua", "Maya Operator")


SOMEWHERE = {"place": "di Kelurahan Mayangan", "radius": "1500"}
IN_THE_RT = {"place": "RT 03 RW 05 Mayangan", "latitude": "", "longitude": "", "radius": ""}


def test_a_place_that_the_caller_tells_after_sending_corrects_the_incident_and_rings_its_crew(cast: Cast) -> None:
    call = sent(cast, **SOMEWHERE)
    incident = incident_of(call)
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    assert incident.rt_id is None
    assert sending.add(call, "", now(), cast.maya) is None
    typed(cast, call, **IN_THE_RT)
    assert [sending.add(call, "", now(), cast.maya) for _ in range(2)] == [True, None]
    assert (incident.place["words"], incident.accuracy) == ("RT 03 RW 05 Mayangan", 150.0)
    told = select(Notice.user_id).where(Notice.kind == "place_corrected")
    assert db.session.scalars(told).all() == [cast.dewi.id]


def test_a_place_that_a_dispatcher_has_corrected_stays_whatever_the_call_says(cast: Cast) -> None:
    call = sent(cast, **SOMEWHERE)
    incident = incident_of(call)
    override.correct_place(incident, Place(HOME[0], HOME[1] + 0.01, 20.0, "call"), now(), cast.komang)
    typed(cast, call, **IN_THE_RT)
    assert sending.add(call, "", now(), cast.maya) is False
    assert incident.longitude == HOME[1] + 0.01


def test_a_second_caller_who_knows_the_rt_makes_a_vague_place_exact(cast: Cast) -> None:
    incident = incident_of(sent(cast, **SOMEWHERE))
    call = taken(cast, caller="0811111111")
    typed(cast, call, **enough(cast) | IN_THE_RT)
    sending.join(call, incident, now(), cast.maya)
    assert (incident.place["words"], incident.accuracy) == ("RT 03 RW 05 Mayangan", 150.0)


def test_a_second_caller_does_not_move_an_incident_whose_rt_is_known(cast: Cast) -> None:
    incident = incident_of(sent(cast, radius="100"))
    call = taken(cast, caller="0811111111")
    typed(cast, call, **enough(cast) | IN_THE_RT)
    sending.join(call, incident, now(), cast.maya)
    assert incident.accuracy == 100.0


def test_what_is_answered_after_sending_changes_the_priority_both_ways(cast: Cast) -> None:
    field = asked(cast, "fire", 3, 1)
    call = sent(cast)
    for index, priority in (("0", 3), ("1", 1)):
        typed(cast, call, **{field: index})
        sending.add(call, "", now(), cast.maya)
        assert call.alert is not None
        assert call.alert.incident.priority == priority


def test_one_callers_answers_make_an_incident_of_several_no_less_urgent(cast: Cast) -> None:
    field = asked(cast, "fire", 3)
    first = sent(cast).alert
    call = taken(cast, caller="0811111111")
    assert first is not None
    sending.join(call, first.incident, now(), cast.maya)
    typed(cast, call, **{field: "0"})
    sending.add(call, "", now(), cast.maya)
    assert first.incident.priority == 1


def test_a_note_leaves_the_urgency_that_the_dispatcher_has_decided(cast: Cast) -> None:
    field = asked(cast, "fire", 3, 1)
    call = sent(cast, **{field: "0"})
    incident = incident_of(call)
    incidents.reprioritise(incident, 1, now(), cast.komang, reason="teriakan")
    sending.add(call, "pagar hijau", now(), cast.maya)
    assert incident.priority == 1
    incidents.reprioritise(incident, 4, now(), cast.komang, reason="")
    typed(cast, call, **{field: "1"})
    sending.add(call, "", now(), cast.maya)
    assert incident.priority == 1


def test_a_call_that_rings_is_taken_by_who_sends_it(cast: Cast) -> None:
    call = rings()
    drafts.save_draft(call, enough(cast), 0, now(), cast.maya)
    sending.open_incident(call, now(), cast.maya)
    assert call.taken_by_id == cast.maya.id


def test_a_call_that_was_sent_may_turn_out_to_be_a_prank(cast: Cast) -> None:
    call = sent(cast)
    classifying.classify(call, "prank", "tidak ada apa-apa", now(), cast.maya)
    assert call.classified_as == "prank"
