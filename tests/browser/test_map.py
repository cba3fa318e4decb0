"""The map in a real browser: a place taken without a mouse and with one, and nothing asked of anybody else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect
from sqlalchemy import select

from meteor.calls.models import Call
from meteor.geo import metres_flat
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.store.database import db
from tests.browser.conftest import City, Opener
from tests.browser.test_calls import CALL_PAGE, hands, kept
from tests.browser.test_every_page import NARROW, wrong_with
from tests.calls.switchboard import enough, taken, typed
from tests.cast import HOME
from tests.scenes import press

SQUARE = (-7.7430, 113.2155)  # Alun-alun Probolinggo
TAKEN = "Dipilih di peta:"


@pytest.fixture
def call_page(city: City) -> Callable[[Page], Page]:
    """Leads a page of Maya's to a call that she has just taken."""
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"

    def go(page: Page) -> Page:
        page.goto(address)
        assert CALL_PAGE.search(page.url)
        return page

    return go


def canvas(page: Page) -> Locator:
    """The map, once it is drawn."""
    found = page.get_by_role("application", name="Peta kota")
    expect(found).to_have_attribute("data-ready", "")
    return found


def at_the_square(page: Page) -> None:
    """The call-taker has typed and chosen the square, and opened the map with its key."""
    hands(page, "Alt+L", "alun-alun")
    expect(page.get_by_role("option").first).to_be_visible()
    hands(page, "Tab", "Alt+P")
    expect(canvas(page)).to_be_focused()


def beside(page: Page, east: int, south: int = 0) -> None:
    """A click so many pixels beside the map's middle."""
    box = canvas(page).bounding_box()
    assert box
    canvas(page).click(position={"x": box["width"] / 2 + east, "y": box["height"] / 2 + south})


def draft_with(part: str) -> Callable[[Response], bool]:
    """Tells whether an answer says that these fields of the call are kept."""
    return lambda answer: answer.ok and answer.url.endswith("/draft") and part in (answer.request.post_data or "")


def point(city: City) -> tuple[float, float]:
    fields = kept(city)
    return float(fields["latitude"]), float(fields["longitude"])


def incident(city: City) -> tuple[float, float, float]:
    """Where the only incident is, and how exactly."""
    with city.database():
        found = db.session.scalars(select(Incident)).one()
        assert found.latitude is not None
        assert found.longitude is not None
        return found.latitude, found.longitude, found.accuracy or 0.0


