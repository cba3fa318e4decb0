"""Opening hours as people write them, and whether it is open now."""

from datetime import datetime

import pytest
from flask import Flask

from meteor.premises import hours
from meteor.store.moments import WIB

EIGHT_TO_FOUR = [["08:00", "16:00"]]
WEEK = [EIGHT_TO_FOUR] * 5 + [[["08:00", "12:00"], ["13:00", "15:00"]], []]


def at(day: int, clock: str) -> datetime:
    """A moment of the week whose Monday is 23 November 2026, in WIB."""
    return datetime(2026, 11, 22 + day, int(clock[:2]), int(clock[3:]), tzinfo=WIB)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("08:00-15:00, 16:00-20:00", [["08:00", "15:00"], ["16:00", "20:00"]]),
        ("16.00 – 20.00 dan 8 s/d 15", [["08:00", "15:00"], ["16:00", "20:00"]]),
        ("18:00-02:00", [["18:00", "02:00"]]),
        ("18:00-24:00", [["18:00", "24:00"]]),
        ("24 jam", [["00:00", "24:00"]]),
        ("Tutup", []),
        ("closed", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: hours.Day) -> None:
    assert hours.read(text) == spans


@pytest.mark.parametrize(
    "text", ["pagi", "08:00", "08:00-25:00", "08:00-08:00", "08:70-09:00", "08-12,11-13", "22-6,5-7"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        hours.read(text)
    assert "08:00" in str(refused.value.args[0])


@pytest.mark.parametrize("spans", [[], [["00:00", "24:00"]], [["08:00", "12:00"], ["13:00", "02:00"]]])
def test_what_is_spelled_can_be_read_again(app: Flask, spans: hours.Day) -> None:
    assert hours.read(hours.spelled(spans)) == spans


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(1, "07:59"), (False, at(1, "08:00"))),
        (at(1, "08:00"), (True, at(1, "16:00"))),
        (at(1, "16:00"), (False, at(2, "08:00"))),
        (at(6, "12:30"), (False, at(6, "13:00"))),
        (at(7, "10:00"), (False, at(8, "08:00"))),
    ],
)
def test_it_is_open_within_its_hours_and_says_what_comes_next(moment: datetime, opening: tuple[bool, datetime]) -> None:
    assert hours.opening_hours(WEEK, moment) == opening


def test_a_night_goes_on_after_midnight() -> None:
    bar = [[["18:00", "02:00"]]] + [[]] * 6
    assert hours.opening_hours(bar, at(2, "01:00")) == (True, at(2, "02:00"))
    assert hours.opening_hours(bar, at(2, "02:00")) == (False, at(8, "18:00"))


def test_what_is_always_open_never_closes_and_what_is_never_open_does_not_open() -> None:
    assert hours.opening_hours([hours.ALWAYS] * 7, at(3, "03:00")) == (True, None)
    assert hours.opening_hours([[]] * 7, at(3, "03:00")) == (False, None)


def test_where_nobody_told_nothing_is_said() -> None:
    assert hours.opening_hours([], at(3, "03:00")) is None
