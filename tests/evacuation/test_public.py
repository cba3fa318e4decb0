"""The public page of gathering points, its GeoJSON, and the way to safety on the pages of warnings."""

import json
import re
from collections.abc import Callable

import pytest

from meteor.evacuation import sites
from meteor.store.database import db
from meteor.warnings.hazard_texts import HAZARDS
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.evacuation.places import flood, point, route
from tests.warnings.scenes import kelurahan, publish

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

PAGE = "/evacuation"


def listed(client: Browser, query: str = "") -> list[str]:
    """The names of the points on the page, from top to bottom."""
    return re.findall(r"<h2><svg.*?</svg>(.*?)</h2>", client.get(f"{PAGE}{query}").text)


def test_points_stand_nearest_first_to_the_home_a_position_or_a_kelurahan(as_user: AsUser, cast: Cast) -> None:
    point("Dekat rumah", 300, "flood")
    point("Agak jauh", 2000, "flood")
    assert listed(as_user("")) == ["Agak jauh", "Dekat rumah"]  # by name: nothing is known of the reader
    assert listed(as_user("sari")) == ["Dekat rumah", "Agak jauh"]
    there = f"?latitude={HOME[0] - 0.017}&longitude={HOME[1]}"
    assert listed(as_user("sari"), there) == ["Agak jauh", "Dekat rumah"]
    assert listed(as_user(""), f"?kelurahan={kelurahan('Mayangan').id}") == ["Dekat rumah", "Agak jauh"]


def test_metres_and_minutes_on_foot_are_said_as_estimates(as_user: AsUser, cast: Cast) -> None:
    point("Lapangan", 1000, "flood", capacity=500, note="Gerbang timur dibuka.")
    page = as_user("sari").get(PAGE).text
    assert "sekitar 1000 m" in page
    assert "sekitar 21 menit jalan kaki" in page  # 1,000 m × 1.4 at 4 km/h
    assert "adalah perkiraan" in page
    assert "menampung 500 orang" in page
    assert "Gerbang timur dibuka." in page
    assert re.search(r'href="geo:-7\.7427\d\d,113\.216600\?q=', page)
    assert re.search(r"koordinat -7\.7427\d\d, 113\.216600<", page)  # where nothing opens geo:


def test_a_point_that_is_not_in_use_and_its_routes_are_shown_to_nobody(as_user: AsUser, cast: Cast) -> None:
    route("Jalur tertutup", point("Tertutup", 100, "flood", active=False))
    page = as_user("sari").get(PAGE).text
    assert "Tertutup" not in page
    assert "Jalur tertutup" not in page
    assert json.loads(as_user("").get("/evacuation.geojson").text)["features"] == []


def test_the_page_shows_only_points_that_are_safe_from_the_chosen_hazard(as_user: AsUser, cast: Cast) -> None:
    point("Alun-alun", 100, "earthquake")
    point("Gedung tinggi", 900, "flood", "tsunami")
    assert listed(as_user("sari"), "?hazard=flood") == ["Gedung tinggi"]
    assert "Belum ada titik kumpul" in as_user("").get(f"{PAGE}?hazard=eruption").text


@pytest.mark.parametrize(
    "query", ["?latitude=abc&longitude=1", "?latitude=91&longitude=1", "?kelurahan=²", "?kelurahan=9"]
)
def test_a_position_that_is_none_is_said_and_the_page_still_lists(as_user: AsUser, cast: Cast, query: str) -> None:
    point("Lapangan", 100, "flood")
    assert listed(as_user(""), query) == ["Lapangan"]
    assert ("Isi derajat" in as_user("").get(f"{PAGE}{query}").text) == ("latitude" in query)


