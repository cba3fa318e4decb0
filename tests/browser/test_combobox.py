"""Choosing a place as it is typed: by keys alone, by hand, by ear, and without any of it."""

import pytest
from playwright.sync_api import Page, Route, expect

from meteor.store.database import db
from meteor.territory.models import Landmark
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener

SEARCH = "/admin/areas/landmarks/search"
FIELDS = ("latitude", "longitude", "radius", "label")


@pytest.fixture
def page(city: City, desktop: Opener) -> Page:
    """Where an administrator tries the search, with the fields that a call's form has beside it."""
    with city.database():
        db.session.add(Landmark(name="Alun-alun Utara", latitude=-7.7420, longitude=113.2150))
    page = desktop("tuti")
    page.goto(SEARCH)
    expect(page.get_by_role("combobox", name="Tempat")).to_be_visible()
    page.evaluate(
        """names => {
          const input = document.getElementById("q");
          for (const name of names) {
            const field = Object.assign(document.createElement("input"), {name, type: "hidden", disabled: true});
            input.form.appendChild(field);
          }
          input.dataset.fills = names.join(" ");
        }""",
        FIELDS,
    )
    return page


def fields(page: Page) -> list[str]:
    return [page.locator(f"[name={name}]").input_value() for name in FIELDS]


def text_of_active(page: Page) -> str:
    """What a screen reader reads out: the option that the input points at."""
    active = page.get_by_role("combobox").get_attribute("aria-activedescendant")
    return page.locator(f"#{active}").inner_text() if active else ""


def test_the_first_choice_is_marked_and_taken_by_enter_and_the_words_stay(page: Page) -> None:
    place = page.get_by_role("combobox", name="Tempat")
    place.press_sequentially("alun2")
    choices = page.get_by_role("listbox", name="Tempat").get_by_role("option")
    expect(choices).to_have_count(2)
    expect(place).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="2 pilihan")).to_have_count(1)
    assert text_of_active(page).startswith("Alun-alun Probolinggo")
    place.press("Enter")
    expect(choices.first).to_be_hidden()
    expect(place).to_have_value("alun2")
    expect(place).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("status").filter(has_text="dalam radius 100 m")).to_be_visible()
    assert fields(page) == ["-7.743000", "113.215500", "100", "Alun-alun Probolinggo"]


def test_arrows_go_round_and_tab_takes_what_is_marked(page: Page) -> None:
    place = page.get_by_role("combobox")
    place.press_sequentially("alun2")
    expect(page.get_by_role("option")).to_have_count(2)
    for key, name in (("ArrowDown", "Utara"), ("ArrowDown", "Probolinggo"), ("ArrowUp", "Utara")):
        place.press(key)
        assert name in text_of_active(page)
    expect(page.locator("[aria-selected=true]")).to_have_count(1)
    place.press("Tab")
    assert fields(page)[3] == "Alun-alun Utara"
    expect(page.get_by_role("button", name="Cari")).to_be_focused()


def test_escape_leaves_the_words_alone_and_an_arrow_asks_again(page: Page) -> None:
    place = page.get_by_role("combobox")
    place.press_sequentially("alun2")
    expect(page.get_by_role("option")).to_have_count(2)
    place.press("Escape")
    expect(page.get_by_role("listbox", include_hidden=True)).to_be_hidden()
    expect(place).to_have_value("alun2")
    assert fields(page) == ["", "", "", ""]
    place.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)


def test_a_tap_takes_and_another_letter_lets_go(page: Page) -> None:
    place = page.get_by_role("combobox")
    place.press_sequentially("alun2")
    page.get_by_role("option", name="Alun-alun Utara").click()
    expect(place).to_be_focused()
    assert fields(page)[3] == "Alun-alun Utara"
    place.press_sequentially(" x")
    assert fields(page) == ["", "", "", ""]


def test_what_is_not_found_is_said_and_stays(page: Page) -> None:
    place = page.get_by_role("combobox")
    place.press_sequentially("zzzz")
    expect(page.get_by_text("Tidak ada yang cocok.")).to_be_visible()
    expect(place).to_have_value("zzzz")
    place.fill('A"ML=1;lt=0;lg=0;rd=0;top=20261124112928;lc=0;pm=N')
    expect(page.get_by_text("Ponsel tidak mengirim posisi")).to_be_visible()


def test_without_a_network_the_words_are_kept_and_it_says_so(page: Page, forgive: list[str]) -> None:
    forgive.append("ERR_FAILED")
    page.route("**/places?*", lambda route: route.abort())
    place = page.get_by_role("combobox")
    place.press_sequentially("alun2")
    expect(page.get_by_text("Ketikan Anda tetap disimpan.")).to_be_visible()
    expect(place).to_have_value("alun2")


def test_what_was_typed_before_the_script_came_is_looked_for_once_it_is_there(city: City, desktop: Opener) -> None:
    page = desktop("tuti")

    def type_before(route: Route) -> None:
        page.get_by_label("Tempat").press_sequentially("alun")
        route.continue_()

    page.route("**/combobox*.js*", type_before)
    page.goto(SEARCH)
    expect(page.get_by_role("option").first).to_contain_text("Alun-alun Probolinggo")


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    page.route("**/places?q=mayangan", lambda route: held.append(route))
    place = page.get_by_role("combobox")
    with page.expect_request("**/places?q=mayangan"):
        place.fill("mayangan")
    place.fill("alun2")
    expect(page.get_by_role("option")).to_have_count(2)
    with page.expect_response("**/places?q=mayangan"):
        held[0].continue_()
    expect(page.get_by_role("option").first).to_contain_text("Alun-alun")


def test_the_list_is_fit_for_everybody_and_for_the_narrowest_screen(city: City, device: Opener) -> None:
    page = device({"viewport": {"width": 320, "height": 640}, "has_touch": True}, "tuti")
    page.goto(SEARCH)
    page.get_by_role("combobox").press_sequentially("mayangan rt 3")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert min(option.bounding_box()["height"] for option in page.get_by_role("option").all()) >= 48


def test_without_script_the_server_looks_for_what_the_words_mean(city: City, desktop: Opener) -> None:
    page = desktop("tuti", java_script_enabled=False)
    page.goto(SEARCH)
    page.get_by_label("Tempat").fill("100 m selatan alun2")
    page.get_by_role("button", name="Cari").click()
    expect(page.get_by_role("listitem").filter(has_text="100 m selatan Alun-alun Probolinggo")).to_be_visible()
