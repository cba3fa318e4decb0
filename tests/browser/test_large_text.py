"""Pages of those who work with METEOR in text of 200 %: nothing makes them scroll sideways on a phone or a tablet."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import City, Opener
from tests.calls.switchboard import taken
from tests.scenes import on_duty, report

PAGES = {
    "agus": ("/incidents", "/unit", "/incidents/{number}"),
    "endang": ("/residents", "/residents/import"),
    "maya": ("/calls", "/calls/new", "/calls/{call}"),
    "komang": ("/board/catch-up", "/hazards/desk", "/sas/monitor"),
    "hadi": ("/rosters", "/statistics/report", "/statistics/load"),
    "tuti": ("/admin", "/admin/users/{person}", "/admin/incident-types/{type}"),
    "toko": ("/sas/help",),
}

TABLES = ("/admin/capabilities", "/admin/agencies", "/admin/jobs", "/admin/incident-types/{type}")
"""Pages whose tables are wider than a tablet in such text."""


@pytest.fixture
def known(city: City) -> dict[str, object]:
    """The ids in the addresses."""
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        incident = report(cast)
        call = taken(cast, caller=cast.sari.phone)
        return {"number": incident.number, "type": incident.type.id, "person": cast.sari.id, "call": call.id}


@pytest.mark.parametrize("username", PAGES)
def test_in_text_of_twice_the_size_no_page_scrolls_sideways(
    known: dict[str, object], phone: Opener, username: str
) -> None:
    page = phone(username)
    widths = {address: width_of(page, address.format(**known)) for address in PAGES[username]}
    assert widths == dict.fromkeys(widths, 360)


def test_on_a_tablet_a_wide_table_scrolls_and_not_its_page(known: dict[str, object], tablet: Opener) -> None:
    page = tablet("tuti")
    widths = {address: width_of(page, address.format(**known)) for address in TABLES}
    assert widths == dict.fromkeys(widths, 820)


def width_of(page: Page, address: str) -> int:
    """The width in pixels of the page with all its parts unfolded."""
    page.goto(address)
    page.locator("main details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
