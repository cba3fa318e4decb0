"""The public page: which hazards it shows, how exact, and that nothing in it is about a person."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select, update

from meteor.geo import destination, metres
from meteor.hazards import handling
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.hazards.public import EAST, NORTH, PublicHazard, WaterLevel, public_hazards, square_of
from meteor.hazards.public_map import LETTER, WIDTH, water_chart
from meteor.store.database import db, only_reading
from meteor.store.moments import now
from meteor.territory import kelurahan_table
from meteor.territory.models import Kelurahan
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.hazards.scenes import hazard, photo_of

AsUser = Callable[[str], Browser]

CITY = [(-7.70, 113.15), (-7.7337, 113.2166), (-7.83, 113.26)]


def features(client: Browser) -> list[dict[str, object]]:
    return json.loads(client.get("/hazards/public.geojson").text)["features"]  # type: ignore[no-any-return]


# --- what is shown ---


def test_the_drawing_names_each_kelurahan_of_the_city_within_its_edges(as_user: AsUser, cast: Cast) -> None:
    kelurahan_table.store(kelurahan_table.TABLE.read(kelurahan_table.OWN.read_bytes())[0], None)
    db.session.commit()
    drawn = re.findall(r'<text x="([0-9.]+)" y="[0-9.]+">([^<]+)</text>', as_user("").get("/hazards/public").text)
    assert {name for _x, name in drawn} == set(db.session.scalars(select(Kelurahan.name)))
    assert [name for x, name in drawn if not 0 < float(x) - LETTER * len(name) / 2 < WIDTH - LETTER * len(name)] == []


@pytest.mark.both_databases
def test_only_verified_hazards_are_public_and_those_that_ended_today_as_over(as_user: AsUser, cast: Cast) -> None:
    for status in ("received", "asked", "rejected"):
        hazard(cast, status=status, kind="fire")
    shown = hazard(cast, status="verified", kind="fallen_tree")
    over, long_over = (hazard(cast, kind="flood", minutes=3000) for _ in range(2))
    for report, hours in ((over, 23), (long_over, 25)):
        handling.verify(report, now(), cast.bagas)
        handling.resolve(report, "", now() - timedelta(hours=hours), cast.bagas)
    db.session.commit()
    kinds = [(it.kind, it.over_at is not None) for it in public_hazards().hazards]
    assert kinds == [("fallen_tree", False), ("flood", True)]
    page = as_user("").get("/hazards/public").text
    assert "Pohon tumbang" in page
    assert "Kebakaran" not in page
    assert page.count("Berakhir") == 1
    assert shown.number not in page


@pytest.mark.both_databases
def test_the_page_says_when_a_hazard_was_last_confirmed(as_user: AsUser, cast: Cast) -> None:
    report, at = hazard(cast, minutes=3000), now() - timedelta(hours=30)
    handling.verify(report, at, cast.bagas)
    db.session.commit()
    assert public_hazards().hazards[0].confirmed_at == at
    handling.confirm(report, now(), cast.bagas)
    db.session.commit()
    (shown,) = public_hazards().hazards
    assert shown.confirmed_at is not None
    assert shown.confirmed_at > at
    assert "terakhir dipastikan" in as_user("").get("/hazards/public").text
    assert features(as_user(""))[0]["properties"]["confirmed_at"]  # type: ignore[index]
    handling.resolve(report, "", now(), cast.bagas)
    db.session.commit()
    assert "terakhir dipastikan" not in as_user("").get("/hazards/public").text


def test_joined_reports_are_one_hazard_with_its_water_levels_over_time(as_user: AsUser, cast: Cast) -> None:
    main = hazard(cast, minutes=60, status="verified", water_level=15)
    hazard(cast, "wahyu", minutes=20, status="verified", water_level=90, same_as_id=main.id)
    hazard(cast, "endang", minutes=40, status="verified", water_level=45, same_as_id=main.id)
    (shown,) = public_hazards().hazards
    assert [level.centimetres for level in shown.water] == [15, 45, 90]
    assert (shown.reports, shown.since) == (3, main.reported_at)
    page = as_user("").get("/hazards/public").text
    assert "90 cm" in page
    assert "<polyline" in page
    (feature,) = features(as_user(""))
    assert [it["centimetres"] for it in feature["properties"]["water"]] == [15, 45, 90]  # type: ignore[index]


def test_a_chart_rises_with_the_water_and_one_level_has_none() -> None:
    levels = [WaterLevel(now() + timedelta(hours=at), height) for at, height in enumerate((15, 45, 90))]
    drawn = water_chart(levels)
    assert drawn is not None
    heights = [float(point.split(",")[1]) for point in drawn.points.split()]
    assert heights == sorted(heights, reverse=True)
    assert water_chart(levels[:1]) is None


def test_a_city_without_hazards_says_so(as_user: AsUser, cast: Cast) -> None:
    assert "Saat ini tidak ada bahaya" in as_user("").get("/hazards/public").text
    assert features(as_user("")) == []


def test_a_hazard_without_a_place_is_listed_and_not_drawn(as_user: AsUser, cast: Cast) -> None:
    hazard(cast, status="verified", latitude=None, longitude=None, kelurahan_id=None)
    page = as_user("").get("/hazards/public").text
    assert "Banjir" in page
    assert "<g class" not in page
    assert features(as_user(""))[0]["geometry"] is None


def test_the_map_draws_boundaries_where_they_were_imported(as_user: AsUser, cast: Cast) -> None:
    hazard(cast, status="verified")
    assert "<polygon" not in as_user("").get("/hazards/public").text
    mayangan = db.session.query(Kelurahan).filter_by(name="Mayangan").one()
    corners = [[113.20, -7.74], [113.23, -7.74], [113.23, -7.72], [113.20, -7.74]]
    mayangan.boundary = json.dumps({"type": "Polygon", "coordinates": [corners]})
    mayangan.changed_at = now()
    hazard(cast, status="verified")
    page = as_user("").get("/hazards/public").text
    assert "<polygon" in page
    assert page.count("<g class") == 2


def test_a_severity_that_nobody_said_is_not_shown(as_user: AsUser, cast: Cast) -> None:
    hazard(cast, status="verified", severity=None)
    page = as_user("").get("/hazards/public").text
    assert "Banjir" in page
    assert 'class="badge' not in page
    assert features(as_user(""))[0]["properties"]["severity"] is None  # type: ignore[index]
    assert 'class="badge off"' not in as_user("bagas").get("/hazards/desk").text


def test_a_place_that_is_known_to_half_a_kilometre_only_has_no_point(as_user: AsUser, cast: Cast) -> None:
    hazard(cast, status="verified", accuracy=500.0)
    hazard(cast, status="verified", accuracy=501.0, minutes=1)
    assert [it.latitude is not None for it in public_hazards().hazards] == [True, False]


# --- nothing about a person ---


def test_nothing_about_a_person_or_a_house_is_public(as_user: AsUser, cast: Cast) -> None:
    report = hazard(
        cast, status="verified", place="rumah Bu Sari RT 03", note="Suami saya memukul", danger="trapped",
        phone="+6281330000001", water_level=45,
    )  # fmt: skip
    photo = photo_of(report)
    db.session.add(HazardMessage(report_id=report.id, kind="answered", text="Saya sembunyi di kamar"))
    db.session.commit()
    for address in ("/hazards/public", "/hazards/public/rows", "/hazards/public.geojson"):
        said = as_user("").get(address).text
        secrets = (
            "Sari", "memukul", "sembunyi", "RT 03", "trapped", "81330000001", report.number, str(report.id),
            f"photos/{photo.id}", f"{HOME[0]:.4f}", f"{HOME[1]:.4f}",
        )  # fmt: skip
        assert [secret for secret in secrets if secret in said] == [], address


def test_a_public_hazard_has_no_field_for_a_person() -> None:
    assert set(PublicHazard._fields) == {
        "kind", "severity", "since", "confirmed_at", "over_at", "kelurahan", "latitude", "longitude", "reports", "water"
    }  # fmt: skip


# --- 100 m ---


@pytest.mark.parametrize("point", CITY)
def test_a_square_is_a_hundred_metres_long_in_the_whole_city(point: tuple[float, float]) -> None:
    latitude, longitude = point
    assert metres(point, (latitude + NORTH, longitude)) == pytest.approx(100, abs=0.1)
    assert metres(point, (latitude, longitude + EAST)) == pytest.approx(100, abs=0.1)


def test_all_houses_of_a_square_have_the_same_public_place() -> None:
    random = Random(7)
    for _ in range(200):
        middle = square_of(random.uniform(-7.83, -7.70), random.uniform(113.15, 113.26))
        houses = [
            (middle[0] + random.uniform(-0.49, 0.49) * NORTH, middle[1] + random.uniform(-0.49, 0.49) * EAST)
            for _ in range(5)
        ]
        assert {square_of(*house) for house in houses} == {middle}
        assert max(metres(house, middle) for house in houses) < 71


def test_the_public_place_does_not_follow_a_house_by_a_few_metres() -> None:
    middle = square_of(*HOME)
    moved = {square_of(*destination(middle, away, way)) for away in (5, 20, 45) for way in (0, 90, 180, 270)}
    assert moved == {middle}


# --- versions ---


@pytest.mark.both_databases
def test_a_request_that_began_to_read_before_finds_what_was_verified_since(app: Flask, cast: Cast) -> None:
    hazard(cast)
    with only_reading():
        db.session.scalars(select(HazardReport)).all()  # its state is fixed now
        with db.engine.begin() as other:
            other.execute(update(HazardReport).values(status="verified"))
        assert len(public_hazards().hazards) == 1


def test_an_unchanged_page_is_204_and_an_unchanged_geojson_304(as_user: AsUser, cast: Cast) -> None:
    hazard(cast, status="verified")
    nobody, version = as_user(""), public_hazards().version
    assert nobody.get(f"/hazards/public/rows?v={version}").status_code == 204
    answer = nobody.get("/hazards/public.geojson")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    tag = answer.headers["ETag"]
    assert nobody.get("/hazards/public.geojson", headers={"If-None-Match": tag}).status_code == 304
    hazard(cast, status="verified")
    assert nobody.get(f"/hazards/public/rows?v={version}").status_code == 200
    assert nobody.get("/hazards/public.geojson", headers={"If-None-Match": tag}).status_code == 200
