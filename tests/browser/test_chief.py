"""The chief's page: links for a finger, and on a dead network one word of it, with everything where it was."""

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.scenes import on_duty, report

FINGER = 48  # px
HEIGHTS = "links => links.map(link => [link.textContent.trim(), link.getBoundingClientRect().height])"


def test_the_links_of_the_page_and_of_its_foot_are_as_high_as_a_finger(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        report(cast)
    page = tablet("yusuf")
    page.goto("/board/chief")
    expect(page.locator("#chief h3 a")).to_have_count(1)
    low = [one for one in page.locator("#chief a, .foot a").evaluate_all(HEIGHTS) if one[1] < FINGER]
    assert low == []


def test_a_page_that_is_not_live_says_so_once_and_keeps_its_columns(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive.extend(["ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"])
    page = desktop("yusuf")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/board/chief")
    numbers, chart = page.locator("#chief"), page.locator(".chief-map")
    expect(chart).to_be_visible()
    page.context.set_offline(True)
    for part in ("notices", "chief", "on-map"):
        expect(page.locator(f"#{part}-not-live")).not_to_have_attribute("hidden", "", timeout=60_000)
    expect(page.locator(".not-live:visible")).to_have_count(1)
    left, right = numbers.bounding_box(), chart.bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]


def test_the_five_oldest_p1_and_their_units_are_seen_without_scrolling(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        on_duty(cast, "rina", "AMBULANS-01")
        kinds = {"sari": "emergency", "wahyu": "medical", "endang": "fire", "karto": "emergency", "slamet": "medical"}
        for who, kind in kinds.items():
            report(cast, who, kind)
    page = desktop("yusuf")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/board/chief")
    expect(page.locator(".oldest article")).to_have_count(5)
    for part in (*page.locator(".oldest article").all(), *page.locator(".measure").all(), page.locator(".chief-map")):
        expect(part).to_be_in_viewport(ratio=1)
    assert violations(page) == []
