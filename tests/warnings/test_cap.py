"""CAP messages: what is read from them, what is refused, and by which word."""

from datetime import UTC, datetime, timedelta

import pytest

from meteor.warnings import cap
from meteor.warnings.messages import LONGEST_TEXT, NotUnderstood, Reference
from tests.warnings.publisher import MAYANGAN, NAMESPACE, SENDER
from tests.warnings.publisher import cap as message

TWO_LANGUAGES = """
<info><language>en-US</language><event>Thunderstorm</event><severity>severe</severity><onset>2026-11-29T02:00:00Z</onset>
  <parameter><valueName>AWARENESS</valueName><value>3</value></parameter>
  <parameter><valueName>MANY</valueName><value>a</value></parameter>
  <parameter><valueName>MANY</valueName><value>b</value></parameter>
  <area><areaDesc>East Java</areaDesc><circle>-7.75,113.21 12.5</circle>
  <geocode><valueName>BMKG</valueName><value>35.74</value></geocode></area></info>
<info><event>Hujan</event></info>"""


def test_a_message_of_bmkg_is_read() -> None:
    read = cap.read(message("2.49.0.1", references=f"{SENDER},2.48.0.1,2026-11-29T07:00:00+07:00"))
    assert (read.identifier, read.sender, read.status, read.message_type) == ("2.49.0.1", SENDER, "Actual", "Alert")
    assert read.sent == datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
    assert read.references == (Reference("2.48.0.1", SENDER),)
    [info] = read.infos
    assert (info.language, info.urgency, info.severity, info.certainty) == ("id", "Immediate", "Moderate", "Observed")
    assert info.texts["headline"] == "Hujan Lebat disertai Petir di Jawa Timur"
    assert info.texts["sender_name"] == "BMKG"
    assert info.onset == read.sent
    assert info.expires == read.sent + timedelta(hours=3)
    assert info.areas[0]["polygons"][0][0] == [-7.72, 113.2]
    assert "profile:BMKG-Versi:1" in read.xml


def test_each_language_with_parameters_circles_and_codes_is_read() -> None:
    english, own = cap.read(message(infos=TWO_LANGUAGES)).infos
    assert (english.language, english.severity, english.urgency) == ("en", "Severe", "Unknown")
    assert english.onset == datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    assert english.parameters == {"AWARENESS": "3", "MANY": ["a", "b"]}
    assert english.areas[0]["circles"] == [[-7.75, 113.21, 12.5]]
    assert english.areas[0]["geocodes"] == {"BMKG": ["35.74"]}
    assert (own.language, own.severity, own.expires, own.areas) == ("id", "Unknown", None, [])


def test_extensions_are_left_alone_and_kept_in_the_xml() -> None:
    signed = message().replace(b"</alert>", b'<s:status xmlns:s="urn:x">Draft</s:status></alert>')
    read = cap.read(signed)
    assert (read.status, "urn:x" in read.xml) == ("Actual", True)


def test_cap_1_1_is_read_alike() -> None:
    assert cap.read(message().replace(b"cap:1.2", b"cap:1.1")).identifier


def test_utf_16_is_kept_as_text() -> None:
    text = message().decode().replace("UTF-8", "UTF-16").replace("Masih", "Masíh")
    read = cap.read(text.encode("utf-16"))
    assert "Masíh" in read.xml
    assert "\0" not in read.xml


def test_a_time_without_an_offset_is_the_citys() -> None:
    assert cap.read(message(sent="2026-11-29T08:00:00")).sent == datetime(2026, 11, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"sent": "besok"}, "<sent> is no date and time"), ({"sent": "9999-12-31T23:59:59-12:00"}, "<sent> is no date"),
        ({"status": "Real"}, "<status> is “Real”, not one of Actual"), ({"status": ""}, "<status>"),
        ({"type": "Alarm"}, "<msgType> is “Alarm”"), ({"sender": ""}, "<sender> is missing"),
        ({"sender": "a" * 600}, "<sender> is missing or longer than 500"),
        ({"polygon": " ".join(f"-7.{n},113.{n}" for n in range(20_001))}, "more than 20,000 positions"),
        ({"geometry": "<circle>-7.7,113.2 1</circle>" * 501}, "more than 500 areas or circles"),
        ({"infos": f"<info>{'<area/>' * 501}</info>"}, "more than 500 areas or circles"),
        ({"infos": "<info>" * 30 + "</info>" * 30}, "too many within each other"),
        ({"infos": "<info/>" * 20_001}, "too many elements"),
        ({"headline": "a" * 1_000_001}, "more than 1,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_the_reason(said: dict[str, str], why: str) -> None:
    with pytest.raises(NotUnderstood, match=why.replace("(", r"\(")):
        cap.read(message(**said))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no XML"), (b"{}", "no XML"), (b"<rss/>", "no CAP message, but <rss>"),
        (b'<alert xmlns="urn:x"/>', "no CAP message"), (b'<?xml version="1.0" encoding="x"?><a/>', "no XML"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://localhost/">]><a>&x;</a>', "a document type or entities"),
        (b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>', "a document type"),
        (b"<a>&unknown;</a>", "no XML"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why):
        cap.read(data)


@pytest.mark.parametrize(
    "polygon",
    ["", "-7.7,113.2", "-7.7,113.2 -7.7,113.3 -7.7,113.2", "113.2,-7.7 113.3,-7.7 113.3,-7.8", "a b c d",
     "nan,113 -7.7,113.2 -7.8,113.3"],
)  # fmt: skip
def test_a_polygon_that_is_none_leaves_the_areas_other_words(polygon: str) -> None:
    [info] = cap.read(message(geometry=f"<polygon>{polygon}</polygon>")).infos
    assert info.areas[0]["polygons"] == []


def test_an_open_polygon_is_closed() -> None:
    [info] = cap.read(message(polygon=MAYANGAN.rpartition(" ")[0])).infos
    [ring] = info.areas[0]["polygons"]
    assert (len(ring), ring[0]) == (5, ring[-1])


@pytest.mark.parametrize("circle", ["", "-7.7,113.2", "-7.7,113.2 -1", "-7.7,113.2 inf", "-7.7,113.2 nan", "x 1"])
def test_a_circle_that_is_none_is_left_out(circle: str) -> None:
    [info] = cap.read(message(geometry=f"<circle>{circle}</circle>")).infos
    assert info.areas[0]["circles"] == []


def test_texts_are_cut_and_cleaned() -> None:
    [info] = cap.read(message(headline=f"Hujan\u202e  lebat {'a' * 9000}")).infos
    assert info.texts["headline"].startswith("Hujan lebat a")
    assert len(info.texts["headline"]) == LONGEST_TEXT


def test_references_that_are_none_are_left_out() -> None:
    read = cap.read(message(references=f"nonsense a,b ,, {SENDER},x,y,2026-11-29T07:00:00+07:00"))
    assert read.references == (Reference("x,y", SENDER),)
    assert NAMESPACE in read.xml
