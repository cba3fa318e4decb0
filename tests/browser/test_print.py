"""On paper stands what the page says, and nothing that only a screen can use."""

import pytest
from playwright.sync_api import expect

from meteor.residents import rules as residents
from meteor.residents.rules import Person
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.scenes import press

ON_SCREENS_ONLY = ", ".join(
    f"{part}:visible"
    for part in ("body > .top", ".notices", "body > .foot", "nav", ".skip", "button", ".button", "[type=submit]")
)


def test_an_incident_is_printed_without_what_only_a_screen_can_use(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        number = press(cast).number
    page = desktop("komang")
    page.goto(f"/incidents/{number}")
    expect(page.get_by_role("link", name="Tambah unit")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator(ON_SCREENS_ONLY).all() == []


def test_an_incidents_card_is_one_page_of_paper(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        number = press(cast, "sari", "fire", note="Asap tebal dari dapur, dua orang di dalam").number
    page = desktop("komang")
    page.goto(f"/incidents/{number}")
    page.get_by_role("link", name="Kartu cetak").click()
    expect(page.get_by_role("button", name="Cetak")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    assert page.locator(ON_SCREENS_ONLY).all() == []
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_claim_cards_are_printed_alone(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        residents.enter(residents.household_at(cast.rt(3), "Jl. Ikan Hiu 12"), Person("Budi"), cast.endang, now())
    page = desktop("endang")
    page.goto("/residents/cards")
    page.get_by_role("button", name="Buat kartu").click()
    expect(page.locator(".claim-card").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".claim-card").first).to_be_visible()
    assert page.locator(ON_SCREENS_ONLY).all() == []
    assert page.locator("h1:visible").all() == []


@pytest.mark.parametrize(
    ("username", "address"), [("tuti", "/admin/users"), ("endang", "/residents"), ("sari", "/account")]
)
def test_a_page_is_printed_as_wide_as_the_paper(city: City, desktop: Opener, username: str, address: str) -> None:
    page = desktop(username)
    page.goto(address)
    page.emulate_media(media="print")
    assert page.locator(ON_SCREENS_ONLY).all() == []
    assert page.evaluate("getComputedStyle(document.querySelector('main')).paddingLeft") == "0px"
