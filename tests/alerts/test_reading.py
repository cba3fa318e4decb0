"""Reading a press: everything is taken, what is doubtful is flagged and kept."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meteor.alerts import press_body, reading
from meteor.alerts.rules import IncomingAlert

ID = "6c8a6f0e-52a1-4f53-9d6e-0f6d4f1f2a10"
PLACE = {"latitude": "-7.7337", "longitude": "113.2166", "accuracy": "12"}


def read(**fields: Any) -> IncomingAlert:
    return reading.incoming_alert({"id": ID} | fields, reporter_id=1)


def test_a_whole_press_is_read_without_a_flag() -> None:
    incoming = read(**PLACE, kind="fire", note="Dapur", silent="1", position_age="3.5", waited="0")
    assert (incoming.id, incoming.source, incoming.reporter_id) == (UUID(ID), "panic", 1)
    assert (incoming.kind, incoming.note, incoming.silent, incoming.drill) == ("fire", "Dapur", True, False)
    assert (incoming.latitude, incoming.longitude, incoming.accuracy, incoming.position_age) == (
        -7.7337,
        113.2166,
        12.0,
        3.5,
    )
    assert (incoming.flags, incoming.given) == ([], {})


def test_a_press_of_nothing_but_its_number_is_an_emergency_without_a_position() -> None:
    incoming = read()
    assert (incoming.kind, incoming.latitude, incoming.longitude, incoming.silent, incoming.flags) == (
        "emergency",
        None,
        None,
        False,
        [],
    )


@pytest.mark.parametrize("text", ["", "x", "123", ID + "0"])
def test_a_press_without_a_uuid_gets_one_and_is_flagged(text: str) -> None:
    first, second = read(id=text), read(id=text)
    assert "no_id" in first.flags
    assert first.id != second.id  # a broken phone that always says the same must not be heard once only
    assert first.given.get("id", "") == text


@pytest.mark.parametrize("text", ["burglary", "fire; drop table", "🔥"])
def test_an_unknown_kind_is_an_emergency_and_flagged(text: str) -> None:
    incoming = read(kind=text)
    assert (incoming.kind, incoming.flags, incoming.given) == ("emergency", ["unknown_kind"], {"kind": text})


def test_a_kind_is_read_in_any_spelling_of_its_letters() -> None:
    assert (read(kind=" FIRE ").kind, read(kind=" FIRE ").flags) == ("fire", [])


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("here", "113.2"), ("NaN", "113.2"), ("-7.7", "inf"), ("-91", "113.2"), ("-7.7", "181"), ("0", "0"),
        ("0.001", "-0.001"), ("-7.7", ""), ("", "113.2"), ("1e999", "113.2"), (True, "113.2"), ([1], {"a": 2}),
    ],
)  # fmt: skip
def test_a_position_that_is_none_is_flagged_and_kept(latitude: Any, longitude: Any) -> None:
    incoming = read(latitude=latitude, longitude=longitude)
    assert (incoming.latitude, incoming.longitude, incoming.flags) == (None, None, ["bad_position"])
    assert set(incoming.given) == {"latitude", "longitude"}


def test_a_position_with_decimal_commas_is_read() -> None:
    incoming = read(latitude="-7,7337", longitude="113,2166")
    assert (incoming.latitude, incoming.longitude, incoming.flags) == (-7.7337, 113.2166, [])


@pytest.mark.parametrize("text", ["-1", "100001", "good", "NaN"])
def test_an_impossible_accuracy_is_flagged_and_the_position_is_kept(text: str) -> None:
    incoming = read(**PLACE | {"accuracy": text})
    assert (incoming.latitude, incoming.accuracy, incoming.flags, incoming.given) == (
        -7.7337,
        None,
        ["bad_accuracy"],
        {"accuracy": text},
    )


def test_a_position_of_more_than_ten_minutes_ago_is_flagged() -> None:
    assert read(**PLACE, position_age="601").flags == ["old_position"]
    assert read(**PLACE, position_age="600").flags == []


def test_an_impossible_age_of_the_position_is_flagged() -> None:
    incoming = read(**PLACE, position_age="-3")
    assert (incoming.position_age, incoming.flags, incoming.given) == (
        None,
        ["bad_position_age"],
        {"position_age": "-3"},
    )


def test_a_long_note_is_cut_and_its_rest_is_kept() -> None:
    incoming = read(note="a" * 2000 + "rest")
    assert (incoming.note, incoming.flags, incoming.given) == ("a" * 2000, ["note_cut"], {"note": "rest"})
    assert read(note="a" * 2000).flags == []


def test_text_that_no_database_can_keep_is_made_so() -> None:
    assert read(note="a\0b\ud800c").note == "a\ufffdb?c"


def test_a_press_that_waited_for_a_minute_in_the_phone_is_flagged() -> None:
    assert (read(waited="60").flags, read(waited="60").given) == (["sent_late"], {"waited": "60"})
    assert read(waited="59").flags == []
    assert read(waited="long").flags == []
    assert read(waited="604800").flags == ["sent_late"]


@pytest.mark.parametrize("text", ["-61", "-220000000", "604801", "220000000"])
def test_a_press_over_which_the_phones_clock_was_set_may_be_of_any_moment(text: str) -> None:
    assert (read(waited=text).flags, read(waited=text).given) == (["clock_set"], {"waited": text})


@pytest.mark.parametrize("text", ["-0.2", "-60"])
def test_a_clock_that_is_corrected_raises_no_doubt(text: str) -> None:
    assert read(waited=text).flags == []


@pytest.mark.parametrize("text", ["1", "on", "true", "yes", True])
def test_silence_is_heard(text: Any) -> None:
    assert read(silent=text).silent


@pytest.mark.parametrize("text", ["", "0", "off", "no", "false", "null", False, None])
def test_no_silence_is_heard_too(text: Any) -> None:
    assert not read(silent=text).silent


def fields(body: str | bytes, content_type: str = "application/x-www-form-urlencoded") -> dict[str, Any]:
    return press_body.fields_of(body.encode() if isinstance(body, str) else body, content_type)


def test_a_form_is_read() -> None:
    assert fields("kind=fire&note=a+b%26c&extra=1") == {"kind": "fire", "note": "a b&c"}


def test_of_two_fields_of_one_name_the_first_counts() -> None:
    assert fields("kind=fire&kind=crime") == {"kind": "fire"}


def test_json_is_read_whatever_the_type_says() -> None:
    body = json.dumps({"kind": "fire", "latitude": -7.7337, "silent": True})
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        assert fields(body, content_type) == {"kind": "fire", "latitude": "-7.7337", "silent": True}


def test_a_multipart_form_is_read() -> None:
    body = '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfire\r\n--x--\r\n'
    assert fields(body, "multipart/form-data; boundary=x") == {"kind": "fire"}


def test_a_form_that_was_cut_off_is_read_up_to_there() -> None:
    assert fields("kind=fire&latitude=-7.7&no") == {"kind": "fire", "latitude": "-7.7"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{broken", "application/json"),
        ("[" * 100_000, "application/json"),
        ('{"a":' * 100_000, "application/json"),
        ("--x", "multipart/form-data; boundary=x"),
        ("--x", "multipart/form-data"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        ("tolong", "text/plain"),
    ],
)
def test_what_cannot_be_read_is_an_emergency_with_its_text_kept(body: str | bytes, content_type: str) -> None:
    incoming = reading.incoming_alert(fields(body, content_type), 1)
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    assert (incoming.kind, incoming.flags) == ("emergency", ["unread", "no_id"])
    assert incoming.given == {"unread": text[:2000].replace("\0", "\ufffd")}


def test_an_empty_body_is_an_emergency() -> None:
    assert (reading.incoming_alert(fields(""), 1).kind, reading.incoming_alert(fields(""), 1).flags) == (
        "emergency",
        ["no_id"],
    )


@given(st.binary(), st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain", ""]))
def test_no_body_is_too_strange_to_be_read(body: bytes, content_type: str) -> None:
    incoming = reading.incoming_alert(press_body.fields_of(body, content_type), 1)
    assert incoming.kind
    assert json.dumps(incoming.given)


values = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3)


@given(st.dictionaries(st.sampled_from(sorted(press_body.FIELDS)), values))
def test_no_json_is_too_strange_to_be_read(content: dict[str, Any]) -> None:
    incoming = reading.incoming_alert(press_body.fields_of(json.dumps(content).encode(), "application/json"), 1)
    assert -90 <= (incoming.latitude or 0) <= 90
    assert len(incoming.note) <= 2000


@pytest.mark.parametrize("content", [{}, {"latitude": "x", "longitude": "1"}, {"latitude": "1"}])
def test_a_later_position_that_is_none_is_none(content: dict[str, str]) -> None:
    assert reading.fix(content) is None


def test_a_later_position_is_read_without_its_accuracy_too() -> None:
    assert reading.fix({"latitude": "-7.7", "longitude": "113.2"}) == (-7.7, 113.2, None)
    assert reading.fix(PLACE) == (-7.7337, 113.2166, 12.0)


def test_ids_of_their_own_are_kept() -> None:
    wanted = uuid4()
    assert read(id=str(wanted).upper()).id == wanted


@pytest.mark.parametrize(("text", "seconds"), [("0", 0.0), ("0.4", 0.4), ("840,5", 840.5), ("604800", 604_800.0)])
def test_how_long_a_press_waited_in_the_phone_is_read(text: str, seconds: float) -> None:
    assert read(waited=text).waited == seconds


@pytest.mark.parametrize("text", ["", "-1", "604801", "nan", "inf", "1e300", "long"])
def test_a_wait_that_only_a_changed_clock_explains_is_none(text: str) -> None:
    assert read(waited=text).waited is None
