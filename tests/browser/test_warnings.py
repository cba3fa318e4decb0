"""Warnings on the phone that presses: the button, 112 and the kinds stay where they are found."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from meteor.store.database import db
from meteor.warnings import reach
from meteor.warnings.models import HazardWarning
from tests.browser.conftest import City, Opener, cut_network
from tests.browser.wire import wire_to
from tests.scenes import report
from tests.warnings.scenes import cancel, publish, tell_all

BUDGET = 50 * 1024  # bytes


def warn(city: City, **values: Any) -> int:
    with city.database():
        return publish("Mayangan", **values).id


def seen_at_once(page: Page) -> None:
    """The button, all kinds and 112 lie in the first view, none over another."""
    for part in page.locator("#button, .kind-tiles .kind, .call-bar .button").all():
        expect(part).to_be_in_viewport(ratio=1)
    bar, last = (page.locator(it).bounding_box() for it in (".call-bar", ".kind-tiles .kind >> nth=-1"))
    assert bar
    assert last
    assert last["y"] + last["height"] <= bar["y"]


@pytest.mark.parametrize("severity", ["Severe", "Extreme"])
def test_the_button_112_and_the_kinds_stay_in_the_first_view(city: City, phone: Opener, severity: str) -> None:
    warn(city, severity=severity)
    page = phone("sari")
    page.goto("/")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    expect(page.locator("#warning")).to_be_in_viewport(ratio=1)
    seen_at_once(page)
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("#warning").evaluate(colour) != page.locator("#button").evaluate(colour)
    page.locator("#warning summary").click()
    expect(page.get_by_text("Tutup jendela, dan tunda perjalanan.")).to_be_visible()


CUT = """parts => parts.filter((part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight)
  .map((part) => part.textContent)"""
"""The words of those parts in which words are cut."""


def with_open_alert(city: City, phone: Opener, size: str) -> Page:
    """The button's page of Sari, who is warned and has an alert open, in text of this size."""
    warn(city)
    with city.database() as cast:
        report(cast)
    page = phone("sari")
    page.goto("/")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    page.evaluate("size => (document.documentElement.style.fontSize = size)", size)
    return page


def test_an_open_alert_beside_a_warning_takes_the_kinds_out_of_the_first_view_no_more(
    city: City, phone: Opener
) -> None:
    page = with_open_alert(city, phone, "100%")
    expect(page.locator(".open-alert")).to_be_in_viewport(ratio=1)
    seen_at_once(page)


def test_in_text_of_twice_the_size_the_button_and_112_are_pressed_without_scrolling(city: City, phone: Opener) -> None:
    page = with_open_alert(city, phone, "200%")
    bar, button, header = (page.locator(it).bounding_box() for it in (".call-bar", "#button", ".top"))
    assert bar
    assert button
    assert header
    assert header["height"] <= 96
    assert min(bar["y"], button["y"] + button["height"]) - button["y"] >= 96
    expect(page.locator(".call-bar .button")).to_be_in_viewport(ratio=1)
    assert page.locator("#warning strong, .open-alert, .menu > summary").evaluate_all(CUT) == []
    expect(page.locator("#warning summary > span").first).to_have_css("height", "0px")
    menu = page.locator(".menu > summary").bounding_box()
    assert menu
    assert menu["height"] >= 48
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#warning summary").click()
    expect(page.locator("#warning summary")).to_contain_text("Jauhi pohon dan baliho.")
    assert page.locator("#warning summary > span").evaluate_all(CUT) == []


def test_in_text_of_twice_the_size_the_bar_of_112_is_small_and_covers_nothing_that_has_the_focus(
    city: City, phone: Opener
) -> None:
    page = with_open_alert(city, phone, "200%")
    bar = page.locator(".call-bar").bounding_box()
    assert bar
    assert bar["height"] <= 64
    for link in page.locator("main a:visible:not(.call-bar a), main button:visible, main input:visible").all():
        link.focus()
        box, bar = link.bounding_box(), page.locator(".call-bar").bounding_box()
        assert box
        assert bar
        assert box["y"] + box["height"] <= bar["y"] or box["y"] >= bar["y"] + bar["height"]


@pytest.mark.parametrize(("size", "text"), [("100%", "16px"), ("200%", "32px")])
def test_on_the_smallest_phone_112_is_a_target_of_48_pixels_and_its_text_grows_to_twice_the_size(
    city: City, phone: Opener, size: str, text: str
) -> None:
    page = with_open_alert(city, phone, size)
    page.set_viewport_size({"width": 320, "height": 568})
    call = page.locator(".call-bar .button")
    expect(call).to_be_in_viewport(ratio=1)
    expect(call).to_have_css("font-size", text)
    box, bar = call.bounding_box(), page.locator(".call-bar").bounding_box()
    assert box
    assert bar
    assert box["height"] >= 48
    assert bar["height"] <= 64


def test_a_warning_comes_to_an_open_page_and_goes_again_and_without_a_network_it_says_of_when_it_is(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    page = phone("sari")
    page.goto("/", wait_until="networkidle")
    expect(page.locator("#warning")).to_have_count(0)
    looks = "document.dispatchEvent(new Event('visibilitychange'))"
    warning = warn(city)
    page.evaluate(looks)
    expect(page.locator("#warning")).to_contain_text("Siaga")
    expect(page.get_by_text("Keadaan per pukul")).to_be_hidden()
    seen_at_once(page)
    cut_network(page)
    page.evaluate(looks)
    expect(page.get_by_text("Keadaan per pukul")).to_be_visible()
    page.context.set_offline(False)
    with city.database():
        cancel(db.session.get_one(HazardWarning, warning))
    page.evaluate(looks)
    expect(page.locator("#warning")).to_have_count(0)


@pytest.mark.parametrize(("language", "said"), [("id", "00.05"), ("en", "00:05")])
def test_its_age_is_the_servers_in_probolinggo_whatever_the_phone_thinks(
    city: City, phone: Opener, language: str, said: str
) -> None:
    def at_midnight(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"date": "Wed, 01 Jul 2026 17:05:00 GMT"})

    warn(city)
    with city.database() as cast:
        cast.sari.language = language
    page = phone("sari", timezone_id="Europe/London")
    page.clock.set_fixed_time("2019-01-01T09:41:00Z")
    page.route("**/warnings/banner*", at_midnight)
    page.goto("/")
    expect(page.locator("#warnings.live")).to_have_count(1)
    expect(page.locator("#warnings time")).to_have_text(said)


def test_a_first_visit_with_a_warning_takes_at_most_fifty_kilobytes(city: City, phone: Opener) -> None:
    warn(city)
    host, port = city.address.removeprefix("http://").split(":")
    with wire_to(host, int(port)) as wire:
        page = phone("sari", base_url=wire.address)
        page.goto("/", wait_until="networkidle")
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        print(f"\n{wire.carried} bytes")
        assert 10_000 < wire.carried <= BUDGET


def test_the_map_outlines_what_a_message_of_others_names(city: City, desktop: Opener) -> None:
    square = [[-7.7, 113.2], [-7.8, 113.2], [-7.8, 113.3]]
    number = warn(city, areas=[{"description": "Utara", "polygons": [square]}])
    page = desktop("sari")
    for address in ("/warnings", f"/warnings/{number}"):
        page.goto(address)
        expect(page.locator("path.map-outline.warned-severe")).to_have_count(1)


def test_a_resident_who_was_told_and_is_shown_the_page_is_counted_once(city: City, phone: Opener) -> None:
    number = warn(city)
    with city.database():
        tell_all()
    page = phone("sari")
    with page.expect_response(f"**/warnings/{number}/opening") as answer:
        page.goto(f"/warnings/{number}")
    assert answer.value.status == 204
    page.reload()
    expect(page.locator("#opened")).to_have_count(0)
    with city.database():
        assert reach.reach(db.session.get_one(HazardWarning, number)).total.opened == 1


BROKEN = """part => {
  const broken = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    for (const { 0: word, index } of walker.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
      range.setStart(walker.currentNode, index);
      range.setEnd(walker.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word);
    }
  }
  return broken;
}"""
"""The words of a part that are broken over two lines."""


def test_in_text_of_twice_the_size_the_answer_that_help_is_needed_breaks_no_word(city: City, phone: Opener) -> None:
    warning = warn(city)
    page = phone("sari")
    page.goto(f"/warnings/{warning}")
    page.locator("#safety button[value=need_help]").click()
    answer = page.locator("#safety .notice.danger")
    expect(answer).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert answer.evaluate(BROKEN) == []