def test_other_sites_read_points_and_routes_as_geojson(as_user: AsUser, cast: Cast) -> None:
    refuge = point("Lapangan", 100, "flood", capacity=50)
    route("Jalur pantai", refuge)
    answer = as_user("").get("/evacuation.geojson")
    there, way = json.loads(answer.text)["features"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert there["geometry"] == {"type": "Point", "coordinates": [refuge.longitude, refuge.latitude]}
    assert there["properties"]["safe_from"] == ["flood"]
    assert way["geometry"]["coordinates"][0] == [HOME[1], HOME[0]]
    assert way["properties"]["leads_to"] == there["id"]
    unchanged = as_user("").get("/evacuation.geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304


def test_a_warning_says_the_nearest_point_that_is_safe_from_its_hazard(as_user: AsUser, cast: Cast) -> None:
    point("Alun-alun", 100, "earthquake")
    point("Gedung tinggi", 900, "flood")
    warning = flood("Mayangan")
    page = as_user("sari").get(f"/warnings/{warning.id}").text
    assert "<strong>Gedung tinggi</strong></a>, sekitar 900 m" in page
    assert 'href="/evacuation?hazard=flood"' in page
    stranger = as_user("").get(f"/warnings/{warning.id}").text
    assert "Gedung tinggi" not in stranger
    assert 'href="/evacuation?hazard=flood"' in stranger


def test_a_warning_without_a_hazard_of_ours_leads_only_where_all_is_safe(as_user: AsUser, cast: Cast) -> None:
    point("Alun-alun", 100, "earthquake", "flood")
    quake = publish("Mayangan", parameters={"magnitude": 6.1})
    assert "Alun-alun" not in as_user("sari").get(f"/warnings/{quake.id}").text
    point("Bukit", 900, *(code for code in HAZARDS if code != "other"))
    page = as_user("sari").get(f"/warnings/{quake.id}").text
    assert "<strong>Bukit</strong></a>, sekitar 900 m" in page
    assert 'class="button secondary" href="/evacuation?hazard=all"' in page
    assert listed(as_user("sari"), "?hazard=all") == ["Bukit"]
    assert listed(as_user("sari")) == ["Alun-alun", "Bukit"]


def test_a_point_too_far_to_walk_to_is_not_named(as_user: AsUser, cast: Cast) -> None:
    point("Bukit jauh", 5100, "flood")
    page = as_user("sari").get(f"/warnings/{flood('Mayangan').id}").text
    assert "Bukit jauh" not in page
    assert 'href="/evacuation?hazard=flood"' in page


def test_a_warning_that_is_over_leads_nowhere(as_user: AsUser, cast: Cast) -> None:
    point("Gedung tinggi", 900, "flood")
    over = flood("Mayangan", minutes=-1)
    assert "Gedung tinggi" not in as_user("sari").get(f"/warnings/{over.id}").text


def test_the_banner_says_it_in_one_line_for_severe_warnings_at_home(as_user: AsUser, cast: Cast) -> None:
    high = point("Gedung tinggi", 900, "flood")
    mild = flood("Mayangan", severity="Moderate")
    assert "Gedung tinggi" not in as_user("sari").get("/").text
    mild.severity = "Severe"
    db.session.commit()
    banner = as_user("sari").get("/").text
    assert "Titik kumpul: Gedung tinggi, sekitar 900 m" in banner
    assert f'href="/evacuation?hazard=flood#point-{high.id}"' in banner
    assert "Gedung tinggi" not in as_user("agus").get("/warnings/banner").text  # without a home


def test_the_choice_without_a_filter_says_that_all_points_are_listed(as_user: AsUser, cast: Cast) -> None:
    page = as_user("").get(PAGE).text
    assert re.search(r'<option[^>]*value="">semua titik kumpul<', page)
    assert re.search(r'<option[^>]*value="all">semua bahaya<', page)


def without_a_door() -> None:
    """Forget the position of every home; commits."""
    db.session.execute(db.text("update households set latitude = null, longitude = null"))
    db.session.commit()


def test_from_a_home_without_a_position_the_middle_of_the_rt_is_said(as_user: AsUser, cast: Cast) -> None:
    point("Gedung tinggi", 900, "flood")
    warning = flood("Mayangan")
    without_a_door()
    assert "terdekat dari tengah RT Anda" in as_user("sari").get(f"/warnings/{warning.id}").text
    assert "m dari tengah RT Anda" in as_user("sari").get("/").text
    page = as_user("sari").get(PAGE).text
    assert "dari tengah RT Anda" in page
    assert 'data-label="Anda"' not in page


def test_from_the_middle_of_a_kelurahan_no_single_point_is_named(as_user: AsUser, cast: Cast) -> None:
    point("Gedung tinggi", 900, "flood")
    warning = flood("Mayangan")
    without_a_door()
    db.session.execute(db.text("update rt set latitude = null, longitude = null"))
    db.session.commit()
    page = as_user("sari").get(f"/warnings/{warning.id}").text
    assert "Gedung tinggi" not in page
    assert 'href="/evacuation?hazard=flood"' in page
    assert "Gedung tinggi" not in as_user("sari").get("/warnings/banner").text
    assert "dari tengah kelurahan Anda" in as_user("sari").get(PAGE).text


def test_a_home_without_a_position_counts_by_its_rt(cast: Cast) -> None:
    home = cast.rt(3)
    assert sites.home_position(cast.sari.id) == (HOME, "home")
    assert sites.home_position(cast.agus.id) is None
    resident_home = db.session.execute(db.text("update households set latitude = null, longitude = null"))
    assert resident_home.rowcount
    assert sites.home_position(cast.sari.id) == ((home.latitude, home.longitude), "rt")
