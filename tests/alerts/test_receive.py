"""The intake of alerts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.agencies import rules as agencies
from meteor.alerts import rules
from meteor.alerts.models import Alert
from meteor.dispatch import override
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents.labels import area, short_place
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store import prepared
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import WIB, now
from tests.alerts.presses import event_types, press, the_incident
from tests.cast import HOME, Cast
from tests.scenes import offered

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def agus_is_on_duty(cast: Cast) -> None:
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    db.session.commit()


def test_a_press_becomes_an_incident_and_the_nearest_unit_is_offered_it(cast: Cast) -> None:
    receipt = press(cast)
    offer = db.session.scalars(select(Assignment)).one()
    assert receipt.first
    assert offer.unit.call_sign == "TRAIL-01"
    assert offer.unit.status == "offered"
    assert offer.incident.number == receipt.number
    assert event_types(receipt) == ["received", "offered"]


def test_the_same_press_twice_is_one_alert(cast: Cast) -> None:
    press_id = uuid4()
    first, second = press(cast, id=press_id), press(cast, id=press_id)
    assert (first.first, second.first) == (True, False)
    assert second.number == first.number
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 1
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1


def test_a_uuid_that_is_another_persons_alert_is_taken_under_another_one_and_only_once(cast: Cast) -> None:
    press_id = uuid4()
    press(cast, id=press_id)
    mine, again = press(cast, "wahyu", id=press_id), press(cast, "wahyu", id=press_id)
    assert mine.first
    assert mine.id != press_id
    assert (again.id, again.first) == (mine.id, False)
    assert rules.find(cast.wahyu, mine.id) is not None
    assert rules.find(cast.wahyu, press_id) is None


def test_a_second_press_joins_the_open_incident(cast: Cast) -> None:
    first, second = press(cast), press(cast)
    assert second.first
    assert second.number == first.number


def test_a_press_after_closing_opens_a_new_incident(cast: Cast) -> None:
    first = press(cast)
    incidents.close(the_incident(first), "helped", "", now(), cast.agus)
    db.session.commit()
    assert press(cast).number != first.number


def test_two_people_have_two_incidents(cast: Cast) -> None:
    assert press(cast).number != press(cast, "wahyu").number


def test_without_a_position_the_registered_home_counts_and_is_flagged(cast: Cast) -> None:
    incident = the_incident(press(cast, latitude=None, longitude=None, accuracy=None))
    assert (incident.latitude, incident.longitude) == HOME
    assert incident.place_source == "home"
    assert incident.flags == ["home_position"]


@pytest.mark.parametrize(("measured", "radius"), [(None, 150.0), (8.0, 150.0), (900.0, 900.0)])
def test_a_home_that_is_only_assumed_is_no_exacter_than_an_rt(
    cast: Cast, measured: float | None, radius: float
) -> None:
    home = db.session.scalars(select(Household).join(Resident).where(Resident.user_id == cast.sari.id)).one()
    home.accuracy = measured
    assert the_incident(press(cast, latitude=None, longitude=None, accuracy=None)).accuracy == radius


def test_a_home_is_in_its_households_rt_wherever_it_was_measured(app: Flask, cast: Cast) -> None:
    home = db.session.scalars(select(Household).join(Resident).where(Resident.user_id == cast.sari.id)).one()
    home.latitude, home.longitude, home.accuracy = -7.7500, 113.2400, 1500.0
    incident = the_incident(press(cast, latitude=None, longitude=None, accuracy=None))
    assert (incident.rt_id, incident.place["rt"], incident.kelurahan.name) == (home.rt_id, "RT 03 RW 05", "Mayangan")
    with app.test_request_context():
        assert area(incident)[0] == short_place(incident) == "RT 03 RW 05, Mayangan"


def test_a_position_that_only_knows_the_region_gives_way_to_the_registered_home(cast: Cast) -> None:
    jakarta = {"latitude": -6.2, "longitude": 106.8, "accuracy": 25_000.0}
    receipt = press(cast, **jakarta)
    incident = the_incident(receipt)
    assert (incident.latitude, incident.longitude, incident.flags) == (*HOME, ["coarse_position"])
    assert db.session.get_one(Alert, receipt.id).latitude == jakarta["latitude"]
    assert the_incident(press(cast, "komang", **jakarta)).latitude == jakarta["latitude"], "Komang has no home here"


def test_without_any_position_a_unit_goes_all_the_same_and_the_dispatcher_is_told(cast: Cast) -> None:
    incident = the_incident(press(cast, "komang", latitude=None, longitude=None, accuracy=None))
    assert incident.place_source == "none"
    assert "no_position" in incident.flags
    assert db.session.scalars(select(Assignment)).one().unit.call_sign == "TRAIL-01"


def test_a_press_outside_the_city_is_taken_and_flagged(cast: Cast) -> None:
    incident = the_incident(press(cast, latitude=-7.2575, longitude=112.7521))
    assert incident.flags == ["outside_city"]


def test_the_place_is_named_by_its_kelurahan_and_nearest_rt(cast: Cast) -> None:
    incident = the_incident(press(cast))
    assert incident.kelurahan is not None
    assert incident.kelurahan.name == "Mayangan"
    assert incident.rt_id == cast.rt(3).id
    assert incident.place["rt"] == "RT 03 RW 05"
    assert incident.place["landmark"] == "Alun-alun Probolinggo"
    assert incident.place["bearing"] == pytest.approx(7, abs=2)


def test_a_suspended_reporters_press_is_taken_and_waits_for_a_call_taker(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    receipt = press(cast, "karto")
    assert the_incident(receipt).held
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.role) == ("held", "call_taker")


def test_what_a_suspended_reporter_says_next_is_followed_once_the_incident_was_released(cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    agencies.start_duty(cast.bayu, cast.unit("TRAIL-02"), now())
    incident = the_incident(press(cast, "karto"))
    override.release(incident, now(), cast.maya)
    assert offered(incident) == ["TRAIL-01"]
    press(cast, "karto", kind="crime")  # for which two patrols go
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]


def test_a_suspension_that_is_over_holds_nothing(cast: Cast) -> None:
    cast.karto.suspended_until = now() - timedelta(minutes=1)
    assert not the_incident(press(cast, "karto")).held


def test_a_drill_is_recorded_and_dispatches_nobody(cast: Cast) -> None:
    receipt = press(cast, drill=True)
    incident = the_incident(receipt)
    assert (incident.drill, incident.status) == (True, "closed")
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxItem)) == 0


def test_a_drill_never_joins_a_real_incident_nor_a_real_press_a_drill(cast: Cast) -> None:
    drill, real = press(cast, drill=True), press(cast)
    assert press(cast, drill=True).number not in (drill.number, real.number)
    assert press(cast).number == real.number


def test_the_rt_leader_is_to_be_told_once(cast: Cast) -> None:
    receipt = press(cast)
    item = db.session.scalars(select(OutboxItem)).one()
    assert (item.topic, item.urgency) == ("visibility_changed", 1)
    assert item.payload["incident_id"] == the_incident(receipt).id


def test_incident_numbers_count_within_the_day_of_probolinggo(app: Flask, cast: Cast) -> None:
    first, second = press(cast), press(cast, "wahyu")
    day = now().astimezone(WIB).strftime("%y%m%d")
    assert (first.number, second.number) == (f"{day}-001", f"{day}-002")


def test_a_press_compiles_no_statement_anew(cast: Cast) -> None:
    press(cast)
    compiled = prepared._prepared.cache_info().misses
    press(cast, "wahyu")
    assert prepared._prepared.cache_info().misses == compiled


def test_the_press_is_counted_back_from_the_receipt_and_moves_no_limit(cast: Cast) -> None:
    waited, prompt = press(cast, waited=840.0), press(cast, "wahyu")
    at = {alert.id: alert for alert in db.session.scalars(select(Alert))}
    assert at[waited.id].received_at - (at[waited.id].pressed_at or now()) == timedelta(seconds=840)
    assert the_incident(waited).opened_at == at[waited.id].received_at
    assert at[prompt.id].pressed_at is None
