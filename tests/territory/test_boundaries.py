"""The boundaries of the kelurahan: all of a file or nothing, and exact from then on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from meteor.store.database import db
from meteor.territory.boundaries import metres_outside
from meteor.territory.models import Kelurahan
from meteor.territory.rules import locate
from tests.admin import trail

Import = Callable[..., Result]

MAYANGAN, SUKABUMI = "35.74.03.1001", "35.74.03.1007"


def square(longitude: float, latitude: float, half: float = 0.004) -> list[list[float]]:
    """A closed ring around a point, counter-clockwise."""
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str, ring: Any, kind: str = "Polygon") -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature", "properties": {"code": code, "name": "x"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }  # fmt: skip


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)} | more


GOOD = feature(MAYANGAN, square(113.2166, -7.7337))
OTHER = feature(SUKABUMI, square(113.2066, -7.7468), "MultiPolygon")


@pytest.fixture
def import_file(app: Flask, tmp_path: Path) -> Import:
    def run(content: Any) -> Result:
        file = tmp_path / "city.geojson"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["import-boundaries", str(file)])
        db.session.expire_all()
        return result

    return run


def bounded() -> int:
    return db.session.scalar(select(func.count(Kelurahan.boundary))) or 0


def test_with_boundaries_a_points_kelurahan_is_exact(import_file: Import) -> None:
    north_west = (-7.7300, 113.2130)  # in the corner of Mayangan's square
    between = (-7.7400, 113.2115)
    before = locate(*north_west)
    assert (before.kelurahan, before.exact, before.inside) == ("Mayangan", False, True)
    result = import_file(collection(GOOD, OTHER))
    assert (result.exit_code, result.output) == (0, "2 boundaries imported.\n")
    inside, outside = locate(*north_west), locate(*between)
    assert (inside.kelurahan, inside.exact, inside.inside) == ("Mayangan", True, True)
    assert (outside.exact, outside.inside) == (False, False)
    assert trail("boundaries_imported")[0].detail == {"codes": [MAYANGAN, SUKABUMI]}


def test_boundaries_may_come_one_after_the_other_and_again(import_file: Import) -> None:
    assert import_file(collection(GOOD)).exit_code == 0
    assert import_file(collection(OTHER)).exit_code == 0
    assert bounded() == 2
    smaller = feature(MAYANGAN, square(113.2166, -7.7337, 0.002))
    assert import_file(collection(smaller)).exit_code == 0
    assert bounded() == 2
    assert not locate(-7.7300, 113.2130).exact


def test_a_third_dimension_is_passed_over(import_file: Import) -> None:
    ring = [[*position, 4.5] for position in square(113.2166, -7.7337)]
    assert import_file(collection(feature(MAYANGAN, ring))).exit_code == 0
    assert locate(-7.7337, 113.2166).exact


@pytest.mark.both_databases
def test_the_distance_to_a_boundary_is_measured_from_outside_only(import_file: Import) -> None:
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.code == MAYANGAN)).one()
    assert metres_outside(kelurahan, -7.70, 113.2166) == 0, "nobody knows the boundary yet"
    import_file(collection(GOOD))
    assert metres_outside(kelurahan, -7.7337, 113.2166) == 0
    assert metres_outside(kelurahan, -7.7287, 113.2166) == pytest.approx(111, abs=2)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (feature("", square(113.2066, -7.7468)), "feature 2 (no code): The property “code” is missing"),
        (feature("35.74.99.1001", square(113.2066, -7.7468)), "feature 2 (35.74.99.1001): There is no kelurahan"),
        (feature(MAYANGAN, square(113.2066, -7.7468)), f"feature 2 ({MAYANGAN}): This kelurahan is in the file twice."),
        (feature(SUKABUMI, square(113.2066, -7.7468)[:-1]), f"feature 2 ({SUKABUMI}): A ring must have at least four"),
        (feature(SUKABUMI, square(-7.7468, 113.2066)), "A position must be longitude and latitude"),
        (feature(SUKABUMI, square(112.75, -7.25)), "km from Sukabumi. Longitude must come first."),
        (feature(SUKABUMI, square(113.2146, -7.7357)), "It covers 56 % of Mayangan."),
        (feature(SUKABUMI, [[113.2, -7.75], [113.21, -7.74], [113.21, -7.75], [113.2, -7.74], [113.2, -7.75]]),
         "The boundary is not a valid area: Self-intersection"),
        (feature(SUKABUMI, [["a", "b"]] * 4), "A position must be longitude and latitude"),
        (feature(SUKABUMI, [[113.2, float("nan")]] * 4), "A position must be longitude and latitude"),
        (feature(SUKABUMI, [[113.2, True]] * 4), "A position must be longitude and latitude"),
        (feature(SUKABUMI, None), "A position must be longitude and latitude"),
        (feature(SUKABUMI, square(113.2066, -7.7468)) | {"geometry": {"type": "Polygon", "coordinates": []}},
         "The geometry has no rings"),
        (feature(SUKABUMI, square(113.2066, -7.7468)) | {"geometry": {"type": "MultiPolygon", "coordinates": [7]}},
         "The geometry has no rings"),
        (feature(SUKABUMI, square(113.2066, -7.7468)) | {"geometry": {"type": "Point", "coordinates": [113.2, -7.7]}},
         "The geometry must be a Polygon or a MultiPolygon."),
        (feature(SUKABUMI, square(113.2066, -7.7468)) | {"geometry": None}, "The geometry must be"),
        (feature(SUKABUMI, square(113.2066, -7.7468)) | {"properties": None}, "feature 2 (no code)"),
        ("not a feature", "feature 2 (no code)"),
    ],
)  # fmt: skip
def test_one_bad_feature_keeps_all_out_and_is_named(import_file: Import, bad: Any, says: str) -> None:
    result = import_file(collection(GOOD, bad))
    assert result.exit_code == 1
    assert says in result.output
    assert "nothing was imported" in result.output
    assert bounded() == 0
    assert not trail("boundaries_imported")


def test_every_bad_feature_is_named(import_file: Import) -> None:
    result = import_file(collection(feature("x", []), GOOD, feature("y", [])))
    assert "feature 1 (x)" in result.output
    assert "feature 3 (y)" in result.output


@pytest.mark.both_databases
def test_a_boundary_that_covers_one_from_before_is_refused(import_file: Import) -> None:
    assert import_file(collection(GOOD)).exit_code == 0
    result = import_file(collection(feature(SUKABUMI, square(113.2146, -7.7357))))
    assert "It covers 56 % of Mayangan." in result.output
    assert bounded() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "This is not a JSON file."),
        (b"[" * 100_000, "This is not a JSON file."),
        ([], "This is not a GeoJSON FeatureCollection."),
        (GOOD, "This is not a GeoJSON FeatureCollection."),
        (collection(), "The file has no features."),
        ({"type": "FeatureCollection"}, "The file has no features."),
        (collection(GOOD, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}), "EPSG:4326"),
    ],
)
def test_a_file_that_holds_no_boundaries_is_refused(import_file: Import, content: Any, says: str) -> None:
    result = import_file(content)
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_a_file_that_says_that_it_is_wgs84_is_taken(import_file: Import, name: str) -> None:
    assert import_file(collection(GOOD, crs={"type": "name", "properties": {"name": name}})).exit_code == 0


def test_a_file_that_is_not_there_is_said_in_a_line(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["import-boundaries", "nowhere.geojson"])
    assert result.exit_code == 2
    assert "nowhere.geojson" in result.output
