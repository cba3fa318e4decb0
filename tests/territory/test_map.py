"""The map: what it is drawn from, and where a point on it is, in words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from meteor.store.database import db
from meteor.territory.models import Kelurahan, Landmark
from tests.cast import HOME, Cast
from tests.territory.test_boundaries import square

AsUser = Callable[[str], FlaskClient]
GROUND = "/map/basemap.geojson"


def ground(client: FlaskClient) -> list[dict[str, Any]]:
    answer = client.get(GROUND)
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    collection = json.loads(answer.text)
    assert collection["type"] == "FeatureCollection"
    return list(collection["features"])


def of_kind(features: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [feature for feature in features if feature["properties"]["kind"] == kind]


def test_a_city_without_boundaries_shows_the_names_of_its_kelurahan_and_the_places_people_know(
    as_user: AsUser, cast: Cast
) -> None:
    features = ground(as_user("maya"))
    (mayangan,) = (each for each in of_kind(features, "kelurahan") if each["properties"]["name"] == "Mayangan")
    assert mayangan["geometry"] == {"type": "Point", "coordinates": [113.2166, -7.7337]}
    assert "Alun-alun Probolinggo" in [each["properties"]["name"] for each in of_kind(features, "landmark")]
    assert of_kind(features, "boundary") == []


def test_an_rw_has_those_of_its_rt_whose_middle_is_known(as_user: AsUser, cast: Cast) -> None:
    cast.rt(4).latitude = None
    db.session.commit()
    (rw,) = of_kind(ground(as_user("maya")), "rw")
    assert rw["properties"] == {"kind": "rw", "name": "RW 05", "rt": ["RT 03"]}
    assert rw["geometry"] == {"type": "MultiPoint", "coordinates": [[HOME[1], HOME[0]]]}


@pytest.mark.both_databases
def test_a_boundary_that_was_imported_is_drawn_at_once_and_to_the_metre(as_user: AsUser, cast: Cast) -> None:
    client = as_user("maya")
    assert of_kind(ground(client), "boundary") == []
    mayangan = db.session.query(Kelurahan).filter_by(name="Mayangan").one()
    mayangan.boundary = json.dumps({"type": "Polygon", "coordinates": [square(113.21661234, -7.73371234)]})
    db.session.commit()
    (boundary,) = of_kind(ground(client), "boundary")
    (ring,) = boundary["geometry"]["coordinates"]
    assert boundary["properties"]["id"] == mayangan.id
    assert boundary["geometry"]["type"] == "Polygon"
    assert sorted(map(tuple, ring[:4])) == [
        (113.21261, -7.73771), (113.21261, -7.72971), (113.22061, -7.73771), (113.22061, -7.72971),
    ]  # fmt: skip


def test_the_browser_keeps_the_ground_until_something_of_it_changes(as_user: AsUser, cast: Cast) -> None:
    client = as_user("maya")
    first = client.get(GROUND)
    assert "no-cache" in first.headers["Cache-Control"]
    assert "private" in first.headers["Cache-Control"]
    kept = {"If-None-Match": first.headers["ETag"]}
    assert client.get(GROUND, headers=kept).status_code == 304
    db.session.add(Landmark(name="Gudang Garam", latitude=-7.7500, longitude=113.2100))
    db.session.commit()
    again = client.get(GROUND, headers=kept)
    assert again.status_code == 200
    assert "Gudang Garam" in again.text


def words(client: FlaskClient, latitude: object, longitude: object) -> str:
    answer = client.get("/map/place", query_string={"latitude": latitude, "longitude": longitude})
    assert answer.status_code == 200
    return str(answer.json["words"])  # type: ignore[index]


def test_a_point_is_told_by_its_rt_and_the_way_from_what_people_know(as_user: AsUser, cast: Cast) -> None:
    assert words(as_user("maya"), *HOME).startswith("RT 03 RW 05, Mayangan (perkiraan) · ")
    assert words(as_user("maya"), -7.7441, 113.2155).endswith("120 m di sebelah selatan Alun-alun Probolinggo")


def test_a_point_within_a_boundary_is_surely_there_and_one_beyond_is_outside(as_user: AsUser, cast: Cast) -> None:
    mayangan = db.session.query(Kelurahan).filter_by(name="Mayangan").one()
    mayangan.boundary = json.dumps({"type": "Polygon", "coordinates": [square(113.2166, -7.7337)]})
    db.session.commit()
    assert words(as_user("maya"), *HOME).startswith("RT 03 RW 05, Mayangan · ")
    assert words(as_user("maya"), "-7,2575", "112,7521").startswith("di luar kota")


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ({"latitude": "-91", "longitude": "113.2"}, "latitude"),
        ({"latitude": "-7.7", "longitude": "181"}, "longitude"),
        ({"latitude": "nan", "longitude": "113.2"}, "latitude"),
        ({"latitude": "-7.7", "longitude": "di sana"}, "longitude"),
        ({"latitude": "-7.7"}, "longitude"),
    ],
)
def test_what_is_no_point_is_refused_by_the_name_of_its_field(
    as_user: AsUser, point: dict[str, str], field: str
) -> None:
    answer = as_user("maya").get("/map/place", query_string=point)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]  # type: ignore[index]
    assert "°" in answer.text or "derajat" in answer.text
