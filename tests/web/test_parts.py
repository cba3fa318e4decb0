"""What a browser makes of the parts: readable for all, in both schemes and languages, on the smallest phone."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 568}
ICON = re.compile(r"""icon\("([a-z-]+)"\)""")
RING = """element => {
  const style = getComputedStyle(element), size = element.getBoundingClientRect();
  const corner = style.borderTopLeftRadius, round = corner === "50%" || parseFloat(corner) >= size.width / 2;
  return [parseFloat(style.outlineWidth), element.type === "radio" && !round ? "square" : "fits"];
}"""
"""The width of the focus ring in pixels, and whether a radio button's ring is square."""

TIMES = """() => ["11.11.11", "00.00.00"].map((text) => {
  const time = document.createElement("time");
  time.textContent = text;
  document.querySelector("main").append(time);
  return time.getBoundingClientRect().width;
})"""
"""The widths of two times of day with the same number of figures."""


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_part_shuts_anyone_out(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page()
    page.context.add_cookies([{"name": "language", "value": language, "url": address}])
    page.goto(f"{address}/styleguide")
    assert violations(page) == []
    page.get_by_role("button", name="Simpan").click()  # the same form, now with every error
    expect(page.locator(".field-error").first).to_be_visible()
    assert violations(page) == []
    page.close()


def test_the_smallest_phone_never_scrolls_sideways(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/styleguide")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_everything_that_is_pressed_is_at_least_48_pixels_high(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/styleguide")
    for pressed in page.locator(
        "button, .button, summary, input:not([type=hidden], [type=checkbox], [type=radio])"
    ).all():
        if pressed.is_visible():
            box = pressed.bounding_box()
            assert box
            assert box["height"] >= 48, pressed.evaluate("element => element.outerHTML")


def test_the_header_leaves_a_small_phone_its_screen(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/styleguide")
    header = page.locator("header").bounding_box()
    assert header
    assert header["height"] <= 56


def test_each_problem_leads_to_its_field(page: Page, address: str) -> None:
    page.goto(f"{address}/styleguide")
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
    page.goto(f"{address}/styleguide")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_cannot_be_undone_asks_once_more(page: Page, address: str) -> None:
    page.goto(f"{address}/styleguide")
    sure = page.get_by_role("button", name="Tolak tugas ini")
    expect(sure).to_be_hidden()
    page.locator("summary", has_text="Tolak").click()
    expect(sure).to_be_visible()


def test_nothing_breaks_the_content_security_policy(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/styleguide")
    page.wait_for_load_state("networkidle")
    assert said == []


def test_the_style_guide_shows_every_icon_that_a_template_names(page: Page, address: str) -> None:
    named = {name for path in Path("templates").rglob("*.html") for name in ICON.findall(path.read_text())}
    page.goto(f"{address}/styleguide")
    assert named <= set(page.locator(".icon-list code").all_inner_texts())


def test_text_of_twice_the_size_stays_on_a_small_phone(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/styleguide")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_desks_are_denser_than_phones_only_where_there_is_a_mouse_and_room(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/styleguide")
    height = "element => element.getBoundingClientRect().height"
    touch, desk = page.locator('[data-density="touch"]:not(html) button'), page.locator('[data-density="desk"] button')
    assert touch.first.evaluate(height) == 48
    assert 32 <= desk.first.evaluate(height) <= 40
    page.set_viewport_size({"width": 820, "height": 1180})
    assert desk.first.evaluate(height) == 48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_that_has_the_focus_shows_a_ring(page: Page, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/styleguide")
    page.locator("body").press("Tab")  # from here on the keyboard is used, and rings show
    for stop in page.locator("main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)").all():
        if stop.is_visible() and stop.is_enabled():
            stop.focus()
            width, shape = stop.evaluate(RING)
            assert width >= 3, stop.evaluate("element => element.outerHTML")
            assert shape != "square", stop.evaluate("element => element.outerHTML")


def test_a_device_that_asks_for_stillness_sees_no_motion(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/styleguide")
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_screens_own_font_is_small_and_has_figures_of_one_width(page: Page, address: str) -> None:
    page.goto(f"{address}/styleguide")
    page.evaluate("document.fonts.ready.then(() => undefined)")
    assert page.evaluate("document.fonts.check('16px \"Plus Jakarta Sans\"')")
    assert Path("static/vendor/font.woff2").stat().st_size <= 15_000
    narrow, wide = page.evaluate(TIMES)
    assert narrow == wide


def test_there_is_no_style_guide_outside_of_a_demo_city(
    site: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.config, "SETTINGS", replace(site.config["SETTINGS"], demo=False))
    assert visitor.get("/styleguide").status_code == 404
