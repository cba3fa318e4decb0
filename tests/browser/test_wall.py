"""The wall on real screens: it fits, is read from afar, and says so that it is seen from the door if it is not live."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from meteor.agencies.models import Agency, Unit
from meteor.alerts.rules import IncomingAlert, receive
from meteor.board import wall as walls
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.incidents import escalation
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import now
from meteor.welfare import distress
from tests.browser.axe import COLOURS, violations
from tests.browser.conftest import City, Opener
from tests.cast import HOME, Cast
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import on_duty, press

SIZES = [(1920, 1080), (3840, 2160), (1366, 768)]

CUT = """() => [...document.querySelectorAll("body, main, .board, .counts li, .alarms, .urgent, .free, .since")]
  .filter((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1)
  .map((part) => part.className || part.tagName)"""
"""The parts whose content is larger than they are."""

SMALL = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
  while (words.nextNode()) {
    const part = words.currentNode.parentElement;
    const shown = part.getClientRects().length && !part.closest(".visually-hidden, script");
    if (!words.currentNode.data.trim() || !shown) continue;
    if (parseFloat(getComputedStyle(part).fontSize) < innerHeight * 0.02) small.push(words.currentNode.data.trim());
  }
  return small;
}"""
"""The texts lower than 2 % of the screen."""


@pytest.fixture
def token(city: City) -> str:
    """The token of a client that may show the board. The scheduler has run before."""
    with city.database():
        db.session.merge(Heartbeat(job=escalation.JOB, at=now()))
        _, token = clients.new({"name": "Dinding", "scopes": ["board:read"], "per_minute": 120}, now(), None)
    return token


def a_bad_day(cast: Cast) -> None:
    """More of everything than fits, as long as it gets."""
    alarm_types(cast)
    cast.incident_type("emergency").name_id = "Kecelakaan lalu lintas beruntun dengan banyak korban luka"
    for number in range(walls.AGENCIES):
        base = {"base_name": "Pos", "base_latitude": HOME[0], "base_longitude": HOME[1]}
        agency = Agency(code=f"INSTANSI{number}", name=f"Dinas {number}")
        db.session.add(Unit(call_sign=f"A-{number}", agency=agency, kind="team", **base))
    for number in range(walls.ROWS + 140):
        alert = IncomingAlert(uuid4(), "api", "emergency", None, latitude=HOME[0] + number / 1000, longitude=HOME[1])
        receive(alert, now() - timedelta(hours=23))
    for number in range(walls.ALARMS + 9):
        says(panel_of(shop(cast, f"Bank {number}", ()), f"9{number:02}"), "HA", now(), "001")


def opened(page: Page, token: str) -> Page:
    page.goto(f"/board/wall?token={token}")
    expect(page.locator("#wall-stopped")).to_be_hidden()
    return page


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_fits_without_scrolling_and_is_read_from_six_metres(
    city: City, device: Opener, token: str, width: int, height: int
) -> None:
    with city.database() as cast:
        a_bad_day(cast)
    page = opened(device({"viewport": {"width": width, "height": height}}), token)
    expect(page.get_by_text("alarm belum ditangani")).to_be_visible()
    expect(page.locator(".urgent li")).to_have_count(walls.ROWS_BELOW_BAND)
    assert page.evaluate(CUT) == []
    assert page.evaluate(SMALL) == []
    codes = page.locator(".free li:not(.more) > span:first-child")
    sizes = codes.evaluate_all("them => them.map(it => parseFloat(getComputedStyle(it).fontSize))")
    assert min(sizes) >= height * 40 / 1080
    for part in page.locator(".urgent > .more, .free li.more, .alarms li.more").all():
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
    dark = [found for found in violations(page) if found[0] == "dark" or found[1] not in COLOURS]
    assert dark == []


def test_a_quiet_day_fills_the_rows_up_to_the_last(city: City, device: Opener, token: str) -> None:
    with city.database():
        for number in range(walls.ROWS + 1):
            alert = IncomingAlert(uuid4(), "api", "other", None, latitude=HOME[0] + number / 1000, longitude=HOME[1])
            receive(alert, now())
    page = opened(device({"viewport": {"width": 1366, "height": 768}}), token)
    expect(page.locator(".urgent li")).to_have_count(walls.ROWS)
    expect(page.get_by_text("dan 1 lagi")).to_be_visible()
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160)])
def test_a_usual_type_and_kelurahan_are_read_whole(
    city: City, device: Opener, token: str, width: int, height: int
) -> None:
    with city.database() as cast:
        incident = press(cast, "sari", "medical")
        incident.kelurahan.name = "Sumber Taman"
        for number in range(1, 7):
            alert = IncomingAlert(uuid4(), "api", "medical", None, latitude=HOME[0] + number / 1000, longitude=HOME[1])
            receive(alert, now() - timedelta(minutes=59))
        city.hold_jobs()
    page = opened(device({"viewport": {"width": width, "height": height}}), token)
    expect(page.locator(".urgent li")).to_have_count(7)
    expect(page.locator(".urgent")).to_contain_text("Sumber Taman")
    words = page.locator(".urgent :is(.title, .where)")
    assert (
        words.evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)")
        == []
    )


