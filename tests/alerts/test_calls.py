"""What the intake makes of a 112 call: somebody has listened and says what it is, where, and who calls."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt, receive
from meteor.dispatch import rules as dispatch
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.presses import event_types, press, the_incident
from tests.cast import HOME, Cast
from tests.scenes import missing, on_duty, open_assignment

AT_HOME = Place(HOME[0], HOME[1], 50.0, "call", "rumah cat hijau, belakang musala")


def call(cast: Cast, code: str = "fire", **given: Any) -> Receipt:
    """Somebody without an account calls, and Maya takes it down."""
    values: dict[str, Any] = {
        "id": uuid4(), "source": "call", "kind": "fire", "reporter_id": None, "place": AT_HOME,
        "type_id": cast.incident_type(code).id, "caller_phone": "+6281234567890", "caller_name": "Bu Sri",
    }  # fmt: skip
    receipt = receive(IncomingAlert(**values | given), now(), cast.maya)
    db.session.commit()
    return receipt


@pytest.fixture(autouse=True)
def crews(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "dewi", "DAMKAR-01")


def test_a_call_becomes_an_incident_of_the_type_that_was_said_and_is_offered(cast: Cast) -> None:
    incident = the_incident(call(cast, "noise"))
    assert (incident.type.code, incident.priority, incident.source) == ("noise", 4, "call")
    assert open_assignment("TRAIL-01").incident_id == incident.id


def test_the_callers_number_and_name_are_kept_with_the_alert(cast: Cast) -> None:
    receipt = call(cast)
    alert = db.session.get_one(Alert, receipt.id)
    assert (alert.caller_phone, alert.caller_name, alert.source) == ("+6281234567890", "Bu Sri", "call")


def test_the_place_is_kept_in_the_words_in_which_it_was_told(cast: Cast) -> None:
    incident = the_incident(call(cast))
    assert incident.place["words"] == "rumah cat hijau, belakang musala"
    assert incident.place["rt"] == "RT 03 RW 05"
    assert (incident.place_source, incident.accuracy) == ("call", 50.0)


def test_a_place_that_is_only_words_is_kept_and_flagged(cast: Cast) -> None:
    incident = the_incident(call(cast, place=Place(source="call", words="dekat sungai")))
    assert incident.place == {"words": "dekat sungai"}
    assert "no_position" in incident.flags


def test_what_was_answered_makes_it_more_or_less_urgent_than_its_type(cast: Cast) -> None:
    assert the_incident(call(cast, "noise", priority=1)).priority == 1
    assert the_incident(call(cast, "fire", priority=3)).priority == 3


def test_who_took_the_call_stands_on_the_timeline(cast: Cast) -> None:
    incident = the_incident(call(cast))
    assert timeline.of_incident(incident.id)[0].actor_name == "Maya Operator"


def test_a_call_of_somebody_with_an_account_joins_their_open_incident_and_says_what_it_is(cast: Cast) -> None:
    pressed = press(cast)
    called = call(cast, "fire", reporter_id=cast.sari.id)
    incident = the_incident(pressed)
    assert called.number == pressed.number
    assert incident.type.code == "fire"
    assert "retyped" in event_types(called)


def far(metres_south: float, radius: float = 20.0) -> Place:
    """A place south of Sari's home."""
    return Place(HOME[0] - metres_south / 111_000, HOME[1], radius, "call", "di pinggir jalan")


def accepted(cast: Cast, receipt: Receipt, call_sign: str = "TRAIL-01") -> Incident:
    """A unit is on its way to the incident."""
    dispatch.accept(open_assignment(call_sign), now(), cast.agus)
    db.session.commit()
    return the_incident(receipt)


def test_a_call_about_something_else_leaves_the_callers_older_incident_as_it_is(cast: Cast) -> None:
    """Sari's burglar is being questioned when she sees an accident three kilometres away."""
    pressed = press(cast, kind="crime")
    incident = accepted(cast, pressed)
    dispatch.arrive(open_assignment("TRAIL-01"), now(), cast.agus)
    called = call(cast, "medical", reporter_id=cast.sari.id, place=far(3300))
    db.session.refresh(incident)
    assert called.number != pressed.number
    assert (incident.type.code, incident.latitude, incident.status) == ("crime", HOME[0], "on_scene")
    assert the_incident(called).arrived_at is None
    assert missing(the_incident(called))


def test_the_button_joins_its_reporters_open_incident_whatever_it_says(cast: Cast) -> None:
    pressed = press(cast, kind="crime")
    accepted(cast, pressed)
    assert press(cast, kind="medical", latitude=HOME[0] - 0.03).number == pressed.number


