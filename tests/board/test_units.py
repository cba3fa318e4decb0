"""The units on the board: their state, crew, incident, and where their position comes from."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.board.units import BoardUnit, UnitsShown, units_shown
from meteor.dispatch import overdue, rules
from meteor.dispatch.models import Assignment
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import in_danger, on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases


def agencies_of(shown: UnitsShown) -> dict[str, list[str]]:
    return {agency.code: [unit.call_sign for unit in agency.on_duty] for agency in shown.agencies}


def unit(call_sign: str) -> BoardUnit:
    return next(unit for unit in units_shown(now()).on_duty if unit.call_sign == call_sign)


def test_units_stand_by_agency_and_those_off_duty_are_only_counted(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-02")
    on_duty(cast, "bayu", "TRAIL-01")
    on_duty(cast, "rina", "AMBULANS-01")
    shown = units_shown(now())
    assert agencies_of(shown) == {"DAMKAR": [], "POLRES": ["TRAIL-01", "TRAIL-02"], "PSC119": ["AMBULANS-01"]}
    assert {agency.code: agency.off_duty for agency in shown.agencies} == {"DAMKAR": 1, "POLRES": 1, "PSC119": 1}
    assert shown.counts == {"available": 3}


def test_a_unit_that_was_taken_out_of_service_is_no_part_of_the_board(cast: Cast) -> None:
    cast.unit("DAMKAR-01").in_service = False
    assert "DAMKAR" not in agencies_of(units_shown(now()))


def test_a_unit_says_its_crew_its_incident_and_how_far_it_is_with_it(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    incident = report(cast, "sari", "other")
    assert (unit("TRAIL-01").state, unit("TRAIL-01").incident) == ("offered", incident.number)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    seen = unit("TRAIL-01")
    assert (seen.state, seen.assignment, seen.crew) == ("assigned", "accepted", ["Agus Santoso", "Bayu Pratama"])


def unanswered(cast: Cast) -> None:
    """TRAIL-01 is offered an incident and lets the offer end."""
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, "sari", "other")
    overdue.expire(now() + timedelta(seconds=31))
    db.session.commit()


def test_a_free_unit_that_let_the_last_offer_end_is_not_taken_for_one_that_answers(cast: Cast) -> None:
    unanswered(cast)
    seen = unit("TRAIL-01")
    assert seen.state == "available"
    assert seen.unanswered_at == db.session.scalars(select(Assignment.ended_at)).one()


def test_a_crew_that_answers_the_next_offer_has_answered(cast: Cast) -> None:
    unanswered(cast)
    incident = report(cast, "endang", "other")
    rules.refuse(open_assignment("TRAIL-01"), "Ban bocor", now() + timedelta(seconds=40), cast.agus)
    db.session.commit()
    assert (incident.number, unit("TRAIL-01").unanswered_at) == (incident.number, None)


def test_a_crew_that_begins_later_was_not_asked(cast: Cast) -> None:
    unanswered(cast)
    agencies.end_duty(cast.agus, now() + timedelta(seconds=50))
    agencies.start_duty(cast.bayu, cast.unit("TRAIL-01"), now() + timedelta(seconds=60))
    db.session.commit()
    assert unit("TRAIL-01").unanswered_at is None


def test_a_colleague_who_joins_a_silent_crew_has_not_answered_for_it(cast: Cast) -> None:
    unanswered(cast)
    agencies.start_duty(cast.bayu, cast.unit("TRAIL-01"), now() + timedelta(seconds=60))
    db.session.commit()
    assert unit("TRAIL-01").unanswered_at is not None


def test_an_offer_that_was_withdrawn_says_nothing_about_the_crew(cast: Cast) -> None:
    unanswered(cast)
    incident = report(cast, "endang", "other")
    rules.withdraw(open_assignment("TRAIL-01"), "Cukup", now() + timedelta(seconds=40), cast.komang)
    db.session.commit()
    assert (incident.status, unit("TRAIL-01").unanswered_at is None) == ("open", False)


def test_a_crew_on_a_break_is_not_off_duty(cast: Cast) -> None:
    agencies.set_status(on_duty(cast, "agus", "TRAIL-01"), "off_duty", now())
    assert unit("TRAIL-01").state == "break"


@pytest.mark.parametrize("status", ["available", "on_scene", "off_duty"])
def test_a_unit_whose_officer_is_in_danger_says_that_before_all_else_and_is_not_free(cast: Cast, status: str) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    before = units_shown(now()).version
    danger = in_danger(cast, trail)
    trail.status = status
    db.session.commit()
    assert (unit("TRAIL-01").state, unit("TRAIL-01").incident) == ("in_danger", danger.number)
    assert (units_shown(now()).counts, units_shown(now()).version != before) == ({"in_danger": 1}, True)
    danger.status = "closed"
    db.session.commit()
    assert "in_danger" not in units_shown(now()).counts


def test_a_unit_that_is_on_an_incident_leads_to_the_one_in_which_its_officer_is_in_danger(cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    report(cast, "sari", "other")
    danger = in_danger(cast, trail)
    assert (unit("TRAIL-01").incident, unit("TRAIL-01").assignment) == (danger.number, None)


def test_a_unit_that_stands_at_its_base_is_there_without_a_fix(cast: Cast) -> None:
    base = on_duty(cast, "agus", "TRAIL-01")
    seen = unit("TRAIL-01")
    assert (seen.source, seen.lost) == ("base", False)
    assert (seen.latitude, seen.longitude) == (base.base_latitude, base.base_longitude)


def test_a_position_that_is_eleven_minutes_old_is_lost(cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    positions.report_position(trail, -7.7700, 113.2160, 10.0, now(), now())
    seen = unit("TRAIL-01")
    assert (seen.source, seen.lost, seen.latitude) == ("tablet", False, -7.77)
    later = units_shown(now() + timedelta(minutes=11)).on_duty[0]
    assert later.lost


def test_the_version_changes_with_what_is_shown_and_not_with_a_position_that_jitters(cast: Cast) -> None:
    trail, at = on_duty(cast, "agus", "TRAIL-01"), now().replace(second=10, microsecond=0)

    def reported(latitude: float, seconds: int) -> str:
        moment = at + timedelta(seconds=seconds)
        positions.report_position(trail, latitude, 113.21600, 10.0, moment, moment)
        db.session.expire_all()
        return units_shown(moment).version

    first = reported(-7.77000, 0)
    assert reported(-7.77001, 5) == first
    moved = reported(-7.77100, 15)
    assert moved != first
    report(cast, "sari", "other", latitude=HOME[0])
    assert units_shown(at + timedelta(seconds=20)).version != moved


@pytest.mark.parametrize(
    ("course", "age", "seen"),
    [
        ((90.0, 2.0), 0, 90.0),
        ((90.0, 1.9), 0, None),
        ((90.0, None), 0, None),
        ((None, 9.0), 0, None),
        ((90.0, 9.0), 59, 90.0),
        ((90.0, 9.0), 61, None),
    ],
)
def test_a_unit_heads_somewhere_while_it_is_heard_and_moves(
    cast: Cast, course: tuple[float | None, float | None], age: int, seen: float | None
) -> None:
    moving, at = on_duty(cast, "agus", "TRAIL-01"), now()
    moving.at_base = False
    taken_at = at - timedelta(seconds=age)
    positions.report_position(moving, HOME[0] + 0.01, HOME[1], 8.0, taken_at, at, "tracker", course)
    assert unit("TRAIL-01").heading == seen


def test_a_turn_changes_what_the_board_shows_and_a_unit_that_stops_heads_nowhere(cast: Cast) -> None:
    moving = on_duty(cast, "agus", "TRAIL-01")
    at = now().replace(second=30)  # a new minute would be a new age of the position
    place = HOME[0] + 0.01, HOME[1], 8.0
    moving.at_base = False
    versions = []
    for second, course in enumerate([(10.0, 8.0), (12.0, 8.0), (90.0, 8.0), (90.0, 0.0)]):
        positions.report_position(moving, *place, at - timedelta(seconds=9 - second), at, "tracker", course)
        versions.append(units_shown(at).version)
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3
    assert unit("TRAIL-01").heading is None
