"""The RT leader sees which homes have no position yet, and sets them on the map."""

import re
from uuid import UUID

import pytest
from shapely import Point, box, to_geojson

from meteor.residents import rules
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person, Position
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kelurahan
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import actions

DOOR = {"latitude": "-7.733800", "longitude": "113.216700", "accuracy": "12"}


def home(cast: Cast, address: str, position: Position | None = None, rt: int = 3, name: str = "Budi Santoso") -> UUID:
    """A home with one resident, written down by the leader."""
    household = rules.household_at(cast.rt(rt), address, position)
    rules.enter(household, Person(name), cast.endang, now())
    db.session.commit()
    return household.id


def seen(page: str, home_id: UUID) -> str:
    """The version of the home's position that the page shows."""
    found = re.search(rf'data-home="/households/{home_id}/position" data-seen="([0-9a-f]+)"', page)
    assert found
    return found[1]


def place(browser: Browser, home_id: UUID, page: str = "", **changes: str) -> tuple[int, str]:
    """Tap on the map for a home as `page` shows it, or as it is now."""
    shown = seen(page or browser.get("/residents/map").text, home_id)
    answer = browser.post(f"/households/{home_id}/position", data={**DOOR, "seen": shown, **changes})
    return answer.status_code, answer.text


def stands(home_id: UUID) -> tuple[float | None, float | None, float | None]:
    db.session.expire_all()
    known = db.session.get_one(Household, home_id)
    return known.latitude, known.longitude, known.accuracy


def chosen(page: str) -> str:
    """The name of the home that is chosen."""
    found = re.search(r'data-named="([^"]*)" data-chosen', page)
    return found[1] if found else ""


def test_the_page_has_the_homes_with_a_position_and_lists_those_without(endang: Browser, cast: Cast) -> None:
    home(cast, "Jl. Ikan Hiu 12A", Position(-7.7339, 113.2169))
    home(cast, "Jl. Ikan Hiu 14")
    page = endang.get("/residents/map").text
    without, _, placed = page.partition("Sudah ada posisi")
    assert "Jl. Ikan Hiu 14" in without
    assert "Jl. Ikan Hiu 12A" not in without
    assert 'data-mark="home" data-latitude="-7.733900" data-longitude="113.216900" data-label="12A"' in placed
    assert 'data-mark="area" data-latitude="-7.733700" data-longitude="113.216600"' in page


def test_a_tap_saves_the_position_and_the_next_home_is_chosen(endang: Browser, cast: Cast) -> None:
    first, _ = home(cast, "Jl. Ikan Hiu 12"), home(cast, "Jl. Ikan Hiu 14")
    page = endang.get("/residents/map").text
    assert chosen(page) == "Jl. Ikan Hiu 12"
    status, answer = place(endang, first, page)
    assert (status, stands(first)) == (200, (-7.7338, 113.2167, 12.0))
    assert "Posisi Jl. Ikan Hiu 12 tersimpan." in answer
    assert "Akurasi ±12 m." in answer
    assert chosen(answer) == "Jl. Ikan Hiu 14"
    assert actions(f"households:{first}") == ["household_edited"]


def test_after_the_last_home_none_is_left_to_choose(endang: Browser, cast: Cast) -> None:
    status, answer = place(endang, home(cast, "Jl. Ikan Hiu 12"))
    assert (status, chosen(answer)) == (200, "")
    assert "Semua rumah sudah punya posisi" in answer


def test_a_home_that_is_named_is_chosen_from_the_start(endang: Browser, cast: Cast) -> None:
    home(cast, "Jl. Ikan Hiu 12")
    second = home(cast, "Jl. Ikan Hiu 14")
    assert chosen(endang.get(f"/residents/map?home={second}").text) == "Jl. Ikan Hiu 14"
    assert chosen(endang.get("/residents/map?home=x").text) == "Jl. Ikan Hiu 12"


def test_a_home_without_an_address_is_named_by_who_lives_there(endang: Browser, cast: Cast) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12", name="Dewi Lestari")
    db.session.get_one(Household, home_id).address = ""
    assert chosen(endang.get("/residents/map").text) == "Rumah Dewi Lestari"


@pytest.mark.parametrize(
    "point", [("-6.2", "106.8"), ("-7.80", "113.2167"), ("113.2167", "-7.7338"), ("", ""), ("x", "nan")]
)
def test_a_point_outside_of_the_city_is_refused_with_what_would_be_right(
    endang: Browser, cast: Cast, point: tuple[str, str]
) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12")
    status, answer = place(endang, home_id, latitude=point[0], longitude=point[1])
    assert (status, stands(home_id)) == (422, (None, None, None))
    assert "Titik ini di luar Kota Probolinggo." in answer
    assert "di dalam batas kota, di RT 03 RW 05 Mayangan" in answer
    assert chosen(answer) == "Jl. Ikan Hiu 12"


@pytest.mark.parametrize(("metres", "status"), [(0, 200), (150, 200), (400, 422)])
def test_a_simplified_boundary_refuses_no_home_just_behind_it(
    endang: Browser, cast: Cast, metres: int, status: int
) -> None:
    for kelurahan in db.session.query(Kelurahan):
        middle = Point(kelurahan.longitude, kelurahan.latitude)
        kelurahan.boundary = to_geojson(box(*middle.buffer(0.005).bounds))
    home_id = home(cast, "Jl. Ikan Hiu 12")
    north = -7.7337 + 0.005 + metres / 111_000
    assert place(endang, home_id, latitude=f"{north - 0.00001:.6f}")[0] == status


def test_a_position_that_was_set_meanwhile_is_not_replaced(endang: Browser, cast: Cast) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12")
    page = endang.get("/residents/map").text
    place(endang, home_id, page)
    status, answer = place(endang, home_id, page, latitude="-7.7350")
    assert (status, stands(home_id)[0]) == (409, -7.7338)
    assert "Posisi Jl. Ikan Hiu 12 baru saja diubah di perangkat lain." in answer


def test_a_home_that_stands_wrong_is_moved(endang: Browser, cast: Cast) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12", Position(-7.7339, 113.2169))
    assert place(endang, home_id)[0] == 200
    assert stands(home_id) == (-7.7338, 113.2167, 12.0)


def test_another_rts_leader_neither_sees_nor_places_a_home(endang: Browser, slamet: Browser, cast: Cast) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12")
    shown = seen(endang.get("/residents/map").text, home_id)
    assert "Jl. Ikan Hiu 12" not in slamet.get("/residents/map").text
    answer = slamet.post(f"/households/{home_id}/position", data={**DOOR, "seen": shown})
    assert (answer.status_code, stands(home_id)[0]) == (404, None)


def test_who_moved_out_leaves_no_home_to_place(endang: Browser, cast: Cast) -> None:
    home(cast, "Jl. Ikan Hiu 12")
    db.session.query(Resident).filter_by(name="Budi Santoso").one().moved_out_on = now().date()
    assert "Jl. Ikan Hiu 12" not in endang.get("/residents/map").text


def test_the_register_and_a_home_without_a_position_lead_to_the_map(endang: Browser, cast: Cast) -> None:
    home_id = home(cast, "Jl. Ikan Hiu 12")
    assert 'href="/residents/map"' in endang.get("/residents").text
    assert f'href="/residents/map?home={home_id}"' in endang.get(f"/households/{home_id}").text
