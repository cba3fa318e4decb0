"""The demo city's streets are a sketch that fits its known places, and gives way to a map."""

import json
from collections.abc import Callable, Iterator

import pytest
import shapely
from flask import Flask, render_template_string
from sqlalchemy import delete, select

from meteor.demo import areas, sketch
from meteor.geo import NORTH
from meteor.store.database import db
from meteor.streets.models import MapFeature, StreetSource
from meteor.territory.models import Landmark
from tests.streets.extracts import import_file, small_city

__all__ = ("import_file",)

BESIDE = {
    "Stasiun Probolinggo": ("railway", "", 60),
    "Museum Probolinggo": ("main", "Jl. Suroyo", 60),
    "Gereja Merah": ("main", "Jl. Suroyo", 60),
    "Kantor Wali Kota": ("trunk", "Jl. Panglima Sudirman", 100),
    "RSUD dr. Mohamad Saleh": ("main", "Jl. Mayjen Panjaitan", 60),
    "Terminal Bayuangga": ("main", "Jl. Raya Bromo", 120),
    "Klenteng Sumber Naga": ("main", "Jl. W.R. Supratman", 60),
    "Pasar Wonoasih": ("main", "Jl. Lumajang", 100),
    "Polsek Kedopok": ("main", "Jl. Mastrip", 60),
    "Pelabuhan Tanjung Tembaga": ("coast", "", 150),
    "BeeJay Bakau Resort (BJBR)": ("coast", "", 150),
}
"""Known places, and the line that each stands at: its kind, its name, and within how many metres."""


@pytest.fixture
def city(app: Flask) -> Iterator[None]:
    """The demo city's ground instead of the cast's."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(delete(table))
    areas.build()
    yield
    db.session.rollback()


@pytest.mark.usefixtures("city")
def test_known_places_stand_at_the_streets_of_their_addresses() -> None:
    lines = {(row.kind, row.name): shapely.from_geojson(row.geometry) for row in db.session.scalars(select(MapFeature))}
    for place in db.session.scalars(select(Landmark).where(Landmark.name.in_(BESIDE))):
        kind, name, metres = BESIDE[place.name]
        away = lines[kind, name].distance(shapely.Point(place.longitude, place.latitude)) * NORTH
        assert away <= metres, (place.name, away)


@pytest.mark.usefixtures("city")
def test_the_sketch_says_that_it_is_no_map(app: Flask) -> None:
    assert json.loads(sketch.FILE.read_text())["sketch"] is True
    with app.test_request_context("/"):
        known = json.loads(render_template_string("{{ street_map() | tojson }}"))
    assert (known["sketch"], known["credit"]) == (True, "Sketsa, bukan peta")
    assert known["overview"]


@pytest.mark.usefixtures("city")
def test_an_import_replaces_the_sketch_and_the_sketch_no_import(import_file: Callable[..., object]) -> None:
    import_file("kota.osm", small_city())
    sketch.build()
    source = db.session.scalars(select(StreetSource)).one()
    assert (source.name, source.attribution) == ("kota.osm", "openstreetmap")
