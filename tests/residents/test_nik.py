"""What is a NIK, and what it says."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lokal.nik import parse_nik

from meteor.residents.nik import Nik, NotANik, read

TODAY = date(2026, 11, 24)
BIRTHS = st.dates(TODAY - timedelta(days=36500), TODAY)
AREAS = st.sampled_from(["357403", "357405", "320101", "110101", "948001"])


def spell(area: str, born: date, woman: bool, serial: int) -> str:
    return f"{area}{born.day + 40 * woman:02}{born:%m%y}{serial:04}"


def test_a_nik_says_who_was_born_when() -> None:
    assert read("3574036505900001", TODAY) == Nik("3574036505900001", date(1990, 5, 25), woman=True, issued_here=True)


def test_a_nik_issued_elsewhere_is_as_good() -> None:
    nik = read("3201012505900001", TODAY)
    assert not nik.issued_here
    assert not nik.woman


@pytest.mark.parametrize("text", ["3574 0365 0590 0001", "35.74.03.650590.0001", "357403-650590-0001 "])
def test_spaces_dots_and_hyphens_do_not_matter(text: str) -> None:
    assert read(text, TODAY).digits == "3574036505900001"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "digits"),
        ("357403650590000", "digits"),
        ("35740365059000011", "digits"),
        ("357403650590000l", "digits"),
        ("٣٥٧٤٠٣٦٥٠٥٩٠٠٠٠١", "digits"),
        ("3,57404E+15", "digits"),
        ("3574030005900001", "date"),  # day 0
        ("3574033205900001", "date"),  # day 32
        ("3574034005900001", "date"),  # day 0 of a woman
        ("3574037205900001", "date"),  # day 32 of a woman
        ("3574033102900001", "date"),  # 31 February
        ("3574032913900001", "date"),  # month 13
        ("3574032500900001", "date"),  # month 0
        ("3574032902010001", "date"),  # 29 February of 2001 and of 1901
        ("3574032505900000", "serial"),
    ],
)
def test_what_is_no_nik_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(NotANik) as refused:
        read(text, TODAY)
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    ("digits", "today", "born_on"),
    [
        ("3574032411260001", TODAY, date(2026, 11, 24)),  # born today
        ("3574032511260001", TODAY, date(1926, 11, 25)),  # a hundred next year, not born tomorrow
        ("3574032902000001", TODAY, date(2000, 2, 29)),
        ("3574032902280001", TODAY, date(1928, 2, 29)),
        ("3574033112990001", date(2000, 1, 1), date(1999, 12, 31)),
        ("3574030101000001", date(2000, 1, 1), date(2000, 1, 1)),
        ("3574032902000001", date(1999, 1, 1), None),  # 1900 had no such day, 2000 has not come
    ],
)
def test_the_century_is_the_latest_that_is_not_in_the_future(digits: str, today: date, born_on: date | None) -> None:
    if born_on is None:
        with pytest.raises(NotANik):
            read(digits, today)
    else:
        assert read(digits, today).born_on == born_on


@given(AREAS, BIRTHS, st.booleans(), st.integers(1, 9999))
@example("357403", date(2026, 11, 24), True, 1)
def test_every_birth_of_the_last_hundred_years_is_read_back(area: str, born: date, woman: bool, serial: int) -> None:
    nik = read(spell(area, born, woman, serial), TODAY)
    assert (nik.born_on, nik.woman, nik.issued_here) == (born, woman, area.startswith("3574"))


@given(AREAS, st.from_regex(r"[0-7][0-9][01][0-9]{3}[0-9]{4}", fullmatch=True))
def test_an_independent_reader_agrees(area: str, rest: str) -> None:
    digits = area + rest
    theirs = parse_nik(digits, reference_date=TODAY)
    try:
        ours = read(digits, TODAY)
    except NotANik:
        assert not theirs.valid
        return
    assert theirs.valid
    if theirs.birth_date and date.fromisoformat(theirs.birth_date) <= TODAY:
        # It says of a day later this year that it has come; we say that it was a hundred years ago.
        assert ours.born_on.isoformat() == theirs.birth_date
        assert ours.woman == (theirs.gender == "P")


@given(st.text(max_size=30))
def test_no_text_whatever_makes_it_stumble(text: str) -> None:
    with suppress(NotANik):
        assert len(read(text, TODAY).digits) == 16