def test_without_a_mouse_a_place_is_taken_on_the_map_and_the_incident_opens_there(
    city: City, desktop: Opener, call_page: Callable[[Page], Page]
) -> None:
    page = call_page(desktop("maya"))
    hands(page, "kebak", "Tab")
    at_the_square(page)
    hands(page, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(page.get_by_text(re.compile("Di bawah tanda silang: .* utara Alun-alun Probolinggo"))).to_be_visible()
    hands(page, "Enter")
    said = page.get_by_role("status").filter(has_text=TAKEN)
    expect(said).to_contain_text(re.compile(r"\d+ m di sebelah utara Alun-alun Probolinggo \(± \d+ m\)"))
    hands(page, "Alt+K")
    expect(page.get_by_text("sudah dibuka").first).to_be_visible()
    latitude, longitude, radius = incident(city)
    assert longitude == pytest.approx(SQUARE[1], abs=0.0001)
    assert 30 < metres_flat(*SQUARE, latitude, longitude) < 1000
    assert latitude > SQUARE[0]
    assert radius == float(kept(city)["radius"]) >= 10
    assert kept(city)["place"] == "alun-alun"


def test_with_a_mouse_a_click_takes_it_and_a_circle_shows_how_exactly(
    city: City, desktop: Opener, call_page: Callable[[Page], Page]
) -> None:
    page = call_page(desktop("maya"))
    page.get_by_role("combobox", name="Di mana").fill("rumah cat hijau")
    page.locator("summary", has_text="Peta").click()
    canvas(page)
    beside(page, 0)
    expect(page.locator("path.map-reach.place")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    first = page.locator("[name=longitude]").input_value()
    wide = int(page.locator("[name=radius]").input_value())
    page.get_by_role("button", name="Perbesar").click()
    page.get_by_role("button", name="Perbesar").click()
    beside(page, 100)
    expect(page.locator("[name=longitude]")).not_to_have_value(first)
    assert float(page.locator("[name=longitude]").input_value()) > float(first)
    assert int(page.locator("[name=radius]").input_value()) == pytest.approx(wide / 4, rel=0.1)
    expect(page.get_by_role("combobox", name="Di mana")).to_have_value("rumah cat hijau")
    expect(page.locator("#known").get_by_text("rumah cat hijau")).to_be_visible()
    page.get_by_role("combobox", name="Apa").fill("Kebakaran")
    page.get_by_role("button", name="Kirim bantuan").click()
    expect(page.get_by_text("sudah dibuka").first).to_be_visible()
    assert incident(city)[:2] == point(city)


def test_the_map_never_moves_under_the_hands_of_who_moves_it(
    city: City, desktop: Opener, call_page: Callable[[Page], Page]
) -> None:
    page = call_page(desktop("maya"))
    canvas_of = page.get_by_role("application", name="Peta kota")
    hands(page, "Alt+P")
    expect(canvas_of).to_have_attribute("data-ready", "")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text(re.compile("Di bawah tanda silang: .*"))).to_be_visible()
    with city.database() as cast:
        call = db.session.scalars(select(Call)).one()
        typed(cast, call, phone="081234567890", place="alun-alun")
    expect(page.locator("#known").get_by_text("Alun-alun Probolinggo").first).to_be_visible()
    expect(page.locator(".map-mark.place")).to_have_count(1)
    hands(page, "Enter")
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    assert metres_flat(*SQUARE, float(page.locator("[name=latitude]").input_value()), SQUARE[1]) > 1000


def test_words_typed_later_leave_the_point_and_taking_it_back_leaves_the_words(
    city: City, desktop: Opener, call_page: Callable[[Page], Page]
) -> None:
    page = call_page(desktop("maya"))
    at_the_square(page)
    hands(page, "ArrowRight", "Enter")
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    hands(page, "Alt+P")
    expect(page.locator(".map-canvas")).to_be_hidden()
    with page.expect_response(draft_with("place=rumah+cat+hijau")):
        hands(page, "Alt+L", "rumah cat hijau")
    assert point(city)[1] > SQUARE[1]
    page.reload()
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    with page.expect_response(draft_with("latitude=&longitude=&")):
        page.get_by_role("button", name="Hapus titik").press("Enter")
    expect(page.get_by_text(TAKEN)).to_be_hidden()
    assert (kept(city)["latitude"], kept(city)["place"]) == ("", "rumah cat hijau")


def test_who_closes_the_map_goes_on_from_its_button(desktop: Opener, call_page: Callable[[Page], Page]) -> None:
    page = call_page(desktop("maya"))
    at_the_square(page)
    hands(page, "Escape")
    expect(page.locator(".map-canvas")).to_be_hidden()
    hands(page, "Tab")
    expect(page.get_by_label("Apa yang terjadi")).to_be_focused()


def test_nothing_is_asked_of_another_server(city: City, desktop: Opener, call_page: Callable[[Page], Page]) -> None:
    page = desktop("maya")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    at_the_square(call_page(page))
    hands(page, "ArrowUp", "+", "Enter")
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    assert f"{city.address}/map/basemap.geojson" in asked
    assert [url for url in asked if not url.startswith((city.address, "data:"))] == []


def test_pictures_come_from_the_server_that_an_operator_named(
    desktop: Opener, call_page: Callable[[Page], Page]
) -> None:
    page = call_page(desktop("maya"))
    pictures: list[str] = []

    def picture(route: Route) -> None:
        pictures.append(route.request.url)
        route.fulfill(content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>')

    page.route("**/tiles/**", picture)
    page.locator("[data-map]").evaluate("map => (map.dataset.tiles = '/tiles/{z}/{x}/{y}.svg')")
    at_the_square(page)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert all(re.search(r"/tiles/\d+/\d+/\d+\.svg$", url) for url in pictures)


def test_a_map_that_cannot_be_loaded_says_so_and_is_tried_again(
    desktop: Opener, call_page: Callable[[Page], Page], forgive: list[str]
) -> None:
    forgive.append("ERR_FAILED")
    page = call_page(desktop("maya"))
    page.route("**/map/basemap.geojson", lambda route: route.abort())
    hands(page, "Alt+P")
    expect(page.get_by_text("Peta tidak dapat dimuat sekarang.")).to_be_visible()
    page.unroute("**/map/basemap.geojson")
    hands(page, "Alt+P", "Alt+P")
    canvas(page)
    expect(page.get_by_text("Peta tidak dapat dimuat sekarang.")).to_be_hidden()


def test_without_a_script_there_is_no_map_and_degrees_are_typed(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        call = taken(cast)
        typed(cast, call, **enough(cast) | {"latitude": "", "longitude": "", "radius": "", "place": ""})
        address = f"/calls/{call.id}"
    page = desktop("maya", java_script_enabled=False)
    page.goto(address)
    expect(page.locator("summary", has_text="Peta")).to_be_hidden()
    page.locator("#place").fill("-7.7441, 113.2155")
    page.get_by_role("button", name="Kirim bantuan").click()
    expect(page.get_by_text("sudah dibuka").first).to_be_visible()
    assert incident(city)[:2] == pytest.approx((-7.7441, 113.2155))


@pytest.fixture
def robbery(city: City) -> str:
    """The address of the staging point of a robbery in a gold shop at Sari's door, whose entrance is in the north."""
    with city.database() as cast:
        cast.incident_type("crime").silent_approach = True
        shop = Premises(
            name="Toko Emas Semeru", kind="gold_shop", address="Jl. Ikan Paus 1", latitude=HOME[0], longitude=HOME[1],
            entrance_latitude=HOME[0] + 0.0003, entrance_longitude=HOME[1],
        )  # fmt: skip
        db.session.add(shop)
        db.session.flush()
        return f"/incidents/{press(cast, kind='crime', premises_id=shop.id).number}/staging"


def staged(city: City) -> tuple[float, float]:
    with city.database():
        found = db.session.scalars(select(Incident)).one()
        assert found.staging_latitude is not None
        assert found.staging_longitude is not None
        return found.staging_latitude, found.staging_longitude


def test_the_staging_point_is_chosen_on_a_map_that_shows_the_incident_and_what_is_suggested(
    city: City, desktop: Opener, robbery: str
) -> None:
    suggested = staged(city)
    page = desktop("komang")
    page.goto(robbery)
    canvas(page)
    expect(canvas(page)).not_to_be_focused()
    for mark, words in (("incident", robbery.split("/")[2]), ("choice", "Saran"), ("staging", "Titik kumpul")):
        expect(page.locator(f".map-mark.{mark}")).to_contain_text(words)
    expect(page.locator("path.map-reach.incident")).to_have_count(1)
    beside(page, -150)
    expect(page.get_by_role("status").filter(has_text=TAKEN)).not_to_contain_text("±")
    page.get_by_role("button", name="Tunggu di sini").click()
    page.wait_for_url(re.compile(r"/incidents/[\d-]+$"))
    chosen = staged(city)
    assert chosen[1] < HOME[1]
    page.goto(robbery)
    canvas(page)
    page.locator(".map-mark.choice b").click()
    expect(page.get_by_label("Lintang")).to_have_value(f"{suggested[0]:.6f}")
    page.get_by_role("button", name="Tunggu di sini").click()
    page.wait_for_url(re.compile(r"/incidents/[\d-]+$"))
    assert staged(city) == suggested != chosen


def test_without_a_mouse_the_staging_point_is_taken_under_the_cross(city: City, desktop: Opener, robbery: str) -> None:
    page = desktop("komang")
    page.goto(robbery)
    canvas(page).focus()
    hands(page, "ArrowRight", "ArrowRight", "Enter")
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    page.get_by_role("button", name="Tunggu di sini").press("Enter")
    page.wait_for_url(re.compile(r"/incidents/[\d-]+$"))
    assert staged(city)[1] > HOME[1]


def test_premises_and_their_entrance_are_taken_on_two_maps_that_show_each_other(
    city: City, desktop: Opener, robbery: str
) -> None:
    with city.database():
        shop = db.session.scalars(select(Premises)).one()
        address, entrance = f"/admin/premises/{shop.id}", (shop.entrance_latitude, shop.entrance_longitude)
    page = desktop("tuti")
    page.goto(address)
    page.locator("summary", has_text="Peta").first.click()
    expect(page.locator(".map-mark.entrance")).to_contain_text("Pintu masuk")
    beside(page, 80)
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Toko Emas Semeru sudah disimpan")).to_be_visible()
    with city.database():
        shop = db.session.scalars(select(Premises)).one()
        assert shop.longitude > HOME[1]
        assert (shop.entrance_latitude, shop.entrance_longitude) == pytest.approx(entrance)
    page.goto(address)
    page.locator("summary", has_text="Peta").last.click()
    expect(page.locator(".map-mark.place")).to_be_attached()
    beside(page, 0, 80)
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Toko Emas Semeru sudah disimpan")).to_be_visible()
    with city.database():
        shop = db.session.scalars(select(Premises)).one()
        assert shop.entrance_latitude is not None
        assert shop.entrance_latitude < HOME[0]


def test_the_map_is_fit_for_everybody_and_for_the_narrowest_screen(
    device: Opener, call_page: Callable[[Page], Page], robbery: str
) -> None:
    page = call_page(device({"viewport": NARROW, "has_touch": True}, "maya"))
    page.locator("summary", has_text="Peta").click()
    beside(page, 0)
    expect(page.get_by_role("status").filter(has_text=TAKEN)).to_be_visible()
    assert wrong_with(page) == []
    buttons = [page.locator("summary", has_text="Peta"), *page.locator("[data-map] button").all()]
    sizes = [button.bounding_box() or {"width": 0, "height": 0} for button in buttons]
    assert min(min(size["width"], size["height"]) for size in sizes) >= 48
    page = device({"viewport": NARROW, "has_touch": True}, "komang")
    page.goto(robbery)
    canvas(page)
    assert wrong_with(page) == []
