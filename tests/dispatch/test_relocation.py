"""Unanswered offers while an incident's place moves: measured anew, and chosen anew where it was vague."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies.models import Unit, UnitCapability
from meteor.alerts import followup
from meteor.alerts.models import Alert
from meteor.dispatch import overdue, override
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.protocols.models import PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import offered, on_duty, open_assignment, press, report

AT_PATROLI = Place(-7.7490, 113.2160, 20.0, "call")


@pytest.fixture
def crews(cast: Cast) -> None:
    """TRAIL-01 stands 160 m from Sari's home; PATROLI-01 1,810 m, at the other end of the city."""
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "PATROLI-01")


def fix(incident: Incident, latitude: float, longitude: float, accuracy: float | None) -> None:
    """The phone that pressed says where it is now."""
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).one()
    followup.add_fix(alert, latitude, longitude, accuracy, now())
    db.session.commit()


def lose(unit: Unit) -> None:
    """The unit has left its base, and its position is too old to count."""
    unit.latitude, unit.longitude, unit.position_at = -7.7350, 113.2160, now() - timedelta(hours=30)
    unit.at_base = False
    db.session.commit()


def plan(incident: Incident, **lines: int) -> None:
    """Give the incident's type a plan of so many units with each of these capabilities."""
    db.session.query(PlanItem).filter_by(type_id=incident.type_id).delete()
    for position, (capability, count) in enumerate(lines.items()):
        db.session.add(PlanItem(type_id=incident.type_id, position=position, capability=capability, count=count))
    db.session.commit()


@pytest.mark.both_databases
@pytest.mark.usefixtures("crews")
@pytest.mark.parametrize("accuracy", [6000.0, 1500.0])
def test_an_offer_from_a_vague_place_goes_to_the_nearest_once_the_phone_says_where(cast: Cast, accuracy: float) -> None:
    incident = report(cast, latitude=HOME[0] - 0.002, accuracy=accuracy)
    assert offered(incident) == ["TRAIL-01"]
    fix(incident, -7.7460, 113.2160, 8.0)
    assert offered(incident) == ["PATROLI-01"]
    assert open_assignment("PATROLI-01").distance == pytest.approx(442, abs=5)


@pytest.mark.usefixtures("crews")
def test_a_drifting_phone_flips_no_offer_and_the_distance_follows_it(cast: Cast) -> None:
    incident = report(cast, latitude=-7.7424, longitude=113.2160, accuracy=40.0)
    before = open_assignment("TRAIL-01")
    fix(incident, -7.7427, 113.2160, 8.0)
    db.session.refresh(before)
    assert offered(incident) == ["TRAIL-01"]
    assert before.distance == pytest.approx(851, abs=5)


@pytest.mark.usefixtures("crews")
def test_the_distance_follows_a_reporter_who_needs_help_elsewhere(cast: Cast) -> None:
    incident = report(cast)
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).one()
    followup.need_help_here(alert, Place(-7.7360, 113.2160, 10.0, "device"), now(), cast.sari)
    assert open_assignment("TRAIL-01").distance == pytest.approx(111, abs=2)


@pytest.mark.usefixtures("crews")
def test_an_alert_that_joins_and_says_where_looks_at_the_offers_again(cast: Cast) -> None:
    incident = report(cast, latitude=HOME[0] - 0.002, accuracy=1500.0)
    press(cast, latitude=-7.7460, longitude=113.2160, accuracy=8.0)
    assert offered(incident) == ["PATROLI-01"]


def test_the_only_offer_stays_where_no_other_unit_can_be_asked(cast: Cast) -> None:
    lose(on_duty(cast, "agus", "TRAIL-01"))
    incident = report(cast, "komang", latitude=None, longitude=None, accuracy=None)
    assert offered(incident) == ["TRAIL-01"]
    override.correct_place(incident, AT_PATROLI, now(), cast.komang)
    assert offered(incident) == ["TRAIL-01"]
    assert open_assignment("TRAIL-01").distance == pytest.approx(1549, abs=10)


def test_no_more_offers_go_back_than_units_are_asked_instead(cast: Cast) -> None:
    for who, call_sign in (("agus", "TRAIL-01"), ("dewi", "TRAIL-02")):
        lose(on_duty(cast, who, call_sign))
    incident = report(cast, "komang", latitude=None, longitude=None, accuracy=None)
    plan(incident, patrol=2)
    override.offer_again(incident, now(), cast.komang)
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]
    on_duty(cast, "bayu", "PATROLI-01")
    override.correct_place(incident, AT_PATROLI, now(), cast.komang)
    assert offered(incident) == ["TRAIL-02", "PATROLI-01"]


def test_units_that_would_only_swap_their_lines_keep_their_offers(cast: Cast) -> None:
    for call_sign in ("TRAIL-01", "TRAIL-02"):
        db.session.add(UnitCapability(unit_id=cast.unit(call_sign).id, capability="transport"))
    incident = report(cast)
    plan(incident, patrol=1, transport=1)
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "dewi", "TRAIL-02")
    override.offer_again(incident, now(), cast.komang)
    before = {call_sign: open_assignment(call_sign).id for call_sign in ("TRAIL-01", "TRAIL-02")}
    assert [open_assignment(call_sign).capability for call_sign in before] == ["patrol", "transport"]
    override.correct_place(incident, Place(-7.7401, 113.2160, 20.0, "call"), now(), cast.komang)
    assert {call_sign: open_assignment(call_sign).id for call_sign in before} == before


def test_a_unit_that_did_not_answer_takes_over_from_nobody(cast: Cast) -> None:
    on_duty(cast, "bayu", "PATROLI-01")
    on_duty(cast, "dewi", "TRAIL-02")
    incident = report(cast)
    plan(incident, patrol=2)
    override.offer_again(incident, now(), cast.komang)
    over = max(open_assignment(call_sign).expires_at for call_sign in ("PATROLI-01", "TRAIL-02"))
    overdue.expire(over)
    on_duty(cast, "agus", "TRAIL-01")
    reconcile(incident.id, over)
    before = open_assignment("TRAIL-01").id
    override.correct_place(incident, AT_PATROLI, over + timedelta(minutes=20), cast.komang)
    assert open_assignment("TRAIL-01").id == before
