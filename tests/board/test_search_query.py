"""What a search says: times in two languages, numbers of incidents and of phones, and words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meteor.board.search_days import Days
from meteor.board.search_hours import Hours, hours_of
from meteor.board.search_query import Number, Query, read
from meteor.board.search_words import after, words_of

TODAY = date(2026, 11, 29)
"""A Sunday."""


def day(*last: int) -> Days:
    """One day of November 2026, or from one to another."""
    return Days(date(2026, 11, last[0]), date(2026, 11, last[-1]))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("hari ini", day(29)), ("today", day(29)), ("kemarin", day(28)), ("yesterday", day(28)),
        ("kemarin lusa", day(27)), ("day before yesterday", day(27)),
        ("minggu lalu", day(16, 22)), ("last week", day(16, 22)), ("minggu ini", day(23, 29)),
        ("bulan ini", day(1, 30)), ("last month", Days(date(2026, 10, 1), date(2026, 10, 31))),
        ("27/11", day(27)), ("27/11/26", day(27)), ("27-11-2026", day(27)), ("2026-11-27", day(27)),
        ("27 November", day(27)), ("27 nov 2026", day(27)), ("November 27, 2026", day(27)), ("261127", day(27)),
        ("30/11", Days(date(2025, 11, 30), date(2025, 11, 30))),
        ("29/2", Days(date(2024, 2, 29), date(2024, 2, 29))),
        ("Agustus 2026", Days(date(2026, 8, 1), date(2026, 8, 31))),
        ("3 hari lalu", day(26)), ("3 days ago", day(26)), ("2 minggu lalu", day(9, 15)),
        ("7h", day(23, 29)), ("7d", day(23, 29)), ("last 7 days", day(23, 29)), ("7 hari terakhir", day(23, 29)),
        ("jumat", day(27)), ("Friday", day(27)), ("hari minggu", day(29)), ("sunday", day(29)),
        ("senin lalu", day(23)), ("last sunday", day(22)),
    ],
)  # fmt: skip
def test_a_day_in_words_is_understood(text: str, days: Days) -> None:
    assert read(text, TODAY) == Query(days=days)


@pytest.mark.parametrize("text", ["31/02", "rt 3/5", "mei lestari", "minggu", "99/99", "2026-13-01", "1234-01-01"])
def test_what_is_no_day_stays_words(text: str) -> None:
    assert read(text, TODAY).days is None
    assert read(text, TODAY).words or read(text, TODAY).numbers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rt 2/3", ("2", "3")), ("RT/RW 2/3", ("2", "3")), ("rt/rw 02/03 mayangan", ("mayangan", "2", "3")),
        ("rt. 2/3", ("2", "3")), ("RT 02 / RW 03", ("2", "3")), ("rw 3", ("3",)),
    ],
)  # fmt: skip
def test_rt_and_rw_are_no_day(text: str, words: tuple[str, ...]) -> None:
    assert read(text, TODAY) == Query(words=words)


def test_of_two_times_both_must_be_true() -> None:
    assert read("minggu lalu 18/11", TODAY).days == day(18)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("pukul 14", Hours(840, 900)), ("jam 14", Hours(840, 900)), ("14:00", Hours(840, 900)),
        ("14.00", Hours(840, 900)), ("2 pm", Hours(840, 900)), ("jam 2 siang", Hours(840, 900)),
        ("jam 7 malam", Hours(1140, 1200)), ("12 am", Hours(0, 60)), ("14:30", Hours(855, 886)),
        ("pukul 00.05", Hours(0, 21)), ("jam 12 malam", Hours(0, 60)), ("jam 1 malam", Hours(60, 120)),
        ("jam 2 malam", Hours(120, 180)), ("jam 6 malam", Hours(1080, 1140)), ("jam 11 malam", Hours(1380, 1440)),
        ("jam 12 siang", Hours(720, 780)),
    ],
)  # fmt: skip
def test_a_time_of_day_is_understood(text: str, hours: Hours) -> None:
    assert read(text, TODAY) == Query(hours=hours)


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("pagi ini", day(29), Hours(240, 660)), ("tadi pagi", day(29), Hours(240, 660)),
        ("this morning", day(29), Hours(240, 660)), ("kemarin sore", day(28), Hours(900, 1140)),
        ("sore kemarin", day(28), Hours(900, 1140)), ("yesterday afternoon", day(28), Hours(720, 1080)),
        ("tadi malam", day(28), Hours(1080, 1680)), ("semalam", day(28), Hours(1080, 1680)),
        ("last night", day(28), Hours(1080, 1680)), ("malam ini", day(28, 29), Hours(1080, 1680)),
        ("tonight", day(28, 29), Hours(1080, 1680)), ("malam tadi", day(28), Hours(1080, 1680)),
        ("last evening", day(28), Hours(1020, 1380)), ("last afternoon", day(28), Hours(720, 1080)),
        ("jam 7 malam kemarin", day(28), Hours(1140, 1200)), ("kemarin malam jam 8", day(28), Hours(1200, 1260)),
        ("jam 7 tadi malam", day(28), Hours(1140, 1200)), ("tadi siang jam 2", day(29), Hours(840, 900)),
        ("jam 2 tadi malam", day(28), Hours(1560, 1620)), ("jam 12.30 tadi malam", day(28), Hours(1455, 1486)),
    ],
)  # fmt: skip
def test_a_part_of_a_day_is_understood(text: str, days: Days, hours: Hours) -> None:
    assert read(f"kebakaran {text}", TODAY) == Query(days=days, hours=hours, words=("kebakaran",))


def test_a_market_of_the_night_is_no_time() -> None:
    assert read("pasar malam", TODAY) == Query(words=("pasar", "malam"))
    last_night = {"days": day(28), "hours": Hours(1080, 1680)}
    assert read("pasar malam tadi malam", TODAY) == Query(words=("pasar", "malam"), **last_night)
    assert read("night market last night", TODAY) == Query(words=("night", "market"), **last_night)


def test_without_a_day_the_hours_of_31_days_are_looked_at() -> None:
    assert hours_of(None, TODAY)[0] == date(2026, 10, 30)
    assert hours_of(None, TODAY)[-1] == TODAY
    assert hours_of(day(27), TODAY) == [date(2026, 11, 27)]
    assert hours_of(Days(date(2027, 1, 1), date(2027, 1, 2)), TODAY) == []


@pytest.mark.parametrize(
    "text",
    ["081234567890", "0812-3456-7890", "0812 3456 7890", "+62 812 3456 7890", "6281234567890", "(0812) 3456.7890"],
)
def test_a_phone_number_is_understood_in_any_writing(text: str) -> None:
    assert read(text, TODAY) == Query(phones=("+6281234567890",))


def test_what_follows_a_phone_number_is_read_too() -> None:
    assert read("0812 3456 7890 27/11 suroyo", TODAY) == Query(
        phones=("+6281234567890",), days=day(27), words=("suroyo",)
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("261127-016", Number("261127", "016")), ("27-016", Number("27", "016")), ("7-16", Number("07", "16"))],
)
def test_an_incident_number_may_be_a_part_of_one(text: str, number: Number) -> None:
    assert read(text, TODAY) == Query(numbers=(number,))


def test_three_digits_are_a_count_or_a_word() -> None:
    assert read("016", TODAY) == Query(counts=frozenset({"16"}), words=("16",))


def test_words_that_stand_everywhere_are_not_looked_for() -> None:
    assert read("Jl. Dr. Sutomo di RT 03", TODAY).words == ("dr", "sutomo", "3")
    assert read("jalan", TODAY).is_empty


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    read(text, TODAY)


@given(st.text(alphabet="0123456789jhdm-/:. +pulkari", max_size=40))
def test_any_time_can_be_read(text: str) -> None:
    hours_of(read(text, TODAY).days, TODAY)


@given(st.text("az09", min_size=1, max_size=6), st.text("az09", max_size=6))
def test_the_range_of_a_beginning_holds_all_that_begin_so(prefix: str, rest: str) -> None:
    end = after(prefix)
    assert prefix <= prefix + rest
    assert end is None or (prefix + rest < end and not end.startswith(prefix))


def test_words_are_small_plain_and_short() -> None:
    assert list(words_of("Café 007, x " + "a" * 60)) == ["cafe", "7", "a" * 40]
