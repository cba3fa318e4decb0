"""A business's page of its alarm in a real browser: live, silent, and gone at once."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from meteor.dispatch import rules as dispatch
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import wrong_with
from tests.browser.test_sas import SPY
from tests.cast import user
from tests.sas import scenes
from tests.scenes import on_duty, open_assignment


@pytest.fixture
def alert(city: City) -> UUID:
    """A hold-up from the counter's button of Toko's gold shop; Agus and his motorbike are asked."""
    with city.database() as cast:
        city.hold_jobs()
        scenes.alarm_types(cast)
        on_duty(cast, "agus", "TRAIL-01")
        event = scenes.says(scenes.panel_of(scenes.shop(cast)), "HA", now(), "001")
        return event.id


@pytest.fixture
def page(alert: UUID, phone: Opener) -> Page:
    page = phone("toko")
    page.add_init_script(SPY)
    page.goto(f"/sas/alarms/{alert}")
    return page


def test_it_follows_the_units_without_a_sound(city: City, page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("Belum ada yang menerima.")
    with city.database():
        assignment = open_assignment("TRAIL-01")
        dispatch.accept(assignment, now(), user("agus"))
        dispatch.depart(assignment, now(), user("agus"))
        db.session.commit()
    expect(page.locator("#status")).to_contain_text("1 · TRAIL-01")
    expect(page.locator("#status")).not_to_contain_text("Belum ada yang menerima.")
    assert page.evaluate("window.noticed") == []


def test_it_says_when_it_is_not_live(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append("htmx:")
    expect(page.locator("#status-not-live")).to_be_hidden()
    with city.stalled():
        expect(page.locator("#status-not-live")).to_contain_text("Tidak diperbarui sejak")


def test_a_note_is_kept_while_there_is_no_network_in_words_that_give_nothing_away(
    page: Page, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    page.locator("#note").fill("dua orang")
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim").tap()
    said = page.locator(".unsent")
    expect(said).to_have_text("Belum terkirim. Isian Anda masih ada di sini; coba lagi.")
    expect(said).to_have_css("color", "rgb(213, 216, 220)")
    expect(page.locator("#note")).to_have_value("dua orang")
    assert page.evaluate("window.noticed") == []
    page.context.set_offline(False)
    page.get_by_role("button", name="Kirim").tap()
    expect(page.locator("main")).to_contain_text("Terkirim.")


@pytest.mark.parametrize("way", ["cross", "key"])
def test_it_is_hidden_at_once_and_is_not_in_the_way_back(city: City, page: Page, way: str) -> None:
    page.locator("#note").fill("dua orang")
    if way == "cross":
        page.locator("#blank").tap()
    else:
        page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/sas$"))
    expect(page.locator("#sheet")).to_be_visible()
    page.go_back()
    expect(page.locator("#status")).to_have_count(0)


def test_a_mistake_takes_two_pages_and_the_pass_phrase(city: City, page: Page) -> None:
    page.get_by_text("Koreksi").tap()
    expect(page).to_have_url(re.compile("/cancellation$"))
    page.get_by_label("Tidak sengaja").check()
    page.get_by_label("PIN atau frasa sandi").fill("melati putih")
    page.get_by_role("button", name="Kirim").tap()
    expect(page.locator("#status")).to_contain_text("Dipastikan dulu lewat kontak.")
    with city.database():
        assert open_assignment("TRAIL-01").incident.status == "open"


def test_it_works_without_scripts(city: City, alert: UUID, phone: Opener) -> None:
    page = phone("toko", java_script_enabled=False)
    page.goto(f"/sas/alarms/{alert}?still=1")
    page.locator("#note").fill("dua orang")
    page.get_by_role("button", name="Kirim").tap()
    expect(page.get_by_text("Terkirim.")).to_be_visible()
    page.locator("#blank").tap()
    expect(page).to_have_url(re.compile("/sas$"))


@pytest.mark.parametrize("part", ["", "/cancellation"])
def test_it_is_dark_in_every_scheme_and_fit_for_everybody(alert: UUID, phone: Opener, part: str) -> None:
    page = phone("toko", viewport={"width": 320, "height": 568})
    page.goto(f"/sas/alarms/{alert}{part}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(14, 15, 17)"
    assert wrong_with(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for control in page.locator("a:visible, button:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 48
