"""The desk of BPBD in real browsers: a report goes from waiting to an incident without a mouse."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.hazards.models import HazardReport
from meteor.incidents.models import Incident
from meteor.store.database import db
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.browser.test_panic_alert import WORDS
from tests.hazards.scenes import hazard


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element is focused, 60 times at most."""
    for _ in range(60):
        if page.locator(selector).evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_bpbd_works_a_report_from_waiting_to_an_incident_by_keyboard(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        late, newer = hazard(cast, minutes=16), hazard(cast, "wahyu", minutes=2, kind="fire")
        numbers = late.number, newer.number
    page = desktop("bagas")
    page.goto("/hazards/desk")
    expect(page.locator(f"#hazard-{numbers[0]} time.age")).to_have_attribute("data-late", "")
    assert violations(page) == []
    for key, number in (("j", numbers[0]), ("j", numbers[1]), ("k", numbers[0])):
        page.keyboard.press(key)
        expect(page.locator(f"#open-{number}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Banjir")
    assert violations(page) == []
    tab_to(page, "#raise summary")
    page.keyboard.press("Enter")
    tab_to(page, "#priority")
    page.keyboard.press("1")
    tab_to(page, "#raise form button")
    page.keyboard.press("Enter")
    expect(page.locator(".made")).to_contain_text("Menunggu unit")
    assert violations(page) == []
    with city.database():
        incident = db.session.scalars(select(Incident)).one()
        report = db.session.scalars(select(HazardReport).where(HazardReport.number == numbers[0])).one()
        assert (report.status, report.incident_id, incident.source) == ("verified", incident.id, "hazard")
    page.goto("/hazards/desk")
    expect(page.locator("#lines li").first).to_have_id(f"hazard-{numbers[1]}")
    status = page.locator(f"#hazard-{numbers[0]} .state .badge")
    assert status.evaluate("badge => badge.scrollWidth <= badge.clientWidth"), "the incident's number cuts it off"


def test_a_report_that_comes_in_appears_and_keeps_the_focus(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        first = hazard(cast, minutes=5).number
    page = desktop("bagas")
    page.goto("/hazards/desk")
    page.keyboard.press("j")
    expect(page.locator(f"#open-{first}")).to_be_focused()
    with city.database() as cast:
        newer = hazard(cast, "wahyu", kind="fire").number
    expect(page.locator(f"#open-{newer}")).to_be_visible()
    expect(page.locator(f"#open-{first}")).to_be_focused()


def test_the_public_page_is_read_on_a_phone_without_signing_in(city: City, phone: Opener) -> None:
    with city.database() as cast:
        hazard(cast, status="verified", water_level=45)
    page = phone("")
    page.goto("/hazards/public")
    expect(page.locator(".public-list li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_in_large_text_no_word_of_the_public_list_is_broken(city: City, phone: Opener) -> None:
    with city.database() as cast:
        hazard(cast, status="verified", kind="fallen_tree")
    page = phone("")
    page.goto("/hazards/public")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.locator(".public-list h2").evaluate_all("all => all.map((one) => one.textContent)") == ["Pohon tumbang"]
    assert page.locator(".public-list h2").evaluate_all(WORDS) == []
