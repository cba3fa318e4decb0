"""What the one who raised an alert can see of the help that is coming."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.alerts import progress
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.test_receive import press
from tests.cast import Cast


@pytest.fixture
def alert(cast: Cast) -> Alert:
    """Sari has pressed, and Agus on TRAIL-01 is offered it."""
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    db.session.commit()
    return db.session.get_one(Alert, press(cast).id)


def offer() -> Assignment:
    return db.session.scalars(select(Assignment).where(Assignment.ended_at.is_(None))).one()


def test_an_offer_is_nobody_coming_yet(alert: Alert) -> None:
    assert progress.responders(alert, now()) == []


def test_who_has_accepted_is_shown_with_its_distance(cast: Cast, alert: Alert) -> None:
    dispatch.accept(offer(), now(), cast.agus)
    [responder] = progress.responders(alert, now())
    assert (responder.call_sign, responder.agency, responder.status) == (
        "TRAIL-01",
        "Polres Probolinggo Kota",
        "accepted",
    )
    assert responder.distance == pytest.approx(158, abs=2)
    assert responder.position_at is None


def test_a_moving_unit_is_seen_to_come_closer(cast: Cast, alert: Alert) -> None:
    dispatch.accept(offer(), now(), cast.agus)
    positions.report_position(cast.unit("TRAIL-01"), -7.7340, 113.2166, 5.0, now(), now())
    db.session.expire_all()
    [responder] = progress.responders(alert, now())
    assert responder.distance == pytest.approx(33, abs=2)


@pytest.mark.both_databases
def test_a_unit_that_is_withdrawn_is_no_longer_shown(cast: Cast, alert: Alert) -> None:
    dispatch.accept(offer(), now(), cast.agus)
    dispatch.withdraw(offer(), "needed elsewhere", now(), cast.komang)
    assert progress.responders(alert, now()) == []


def test_a_fix_from_before_or_from_the_future_does_not_move_a_unit(cast: Cast, alert: Alert) -> None:
    unit = cast.unit("TRAIL-01")
    assert positions.report_position(unit, -7.7340, 113.2166, 5.0, now(), now()) == ""
    before, after = now() - timedelta(minutes=1), now() + timedelta(minutes=6)
    assert "not newer" in positions.report_position(unit, -7.8, 113.3, 5.0, before, now())
    assert "future" in positions.report_position(unit, -7.8, 113.3, 5.0, after, now())
    db.session.expire_all()
    assert unit.latitude == -7.7340
