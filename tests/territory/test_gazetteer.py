"""What people say for a place, and what must be found first."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.demo import areas
from meteor.store.database import db
from meteor.territory.gazetteer import Hit, search, sure
from meteor.territory.models import Kelurahan, Landmark, Rt, Rw
from tests.cast import Cast

ANY_TEXT = settings(max_examples=150)

STATION, SQUARE, MARKET = "Stasiun Probolinggo", "Alun-alun Probolinggo", "Pasar Baru"
HOSPITAL, MOSQUE = "RSUD dr. Mohamad Saleh", "Masjid Agung Raudlatul Jannah"

# What is typed: what must come first, and why.
NAMED = {
    "alun2": (SQUARE, "a 2 writes a word twice"),
    "alun-alun": (SQUARE, "the city's own name says nothing in the city"),
    "Alun Alun Kota": (SQUARE, "nor does “kota”"),
    "rsud moh saleh": (HOSPITAL, "a name is shortened, its title left out"),
    "rs saleh": (HOSPITAL, "the short form of another word for it"),
    "hospital": (HOSPITAL, "a foreigner calls"),
    "stasiun kereta": (STATION, "with a word that is not in its name"),
    "stasuin": (STATION, "two letters are swapped"),
    "station": (STATION, "English"),
    "psr baru": (MARKET, "an abbreviation"),
    "pasarbaru": (MARKET, "a space is missing"),
    "new market": (MARKET, "English for every word"),
    "pasra baru": (MARKET, "a slip"),
    "mesjid agung": (MOSQUE, "another spelling, and half of the name"),
    "raudlatul": (MOSQUE, "a word from the middle"),
    "raudl": (MOSQUE, "it is still being typed"),
    "balai kota": ("Kantor Wali Kota", "an alias"),
    "walikota": ("Kantor Wali Kota", "a space is missing in a part"),
    "zoo": ("Taman Wisata Studi Lingkungan (TWSL)", "an alias in English"),
    "bjbr": ("BeeJay Bakau Resort (BJBR)", "initials"),
    "tanjung tembaga": ("Pelabuhan Tanjung Tembaga", "the kind is left out"),
    "fire station": ("Mako Damkar", "an alias counts for more than half of another name"),
    "pelabuhan mayangan": ("Pelabuhan Perikanan Mayangan", "more of it is said than of the kelurahan"),
    "mayangan": ("Kelurahan Mayangan", "a whole name goes before a part of one"),
    "kebonsari kulon": ("Kelurahan Kebonsari Kulon", "a name"),
    "kebon sari kulon": ("Kelurahan Kebonsari Kulon", "a space too many"),
    "kel. jati": ("Kelurahan Jati", "as it stands on an identity card"),
    "wiroboran": ("Kelurahan Wiroborang", "a letter is missing"),
    "trwung kidul": ("Kelurahan Triwung Kidul", "kidul is south, but here it is a name"),
    "jrebeng ku": ("Kelurahan Jrebeng Kulon", "it is still being typed"),
    "kedungasem": ("Kelurahan Kedung Asem", "a space is missing"),
    "kebonsari kulon rt 2": ("RT 02 Kebonsari Kulon", "nobody said which RW: the area around all of them"),
    "kebonsari kulon rt 2 rw 3": ("RT 02 RW 03 Kebonsari Kulon", "now it is known"),
    "RT02/RW03 Jati": ("RT 02 RW 03 Jati", "as forms have it"),
    "rt 2/3 kel jati": ("RT 02 RW 03 Jati", "as everybody writes it"),
    "RT/RW 02/03 Jati": ("RT 02 RW 03 Jati", "as on an identity card"),
    "RT 01 RW 02 Kel. Pilang Kec. Kademangan": ("RT 01 RW 02 Pilang", "a kecamatan is named like one of its kelurahan"),
    "pilang, kecamatan kademangan": ("Kelurahan Pilang", "the smaller area is meant"),
    "jatti rw 3": ("RW 03 Jati", "a slip, and only the RW"),
    "jati rt 9 rw 3": ("RW 03 Jati", "there is no such RT: the RW is certain"),
    "jati rt 44": ("Kelurahan Jati", "there is no such RT: the kelurahan is certain"),
    "RT. 03 / RW. 05 Kel. Mayangan": ("RT 03 RW 05 Mayangan", "with all its dots"),
}

# What is typed: where it is put, what its label says, and the metres that it may be off.
BESIDE = {
    "100 m selatan pasar baru": (MARKET, "100 m selatan Pasar Baru", 200),
    "100m selatan psr baru": (MARKET, "100m selatan Pasar Baru", 200),
    "100 m south of the market gate": (MARKET, "100 m south of Pasar Baru", 200),
    "pasar baru 100 m ke selatan": (MARKET, "100 m ke selatan Pasar Baru", 200),
    "depan pasar baru, 250 meter ke timur": (MARKET, "depan Pasar Baru", 350),
    "depan alun-alun": (SQUARE, "depan Alun-alun Probolinggo", 200),
    "1,5 km timur laut alun2": (SQUARE, "1,5 km timur laut Alun-alun Probolinggo", 1600),
    "50 m kidul stasiun": (STATION, "50 m kidul Stasiun Probolinggo", 150),
    "kulon stasiun": (STATION, "kulon Stasiun Probolinggo", 200),
    "in front of the station": (STATION, "in front of Stasiun Probolinggo", 200),
    "north-east of the big mosque": (MOSQUE, f"north-east of {MOSQUE}", 200),
    "ada kebakaran di toko emas dekat pasar baru": (MARKET, "dekat Pasar Baru", 200),
    "seberang rt 2 rw 3 jati": ("RT 02 RW 03 Jati", "seberang RT 02 RW 03 Jati", 250),
}

# What is typed and surely means what it finds, and what may mean another place, or one elsewhere.
SURELY = (
    "alun-alun", "rsud moh saleh", "hospital", "pasar baru", "stasiun", "kebonsari kulon", "jrebeng lor",
    "100 m selatan psr baru", "kebonsari kulon rt 2", "rt 2/3 kel jati", "RT. 03 / RW. 05 Kel. Mayangan",
    "-7.7437, 113.2157", "7.7437, 113.2157",
)  # fmt: skip
PERHAPS = (
    "",
    "RT 3 RW 5",
    "rumah sakit paiton",
    "toko baru depan terminal lama",
    "wonoasri lumajang",
    "alun-alun kraksaan",
    "stasiun pasuruan",
    "stasiun kereta api pasuruan",
    "rsud mohamad saleh kraksaan",
    "jrebeng",
    "pasar",
    "triwung",
)


@pytest.fixture
def city(app: Flask) -> Iterator[None]:
    """The demo city's ground instead of the cast's: all kelurahan, and the places that people know."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    areas.build()
    yield
    db.session.rollback()


