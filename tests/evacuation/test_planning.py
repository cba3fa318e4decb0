"""BPBD and the administrator keep gathering points and routes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.evacuation import lines
from meteor.evacuation.models import EvacuationRoute, GatheringPoint
from meteor.store.database import db
from meteor.store.models import AuditEntry
from tests.cast import Cast
from tests.conftest import Browser
from tests.evacuation.places import point, route

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

POINTS, ROUTES = "/evacuation/points", "/evacuation/routes"
SQUARE = {"name": "Alun-alun", "latitude": "-7,7447", "longitude": "113.2157", "safe_from": ["flood", "earthquake"],
          "capacity": "2000", "note": "Dekat masjid", "active": "y"}  # fmt: skip
LINE = "-7.7312,113.2218 -7.7388, 113.2205\n-7.7447,113.2157"


def saved(model: Any) -> Any:
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def audited() -> list[tuple[str, str]]:
    found = select(AuditEntry.action, AuditEntry.actor_name).order_by(AuditEntry.id)
    named = AuditEntry.action.like("gathering%") | AuditEntry.action.like("evacuation%")
    return [tuple(row) for row in db.session.execute(found.where(named))]


def test_bagas_adds_changes_and_removes_a_point(as_user: AsUser, cast: Cast) -> None:
    bagas = as_user("bagas")
    assert bagas.post(f"{POINTS}/new", data=SQUARE).status_code == 302
    square = saved(GatheringPoint)
    assert (square.latitude, square.capacity, square.safe_from) == (-7.7447, 2000, ["flood", "earthquake"])
    page = bagas.get(f"{POINTS}/{square.id}").text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert bagas.post(f"{POINTS}/{square.id}", data=SQUARE | {"seen": seen, "capacity": ""}).status_code == 302
    assert saved(GatheringPoint).capacity is None
    assert "Alun-alun" in as_user("tuti").get(POINTS).text
    as_user("tuti").post(f"{POINTS}/{square.id}/removal")
    assert db.session.scalar(select(GatheringPoint)) is None
    assert audited() == [
        ("gathering_point_added", "Bagas BPBD"), ("gathering_point_changed", "Bagas BPBD"),
        ("gathering_point_removed", "Tuti Admin"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Tulis nama yang dikenal warga"),
        ({"name": "Lapangan"}, "Nama ini sudah dipakai"),
        ({"latitude": "91"}, "Isi derajat"),
        ({"latitude": "51.5"}, "jauh di luar kota"),
        ({"capacity": "banyak"}, "Tulis jumlah orang"),
        ({"capacity": "0"}, "Tulis jumlah orang"),
        ({"safe_from": []}, "Pilih sedikitnya satu bahaya"),
        ({"safe_from": ["ghosts"]}, "ghosts"),
    ],
)
def test_a_point_that_makes_no_sense_is_refused_beside_its_field(
    as_user: AsUser, cast: Cast, changed: dict[str, Any], words: str
) -> None:
    point("Lapangan", 100, "flood")
    answer = as_user("bagas").post(f"{POINTS}/new", data=SQUARE | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert saved(GatheringPoint).name == "Lapangan"


def test_of_two_who_change_a_point_the_second_reads_what_the_first_wrote(as_user: AsUser, cast: Cast) -> None:
    field = point("Lapangan", 100, "flood")
    answer = as_user("bagas").post(f"{POINTS}/{field.id}", data=SQUARE | {"seen": "older"})
    assert answer.status_code == 422
    assert saved(GatheringPoint).name == "Lapangan"


def test_bagas_draws_a_route_as_typed_degrees(as_user: AsUser, cast: Cast) -> None:
    square = point("Alun-alun", 1200, "flood")
    form = {"name": "Jalur pantai", "point_id": str(square.id), "line": LINE, "note": ""}
    assert as_user("bagas").post(f"{ROUTES}/new", data=form).status_code == 302
    assert saved(EvacuationRoute).line == [[-7.7312, 113.2218], [-7.7388, 113.2205], [-7.7447, 113.2157]]
    assert 'data-trail="-7.731200,113.221800 -7.738800' in as_user("").get("/evacuation").text
    assert audited() == [("evacuation_route_added", "Bagas BPBD")]


def test_without_scripts_a_point_is_added_to_the_line_and_nothing_is_saved(as_user: AsUser, cast: Cast) -> None:
    square = point("Alun-alun", 1200, "flood")
    form = {"name": "Jalur", "point_id": str(square.id), "line": "-7.7312,113.2218", "add": "1"}
    bagas = as_user("bagas")
    page = bagas.post(f"{ROUTES}/new", data=form | {"latitude": "-7.7388", "longitude": "113.2205"}).text
    assert "-7.7312,113.2218\n-7.738800,113.220500" in page
    assert "Isi derajat" in bagas.post(f"{ROUTES}/new", data=form | {"latitude": "", "longitude": "x"}).text
    assert db.session.scalar(select(EvacuationRoute)) is None


def test_a_route_to_no_point_is_refused(as_user: AsUser, cast: Cast) -> None:
    for chosen in ("0", "7", "x"):
        answer = as_user("bagas").post(f"{ROUTES}/new", data={"name": "Jalur", "point_id": chosen, "line": LINE})
        assert answer.status_code == 422, chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "dua titik"),
        ("-7.7312,113.2218", "dua titik"),
        ("-7.7312,113.2218 -7.74", "Titik 2, “-7.74”"),
        ("-7.7312,113.2218 sini,sana", "Titik 2, “sini,sana”"),
        ("-7.7312,113.2218 nan,113.2", "Titik 2: lintang"),
        ("-7.7312,113.2218 113.22,-7.73", "Titik 2: lintang"),
        ("-7.7312,113.2218 51.5,0.1", "Titik 2 jauh di luar kota"),
        ("-7.7312,113.2218 -7.7312,113.2218", "Titik 1 dan 2 sama"),
        ("-7.7312,113.2218 -7.7900,113.2218", "Titik 1 dan 2 berjarak 7 km"),
        ("-7.7312,113.2218 " * 201, "paling banyak 200 titik"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_first_wrong_point(
    app: Flask, cast: Cast, text: str, words: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "id"}), pytest.raises(lines.WrongLine) as wrong:
        lines.line_of(text)
    assert words in str(wrong.value)


def test_a_point_goes_with_the_routes_that_lead_to_it(as_user: AsUser, cast: Cast) -> None:
    field = point("Lapangan", 100, "flood")
    way = route("Jalur pantai", field)
    assert "Jalur pantai" in as_user("bagas").get(f"{ROUTES}/{way.id}").text
    as_user("bagas").post(f"{POINTS}/{field.id}/removal")
    assert audited() == [("evacuation_route_removed", "Bagas BPBD"), ("gathering_point_removed", "Bagas BPBD")]
    assert "Jalur pantai" not in as_user("").get("/evacuation").text


def test_a_route_is_removed_alone(as_user: AsUser, cast: Cast) -> None:
    way = route("Jalur pantai", point("Lapangan", 100, "flood"))
    as_user("bagas").post(f"{ROUTES}/{way.id}/removal")
    assert saved(GatheringPoint).name == "Lapangan"
    assert db.session.scalar(select(EvacuationRoute)) is None
