"""Which kelurahan an area touches: against shapely, without boundaries, by codes and by names."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from flask import Flask
from shapely import Point, contains_xy, to_geojson
from shapely.geometry import MultiPolygon, Polygon, box, shape
from shapely.ops import nearest_points
from sqlalchemy import select

from meteor import geo
from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan
from meteor.warnings.areas import City
from meteor.warnings.positions import FARTHEST

WEST, SOUTH, STEP = 113.16, -7.82, 0.02


def area(**said: Any) -> dict[str, Any]:
    return {"description": "", "polygons": [], "circles": [], "geocodes": {}} | said


def names(city: City, *areas: dict[str, Any]) -> list[str]:
    touched = city.touched(areas)
    return [each.name for each in city.kelurahan if each.id in touched]


@pytest.fixture
def bounded(app: Flask) -> City:
    """A city of 20 kelurahan with boundaries: a grid with bent borders, one in two parts, one with a hole."""
    random = np.random.default_rng(3574)
    bends = random.uniform(-0.006, 0.006, (6, 5, 2))
    at = [[(WEST + x * STEP + bends[x, y, 0], SOUTH + y * STEP + bends[x, y, 1]) for y in range(5)] for x in range(6)]
    home = db.session.scalars(select(Kecamatan)).one()
    for x in range(5):
        for y in range(4):
            shaped: Any = Polygon([at[x][y], at[x + 1][y], at[x + 1][y + 1], at[x][y + 1]])
            if (x, y) == (0, 0):
                shaped = MultiPolygon([shaped, box(113.30, -7.80, 113.31, -7.79)])
            if (x, y) == (2, 2):
                shaped = shaped.difference(shaped.centroid.buffer(0.003))
            middle = shaped.centroid
            db.session.add(
                Kelurahan(code=f"35.74.09.1{x}{y}0", name=f"K{x}{y}", kecamatan=home, postcode="67299",
                          latitude=middle.y, longitude=middle.x, boundary=to_geojson(shaped))
            )  # fmt: skip
    db.session.commit()
    return City()


def boundaries() -> dict[str, Any]:
    rows = db.session.execute(select(Kelurahan.name, Kelurahan.boundary).where(Kelurahan.boundary.is_not(None)))
    return {row.name: shape(json.loads(row.boundary)) for row in rows}


def by_hand(outline: Any) -> list[str]:
    return sorted(name for name, boundary in boundaries().items() if boundary.intersects(outline))


def of_grid(found: Sequence[str]) -> list[str]:
    return sorted(name for name in found if name.startswith("K"))


def test_polygons_touch_what_shapely_says(bounded: City) -> None:
    random = np.random.default_rng(1)
    for count in range(300):
        middle, size = random.uniform((113.14, -7.84), (113.32, -7.72)), random.uniform(0.0005, 0.08)
        angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 12)))
        lengths = random.uniform(0.3, 1.0, len(angles)) * size
        outline = Polygon(np.c_[middle[0] + lengths * np.cos(angles), middle[1] + lengths * np.sin(angles)])
        if outline.is_valid:
            ring = [[y, x] for x, y in outline.exterior.coords]
            assert of_grid(names(bounded, area(polygons=[ring]))) == by_hand(outline), count


def test_points_lie_where_shapely_says(bounded: City) -> None:
    """20,000 points, each as a circle without a radius."""
    points = np.random.default_rng(2).uniform((113.14, -7.84), (113.32, -7.72), (20_000, 2))
    inside = {name: contains_xy(boundary, points) for name, boundary in boundaries().items()}
    ids = [each.name for each in bounded.kelurahan]
    for number, (x, y) in enumerate(points):
        found = of_grid([ids[at] for at in bounded._by_geometry(area(circles=[[y, x, 0.0]]))])
        assert found == sorted(name for name, within in inside.items() if within[number])


def test_circles_reach_as_far_as_their_radius(bounded: City) -> None:
    random = np.random.default_rng(4)
    for x, y in random.uniform((113.10, -7.90), (113.36, -7.66), (100, 2)):
        kilometres = float(random.uniform(0, 8))
        found = of_grid(names(bounded, area(circles=[[y, x, kilometres]])))
        for name, boundary in boundaries().items():
            start, end = ((point.y, point.x) for point in nearest_points(boundary, Point(x, y)))
            away = geo.metres(start, end) / 1000
            if abs(away - kilometres) > 0.02 * away + 0.01:
                assert (name in found) == (away < kilometres), (name, away, kilometres)


def test_a_polygon_that_crosses_itself_is_taken_by_the_even_odd_rule(bounded: City) -> None:
    bow_tie = [[-7.83, 113.14], [-7.73, 113.28], [-7.73, 113.14], [-7.83, 113.28], [-7.83, 113.14]]
    outline = Polygon([(x, y) for y, x in bow_tie]).buffer(0)
    assert not Polygon([(x, y) for y, x in bow_tie]).is_valid
    assert set(by_hand(outline)) <= set(of_grid(names(bounded, area(polygons=[bow_tie]))))


def test_a_polygon_of_many_crossings_takes_no_time(bounded: City) -> None:
    ring = np.random.default_rng(5).uniform((-7.9, 113.1), (-7.7, 113.4), (20_000, 2)).tolist()
    assert len(of_grid(names(bounded, area(polygons=[[*ring, ring[0]]])))) == 20


def test_all_of_the_city_lies_in_a_polygon_around_it(bounded: City) -> None:
    around = [[-9, 110], [-9, 116], [-6, 116], [-6, 110], [-9, 110]]
    touched = bounded.touched([area(polygons=[around])])
    assert len(touched) == 22
    assert {each.name for each in bounded.kelurahan if not touched[each.id]} == {"Mayangan", "Sukabumi"}


def test_without_a_boundary_a_kelurahan_is_a_disc_and_not_exact(city: City) -> None:
    near, far = [[-7.7337, 113.2166, 0.0]], [[-7.70, 113.2166, 0.5]]
    assert city.touched([area(circles=near)]) == {each.id: False for each in city.kelurahan if each.name == "Mayangan"}
    assert city.touched([area(circles=far)]) == {}
    assert len(city.touched([area(circles=[[0.0, 0.0, FARTHEST]])])) == 2


def test_geometry_goes_before_words(city: City) -> None:
    elsewhere = [[-8, 112], [-8, 112.1], [-8.1, 112], [-8, 112]]
    said = area(description="Kota Probolinggo", geocodes={"kode": ["35.74"]}, polygons=[elsewhere])
    assert city.touched([said]) == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [("35.74", 2), ("3574", 2), ("35.74.03", 2), ("35.74.03.1001", 1), ("3574031007", 1), ("35.13", 0), ("35", 0),
     ("35.74.01", 0), ("三千五百", 0), ("", 0)],
)  # fmt: skip
def test_codes_of_the_ministry_name_kelurahan_exactly(city: City, code: str, found: int) -> None:
    touched = city.touched([area(geocodes={"BMKG": [code, "36.01"]})])
    assert list(touched.values()) == [True] * found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kota Probolinggo", "all"), ("KOTA PROBOLINGGO, Kota Malang", "all"), ("Probolinggo", "all"),
        ("Kabupaten Probolinggo", ""), ("Kab. Probolinggo", ""), ("Probolinggo Regency", ""),
        ("Kab. Probolinggo dan Kota Probolinggo", "all"), ("Kecamatan Mayangan", "all"), ("Kec. Mayangan", "all"),
        ("Kelurahan Sukabumi", "Sukabumi"), ("Kel. Mayangan", "Mayangan"), ("Kota Probolinggo: Sukabumi", "Sukabumi"),
        ("Sukabumi", ""), ("Kota Sukabumi", ""), ("Kabupaten Jombang, Kelurahan Mayangan", ""), ("Jawa Timur", "all"),
        ("Provinsi Jawa Timur", "all"), ("Jawa Timur: Malang, Lumajang", ""), ("East Java", "all"), ("", ""),
    ],
)  # fmt: skip
def test_names_are_understood(city: City, text: str, found: str) -> None:
    everything = ["Mayangan", "Sukabumi"]
    assert names(city, area(description=text)) == (everything if found == "all" else found.split())
    assert not any(city.touched([area(description=text)]).values())


def test_a_city_without_kelurahan_is_touched_by_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meteor.warnings.areas._KELURAHAN", select(Kelurahan.id).where(Kelurahan.id < 0))
    empty = City()
    assert empty.touched([area(polygons=[[[0, 0], [0, 1], [1, 1], [0, 0]]], circles=[[0, 0, 10]])]) == {}
