"""Pages of statistics, as they are laid out on screens and on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import City, Opener
from tests.statistics.a_year import a_year

BOTTOMS = """() => Array.from(document.querySelectorAll(".response-filters > *"), (one) =>
  Math.round(one.getBoundingClientRect().bottom))"""


@pytest.mark.parametrize("width", [1440, 820, 360])
def test_the_button_of_the_filters_ends_their_last_line(city: City, desktop: Opener, width: int) -> None:
    page = desktop("hadi")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/statistics")
    *fields, button = page.evaluate(BOTTOMS)
    assert fields[-1] == button
    assert page.evaluate("document.documentElement.scrollWidth") == width


A4 = {"width": 703, "height": 1030}  # 186 x 273 mm in CSS pixels: A4 within margins of 12 mm
CUT = """(width) => Array.from(document.querySelectorAll("main *"))
  .filter((one) => one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/statistics?since=2026-01&until=2026-11&priority=1", "Januari 2026 – November 2026 · Prioritas: P1"),
        ("/statistics/crime?year=2022", "Tahun 2022"),
        ("/statistics/load?since=2026-10&until=2026-11", "Oktober 2026 – November 2026"),
    ],
)
def test_figures_are_printed_within_the_paper_in_black_with_what_was_asked_for(
    city: City, desktop: Opener, address: str, asked: str
) -> None:
    with city.database():
        a_year(200)
    page = desktop("hadi")
    page.set_viewport_size(A4)
    page.goto(address)
    page.emulate_media(media="print")
    assert page.evaluate(CUT, A4["width"]) == []
    assert page.locator("main :is(input, select, button, nav):visible").all() == []
    expect(page.get_by_text(asked, exact=True)).to_be_visible()
    for bar in page.locator(".chart rect.solid").all():
        assert bar.evaluate("one => getComputedStyle(one).fill") == "rgb(0, 0, 0)"


def test_the_public_page_fits_a_phone_with_twice_the_text(city: City, phone: Opener) -> None:
    page = phone("")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/statistics/public")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
