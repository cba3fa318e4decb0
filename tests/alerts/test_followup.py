"""What the reporter says after the press."""

import pytest
from sqlalchemy import func, select

from meteor.accounts import rules as accounts
from meteor.agencies import rules as agencies
from meteor.alerts import followup
from meteor.alerts.models import Alert, AlertFix
from meteor.dispatch import override
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.presses import deeds, press, the_incident
from tests.cast import HOME, Cast


@pytest.fixture(autouse=True)
def agus_is_on_duty(cast: Cast) -> None:
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    db.session.commit()


def test_a_kind_chosen_afterwards_brings_what_it_needs(cast: Cast) -> None:
    agencies.start_duty(cast.dewi, cast.unit("DAMKAR-01"), now())
    receipt = press(cast)
    followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)
    offered = {row.unit.call_sign for row in db.session.scalars(select(Assignment))}
    assert offered == {"TRAIL-01", "DAMKAR-01"}
    assert the_incident(receipt).type.code == "fire"


def test_a_kind_chosen_afterwards_gives_way_to_what_the_dispatcher_has_said(cast: Cast) -> None:
    receipt = press(cast)
    known = cast.incident_type("medical")
    override.retype(
        the_incident(receipt), incidents.TypeRow(known.id, known.code, known.priority, known.agency_id), 1,
        "Ia menelepon: ada yang sesak napas", now(), cast.komang,
    )  # fmt: skip
    followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)
    assert the_incident(receipt).type.code == "medical"
    assert "kind_said" in deeds(receipt)


def test_a_kind_may_be_chosen_twice_by_who_raised_it(cast: Cast) -> None:
    receipt = press(cast)
    for kind in ("fire", "medical"):
        followup.choose_kind(db.session.get_one(Alert, receipt.id), kind, now(), cast.sari)
    assert the_incident(receipt).type.code == "medical"


def test_a_kind_is_not_changed_once_the_incident_is_closed(cast: Cast) -> None:
    receipt = press(cast)
    incidents.close(the_incident(receipt), "helped", "", now(), cast.agus)
    with pytest.raises(incidents.AlreadyClosed):
        followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)


def test_a_better_fix_moves_the_incident_and_both_places_stay_known(cast: Cast) -> None:
    receipt = press(cast, accuracy=800.0)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -7.7340, 113.2170, 8.0, now())
    incident = the_incident(receipt)
    assert (incident.latitude, incident.accuracy) == (-7.7340, 8.0)
    assert "moved" in deeds(receipt)
    assert db.session.get_one(Alert, receipt.id).latitude == HOME[0]
    assert db.session.scalar(select(func.count()).select_from(AlertFix)) == 1


def test_a_worse_fix_is_kept_and_moves_nothing(cast: Cast) -> None:
    receipt = press(cast, accuracy=8.0)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -7.7340, 113.2170, 900.0, now())
    assert the_incident(receipt).accuracy == 8.0


def test_a_fix_that_only_knows_the_region_does_not_move_the_incident_from_the_home(cast: Cast) -> None:
    receipt = press(cast, latitude=None, longitude=None, accuracy=None)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -6.2, 106.8, 25_000.0, now())
    assert (the_incident(receipt).latitude, the_incident(receipt).place_source) == (HOME[0], "home")


def test_a_phone_that_has_moved_away_moves_the_incident_even_with_a_coarser_fix(cast: Cast) -> None:
    receipt = press(cast, accuracy=8.0)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -7.7440, 113.2170, 50.0, now())
    assert the_incident(receipt).latitude == -7.7440


def test_safe_now_stands_on_the_timeline_and_leaves_the_incident_open(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    followup.cancel(alert, "safe", "", now(), cast.sari)
    assert followup.cancellation(alert) == "safe"
    assert the_incident(receipt).status == "open"


def test_a_wrong_pin_looks_the_same_and_alarms_the_dispatcher(cast: Cast) -> None:
    accounts.set_pin(cast.sari, "1234")
    alert = db.session.get_one(Alert, press(cast).id)
    followup.cancel(alert, "safe", "0000", now(), cast.sari)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.role) == ("forced", "dispatcher")


def test_the_right_pin_alarms_nobody(cast: Cast) -> None:
    accounts.set_pin(cast.sari, "1234")
    followup.cancel(db.session.get_one(Alert, press(cast).id), "mistake", "1234", now(), cast.sari)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_cancellation_has_one_of_two_reasons(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    with pytest.raises(ValueError, match="bored"):
        followup.cancel(alert, "bored", "", now(), cast.sari)


def test_help_is_rated_only_once_it_is_over(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    with pytest.raises(ValueError, match="5"):
        followup.rate(alert, 5, "cepat", now())
    incidents.close(the_incident(receipt), "helped", "", now(), cast.agus)
    followup.rate(alert, 5, "cepat", now())