def first(text: str) -> Hit:
    hits = search(text)
    assert hits, f"nothing is found by {text!r}"
    return hits[0]


def landmark(name: str) -> Landmark:
    return db.session.scalars(select(Landmark).where(Landmark.name == name)).one()


@pytest.mark.usefixtures("city")
def test_what_people_say_finds_the_place_that_they_mean() -> None:
    found = {text: first(text).label for text in NAMED}
    assert found == {text: label for text, (label, _) in NAMED.items()}


@pytest.mark.usefixtures("city")
def test_only_what_can_mean_nothing_else_is_taken_for_a_place_when_nobody_chooses() -> None:
    assert [text for text in SURELY if sure(text) != first(text)] == []
    assert [text for text in PERHAPS if sure(text)] == []


@pytest.mark.usefixtures("city")
def test_what_is_told_by_another_place_stands_there_with_a_wider_radius() -> None:
    for text, (place, label, metres) in BESIDE.items():
        hit, other = first(text), first(place)
        assert (hit.label, hit.radius, hit.kind, hit.words) == (label, metres, "words", text)
        assert (hit.latitude, hit.longitude) == (other.latitude, other.longitude)


@pytest.mark.usefixtures("city")
def test_a_label_finds_its_place_again() -> None:
    for text in [*NAMED, *BESIDE]:
        hit = first(text)
        again = first(hit.label)
        assert (again.label, again.latitude, again.longitude) == (hit.label, hit.latitude, hit.longitude), text


@pytest.mark.usefixtures("city")
def test_a_point_is_found_whatever_else_it_might_be_called() -> None:
    hit = first("https://maps.google.com/?q=-7.7432,113.2158")
    assert (hit.label, hit.kind) == ("-7.74320, 113.21580", "coordinates")
    assert round(hit.radius) == 11


