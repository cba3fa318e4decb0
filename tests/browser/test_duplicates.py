"""Incidents that are one, and bursts, as the 112 room has them on its screens."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import NARROW, wrong_with
from tests.cast import HOME
from tests.scenes import press


@pytest.fixture
def fires(city: City) -> tuple[str, str]:
    """The numbers of Sari's fire and of Wahyu's, which is the same."""
    with city.database() as cast:
        return press(cast, "sari", "fire").number, press(cast, "wahyu", "fire").number


def burst(city: City, number: int) -> None:
    with city.database():
        for _ in range(number):
            receive(IncomingAlert(uuid4(), "api", "disaster", None, *HOME, 10.0), now())
        db.session.commit()


def test_one_tap_merges_and_one_tap_separates(city: City, desktop: Opener, fires: tuple[str, str]) -> None:
    main, same = fires
    page = desktop("maya")
    page.goto(f"/incidents/{same}")
    page.get_by_role("button", name=f"Kejadian sama: gabungkan ke {main}").click()
    page.wait_for_url(f"**/incidents/{main}")
    expect(page.locator(".flashes")).to_contain_text(f"{same} kini ditangani dalam {main}")
    expect(page.locator(".timeline")).to_contain_text(f"{same} adalah kejadian yang sama")
    page.get_by_role("button", name="Bukan yang sama: pisahkan").click()
    page.wait_for_url(f"**/incidents/{same}")
    expect(page.locator(".head")).to_contain_text("Menunggu unit")


def test_another_screen_learns_of_it_by_itself(
    city: City, desktop: Opener, tablet: Opener, fires: tuple[str, str]
) -> None:
    main, same = fires
    mine, theirs = desktop("maya"), tablet("komang")
    theirs.goto(f"/incidents/{main}")
    expect(theirs.locator("#duplicates")).to_contain_text(same)
    mine.goto(f"/incidents/{main}")
    mine.get_by_role("button", name="Kejadian sama: gabungkan ke sini").click()
    expect(theirs.locator("#duplicates")).to_contain_text("Juga ditangani di sini")


def test_the_reporter_goes_on_seeing_their_own_number(
    city: City, desktop: Opener, phone: Opener, fires: tuple[str, str]
) -> None:
    main, same = fires
    wahyu, maya = phone("wahyu"), desktop("maya")
    wahyu.goto("/alerts")
    wahyu.get_by_role("link", name=same).click()
    maya.goto(f"/incidents/{same}")
    maya.get_by_role("button", name=f"Kejadian sama: gabungkan ke {main}").click()
    expect(wahyu.locator("#status")).to_contain_text(f"Ditangani bersama {main}")
    expect(wahyu.locator("#status .number")).to_have_text(same)


def test_a_burst_leads_to_its_incidents_which_stay_live(city: City, desktop: Opener) -> None:
    burst(city, 25)
    page = desktop("komang")
    page.goto("/incidents")
    expect(page.locator(".queued")).to_have_count(0)
    page.get_by_role("link", name="25 × Bencana").click()
    expect(page.get_by_role("heading", name="Bencana · Kelurahan Mayangan")).to_be_visible()
    expect(page.locator(".queued")).to_have_count(25)
    burst(city, 5)
    expect(page.locator(".counts")).to_contain_text("30 kejadian terbuka")
    expect(page.locator(".queued")).to_have_count(30)
    page.locator(".queued h2 a").nth(12).click()
    page.wait_for_url(re.compile(r"/incidents/\d{6}-\d{3}"))
    page.go_back()
    page.get_by_role("link", name="Tampilkan semua").click()
    expect(page.get_by_role("link", name="30 × Bencana")).to_be_visible()


def test_both_are_fit_for_everybody(city: City, device: Opener, fires: tuple[str, str]) -> None:
    burst(city, 25)
    page: Page = device({"viewport": NARROW, "has_touch": True}, "maya")
    page.goto("/incidents")
    group = page.get_by_role("link", name="25 × Bencana").get_attribute("href") or ""
    for address in ("/incidents", group, f"/incidents/{fires[0]}"):
        page.goto(address)
        for part in page.locator("#units, #duplicates").all():
            expect(part).not_to_be_empty()
        assert wrong_with(page) == [], address
