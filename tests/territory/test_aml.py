"""Messages of phones about where they are: read whole, or refused with what is wrong."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from meteor.territory.aml import Fix, NotAml, is_aml, parse

FIELDS = {
    "lt": "-7.74370", "lg": "113.21570", "rd": "52", "top": "20261124112928", "lc": "68", "pm": "G",
    "si": "510101234567890", "ei": "353472104343540", "mcc": "510", "mnc": "10", "ml": "128",
}  # fmt: skip
FIX = Fix(-7.7437, 113.2157, 52, 68, datetime(2026, 11, 24, 11, 29, 28, tzinfo=UTC), "gnss")

ANY_TEXT = settings(max_examples=300)


def message(**changes: str) -> str:
    return "".join(['A"ML=1', *(f";{name}={value}" for name, value in (FIELDS | changes).items())])


@pytest.mark.parametrize(
    "text",
    [message(), message().removeprefix('A"'), message().replace('A"', "A“"), f"  {message()}\r\n", message() + '"',
     message().replace(";", " ; "), "ML=1;lt=-7.7437;lg=+113.2157;rd=52;top=20261124112928;lc=68;pm=g",
     message() + ";lt=1;xx=2"],
)  # fmt: skip
def test_a_message_is_read_as_phones_send_it_and_as_people_paste_it(text: str) -> None:
    assert parse(text) == FIX


@pytest.mark.parametrize(("letter", "method"), [("G", "gnss"), ("W", "wifi"), ("C", "cell"), ("U", "unknown")])
def test_how_the_position_was_found_is_kept(letter: str, method: str) -> None:
    assert parse(message(pm=letter)).method == method


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "tidak diawali"),
        ("tolong", "tidak diawali"),
        (message().replace("ML=1", "ML=2"), "versi 1"),
        ("ML=", "versi 1"),
        (message(pm="N", lt="", lg=""), "tidak mengirim posisi"),
        (message(lt="0.0", lg="0.0", rd="0", pm="n"), "tidak mengirim posisi"),
        *((message(**{name: ""}), f"Bagian {name} tidak ada") for name in ("lt", "lg", "rd", "top", "lc", "pm")),
        ('A"ML=1', "Bagian lt tidak ada"),
        (message()[:30], "Bagian rd tidak ada"),
        (message(lt="91"), "lt=91 salah"),
        (message(lt="nan"), "lt=nan salah"),
        (message(lt="٣"), "lt=٣ salah"),
        (message(lg="-180.1"), "lg=-180.1 salah"),
        (message(lg="1e2"), "lg=1e2 salah"),
        (message(rd="-1"), "rd=-1 salah"),
        (message(rd="inf"), "rd=inf salah"),
        (message(lc="101"), "lc=101 salah"),
        (message(top="20261324112928"), "top=20261324112928 salah"),
        (message(top="2026-11-24"), "14 angka"),
        (message(top="20260229120000"), "top=20260229120000 salah"),
        (message(top="00000101000000"), "top=00000101000000 salah"),
        (message(pm="Z"), "G, W, C, U, atau N"),
        (message(lt="9" * 900), "lt=" + "9" * 40 + " salah"),
    ],
)
def test_what_is_wrong_with_a_message_is_named(app: Flask, text: str, wrong: str) -> None:
    with app.test_request_context(), pytest.raises(NotAml) as refused:
        parse(text)
    with app.test_request_context():
        assert wrong in str(refused.value.args[0])


def test_a_radius_of_nothing_is_said_not_guessed() -> None:
    assert parse(message(rd="0")).radius == 0


@ANY_TEXT
@given(
    text=st.text()
    | st.dictionaries(st.sampled_from(list(FIELDS)), st.text(max_size=20)).map(lambda changes: message(**changes))
)
def test_any_text_is_a_position_on_earth_or_refused(text: str) -> None:
    try:
        fix = parse(text)
    except NotAml:
        return
    assert is_aml(text)
    assert -90 <= fix.latitude <= 90
    assert -180 <= fix.longitude <= 180
    assert fix.radius >= 0
    assert 0 <= fix.confidence <= 100
    assert fix.taken_at.tzinfo is UTC


@ANY_TEXT
@given(
    latitude=st.decimals(-90, 90, places=5), longitude=st.decimals(-180, 180, places=5),
    radius=st.integers(0, 100_000), confidence=st.integers(0, 100),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
)  # fmt: skip
def test_what_a_phone_says_is_what_is_read(
    latitude: float, longitude: float, radius: int, confidence: int, at: datetime
) -> None:
    text = message(
        lt=f"{latitude:+f}", lg=f"{longitude:+f}", rd=str(radius), lc=str(confidence), top=f"{at:%Y%m%d%H%M%S}"
    )
    fix = parse(text)
    assert (fix.latitude, fix.longitude) == (float(latitude), float(longitude))
    assert (fix.radius, fix.confidence, fix.taken_at) == (radius, confidence, at.replace(tzinfo=UTC))