@pytest.mark.usefixtures("city")
def test_a_forgotten_minus_is_offered_where_it_leads_into_the_city_and_nowhere_else() -> None:
    assert [hit.latitude for hit in search("7.7432, 113.2158")] == [-7.7432, 7.7432]
    assert [hit.latitude for hit in search("48.8584, 2.2945")] == [48.8584]


@pytest.mark.usefixtures("city")
def test_an_rt_that_is_in_several_rw_is_first_all_of_them_and_then_each() -> None:
    around, *each = search("kebonsari kulon rt 2")
    assert [hit.label for hit in each[:6]] == [f"RT 02 RW {rw:02} Kebonsari Kulon" for rw in range(1, 7)]
    assert around.radius > max(hit.radius for hit in each[:6])


@pytest.mark.usefixtures("city")
def test_an_rt_without_a_position_is_as_wide_as_its_kelurahan() -> None:
    jati = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Jati")).one()
    db.session.add(Rt(rw=Rw(kelurahan=jati, number=40), number=7))
    hit = first("rt 7 rw 40 jati")
    assert (hit.label, hit.latitude, hit.radius) == ("RT 07 RW 40 Jati", jati.latitude, 1500)


@pytest.mark.usefixtures("city")
def test_numbers_without_a_kelurahan_find_them_in_each() -> None:
    assert {hit.label[:11] for hit in search("rt 3 rw 5", limit=40)} == {"RT 03 RW 05"}
    assert len(search("rt 3 rw 5", limit=40)) == 29


@pytest.mark.usefixtures("city")
def test_what_resembles_nothing_finds_nothing() -> None:
    for text in ("", "   ", "zzzz", "rumah saya", "tidak tahu", "selatan", "100 m", "?!", "pak rt"):
        assert search(text) == [], text


@pytest.mark.usefixtures("city")
def test_no_more_is_answered_than_asked_for() -> None:
    assert len(search("jrebeng rt 1", limit=3)) == 3


@pytest.mark.both_databases
def test_what_the_administrator_changes_counts_at_once(cast: Cast) -> None:
    square = landmark("Alun-alun Probolinggo")
    assert search("lapangan merdeka") == []
    square.aliases = "Lapangan Merdeka\nTitik nol"
    assert first("titik nol").label == square.name
    square.latitude = -7.75
    assert first("alun2").latitude == -7.75
    rt = cast.rt(3)
    rt.latitude, rt.longitude = -7.7345, 113.2170
    assert first("rt 3 rw 5 mayangan").latitude == -7.7345
    rt.rw.kelurahan.name = "Ikan"
    assert first("rt 3 rw 5 ikan").label == "RT 03 RW 05 Ikan"
    db.session.delete(square)
    db.session.flush()
    assert search("alun2") == []


def test_a_kelurahan_reaches_as_far_as_its_boundary(cast: Cast) -> None:
    assert first("mayangan").radius == 1500
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    west, south, east, north = 113.2066, -7.7437, 113.2266, -7.7237
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    kelurahan.boundary = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    assert first("mayangan").radius == pytest.approx(1570, abs=10)


def test_a_city_without_names_finds_nothing(app: Flask) -> None:
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    assert search("alun2") == []
    assert first("-7.7432, 113.2158").kind == "coordinates"


PIECES = ("rt", "rw", "0", "2", "/", "°", "m", "km", "selatan", "depan", "-7.7", "113,2", "LS")
WORDS = st.sampled_from([*NAMED, *BESIDE, *PIECES])
TEXTS = st.text() | st.lists(WORDS | st.text(max_size=5), max_size=8).map(" ".join)


@pytest.mark.parametrize("text", ["100 m² pasar baru", "² m selatan pasar baru", "pasar ³ km"])
def test_a_digit_that_is_no_number_breaks_no_search(app: Flask, text: str) -> None:
    assert all(hit.words == text for hit in search(text))


@ANY_TEXT
@given(text=TEXTS)
def test_whatever_is_typed_is_kept_and_what_is_found_is_a_place_on_earth(app: Flask, text: str) -> None:
    for hit in search(text):
        assert hit.words == text.strip()
        assert hit.label
        assert -90 <= hit.latitude <= 90
        assert -180 <= hit.longitude <= 180
        assert 10 <= hit.radius < 1_100_000
        assert 0 < hit.score <= 1
