"""Pages of those who work with METEOR in text of 200 % on a phone: nothing makes them scroll sideways."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import City, Opener
from tests.scenes import on_duty, report

PAGES = {
    "agus": ("/incidents", "/unit", "/incidents/{number}"),
    "endang": ("/residents", "/residents/import"),
    "maya": ("/calls", "/calls/new"),
    "komang": ("/board/catch-up", "/hazards/desk", "/sas/monitor"),
    "hadi": ("/rosters", "/statistics/report"),
    "tuti": ("/admin",),
    "toko": ("/sas/help",),
}


@pytest.mark.parametrize("username", PAGES)
def test_in_text_of_twice_the_size_no_page_scrolls_sideways(city: City, phone: Opener, username: str) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        number = report(cast).number
    page = phone(username)
    widths = {address: width_of(page, address.format(number=number)) for address in PAGES[username]}
    assert widths == dict.fromkeys(widths, 360)


def width_of(page: Page, address: str) -> int:
    """The width in pixels of the page with all its parts unfolded."""
    page.goto(address)
    page.locator("main details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
