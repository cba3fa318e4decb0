"""What a browser makes of the parts: readable for all, in both schemes and languages, on the smallest phone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 568}


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_part_shuts_anyone_out(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page()
    page.context.add_cookies([{"name": "language", "value": language, "url": address}])
    page.goto(f"{address}/gallery")
    assert violations(page) == []
    page.get_by_role("button", name="Simpan").click()  # the same form, now with every error
    expect(page.locator(".field-error").first).to_be_visible()
    assert violations(page) == []
    page.close()


def test_the_smallest_phone_never_scrolls_sideways(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/gallery")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_everything_that_is_pressed_is_at_least_48_pixels_high(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/gallery")
    for pressed in page.locator(
        "button, .button, summary, input:not([type=hidden], [type=checkbox], [type=radio])"
    ).all():
        if pressed.is_visible():
            box = pressed.bounding_box()
            assert box
            assert box["height"] >= 48, pressed.evaluate("element => element.outerHTML")


def test_the_header_leaves_a_small_phone_its_screen(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/gallery")
    header = page.locator("header").bounding_box()
    assert header
    assert header["height"] <= 56


def test_each_problem_leads_to_its_field(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery")
    page.get_by_label("Nama", exact=True).fill("Sari")
    page.get_by_role("button", name="Simpan").click()
    summary = page.get_by_role("alert").filter(has_text="Mohon diperbaiki")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(3)
    summary.get_by_role("link", name="Telepon").click()
    phone = page.get_by_label("Telepon")
    expect(phone).to_be_focused()
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description("Petunjuk Kesalahan: Tulis nomor telepon.")
    expect(page.get_by_label("Nama", exact=True)).to_have_value("Sari")


def test_the_first_tab_leads_past_the_header(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_cannot_be_undone_asks_once_more(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery")
    sure = page.get_by_role("button", name="Tolak tugas ini")
    expect(sure).to_be_hidden()
    page.locator("summary", has_text="Tolak").click()
    expect(sure).to_be_visible()


def test_nothing_breaks_the_content_security_policy(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/gallery")
    page.wait_for_load_state("networkidle")
    assert said == []
