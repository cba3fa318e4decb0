"""Incidents that lack units are offered again as soon as there is one for them, most urgent first."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from meteor.agencies import rules as agencies
from meteor.agencies.models import Capability, UnitCapability
from meteor.agencies.positions import UNUSABLE
from meteor.dispatch import offers, overdue, rules
from meteor.dispatch.waiting import servable
from meteor.incidents.models import Incident
from meteor.protocols.models import PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.scenes import missing, offered, open_assignment
from tests.scheduler.conftest import Press

pytestmark = pytest.mark.both_databases


def on_duty(cast: Cast, who: str = "agus", call_sign: str = "TRAIL-01") -> None:
    agencies.start_duty(getattr(cast, who), cast.unit(call_sign), now())
    db.session.flush()


def waits_for_a_unit(incident: Incident) -> bool:
    """Whether the scheduler would look at it now."""
    return incident.id in servable(now(), 10)


def test_who_comes_on_duty_is_offered_what_nobody_was_left_for(press: Press, cast: Cast) -> None:
    incident = press()
    overdue.serve_waiting(now())
    assert offered(incident) == []
    on_duty(cast)
    overdue.serve_waiting(now())
    assert offered(incident) == ["TRAIL-01"]
    assert missing(incident) == {}


def test_what_an_agency_keeps_for_p1_keeps_nobody_else_waiting(press: Press, cast: Cast) -> None:
    on_duty(cast)
    cast.unit("TRAIL-01").agency.reserve = 1
    kept_from, other = press("wahyu", kind="other"), press("sari", kind="disaster")
    other.priority = 4
    assert (missing(kept_from), missing(other)) == ({"patrol": 1}, {"fire": 1})
    on_duty(cast, "dewi", "DAMKAR-01")
    assert servable(now(), 1) == [other.id]
    on_duty(cast, "bayu", "TRAIL-02")
    assert servable(now(), 1) == [kept_from.id]


def test_a_unit_is_not_within_reach_of_what_only_sounds_like_its_capability(press: Press, cast: Cast) -> None:
    db.session.add_all(Capability(code=code, name_id=code, name_en=code) for code in ("rescue", "water_rescue"))
    db.session.flush()
    cast.incident_type("disaster").plan = [PlanItem(capability="water_rescue", count=1)]
    cast.unit("DAMKAR-01").capabilities = [UnitCapability(capability="rescue")]
    drowning = press("sari", kind="disaster")
    on_duty(cast, "dewi", "DAMKAR-01")
    assert not waits_for_a_unit(drowning)
    db.session.add(UnitCapability(unit_id=cast.unit("DAMKAR-01").id, capability="water_rescue"))
    db.session.flush()
    assert waits_for_a_unit(drowning)


def test_the_most_urgent_comes_first(press: Press, cast: Cast) -> None:
    lesser, urgent = press("wahyu", kind="other"), press("sari")
    on_duty(cast)
    overdue.serve_waiting(now())
    assert (offered(urgent), offered(lesser)) == (["TRAIL-01"], [])


def test_a_unit_that_let_one_offer_run_out_is_offered_another_incident(press: Press, cast: Cast) -> None:
    on_duty(cast)
    first, second = press("sari"), press("wahyu")
    later = now() + offers.OFFER_TIME + timedelta(seconds=1)
    overdue.expire(later)
    overdue.serve_waiting(later)
    assert (offered(first), offered(second)) == ([], ["TRAIL-01"])


@pytest.mark.parametrize("how", ["expired", "refused", "withdrawn"])
def test_whoever_did_not_want_an_incident_does_not_make_the_scheduler_look_at_it(
    press: Press, cast: Cast, how: str
) -> None:
    on_duty(cast)
    incident = press()
    if how == "expired":
        overdue.expire(now() + offers.OFFER_TIME)
    elif how == "refused":
        rules.refuse(open_assignment("TRAIL-01"), "vehicle", now(), cast.agus)
    else:
        rules.withdraw(open_assignment("TRAIL-01"), "needed elsewhere", now(), cast.komang)
    assert missing(incident) == {"patrol": 1}
    assert not waits_for_a_unit(incident)
    on_duty(cast, "bayu", "TRAIL-02")
    assert waits_for_a_unit(incident)


def test_reopened_it_is_offered_to_everybody_again(press: Press, cast: Cast) -> None:
    on_duty(cast)
    incident = press()
    overdue.expire(now() + offers.OFFER_TIME)
    rules.close(incident, "nothing_found", "", now(), cast.komang)
    rules.reopen(incident, "again", now() + timedelta(hours=1), cast.komang)
    assert offered(incident) == ["TRAIL-01"]


@pytest.mark.parametrize(
    ("given", "looked_at"),
    [
        ({"status": "off_duty"}, False),
        ({"in_service": False}, False),
        ({"at_base": False, "position_at": now() - 2 * UNUSABLE}, False),
        ({"at_base": False, "position_at": None}, False),
        ({"at_base": False, "position_at": now() + timedelta(hours=1)}, True),
        ({}, True),
    ],
)
def test_only_a_unit_that_could_go_makes_the_scheduler_look(
    press: Press, cast: Cast, given: dict[str, object], looked_at: bool
) -> None:
    incident = press()
    on_duty(cast)
    unit = cast.unit("TRAIL-01")
    db.session.execute(update(type(unit)).where(type(unit).id == unit.id).values(**given or {"at_base": True}))
    assert waits_for_a_unit(incident) is looked_at


def test_a_unit_that_can_do_something_else_does_not(press: Press, cast: Cast) -> None:
    incident = press()
    on_duty(cast, "rina", "AMBULANS-01")
    assert not waits_for_a_unit(incident)


def test_without_a_place_a_unit_that_nobody_can_place_will_do(press: Press, cast: Cast) -> None:
    incident = press("agus", latitude=None, longitude=None)
    on_duty(cast)
    cast.unit("TRAIL-01").at_base = False
    assert waits_for_a_unit(incident)


@pytest.mark.parametrize(("kind", "looked_at"), [("emergency", True), ("crime", False)])
def test_for_p1_a_unit_on_its_way_to_p3_counts_too(press: Press, cast: Cast, kind: str, looked_at: bool) -> None:
    incident = press("sari", kind=kind)
    on_duty(cast)
    assert waits_for_a_unit(incident)
    db.session.execute(update(Incident).values(held=True))
    lesser = press("wahyu", kind="other")
    assert offered(lesser) == ["TRAIL-01"]
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.execute(update(Incident).values(held=False))
    assert waits_for_a_unit(incident) is looked_at


@pytest.mark.parametrize("how", ["held", "closed"])
def test_what_is_held_or_closed_waits_for_no_unit(press: Press, cast: Cast, how: str) -> None:
    incident = press()
    on_duty(cast)
    if how == "held":
        incident.held = True
    else:
        incident.status = "closed"
    db.session.flush()
    assert not waits_for_a_unit(incident)