def test_a_few_incidents_below_an_alarm_have_large_rows_that_are_read_whole(
    city: City, device: Opener, token: str
) -> None:
    with city.database() as cast:
        alarm_types(cast)
        says(panel_of(shop(cast, "Bank", ()), "900"), "HA", now(), "001")
        for number in range(1, 5):
            alert = IncomingAlert(uuid4(), "api", "fire", None, latitude=HOME[0] + number / 1000, longitude=HOME[1])
            receive(alert, now())
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    expect(page.locator(".alarms li")).to_have_count(1)
    expect(page.locator(".urgent li")).to_have_count(5)
    assert page.evaluate(CUT) == []
    last = page.locator(".urgent li").last.bounding_box()
    assert last
    assert last["height"] > 100
    assert last["y"] + last["height"] <= 1080


def test_without_the_server_the_whole_screen_says_not_live_until_it_is_back(
    city: City, device: Opener, token: str, forgive: list[str]
) -> None:
    forgive += ["htmx:", "ERR_"]
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    cover = page.locator("#wall-not-live")
    expect(cover).to_be_hidden()
    with city.stalled():
        expect(cover).to_be_visible()
        expect(cover).to_contain_text("TIDAK TERKINI")
        expect(cover.locator("time")).to_contain_text("WIB")
        assert cover.bounding_box() == {"x": 0, "y": 0, "width": 1920, "height": 1080}
        assert float(cover.locator("strong").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")) > 108
    expect(cover).to_be_hidden()


def test_a_wall_whose_token_is_withdrawn_says_not_live(
    city: City, device: Opener, token: str, forgive: list[str]
) -> None:
    forgive += ["404", "htmx:"]
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    with city.database():
        client = db.session.scalars(db.select(ApiClient)).one()
        clients.revoke(client.tokens[0], now(), None)
    expect(page.locator("#wall-not-live")).to_be_visible()


def test_an_incident_appears_by_itself(city: City, device: Opener, token: str) -> None:
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    expect(page.locator("#open-p3")).to_have_text("0")
    with city.database():
        receive(IncomingAlert(uuid4(), "api", "other", None, latitude=HOME[0], longitude=HOME[1]), now())
    expect(page.locator("#open-p3")).to_have_text("1")


def test_the_map_shows_the_whole_city_and_follows_what_is_polled(city: City, device: Opener, token: str) -> None:
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    chart = page.locator(".wall-map")
    expect(chart.locator(".map-canvas[data-ready]")).to_be_visible()
    expect(chart.locator(".map-mark.incident")).to_have_count(0)
    with city.database():
        receive(IncomingAlert(uuid4(), "api", "other", None, latitude=HOME[0], longitude=HOME[1]), now())
    expect(chart.locator(".map-mark.incident.p3")).to_have_text("Mayangan 1")
    mark, frame = chart.locator(".map-mark.incident b").bounding_box(), chart.bounding_box()
    assert mark
    assert frame
    assert frame["x"] <= mark["x"] <= mark["x"] + mark["width"] <= frame["x"] + frame["width"]
    assert frame["y"] + frame["height"] <= 1080


def test_it_loads_itself_anew_after_a_release(city: City, device: Opener, token: str) -> None:
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    page.evaluate("() => { window.before = true; document.documentElement.dataset.release = 'an older one'; }")
    page.wait_for_function("() => window.before === undefined")
    expect(page.locator("#wall .board")).to_be_visible()


def test_the_unit_of_an_officer_in_danger_is_read_in_full(city: City, device: Opener, token: str) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        distress.press(cast.agus, {"id": str(uuid4())}, now())
    page = opened(device({"viewport": {"width": 1920, "height": 1080}}), token)
    for title in (page.locator(".in-danger .title"), page.locator(".alarms li > span:first-child")):
        expect(title).to_contain_text("TRAIL-01")
        assert title.evaluate("it => it.scrollWidth <= it.clientWidth")
