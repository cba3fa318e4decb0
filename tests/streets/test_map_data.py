"""The map's data as browsers get it: two levels, kept for as long as they are the same."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.streets.extracts import CROSSING, EAST, WEST, Extract, Import, small_city

AsUser = Callable[[str], FlaskClient]


def street_map(app: Flask) -> dict[str, Any]:
    """What templates know of the map."""
    with app.test_request_context("/"):
        return dict(json.loads(render_template_string("{{ street_map() | tojson }}")))


def features(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    collection = json.loads(answer.text)
    assert collection["type"] == "FeatureCollection"
    return list(collection["features"])


def classes(found: list[dict[str, Any]]) -> set[str]:
    return {feature["properties"]["class"] for feature in found}


def test_without_an_import_there_is_no_map(app: Flask, as_user: AsUser, cast: Cast) -> None:
    assert street_map(app) == {"overview": "", "streets": "", "credit": "", "sketch": False}
    assert as_user("maya").get("/map/streets/overview.geojson").status_code == 404


@pytest.mark.both_databases
def test_the_overview_shows_the_large_and_the_other_level_everything(
    app: Flask, as_user: AsUser, cast: Cast, import_file: Import
) -> None:
    import_file("kota.osm", small_city(), "--buildings")
    known, client = street_map(app), as_user("maya")
    assert known["credit"] == "© kontributor OpenStreetMap"
    assert known["sketch"] is False
    assert classes(features(client, known["overview"])) == {"main", "railway", "water", "coast"}
    every = classes(features(client, known["streets"]))
    assert every == {"main", "street", "path", "railway", "water", "coast", "building"}


def test_there_are_two_levels_and_no_third(as_user: AsUser, cast: Cast, import_file: Import) -> None:
    import_file("kota.osm", small_city())
    assert as_user("maya").get("/map/streets/houses.geojson").status_code == 404


def test_a_street_of_several_ways_is_one_line_with_its_name(
    app: Flask, as_user: AsUser, cast: Cast, import_file: Import
) -> None:
    import_file("kota.osm", small_city())
    (street,) = (
        feature
        for feature in features(as_user("maya"), street_map(app)["streets"])
        if feature["properties"].get("name") == "Jalan Panglima Sudirman"
    )
    assert street["properties"] == {"class": "main", "name": "Jalan Panglima Sudirman"}
    assert street["geometry"] == {"type": "LineString", "coordinates": [list(WEST), list(EAST)]}


def test_a_street_that_forks_is_one_feature_and_one_of_the_same_name_elsewhere_another(
    app: Flask, as_user: AsUser, cast: Cast, import_file: Import
) -> None:
    fork = Extract().way(WEST, CROSSING, EAST, highway="residential", name="Jalan Mawar")
    fork.way(CROSSING, (CROSSING[0], -7.7530), highway="residential", name="Jalan Mawar")
    fork.way((113.2100, -7.7300), (113.2120, -7.7300), highway="residential", name="Jalan Mawar")
    import_file("kota.osm", fork)
    shapes = [each["geometry"]["type"] for each in features(as_user("maya"), street_map(app)["streets"])]
    assert sorted(shapes) == ["LineString", "MultiLineString"]


def test_a_level_is_as_exact_as_its_zoom_can_show(app: Flask, as_user: AsUser, cast: Cast, import_file: Import) -> None:
    beside_5_metres = (113.2126123456, -7.7510 + 5 / 110_600)
    import_file("kota.osm", Extract().way(WEST, beside_5_metres, CROSSING, highway="primary", name="Jalan Suroyo"))
    known, client = street_map(app), as_user("maya")
    (coarse,) = features(client, known["overview"])
    (fine,) = features(client, known["streets"])
    assert coarse["geometry"]["coordinates"] == [list(WEST), list(CROSSING)]
    assert fine["geometry"]["coordinates"] == [list(WEST), [113.21261, -7.75095], list(CROSSING)]


def test_the_browser_keeps_a_level_for_ever_under_its_own_address_and_asks_under_any_other(
    app: Flask, as_user: AsUser, cast: Cast, import_file: Import
) -> None:
    import_file("kota.osm", small_city())
    client, old = as_user("maya"), street_map(app)["streets"]
    assert client.get(old).headers["Cache-Control"] == "private, max-age=31536000, immutable"
    import_file("baru.osm", Extract().way(WEST, EAST, highway="primary", name="Jalan Suroyo"))
    assert street_map(app)["streets"] != old
    for address in (old, "/map/streets/streets.geojson"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Jalan Suroyo" in answer.text
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_same_content_has_the_same_address_after_another_import(app: Flask, import_file: Import) -> None:
    import_file("kota.osm", small_city())
    before = street_map(app)
    import_file("kota-2.osm", small_city())
    assert street_map(app) == before


def test_a_browser_that_unpacks_gets_it_packed_and_another_one_gets_the_same_plain(
    app: Flask, as_user: AsUser, cast: Cast, import_file: Import
) -> None:
    import_file("kota.osm", small_city())
    client, address = as_user("maya"), street_map(app)["streets"]
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
