"""`flask import-streets`: a map of the city replaces the one before, whole, or nothing changes."""

import json

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from meteor.store.database import Base, db
from meteor.streets.composition import StreetMap, compose
from meteor.streets.features import Extract as Extracted
from meteor.streets.models import HouseNumber, MapFeature, Street, StreetLevel, StreetSource
from meteor.streets.rules import map_version
from meteor.territory import commands
from meteor.territory.models import Kelurahan
from tests.admin import trail
from tests.streets.extracts import CROSSING, FAR_EAST, WEST, Extract, Import, collection, line, small_city
from tests.territory.test_boundaries import square

TABLES = (StreetSource, StreetLevel, Street, MapFeature, HouseNumber)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def drawn(kind: str) -> list[tuple[str, str]]:
    """Names and shapes of a kind."""
    rows = db.session.scalars(select(MapFeature).where(MapFeature.kind == kind).order_by(MapFeature.name))
    return [(row.name, json.loads(row.geometry)["type"]) for row in rows]


@pytest.mark.both_databases
def test_an_extract_of_openstreetmap_becomes_the_citys_map(import_file: Import) -> None:
    result = import_file("kota.osm", small_city())
    assert result.exit_code == 0, result.output
    assert result.output == (
        "kota.osm imported: 3 streets with names, 0 house numbers.\n"
        "Lines and areas: main 2, street 1, path 1, railway 1, water 2, coast 1.\n"
        "Below every map stands “© OpenStreetMap contributors”.\n"
    )
    assert drawn("main") == [("Jalan Panglima Sudirman", "LineString"), ("Jalan Suroyo", "LineString")]
    assert drawn("water") == [("Kali Banger", "LineString"), ("Telaga", "Polygon")]
    source = db.session.scalars(select(StreetSource)).one()
    assert (source.name, source.attribution) == ("kota.osm", "openstreetmap")
    assert trail("streets_imported")[0].detail["file"] == "kota.osm"


@pytest.mark.parametrize("name", ["kota.osm.pbf", "kota.osm.xml", "KOTA.OSM"])
def test_the_formats_of_openstreetmap_say_the_same(import_file: Import, name: str) -> None:
    assert import_file(name, small_city()).exit_code == 0
    assert [name for name, _ in drawn("main")] == ["Jalan Panglima Sudirman", "Jalan Suroyo"]
    assert len(drawn("railway")) == 1


