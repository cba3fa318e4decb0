"""The dispatcher adds units: by keyboard at a desk, by touch on a tablet, and with no script at all."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meteor.dispatch import rules as dispatch
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, TABLET, City, Opener
from tests.scenes import on_duty, open_assignment, report

CHIP = "label:has([name=standard])"


def scene(city: City) -> str:
    """Agus is on his way and the plan is covered; Bayu's motorbike and an ambulance are free. The form's address."""
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        incident = report(cast)
        on_duty(cast, "bayu", "TRAIL-02")
        on_duty(cast, "rina", "AMBULANS-01")
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
        return f"/incidents/{incident.number}/assignments"


def test_at_a_desk_units_are_added_by_keyboard_alone(desktop: Opener, city: City) -> None:
    page = desktop("komang")
    page.goto(scene(city))
    expect(page.get_by_label("TRAIL-02")).to_be_focused()
    for key in ("Space", "Tab", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_label("AMBULANS-01")).to_be_checked()
    expect(page.get_by_text("(wajib: ada unit bertanda yang dipilih)")).to_be_visible()
    for key in ("Tab", "Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Sudah diminta datang: TRAIL-02, AMBULANS-01.")).to_be_visible()
    expect(page.get_by_text("AMBULANS-01 ditambahkan").first).to_contain_text("Lebih cepat sampai")


def test_what_was_chosen_and_written_survives_an_error_and_the_focus_is_on_it(
    desktop: Opener, city: City, forgive: list[str]
) -> None:
    forgive.append("422")
    page = desktop("komang")
    page.goto(scene(city))
    page.get_by_label("AMBULANS-01").check()
    page.get_by_role("button", name="Minta datang").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Alasan: Pilih alasan").click()
    expect(page.locator("#standard-0")).to_be_focused()
    expect(page.get_by_label("AMBULANS-01")).to_be_checked()
    page.get_by_label("Lainnya").check()
    page.get_by_label("Alasan dengan kata-kata Anda").fill("Korban sesak napas")
    page.get_by_role("button", name="Minta datang").click()
    expect(page.get_by_text("Korban sesak napas").first).to_be_visible()


def test_own_words_are_asked_for_only_where_they_are_wanted(desktop: Opener, city: City) -> None:
    page = desktop("komang")
    page.goto(scene(city))
    expect(page.get_by_label("Alasan dengan kata-kata Anda")).to_be_hidden()
    page.get_by_label("Lainnya").check()
    expect(page.get_by_label("Alasan dengan kata-kata Anda")).to_be_visible()
    page.get_by_label("Lebih cepat sampai").check()
    expect(page.get_by_label("Alasan dengan kata-kata Anda")).to_be_hidden()


def test_without_a_script_units_are_added_all_the_same(tablet: Opener, city: City) -> None:
    page = tablet("komang", java_script_enabled=False)
    page.goto(scene(city))
    page.get_by_label("TRAIL-02").check()
    page.get_by_role("button", name="Minta datang").click()
    expect(page.get_by_text("Sudah diminta datang: TRAIL-02.")).to_be_visible()


@pytest.mark.parametrize("kind", [PHONE, TABLET], ids=["phone", "tablet"])
def test_units_and_reasons_are_touched_on_48_pixels(device: Opener, city: City, kind: dict[str, Any]) -> None:
    page = device(kind, "komang")
    page.goto(scene(city))
    for target in (
        *page.locator(".roster label").all(),
        *page.locator(CHIP).all(),
        page.locator(".foot-actions button"),
    ):
        box = target.bounding_box()
        assert box
        assert box["height"] >= 48, target.text_content()


def overlaps(page: Page) -> list[str]:
    """Texts of chips and rows that stand outside of their form."""
    return page.evaluate(
        """[...document.querySelectorAll(".roster-form label, .roster-form label *")]
           .filter(it => it.getBoundingClientRect().right > innerWidth).map(it => it.textContent)"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_everybody_can_read_and_use_the_form(device: Opener, city: City, kind: dict[str, Any], scheme: str) -> None:
    page = device(kind, "komang", color_scheme=scheme)
    page.goto(scene(city))
    page.get_by_label("AMBULANS-01").check()
    assert violations(page) == []
    assert overlaps(page) == []
