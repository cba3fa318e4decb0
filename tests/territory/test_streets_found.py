"""Streets, houses along them and junctions, as people say them."""

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.geo import metres_flat
from meteor.store.database import db
from meteor.territory.gazetteer import Hit, search, sure
from meteor.territory.models import Landmark
from meteor.territory.street_names import known_streets
from tests.cast import Cast
from tests.streets.extracts import CROSSING, EAST, NORTH, SOUTH, WEST, Extract, Import, small_city
from tests.territory.test_gazetteer import city

__all__ = ("city",)

pytestmark = pytest.mark.usefixtures("city")

# What is typed: what must come first in the demo city, and why.
SAID = {
    "jl panglima sudirman": ("Jl. Panglima Sudirman", "without the dot"),
    "jalan suroyo": ("Jl. Suroyo", "the word in full"),
    "Jln. Soeroyo": ("Jl. Suroyo", "the old spelling"),
    "suroyo street": ("Jl. Suroyo", "English"),
    "jl sukarno hatta": ("Jl. Soekarno-Hatta", "the new spelling"),
    "suhat": ("Jl. Soekarno-Hatta", "how people call it"),
    "jl. k.h. mansur": ("Jl. KH Mansyur", "initials with dots, and another spelling"),
    "jl wr supratman": ("Jl. W.R. Supratman", "initials without dots"),
    "jalan dokter sutomo": ("Jl. Dr. Sutomo", "a title in full"),
    "jl gatotsubroto": ("Jl. Gatot Subroto", "a space is missing"),
    "jl ahmad yni": ("Jl. Ahmad Yani", "a slip"),
    "jl mayjen panj": ("Jl. Mayjen Panjaitan", "it is still being typed"),
    "pangsud": ("Jl. Panglima Sudirman", "how people call it"),
    "kecelakaan di jl raya bromo depan terminal": ("depan Terminal Bayuangga", "a place is more exact than a street"),
    "Jl. Suroyo no 12": ("Jl. Suroyo No. 12", "the number stays"),
    "jl suroyo 12": ("Jl. Suroyo No. 12", "a number without its word"),
    "jalan suroyo nomor 12b rt 3 rw 2": ("Jl. Suroyo No. 12B", "a letter, and more of an address"),
    "50 m selatan jl suroyo": ("50 m selatan Jl. Suroyo", "metres are no house number"),
    "jl suroyo 100 m ke utara": ("100 m ke utara Jl. Suroyo", "nor are they after the name"),
    "perempatan suroyo - panglima sudirman": ("Simpang Jl. Suroyo - Jl. Panglima Sudirman", "a junction"),
    "simpang jl suroyo dan jl panglima sudirman": ("Simpang Jl. Suroyo - Jl. Panglima Sudirman", "in full"),
    "pertigaan brantas raya bromo": ("Simpang Jl. Brantas - Jl. Raya Bromo", "nothing between the names"),
    "simpang tiga soekarno-hatta / raya bromo": ("Simpang Jl. Soekarno-Hatta - Jl. Raya Bromo", "a hyphen in a name"),
    "lampu merah cokroaminoto panglima sudirman": ("Simpang Jl. Cokroaminoto - Jl. Panglima Sudirman", "its lights"),
    "corner of ahmad yani and dr sutomo": ("Simpang Jl. Ahmad Yani - Jl. Dr. Sutomo", "English"),
    "depan perempatan suroyo - panglima sudirman": (
        "depan Simpang Jl. Suroyo - Jl. Panglima Sudirman", "told by a junction",
    ),
}  # fmt: skip

SURELY = ("jl panglima sudirman", "Jl. Suroyo no 12", "perempatan suroyo - panglima sudirman", "jl lumajang")
PERHAPS = ("suroyo", "jl", "jl sudirman kraksaan", "orang jatuh di jalan", "jalan", "simpang", "perempatan suroyo")


def first(text: str) -> Hit:
    hits = search(text)
    assert hits, f"nothing is found by {text!r}"
    return hits[0]