def test_geojson_with_openstreetmaps_tags_is_a_map_too(import_file: Import) -> None:
    lake = {"type": "Polygon", "coordinates": [square(113.2166, -7.7337)]}
    result = import_file("kota.geojson", collection(
        line(WEST, CROSSING, highway="primary", name="Jalan Panglima Sudirman"),
        {"type": "Feature", "properties": {"natural": "water"}, "geometry": lake},
        {"type": "Feature", "properties": {"amenity": "school"}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": None},
    ))  # fmt: skip
    assert result.exit_code == 0, result.output
    assert drawn("main") == [("Jalan Panglima Sudirman", "LineString")]
    assert drawn("water") == [("", "Polygon")]


def test_null_columns_of_an_export_say_nothing(import_file: Import) -> None:
    yard = {"type": "Polygon", "coordinates": [square(113.2166, -7.7337)]}
    nothing = {"name": None, "building": None, "addr:housenumber": None, "addr:street": None}
    result = import_file("kota.geojson", collection(
        line(WEST, CROSSING, highway="primary", **nothing),
        {"type": "Feature", "properties": nothing, "geometry": yard},
        {"type": "Feature", "properties": nothing | {"building": ""}, "geometry": yard},
    ), "--buildings")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert drawn("main") == [("", "LineString")]
    assert drawn("building") == []


def test_buildings_come_only_when_they_are_asked_for(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    assert drawn("building") == []
    import_file("kota-2.osm", small_city(), "--buildings")
    assert drawn("building") == [("", "Polygon")]


@pytest.mark.both_databases
def test_an_import_replaces_all_of_the_map_before_and_the_same_file_changes_nothing(import_file: Import) -> None:
    import_file("kota.osm", small_city())
    version, counts = map_version(), [count(table) for table in TABLES]
    import_file("kota.osm", small_city())
    assert (map_version(), [count(table) for table in TABLES]) == (version, counts)
    assert import_file("baru.osm", Extract().way(WEST, CROSSING, highway="trunk", name="Jalan Brantas")).exit_code == 0
    assert map_version() != version
    assert [count(table) for table in TABLES] == [1, 2, 1, 1, 0]
    assert drawn("trunk") == [("Jalan Brantas", "LineString")]


def test_what_lies_more_than_two_kilometres_outside_of_the_city_is_cut_off(import_file: Import) -> None:
    import_file("kota.osm", Extract().way(WEST, FAR_EAST, highway="trunk", name="Jalan Raya"))
    (row,) = db.session.scalars(select(MapFeature))
    longitudes = [point[0] for point in json.loads(row.geometry)["coordinates"]]
    assert min(longitudes) == WEST[0]
    assert WEST[0] + 0.02 < max(longitudes) < FAR_EAST[0] - 0.1


def test_with_boundaries_the_city_ends_two_kilometres_beyond_them(app: Flask, import_file: Import) -> None:
    for kelurahan in db.session.scalars(select(Kelurahan)):
        kelurahan.boundary = json.dumps({"type": "Polygon", "coordinates": [square(WEST[0], WEST[1])]})
    import_file("kota.osm", Extract().way(WEST, FAR_EAST, highway="trunk", name="Jalan Raya"))
    (row,) = db.session.scalars(select(MapFeature))
    east = max(point[0] for point in json.loads(row.geometry)["coordinates"])
    assert east == pytest.approx(WEST[0] + 0.004 + 2000 / 110_600, abs=0.0001)


def test_a_way_whose_nodes_were_cut_off_the_extract_is_as_long_as_the_others_say(import_file: Import) -> None:
    xml = small_city().xml().replace(b"<nd ref='1'/>", b"<nd ref='1'/><nd ref='990'/>")
    assert import_file("kota.osm", xml).exit_code == 0
    assert ("Jalan Panglima Sudirman", "LineString") in drawn("main")


WRONG = {
    "peta.txt": (b"hello", "is no map: its name would end in .osm.pbf"),
    "peta.osm": (b"<gpx></gpx>", "is no file of OpenStreetMap (Unknown top-level element: gpx)"),
    "kosong.osm": (b"", "an extract in .osm.pbf or .osm would be right"),
    "peta.osm.pbf": (b"hello there, not protocol buffers", "an extract in .osm.pbf or .osm would be right"),
    "peta.geojson": (b"{", "is no JSON; a GeoJSON FeatureCollection"),
    "overpass.json": (b'{"elements": []}', "is no FeatureCollection"),
    "utm.geojson": (collection(crs={"properties": {"name": "EPSG:32749"}}), "EPSG:4326 would be right"),
    "rusak.geojson": (collection(line(WEST, highway="primary")), "has a feature (number 1) whose geometry"),
    "aneh.geojson": (collection({"type": "Feature", "properties": {"highway": "primary"},
                                 "geometry": {"type": "LineString"}}), "has a feature (number 1) whose geometry"),
    "sekolah.geojson": (collection(), "it has no streets, railways, water or coast"),
    "surabaya.geojson": (collection(line((112.75, -7.25), (112.76, -7.26), highway="primary")),
                         "none of its 1 lines and areas lies within the city"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_map_of_this_city_is_refused_in_one_line_and_the_map_before_stays(
    import_file: Import, name: str
) -> None:
    import_file("kota.osm", small_city())
    before = map_version()
    content, reason = WRONG[name]
    result = import_file(name, content)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {name}")
    assert reason in result.output
    assert "nothing was imported" in result.output
    assert len(result.output.splitlines()) == 1
    assert map_version() == before


def test_presses_are_stored_while_the_file_is_read(import_file: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []

    def watched(extract: Extracted) -> StreetMap:
        held.append(db.session.registry.has() and db.session().in_transaction())
        return compose(extract)

    monkeypatch.setattr(commands, "compose", watched)
    assert import_file("kota.osm", small_city()).exit_code == 0
    assert held == [False]


def test_before_there_are_kelurahan_nothing_is_imported(app: Flask, import_file: Import) -> None:
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(delete(table))
    result = import_file("kota.osm", small_city())
    assert result.exit_code == 1
    assert "import-kelurahan first" in result.output