def test_a_call_that_says_something_else_than_units_go_to_gets_help_of_its_own(cast: Cast) -> None:
    pressed = press(cast, kind="crime")
    incident = accepted(cast, pressed)
    called = call(cast, "fire", reporter_id=cast.sari.id)
    assert called.number != pressed.number
    assert incident.type.code == "crime"
    assert open_assignment("DAMKAR-01").incident.number == called.number


def test_a_call_says_what_a_press_had_not_said_though_a_unit_goes_there_already(cast: Cast) -> None:
    pressed = press(cast)
    incident = accepted(cast, pressed)
    assert call(cast, "fire", reporter_id=cast.sari.id).number == pressed.number
    assert incident.type.code == "fire"
    assert open_assignment("DAMKAR-01").incident_id == incident.id


def test_a_call_that_joins_leaves_the_place_that_a_unit_goes_to(cast: Cast) -> None:
    pressed = press(cast, kind="crime")
    incident = accepted(cast, pressed)
    assert call(cast, "crime", reporter_id=cast.sari.id, place=far(300)).number == pressed.number
    db.session.refresh(incident)
    assert incident.latitude == HOME[0]


@pytest.mark.parametrize("given", [{"accuracy": 2000.0}, {"latitude": None, "longitude": None, "accuracy": None}])
def test_a_call_says_where_it_is_when_the_unit_only_goes_about_there(cast: Cast, given: dict[str, Any]) -> None:
    pressed = press(cast, kind="crime", **given)
    incident = accepted(cast, pressed)
    call(cast, "crime", reporter_id=cast.sari.id, place=far(300))
    db.session.refresh(incident)
    assert incident.latitude == pytest.approx(HOME[0] - 300 / 111_000)


def test_a_call_about_a_known_incident_joins_it_and_changes_neither_its_type_nor_its_place(cast: Cast) -> None:
    first = call(cast, "fire")
    second = call(cast, "noise", incident_id=the_incident(first).id, place=Place(-7.75, 113.21, 10.0, "call"))
    incident = the_incident(first)
    assert second.number == first.number
    assert (incident.type.code, incident.latitude) == ("fire", HOME[0])
    assert db.session.scalars(select(Alert.incident_id)).all() == [incident.id] * 2


def test_a_held_alert_is_let_go_by_the_call_that_joins_it(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    pressed = press(cast, "karto")
    assert the_incident(pressed).held
    call(cast, reporter_id=cast.karto.id)
    assert not the_incident(pressed).held
    assert timeline.last(the_incident(pressed).id, "released").actor_name == "Maya Operator"
    assert open_assignment("TRAIL-01").incident.number == pressed.number


def test_a_held_alert_is_let_go_by_the_next_press_once_nobody_is_suspended(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    pressed = press(cast, "karto")
    cast.karto.suspended_until = None
    press(cast, "karto")
    assert not the_incident(pressed).held
    assert open_assignment("TRAIL-01").incident.number == pressed.number


def test_a_held_alert_stays_held_when_its_suspended_reporter_presses_again(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    pressed = press(cast, "karto")
    press(cast, "karto")
    assert the_incident(pressed).held


def test_a_call_that_joins_gives_a_place_to_an_incident_that_had_none(cast: Cast) -> None:
    first = call(cast, place=Place(source="call", words="dekat sungai"))
    call(cast, incident_id=the_incident(first).id)
    assert the_incident(first).latitude == HOME[0]


def test_a_call_that_joins_can_make_the_incident_more_urgent_but_not_less(cast: Cast) -> None:
    first = call(cast, "noise")
    call(cast, "noise", incident_id=the_incident(first).id, priority=2)
    assert the_incident(first).priority == 2
    call(cast, "noise", incident_id=the_incident(first).id, priority=4)
    assert the_incident(first).priority == 2


def test_a_call_about_an_incident_that_was_closed_meanwhile_opens_another(cast: Cast) -> None:
    first = call(cast)
    dispatch.close(the_incident(first), "helped", "", now(), cast.komang)
    assert call(cast, incident_id=the_incident(first).id).number != first.number


def test_a_call_of_a_suspended_person_is_sent_at_once_because_somebody_has_listened(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=7)
    receipt = call(cast, "noise", reporter_id=cast.karto.id)
    assert not the_incident(receipt).held
    assert open_assignment("TRAIL-01").incident.number == receipt.number
