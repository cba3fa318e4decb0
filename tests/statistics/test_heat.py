"""The busiest cells of 250 m: what is counted, what they are called, and the map of them."""

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from math import inf, nextafter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.geo import metres_flat
from meteor.incidents.models import Incident
from meteor.statistics.heat_cells import LEAST, heat_cells, lies_in
from meteor.statistics.heat_map import heat_map
from meteor.statistics.load import span
from meteor.statistics.repeat_places import SQUARE
from meteor.store.database import db
from meteor.territory import city_cells
from meteor.territory.models import Kelurahan, Landmark
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.statistics.closed_incidents import MARCH, closed
from tests.statistics.test_load import SPRING, at_home, rows

AsUser = Callable[[str], Browser]
DAY = timedelta(days=1)
WHEN = span(SPRING.months)


@pytest.fixture(autouse=True)
def in_indonesian(app: Flask) -> Any:
    with app.test_request_context():
        yield


def spread(latitude: float, longitude: float, count: int = LEAST, **values: Any) -> None:
    """Incidents at LEAST places in the cell of a point."""
    grid = city_cells.grid(city_cells.centroids())
    north, east = grid.middle(*grid.cell_of(latitude, longitude))
    for number in range(count):
        closed(latitude=north + (number % LEAST - 1) * SQUARE, longitude=east, **{"accuracy": 10.0, **values})


@pytest.mark.both_databases
def test_a_cell_has_the_exact_incidents_of_the_months(cast: Cast) -> None:
    spread(*HOME)
    for left_out in (
        {"accuracy": 900.0}, {"drill": True}, {"outcome": "duplicate"}, {"at": MARCH + 60 * DAY},
        {"merged_into_id": closed().id},
    ):  # fmt: skip
        spread(*HOME, 1, **left_out)
    assert [cell.incidents for cell in heat_cells(WHEN)] == [LEAST]


def test_a_cell_has_three_places_however_often_one_of_them_reports(cast: Cast) -> None:
    for day in range(9):
        at_home(day)
    spread(*HOME, 1)
    shop_nearby = closed(latitude=HOME[0], longitude=HOME[1], premises_id=shop().id)
    assert len(heat_cells(WHEN)) == 1
    shop_nearby.premises_id = None
    db.session.flush()
    assert heat_cells(WHEN) == []


def test_domestic_violence_makes_no_cell(cast: Cast) -> None:
    spread(*HOME, confidential=True)
    assert heat_cells(WHEN) == []
    spread(*HOME)
    assert [cell.incidents for cell in heat_cells(WHEN)] == [LEAST]


@pytest.mark.both_databases
def test_a_cell_leads_to_the_incidents_that_it_counts_while_the_map_shows_it(as_user: AsUser, cast: Cast) -> None:
    spread(*HOME)
    spread(*HOME, confidential=True)
    spread(HOME[0] + 0.005, HOME[1], 2)
    closed(at=MARCH + 31 * DAY, latitude=HOME[0], longitude=HOME[1], accuracy=10.0)
    komang = as_user("komang")
    page = komang.get("/statistics/load?since=2026-03&until=2026-03").text
    (address,) = set(re.findall(r'"(/statistics/incidents/cells\?[^"]+)"', page))
    address = html.unescape(address)
    assert komang.get(address).text.count('<th scope="row"><a href="/incidents/') == LEAST
    in_april = address.replace("2026-03", "2026-04")
    assert komang.get(in_april).status_code == komang.get(f"{address}&type=crime").status_code == 404
    assert as_user("tuti").get(address).status_code == 403


def test_another_city_has_no_cell(cast: Cast) -> None:
    spread(-7.2575, 112.7521)  # Surabaya
    assert heat_cells(WHEN) == []


def test_a_point_lies_in_the_cell_whose_middle_is_within_125_metres_each_way(cast: Cast) -> None:
    grid = city_cells.grid(city_cells.centroids())
    latitude, longitude = grid.middle(3, -2)
    north, east = grid.size[0] * 0.49, grid.size[1] * 0.49
    assert {grid.cell_of(latitude + step * north, longitude + step * east) for step in (-1, 0, 1)} == {(3, -2)}
    assert grid.cell_of(latitude + 1.1 * north, longitude) == (4, -2)
    assert metres_flat(*grid.middle(0, 0), *grid.middle(0, 1)) == pytest.approx(250, rel=0.01)


