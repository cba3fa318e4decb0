"""Duty: who crews what, breaks, and what a position is worth."""

from datetime import timedelta

import pytest

from meteor.accounts.models import UserRole
from meteor.agencies import membership, positions, rules
from meteor.agencies.duty_status import duty_status, duty_version
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import missing, on_duty, report


def test_a_unit_becomes_available_with_the_first_of_its_crew(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    assert unit.status == "available"
    assert rules.crews_of([unit]) == {unit.id: ["Agus Santoso"]}


def test_nobody_goes_on_duty_on_a_unit_that_was_just_taken_out_of_service(cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    unit.in_service = False
    with pytest.raises(rules.OutOfService, match="TRAIL-01"):
        rules.start_duty(cast.agus, unit, now())
    assert rules.crew_of(unit) == []


def test_the_shift_of_an_officer_who_was_shut_out_ends_by_itself(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    cast.agus.active = False
    membership.end_shifts_of_disabled(now())
    db.session.refresh(unit)
    assert (rules.crew_of(unit), unit.status) == ([], "off_duty")


def test_the_shift_of_somebody_who_is_an_officer_no_more_ends_by_itself(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    cast.agus.roles = [UserRole(role="citizen")]
    membership.end_shifts_of_disabled(now())
    db.session.refresh(unit)
    assert (rules.crew_of(unit), unit.status) == ([], "off_duty")


def test_a_shut_out_officer_stays_the_crew_while_the_unit_has_a_job(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    cast.agus.active = False
    membership.end_shifts_of_disabled(now())
    db.session.refresh(unit)
    assert (rules.crew_of(unit), unit.status) == ([cast.agus], "offered")


def test_several_crew_one_unit_in_the_order_in_which_they_came(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    assert rules.crews_of([unit]) == {unit.id: ["Agus Santoso", "Bayu Pratama"]}


def test_who_joins_a_unit_on_a_break_does_not_end_the_break(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    rules.set_status(unit, "off_duty", now())
    positions.report_position(unit, -7.70, 113.21, 10, now(), now())
    on_duty(cast, "bayu", "TRAIL-01")
    db.session.refresh(unit)
    assert unit.status == "off_duty"
    assert not unit.at_base


def test_a_break_ends_with_the_longest_wait_before_it(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    rules.set_status(unit, "off_duty", now())
    later = now() + timedelta(minutes=20)
    rules.set_status(unit, "available", later)
    assert unit.status == "available"
    assert unit.idle_since == later


def test_saying_twice_that_a_unit_is_available_does_not_send_it_to_the_end_of_the_line(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    before = unit.idle_since
    rules.set_status(unit, "available", now() + timedelta(minutes=5))
    assert unit.idle_since == before


def test_a_unit_with_an_offer_takes_no_break(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    with pytest.raises(rules.UnitAtWork, match="TRAIL-01"):
        rules.set_status(unit, "off_duty", now())
    assert unit.status == "offered"


def test_a_crew_sets_no_other_status_than_these_two(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    with pytest.raises(ValueError, match="on_scene"):
        rules.set_status(unit, "on_scene", now())


def test_a_unit_on_a_break_is_offered_nothing(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    rules.set_status(unit, "off_duty", now())
    incident = report(cast)
    assert missing(incident) == {"patrol": 1}


def test_the_unit_of_yesterday_is_remembered(cast: Cast) -> None:
    assert rules.last_unit_of(cast.agus) is None
    unit = on_duty(cast, "agus", "TRAIL-02")
    rules.end_duty(cast.agus, now())
    assert rules.last_unit_of(cast.agus) == unit.id


@pytest.mark.parametrize(
    ("age", "worth"), [(0, "fresh"), (9.9, "fresh"), (10.1, "stale"), (29.9, "stale"), (30.1, "unusable")]
)
def test_a_position_loses_its_worth_with_its_age(cast: Cast, age: float, worth: str) -> None:
    unit, at = on_duty(cast, "agus", "TRAIL-01"), now()
    positions.report_position(unit, *HOME, 10, at - timedelta(minutes=age), at)
    db.session.refresh(unit)
    assert positions.freshness(unit, at) == worth


def test_a_unit_that_never_sent_a_position_has_an_unknown_one(cast: Cast) -> None:
    assert positions.freshness(cast.unit("TRAIL-01"), now()) == "unknown"


@pytest.mark.parametrize(
    ("seconds", "accuracy", "kept"),
    [
        (10, 10, False),  # 11 km in ten seconds
        (10, 11_000, True),  # nobody knows that it was so far
        (59, 10, False),
        (61, 10, True),  # the first one may have been wrong as well
    ],
)
def test_a_position_that_nobody_drives_to_is_dropped_for_a_minute(
    cast: Cast, seconds: int, accuracy: float, kept: bool
) -> None:
    unit, at = on_duty(cast, "agus", "TRAIL-01"), now()
    positions.report_position(unit, *HOME, 10, at, at)
    db.session.refresh(unit)
    later = at + timedelta(seconds=seconds)
    assert (positions.report_position(unit, HOME[0] + 0.1, HOME[1], accuracy, later, later) == "") is kept


def test_nobody_stands_anywhere_off_duty(cast: Cast) -> None:
    assert duty_status(cast.agus.id, now()) is None
    assert duty_version(cast.agus.id, now()) is None


def test_the_version_of_a_unit_changes_with_all_that_is_shown_of_it(cast: Cast) -> None:
    def version(after: timedelta = timedelta()) -> str:
        db.session.expire_all()
        seen = duty_status(cast.agus.id, at := now() + after)
        assert seen
        assert seen.version == duty_version(cast.agus.id, at)
        return seen.version

    unit = on_duty(cast, "agus", "TRAIL-01")
    versions = [version()]
    on_duty(cast, "bayu", "TRAIL-01")
    versions.append(version())
    rules.set_status(unit, "off_duty", now())
    versions.append(version())
    positions.report_position(unit, *HOME, 10, now(), now())
    versions.append(version())
    for shown, other in (("call_sign", "TRAIL-99"), ("base_name", "Polsek Mayangan"), ("at_base", not unit.at_base)):
        setattr(unit, shown, other)
        db.session.flush()
        versions.append(version())
    assert version() == versions[-1]
    versions.append(version(after=positions.STALE + timedelta(minutes=1)))
    assert len(set(versions)) == 8
