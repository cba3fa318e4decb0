"""Months and weeks as the addresses of roster pages name them."""

from datetime import date

import pytest

from meteor.rosters.months import Month, monday_of
from tests.rosters.plans import wib


def test_a_month_has_its_days_in_wib() -> None:
    february = Month.read("2028-02")
    assert (february.days[0], february.last, len(february.days)) == (date(2028, 2, 1), date(2028, 2, 29), 29)
    assert (february.starts_at, february.ends_at) == (wib(date(2028, 2, 1), 0), wib(date(2028, 3, 1), 0))


def test_months_follow_each_other_over_the_year() -> None:
    december = Month.read("2026-12")
    assert (str(december.before), str(december.following)) == ("2026-11", "2027-01")


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "1999-01", "9999-12", "26-11", "2026-11-01", "٢٠٢٦-١١"])
def test_any_other_text_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Month.read(text)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 11, 8)) == monday_of(date(2026, 11, 2)) == date(2026, 11, 2)
