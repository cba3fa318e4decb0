"""Hours worked, jobs and rest of officers in a month, from their shifts on units."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from meteor.agencies.models import Shift
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.rosters.duty_figures import DutyFigures, duty_figures
from meteor.rosters.months import Month
from meteor.store.database import db, hang_up
from tests.cast import Cast
from tests.rosters.plans import wib
from tests.scenes import press
from tests.store.plans import scans, statements

NOVEMBER, DECEMBER = Month(date(2026, 11, 1)), Month(date(2026, 12, 1))
LATER = wib(date(2027, 1, 15), 0)
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of the city's clock in November 2026."""
    return wib(date(2026, month, day), hour, minute)


@pytest.mark.both_databases
class TestFigures:
    def works(self, cast: Cast, starts: datetime, ends: datetime | None, unit: str = "TRAIL-01", **who: Any) -> None:
        user = who.get("who", cast.agus)
        db.session.add(Shift(user_id=user.id, unit_id=cast.unit(unit).id, started_at=starts, ended_at=ends))
        db.session.flush()

    def accepts(
        self, cast: Cast, accepted_at: datetime | None, unit: str = "TRAIL-01", incident: Incident | None = None
    ) -> None:
        db.session.add(
            Assignment(
                incident=incident or press(cast), unit_id=cast.unit(unit).id, capability="patrol", status="cleared",
                expires_at=LATER, accepted_at=accepted_at, ended_at=LATER,
            )
        )  # fmt: skip
        db.session.flush()

    def of(self, cast: Cast, month: Month = NOVEMBER, now: datetime = LATER) -> DutyFigures:
        return duty_figures([cast.agus.id], month, now).get(cast.agus.id, DutyFigures())

    def test_an_officer_without_duty_has_worked_nothing(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 15), who=cast.bayu)
        assert self.of(cast) == DutyFigures(timedelta(), 0, None, 0)

    def test_the_night_of_a_months_last_day_belongs_to_that_month(self, cast: Cast) -> None:
        self.works(cast, at(31, 23, month=10), at(1, 7))
        self.works(cast, at(30, 23, 59), at(1, 7, month=12))
        self.works(cast, at(1, 23, month=12), at(2, 7, month=12))
        assert self.of(cast).worked == timedelta(hours=7, minutes=1)
        assert self.of(cast, DECEMBER).worked == 8 * HOUR

    def test_a_duty_that_goes_on_over_a_change_of_unit_at_a_months_end_stays_whole(self, cast: Cast) -> None:
        self.works(cast, at(30, 22), at(30, 23, 50))
        self.works(cast, at(1, 0, 20, month=12), at(1, 6, 20, month=12), unit="TRAIL-02")
        assert self.of(cast).worked == timedelta(hours=7, minutes=50)
        assert self.of(cast, DECEMBER) == DutyFigures()

    def test_a_shift_that_still_runs_counts_until_now(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), None)
        assert self.of(cast, now=at(3, 9, 30)).worked == 2.5 * HOUR

    def test_jobs_are_those_that_the_unit_accepted_during_the_shift(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 15))
        self.works(cast, at(30, 23), at(1, 7, month=12))
        for moment in (at(3, 6, 59), at(3, 7), at(3, 14, 59), at(3, 15), at(1, 2, month=12), None):
            self.accepts(cast, moment)
        self.accepts(cast, at(3, 8), unit="TRAIL-02")
        assert self.of(cast).jobs == 3
        assert self.of(cast, DECEMBER).jobs == 0

    def test_a_drill_is_no_job(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 15))
        drill = press(cast)
        drill.drill = True
        self.accepts(cast, at(3, 8), incident=drill)
        assert self.of(cast).jobs == 0

    def test_a_job_is_counted_for_everyone_of_the_crew_and_once_when_the_crew_changes(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 15))
        self.works(cast, at(3, 15), at(3, 23))
        self.works(cast, at(3, 7), at(3, 15), who=cast.bayu)
        self.accepts(cast, at(3, 10))
        self.accepts(cast, at(3, 15))
        found = duty_figures([cast.agus.id, cast.bayu.id], NOVEMBER, LATER)
        assert (found[cast.agus.id].jobs, found[cast.bayu.id].jobs) == (2, 1)

    @pytest.mark.parametrize(("minutes", "too_little"), [(11 * 60 - 1, True), (11 * 60, False)])
    def test_the_shortest_rest_is_measured_over_midnight_and_the_months_start(
        self, cast: Cast, minutes: int, too_little: bool
    ) -> None:
        first = at(31, 15, month=10)
        self.works(cast, first, first + 8 * HOUR)
        second = first + 8 * HOUR + timedelta(minutes=minutes)
        self.works(cast, second, second + HOUR)
        self.works(cast, at(4, 7), at(4, 15))
        assert self.of(cast).rest == timedelta(minutes=minutes)
        assert self.of(cast).rests_too_little is too_little

    def test_less_than_an_hour_between_two_units_is_no_rest(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 15))
        self.works(cast, at(3, 15, 59), at(3, 19), unit="TRAIL-02")
        assert self.of(cast).rest is None
        self.works(cast, at(3, 20), at(3, 21))
        assert self.of(cast).rest == HOUR

    def test_duties_of_more_than_twelve_hours_are_counted_also_over_two_units(self, cast: Cast) -> None:
        self.works(cast, at(3, 7), at(3, 19))
        assert self.of(cast).long == 0
        self.works(cast, at(5, 7), at(5, 15))
        self.works(cast, at(5, 15, 30), at(5, 19, 1), unit="TRAIL-02")
        self.works(cast, at(7, 7), None)
        assert self.of(cast, now=at(7, 19)).long == 1
        assert self.of(cast, now=at(7, 19, 1)).long == 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_figures_of_a_month_read_through_neither_shifts_nor_assignments(app: Flask, cast: Cast) -> None:
    db.session.commit()
    hang_up()
    with statements(*db.engines.values()) as asked:
        duty_figures([cast.agus.id, cast.bayu.id], NOVEMBER, LATER)
        db.session.rollback()
    (sql,) = [sql for sql in asked if "assignments" in sql]
    assert scans(db.engine, dict(asked)) == {}
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        plan = " ".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", asked[sql]).fetchall())
    assert "ix_shifts_user_id_started_at (user_id=? AND started_at>? AND started_at<?)" in plan
    assert "ix_assignments_unit_id_accepted_at (unit_id=? AND accepted_at>? AND accepted_at<?)" in plan