def test_a_point_on_a_border_is_listed_in_the_cell_that_counts_it(cast: Cast) -> None:
    grid = city_cells.grid(city_cells.centroids())
    for row in range(20):
        (south, west), (height, width) = grid.middle(row, row), grid.size
        south, west = south - height / 2, west - width / 2
        for way in (-inf, inf):
            closed(latitude=nextafter(south, way), longitude=nextafter(west, way))
        closed(latitude=south, longitude=west)
    db.session.flush()
    places: Any = db.session.execute(select(Incident.latitude, Incident.longitude))
    counted = Counter(grid.cell_of(*place) for place in places)
    number = select(func.count()).select_from(Incident)
    cells = {cell: db.session.scalar(number.where(lies_in("{}.{}".format(*cell)))) for cell in counted}
    assert cells == counted


def test_the_busiest_cell_is_first_with_its_kelurahan_and_landmark(cast: Cast) -> None:
    here = db.session.scalars(select(Kelurahan).order_by(Kelurahan.code)).first()
    assert here
    db.session.add(Landmark(name="Menara Air", latitude=here.latitude + 0.001, longitude=here.longitude))
    spread(here.latitude, here.longitude, 5)
    spread(here.latitude + 0.005, here.longitude)
    found = rows("cells")
    assert (found["1"][0], found["1"][3], found["2"][3]) == (here.name, 5, 3)
    assert found["1"][1].startswith("Menara Air (")


def test_the_map_has_each_cell_within_it_and_the_busiest_is_darkest(cast: Cast) -> None:
    here = db.session.scalars(select(Kelurahan)).first()
    assert here
    spread(here.latitude, here.longitude, 12)
    spread(here.latitude + 0.005, here.longitude)
    drawn = heat_map(heat_cells(WHEN))
    assert drawn
    assert [each.shade for each in drawn.squares] == [4, 1]
    assert drawn.squares[1].y < drawn.squares[0].y  # north is up
    assert all(0 <= each.x <= drawn.width and 0 <= each.y <= drawn.height for each in drawn.squares)
    assert drawn.squares[0].width == pytest.approx(drawn.squares[0].height, rel=0.01)
    assert drawn.outlines == []


def test_outlines_are_those_of_imported_boundaries(cast: Cast) -> None:
    here = db.session.scalars(select(Kelurahan)).first()
    assert here
    (west, south), (east, north) = ((here.longitude + way * 0.004, here.latitude + way * 0.004) for way in (-1, 1))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    here.boundary = json.dumps({"type": "Polygon", "coordinates": [ring]})
    db.session.flush()
    drawn = heat_map([])
    assert drawn
    assert [outline.count("L") for outline in drawn.outlines] == [4]


def test_the_page_has_the_map_and_the_table_of_its_months(as_user: AsUser, cast: Cast) -> None:
    spread(*HOME)
    db.session.commit()
    page = as_user("yusuf").get("/statistics/load?since=2026-03&until=2026-03").text
    assert "heat-map" in page
    assert "Petak 250 m tersibuk" in page
    assert "heat-map" not in as_user("yusuf").get(f"/statistics/load?since={MARCH.year}-04&until=2026-04").text


@pytest.mark.parametrize(("who", "welcome"), [("komang", True), ("hadi", True), ("yusuf", True), ("tuti", False)])
def test_the_administrator_sees_no_cells(as_user: AsUser, cast: Cast, who: str, welcome: bool) -> None:
    spread(*HOME)
    db.session.commit()
    page = as_user(who).get("/statistics/load?since=2026-03&until=2026-03").text
    assert ("heat-map" in page, "Petak 250 m tersibuk" in page) == (welcome, welcome)
    file = as_user(who).get("/statistics/load/cells.csv?since=2026-03&until=2026-03")
    assert file.status_code == (200 if welcome else 404)
