"""A polled part that looks fresh is fresh, and a poll never disturbs whoever is using the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.gallery import Rows

pytestmark = pytest.mark.browser

PROMISED = 5000  # ms until a dead network must show
NOT_LIVE = "#queue-not-live"


@pytest.fixture
def watched(page: Page, address: str, rows: Rows) -> Page:
    """A page whose first poll has come back."""
    page.goto(f"{address}/gallery")
    expect(page.locator("#queue")).to_contain_text("Jawaban 1")
    return page


def test_what_is_new_appears_and_the_next_poll_says_what_is_known(watched: Page, rows: Rows) -> None:
    expect(watched.locator("#queue")).to_contain_text("Jawaban 2")
    assert rows.version_seen == "1"
    expect(watched.locator(NOT_LIVE)).to_be_hidden()


def test_nothing_new_is_live_too(watched: Page, rows: Rows) -> None:
    rows.status = 204
    for _poll in range(3):
        with watched.expect_response("**/rows?*"):
            pass
    expect(watched.locator(NOT_LIVE)).to_be_hidden()
    expect(watched.locator("#queue")).to_contain_text("Jawaban 1")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_dead_network_shows_within_five_seconds_and_heals_by_itself(
    page: Page, address: str, rows: Rows, language: str
) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": address}])
    page.clock.install()  # the five seconds are the page's own, however slow the machine is
    page.goto(f"{address}/gallery")
    with page.expect_response("**/rows?*"):
        pass
    page.context.set_offline(True)
    page.clock.fast_forward(PROMISED)
    expect(page.locator(NOT_LIVE)).to_be_visible()
    words = {"id": r"Tidak diperbarui sejak \d\d\.\d\d WIB", "en": r"Not live since \d\d:\d\d WIB"}
    expect(page.locator(NOT_LIVE)).to_contain_text(re.compile(words[language]))
    page.context.set_offline(False)
    page.clock.fast_forward(PROMISED)
    expect(page.locator(NOT_LIVE)).to_be_hidden()


def test_a_server_that_fails_shows_and_what_was_there_stays(watched: Page, rows: Rows) -> None:
    rows.status = 500
    expect(watched.locator(NOT_LIVE)).to_be_visible()
    expect(watched.locator("#queue")).to_contain_text("Jawaban")


def test_a_session_that_ended_leads_to_sign_in(watched: Page, rows: Rows) -> None:
    rows.status = 401
    watched.wait_for_url("**/sign-in")


def test_focus_and_what_was_unfolded_stay(watched: Page) -> None:
    watched.locator("#more-summary").click()
    watched.locator("#accept").focus()
    expect(watched.locator("#queue")).to_contain_text("Jawaban 3")
    expect(watched.locator("#accept")).to_be_focused()
    expect(watched.locator("#more")).to_have_attribute("open", "")


def test_a_button_does_not_vanish_under_the_finger(watched: Page, rows: Rows) -> None:
    watched.locator("#accept").hover()
    watched.mouse.down()
    shown = watched.locator("#queue p").inner_text()
    asked = rows.asked
    with watched.expect_response("**/rows?*"):
        pass
    with watched.expect_response("**/rows?*"):
        pass
    assert rows.asked >= asked + 2
    assert watched.locator("#queue p").inner_text() == shown
    watched.mouse.up()
    expect(watched.locator("#queue p")).not_to_have_text(shown)


def test_the_page_keeps_its_place(watched: Page) -> None:
    watched.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    before = watched.evaluate("window.scrollY")
    expect(watched.locator("#queue")).to_contain_text("Jawaban 3")
    assert watched.evaluate("window.scrollY") == before


def test_a_clock_runs_by_the_servers_time_and_says_when_it_is_late(page: Page, address: str) -> None:
    page.add_init_script("{const real = Date.now; Date.now = () => real() - 3600e3}")  # a phone that is an hour slow
    page.goto(f"{address}/gallery")
    clock = page.locator("time.age").first
    expect(clock).to_have_text("3:01")  # it was 2:59 when the page was made
    expect(clock).to_have_attribute("data-late", "")
    expect(clock.locator("+ .late-word")).to_be_visible()


def test_an_age_in_words_runs_and_changes_its_unit(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery")
    said = page.locator(".said time").nth(1)
    first = said.text_content()
    assert re.fullmatch(r"\d\d detik lalu", first or "")
    expect(said).not_to_have_text(first or "")
    said.evaluate("clock => (clock.dateTime = new Date(Date.parse(clock.dateTime) - 60e3).toISOString())")
    expect(said).to_have_text("1 menit lalu")


def test_the_browser_says_an_age_in_the_servers_words(page: Page, address: str) -> None:
    made = page.request.get(f"{address}/gallery").text()
    painted = re.findall(r'<p class="said"><time[^>]*>(.*?)</time>', made)
    said = ["0 detik lalu", painted[1], "1 menit lalu", "1 jam lalu", "3 hari lalu", "14 hari lalu"]
    assert painted == said
    page.goto(f"{address}/gallery")
    page.evaluate("document.querySelectorAll('.said time').forEach((clock) => (clock.textContent = ''))")
    running = [re.compile(words if place != 1 else r"\d\d detik lalu") for place, words in enumerate(said)]
    expect(page.locator(".said time")).to_have_text(running)


def test_an_old_position_says_so_in_a_word_too(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery")
    expect(page.locator("#old .late-word")).to_have_text("(lama)")
    expect(page.locator("#old .late-word")).to_be_visible()
    expect(page.locator("#new .late-word")).to_be_hidden()
