"""Earthquakes: how strongly they shake the city, one for all lists, with tsunamis for the coast."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.evacuation import protection
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import earthquake_rules, earthquakes, reading
from meteor.warnings.areas import City
from meteor.warnings.earthquake_messages import COAST
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.messages import NotUnderstood
from meteor.warnings.models import HazardWarning
from meteor.warnings.shaking import intensity, severity
from tests.warnings.publisher import quake, quakes

AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
SEA = {"Coordinates": "-7.30,113.60", "Dirasakan": "", "Wilayah": "60 km TimurLaut PROBOLINGGO-JATIM"}
FAR = {"Coordinates": "-2.54,121.06", "Dirasakan": "III Poso"}
WAVES = {"Potensi": "Berpotensi TSUNAMI untuk diteruskan pada masyarakat", "Magnitude": "7.1"}

# Magnitude, hypocentral distance (km), MMI: values of an independent implementation of Allen et al. (2012), from the
# tests of OpenQuake (AWW_IPE_RHYPO_MEAN.csv).
TABLE = [
    (5.0, 1.0, 8.1928149), (5.0, 10.0, 5.9736099), (5.0, 50.0, 3.7394023), (5.0, 100.0, 2.8223814),
    (5.0, 300.0, 1.3680280), (6.0, 5.0, 7.8627966), (6.0, 20.0, 6.4046804), (6.0, 100.0, 4.2486195),
    (7.0, 1.0, 8.2924672), (7.0, 50.0, 6.5368604), (7.0, 100.0, 5.6632662), (7.0, 300.0, 4.2223319),
]  # fmt: skip


def read(*entries: dict[str, Any]) -> list[earthquakes.Earthquake]:
    return earthquakes.read(quakes(*entries))[0]


def store(city: City, **said: Any) -> list[HazardWarning]:
    stored = [new for each in read(quake(**said)) for new in earthquake_rules.store(each, now(), None, city)]
    db.session.commit()
    return stored


def standing(at: datetime = AT + timedelta(minutes=10)) -> list[HazardWarning]:
    db.session.expire_all()
    return list(db.session.scalars(select(HazardWarning).where(*reading.holds(at)).order_by(HazardWarning.id)))


@pytest.mark.parametrize(("magnitude", "distance", "expected"), TABLE)
def test_shaking_is_what_the_published_equation_says(magnitude: float, distance: float, expected: float) -> None:
    assert intensity(magnitude, distance, 0.0) == pytest.approx(expected, abs=1e-6)


def test_a_deep_earthquake_shakes_less() -> None:
    assert intensity(6.0, 60.0, 80.0) == intensity(6.0, 100.0, 0.0) < intensity(6.0, 60.0, 10.0)


def test_severity_follows_bmkgs_scale() -> None:
    assert [severity(level) for level in (2, 3, 5, 6, 7, 8, 9, 12)] == [
        "Minor", "Minor", "Minor", "Moderate", "Severe", "Severe", "Extreme", "Extreme",
    ]  # fmt: skip


def test_an_entry_is_read() -> None:
    [found] = read(quake())
    assert (found.at, found.latitude, found.longitude, found.depth) == (AT, -7.9, 113.3, 10.0)
    assert (found.magnitude, found.tsunami, found.felt_here) == (5.1, None, 4)


def test_a_list_is_read_oldest_first_and_what_is_none_is_counted() -> None:
    entries = [quake(), quake(DateTime="2026-11-28T01:00:00+00:00"), quake(Magnitude="?"), quake(Coordinates="x"), 7]
    found, wrong = earthquakes.read(quakes(*entries))  # type: ignore[arg-type]
    assert ([each.at.day for each in found], wrong) == ([28, 29], 3)


def test_coordinates_of_the_older_form_are_read() -> None:
    [found] = read(quake(Coordinates="", point={"coordinates": "-7.90,113.30"}))
    assert found.longitude == 113.3


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"Infogempa": 1}', b'{"Infogempa": {"gempa": 1}}', b"[" * 99_999])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        earthquakes.read(data)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("III Probolinggo", 3), ("II-III Malang, II - III Kab. Probolinggo", 3), ("III-IV Kota Probolinggo", 4),
        ("III Lumajang, Probolinggo", 3), ("III Malang", None), ("Probolinggo", None), ("", None),
        ("XX Probolinggo", None),
    ],
)  # fmt: skip
def test_where_it_was_felt_is_understood(text: str, level: int | None) -> None:
    assert read(quake(Dirasakan=text))[0].felt_here == level


@pytest.mark.parametrize(
    ("text", "tsunami"),
    [
        ("Tidak berpotensi tsunami", False), ("Berpotensi TSUNAMI", True), ("berpotensi tsunami di Jatim", True),
        ("Gempa ini dirasakan untuk diteruskan pada masyarakat", None), ("", None),
        ("Peringatan dini tsunami telah berakhir", False), ("Peringatan dini TSUNAMI diakhiri", False),
    ],
)  # fmt: skip
def test_a_tsunami_is_understood(text: str, tsunami: bool | None) -> None:
    assert read(quake(Potensi=text))[0].tsunami is tsunami


def test_an_earthquake_that_was_felt_here_warns_the_whole_city(city: City) -> None:
    [stored] = store(city)
    assert {each.kelurahan.name: each.exact for each in stored.touched} == {"Mayangan": True, "Sukabumi": True}
    assert (stored.severity, stored.sent, stored.onset) == ("Minor", AT, AT)
    assert stored.expires == AT + timedelta(hours=6)
    assert stored.texts["id"]["headline"] == "Gempa bumi M 5,1 berjarak 20 km dari kota"
    assert stored.texts["en"]["headline"] == "Earthquake of magnitude 5.1, 20 km from the city"
    assert "29 November 2026 08.00 WIB" in stored.texts["id"]["description"]
    assert "29 November 2026 08.00 WIB" in stored.texts["en"]["description"]
    assert "gempa susulan" in stored.texts["id"]["instruction"]
    facts = {name: stored.parameters[name] for name in ("magnitude", "depth", "latitude", "longitude", "distance")}
    assert facts == {"magnitude": 5.1, "depth": 10.0, "latitude": -7.9, "longitude": 113.3, "distance": 20}


def test_each_message_names_its_hazard_so_that_a_safe_gathering_point_is_found(city: City) -> None:
    stored = store(city, Potensi="Berpotensi tsunami")
    assert [protection.hazard_of(each) for each in stored] == ["earthquake", "tsunami"]


def test_without_words_the_distance_decides(city: City) -> None:
    [stored] = store(city, Dirasakan="", Magnitude="6.0")
    assert (stored.parameters["intensity"], stored.severity) == (6, "Moderate")
    assert store(city, Dirasakan="", Magnitude="4.0", Coordinates="-9.30,113.30", DateTime="2026-11-29T05:00Z") == []


@pytest.mark.both_databases
def test_the_three_lists_make_one_warning_with_what_each_knows(city: City) -> None:
    store(city, Dirasakan="", Potensi="Tidak berpotensi tsunami", Wilayah="20 km Tenggara PROBOLINGGO-JATIM")
    store(city)
    assert store(city) == []
    assert store(city, Dirasakan="", Potensi="Tidak berpotensi tsunami") == []
    [one] = standing()
    assert (one.message_type, one.parameters["felt"]) == ("Update", "III-IV Probolinggo, II Malang")
    assert one.parameters["tsunami"] is False


def test_a_revision_updates_the_warning(city: City) -> None:
    [first] = store(city)
    [second] = store(city, Magnitude="5.4", DateTime="2026-11-29T01:00:21+00:00", Coordinates="-7.88,113.35")
    assert [each.id for each in standing()] == [second.id]
    assert (first.ended_by_id, second.parameters["magnitude"]) == (second.id, 5.4)
    [third] = store(city)
    assert [each.id for each in standing()] == [third.id]


def test_a_revision_that_no_longer_reaches_the_city_cancels_the_warning(city: City) -> None:
    store(city, Dirasakan="", Magnitude="5.5")
    [end] = store(city, Dirasakan="", Magnitude="2.1", Kedalaman="80 km")
    assert (end.message_type, standing()) == ("Cancel", [])
    assert store(city, Dirasakan="", Magnitude="2.1", Kedalaman="80 km") == []


@pytest.mark.parametrize("said", [{"DateTime": "2026-11-29T01:02:00+00:00"}, {"Coordinates": "-9.10,113.30"}])
def test_another_earthquake_is_another_warning(city: City, said: dict[str, str]) -> None:
    store(city)
    store(city, **said)
    assert len(standing()) == 2


def test_a_possible_tsunami_is_extreme_for_the_coast_and_says_where_to_go(city: City) -> None:
    shaken, tsunami = store(city, **SEA, **WAVES)
    assert (shaken.severity, tsunami.severity) == ("Moderate", "Extreme")
    assert tsunami.areas[0]["geocodes"] == {"kemendagri": list(COAST)}
    assert {each.kelurahan.name for each in tsunami.touched} == {"Mayangan", "Sukabumi"}
    for language in ("id", "en"):
        assert shaken.texts[language]["instruction"] == HAZARDS["earthquake"].instructions[language]
        assert tsunami.texts[language]["instruction"] == HAZARDS["tsunami"].instructions[language]
    assert "Tingkat peringatan ini ditetapkan METEOR" in tsunami.texts["id"]["description"]
    assert tsunami.expires == AT + timedelta(hours=12)


@pytest.mark.parametrize("said", ["Tidak berpotensi tsunami", "Peringatan dini tsunami telah berakhir"])
def test_a_tsunami_that_is_over_is_cancelled_and_the_shaking_stays(city: City, said: str) -> None:
    store(city, **SEA, **WAVES)
    store(city, **SEA, **WAVES | {"Potensi": said})
    assert [each.severity for each in standing()] == ["Moderate"]


def test_a_tsunami_is_not_told_anew_for_each_report_of_shaking(city: City) -> None:
    store(city, **SEA, **WAVES)
    [again] = store(city, **SEA | WAVES | {"Dirasakan": "IV Probolinggo, III Malang, III Lumajang"})
    assert again.identifier.startswith("earthquake")
    _, moved = store(city, **SEA | WAVES | {"Magnitude": "7.9", "Dirasakan": "V Probolinggo"})
    assert (moved.identifier[:7], moved.message_type) == ("tsunami", "Update")


def test_a_list_that_does_not_speak_of_the_tsunami_does_not_end_it(city: City) -> None:
    store(city, **SEA, **WAVES)
    store(city, **SEA, Magnitude="7.1")
    assert [each.severity for each in standing()] == ["Moderate", "Extreme"]


def test_what_is_far_away_is_not_stored(city: City) -> None:
    assert store(city, **FAR, **WAVES | {"Magnitude": "6.0"}) == []


def test_a_city_without_kelurahan_stores_nothing(city: City) -> None:
    city.kelurahan = []
    assert store(city) == []