def metres(hit: Hit, point: tuple[float, float]) -> float:
    """From a hit to a point (longitude, latitude)."""
    return metres_flat(hit.latitude, hit.longitude, point[1], point[0])


def test_what_people_say_finds_the_street_that_they_mean() -> None:
    assert {text: first(text).label for text in SAID} == {text: label for text, (label, _) in SAID.items()}


def test_what_was_typed_is_kept() -> None:
    assert {text: first(text).words for text in SAID} == {text: text for text in SAID}


def test_a_label_finds_its_place_again() -> None:
    for text in SAID:
        hit = first(text)
        again = first(hit.label)
        assert (again.label, again.latitude, again.longitude) == (hit.label, hit.latitude, hit.longitude), text


def test_a_street_is_taken_without_a_choice_only_where_it_is_said_to_be_one() -> None:
    assert [text for text in SURELY if sure(text) != first(text)] == []
    assert [text for text in PERHAPS if sure(text)] == []


@pytest.mark.both_databases
def test_a_street_lies_around_its_middle_as_far_as_its_ends(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    hit = first("jalan suroyo")
    assert (hit.label, hit.kind) == ("Jalan Suroyo", "street")
    assert metres(hit, (NORTH[0], (NORTH[1] + SOUTH[1]) / 2)) < 2
    assert hit.radius == pytest.approx(metres(hit, SOUTH), abs=10)


@pytest.mark.both_databases
def test_a_junction_is_the_point_where_two_streets_meet(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    hit = first("perempatan suroyo panglima sudirman")
    assert (hit.kind, hit.radius) == ("junction", 40)
    assert metres(hit, CROSSING) < 2


def test_streets_that_meet_nowhere_have_no_junction(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    assert "junction" not in {hit.kind for hit in search("simpang gang mawar - jalan suroyo")}
    assert "junction" not in {hit.kind for hit in search("simpang suroyo - suroyo")}


def test_the_carriageways_of_one_street_make_one_junction(import_file: Import) -> None:
    north, south = CROSSING[1] + 0.0001, CROSSING[1] - 0.0001
    extract = Extract().way(
        NORTH, (CROSSING[0], north), (CROSSING[0], south), SOUTH, highway="primary", name="Jl. A. Yani"
    )
    for latitude in (north, south):
        extract.way(
            (WEST[0], latitude), (CROSSING[0], latitude), (EAST[0], latitude), highway="primary", name="Jl. Brantas"
        )
    import_file("kota.osm", extract)
    (hit,) = (hit for hit in search("simpang yani - brantas") if hit.kind == "junction")
    assert metres(hit, CROSSING) < 2
    assert hit.radius == pytest.approx(51, abs=2)


def test_streets_meet_over_the_gap_of_a_roundabout(import_file: Import) -> None:
    gap = (CROSSING[0] + 0.0002, CROSSING[1])
    import_file(
        "kota.osm",
        Extract().way(NORTH, CROSSING, SOUTH, highway="primary", name="Jl. Suroyo")
        .way(gap, EAST, highway="primary", name="Jl. Brantas"),
    )  # fmt: skip
    assert first("simpang suroyo - brantas").label == "Simpang Jl. Suroyo - Jl. Brantas"


def numbered(*numbers: int) -> Extract:
    """Jalan Suroyo from its northern end, with these house numbers every 100 m, even ones in the east."""
    extract = small_city()
    for at, number in enumerate(numbers):
        point = (NORTH[0] + (0.0001 if number % 2 == 0 else -0.0001), round(NORTH[1] - at * 100 / 110_600, 6))
        extract.node(point, {"addr:housenumber": f"{number}A", "addr:street": "Jl. Suroyo"})
    return extract


def test_a_house_without_known_neighbours_may_be_anywhere_along_its_street(import_file: Import) -> None:
    import_file("kota.osm", numbered(2, 8))
    street = first("jl suroyo")
    for text in ("jl suroyo no 5", "jl suroyo no 10"):
        hit = first(text)
        assert (hit.latitude, hit.longitude, hit.radius) == (street.latitude, street.longitude, street.radius)


@pytest.mark.both_databases
def test_a_house_is_where_its_number_is_known_or_between_those_of_its_side(import_file: Import) -> None:
    assert "4 house numbers" in import_file("kota.osm", numbered(2, 3, 8, 9)).output
    own, between = first("jl suroyo no 3"), first("jl suroyo no 4")
    assert (own.label, own.radius) == ("Jalan Suroyo No. 3", 30)
    assert metres(own, (NORTH[0] - 0.0001, NORTH[1] - 100 / 110_600)) < 2
    assert (between.label, between.radius) == ("Jalan Suroyo No. 4", 130)
    assert metres(between, (NORTH[0] + 0.0001, NORTH[1] - 100 / 110_600)) < 2


def test_a_number_that_belongs_to_a_streets_name_is_no_house(import_file: Import) -> None:
    import_file(
        "kota.osm",
        small_city().way((113.2120, -7.7400), (113.2140, -7.7400), highway="residential", name="Gang Mawar 2"),
    )
    assert first("gang mawar 2").label == "Gang Mawar 2"
    assert first("gang mawar no 2").label == "Gang Mawar No. 2"
    assert first("gang mawar 2 no 7").label == "Gang Mawar 2 No. 7"


def test_two_streets_of_one_name_are_told_apart_by_their_kelurahan(import_file: Import) -> None:
    import_file(
        "kota.osm",
        Extract().way((113.2160, -7.7330), (113.2170, -7.7335), highway="residential", name="Jalan Melati")
        .way((113.2098, -7.7960), (113.2108, -7.7960), highway="residential", name="Jl. Melati"),
    )  # fmt: skip
    labels = {hit.label for hit in search("jl melati") if hit.kind == "street"}
    assert len(labels) == 2
    assert "Jalan Melati, Mayangan" in labels
    assert sure("jl melati") is None
    assert first("jl melati no 3 kel. mayangan").label == "Jalan Melati No. 3, Mayangan"
    for label in labels:
        assert first(label).label == label


def test_a_place_or_a_kelurahan_goes_before_a_street_that_is_called_after_it(import_file: Import) -> None:
    import_file(
        "kota.osm",
        Extract().way(WEST, CROSSING, highway="residential", name="Jalan Pasar Baru")
        .way(CROSSING, EAST, highway="residential", name="Jalan Mayangan"),
    )  # fmt: skip
    assert [first(text).label for text in ("pasar baru", "mayangan")] == ["Pasar Baru", "Kelurahan Mayangan"]
    assert [first(text).label for text in ("jl pasar baru", "jl mayangan")] == ["Jalan Pasar Baru", "Jalan Mayangan"]


@pytest.mark.both_databases
def test_another_import_counts_at_once(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    assert first("gang mawar").label == "Gang Mawar"
    import_file("baru.osm", Extract().way(WEST, EAST, highway="primary", name="Jalan Brantas"))
    assert search("gang mawar") == []
    assert first("jl brantas").kind == "street"


def test_the_names_of_streets_are_read_once_and_not_when_a_place_changes(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    known = known_streets()
    square = db.session.scalars(select(Landmark).where(Landmark.name == "Pasar Baru")).one()
    square.aliases = "Pasar besar"
    db.session.commit()
    assert first("pasar besar").label == "Pasar Baru"
    assert known_streets() is known


def test_a_city_without_a_map_finds_no_street(app: Flask, cast: Cast) -> None:
    for table in reversed(db.metadata.sorted_tables):
        if table.name in ("house_numbers", "map_features", "streets", "street_levels", "street_sources"):
            db.session.execute(table.delete())
    assert "street" not in {hit.kind for hit in search("jl suroyo no 12")}
    assert search("perempatan suroyo - panglima sudirman") == []
