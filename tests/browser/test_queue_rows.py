"""Rows of the queue: their edge is the priority and nothing else, and nothing in them overlaps at any width."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.cast import HOME
from tests.scenes import on_duty, report

OVERLAPS = """
() => {
  const met = [];
  for (const row of document.querySelectorAll(".queued, .burst > a")) {
    const parts = [...row.querySelectorAll(".what > *, .where, .since time, .since .late-word, .sent > li, .mark")];
    const boxes = parts.map(part => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width);
    for (const [part, box] of boxes) {
      if (box.right > row.getBoundingClientRect().right + 1) met.push(part.textContent + " leaves the row");
      for (const [other, its] of boxes) {
        if (part === other || part.contains(other) || other.contains(part)) continue;
        const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (wide > 1 && high > 1) met.push(`${part.textContent} × ${other.textContent}`);
      }
    }
  }
  return [...new Set(met)].slice(0, 5);
}
"""
EDGES = """
() => Object.fromEntries([...document.querySelectorAll(".queued")].map(row => {
  const of = getComputedStyle(row);
  return [row.querySelector("h2").textContent, [of.borderLeftColor, of.borderTopColor, of.backgroundColor]];
}))
"""


def scene(city: City) -> None:
    """Late incidents of three priorities, with units and without."""
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        on_duty(cast, "rina", "AMBULANS-01")
        cast.incident_type("crime").name_id = "Perampokan di toko emas atau rumah makan"
        kinds = {"sari": "medical", "wahyu": "fire", "endang": "crime", "slamet": "other", "toko": "domestic_violence"}
        reports = [
            report(cast, who, kind=kind, latitude=HOME[0] + number * 0.004, longitude=HOME[1])
            for number, (who, kind) in enumerate(kinds.items())
        ]
        for incident in reports:
            incident.opened_at = now() - timedelta(minutes=75)
        db.session.flush()
        city.hold_jobs()


def queue(page: Page) -> Page:
    page.goto("/incidents")
    expect(page.locator(".queued").first).to_be_visible()
    return page


def test_nothing_in_a_row_overlaps_at_any_width(desktop: Opener, city: City) -> None:
    scene(city)
    page = queue(desktop("komang"))
    for width in [*range(320, 1440, 40), 700, 704, 1023, 1024, 1100, 1440, 1920]:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERLAPS) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_row_is_its_priority_and_a_shortfall_is_an_icon_with_words(
    desktop: Opener, city: City, scheme: str
) -> None:
    scene(city)
    page = desktop("komang")
    page.context.add_cookies([{"name": "scheme", "value": scheme, "url": city.address}])
    queue(page)
    row = page.locator(".queued", has_text="Kebakaran")
    short = row.locator(".mark.danger")
    expect(short).to_contain_text("fire")
    assert short.locator("svg").count() == 1
    edges = page.evaluate(EDGES)
    assert edges["Kebakaran"] == edges["Kecelakaan atau medis"], "one lacks a unit, the other does not"


def test_the_colour_of_the_type_is_on_its_mark_alone(desktop: Opener, city: City) -> None:
    scene(city)
    page = queue(desktop("komang"))
    colour = "it => getComputedStyle(it).color"
    marks = {
        row.locator("h2").inner_text(): row.locator(".type-mark").evaluate(colour)
        for row in page.locator(".queued").all()
    }
    assert len(set(marks.values())) == len(marks)
    filled = page.locator(".type-mark.fire .icon").evaluate("it => getComputedStyle(it).fill")
    assert filled == marks["Kebakaran"]
