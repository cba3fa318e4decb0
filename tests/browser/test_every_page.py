"""Every page that is reached by following links: nothing for axe to find, in light and dark, nor wider than 320 px.

Citizens' pages lose no word at 200 % text size either.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from meteor.accounts import recoveries
from meteor.agencies import rules as agencies
from meteor.calls import caller_flags, rules
from meteor.clients import rules as clients
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.notices import rules as notices
from meteor.protocols.models import IncidentType
from meteor.residents import helping
from meteor.store import outbox
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.territory.choices import kelurahan
from meteor.trackers import rules as trackers
from tests.alerts.test_receive import press
from tests.browser.axe import carry, violations
from tests.browser.conftest import City, Opener
from tests.calls.switchboard import SRI, enough, prank, rings, taken, typed
from tests.evacuation.places import point, route
from tests.premises.places import shop
from tests.protocols.test_scripts import ask
from tests.rosters.plans import rostered
from tests.sas.test_card import alarm, with_picture
from tests.sas.test_panels_admin import panel_of
from tests.statistics.test_public_figures import happened
from tests.warnings.drafting import drafted, published

PEOPLE = ("", "sari", "endang", "agus", "maya", "komang", "hadi", "yusuf", "bagas", "tuti", "toko")
CITIZENS = ("", "sari")
NARROW = {"width": 320, "height": 640}

LINKS = """Array.from(document.querySelectorAll("a[href^='/']:not([download])"), (one) => one.getAttribute("href"))"""
"""The addresses that the page links. Locators would load Playwright's selectors into each page: 20 ms."""

CUT_WORDS = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), cut = [];
  while (words.nextNode()) {
    const parent = words.currentNode.parentElement;
    const hidden = parent.closest(
      ".skip, .visually-hidden, select, script, .map-canvas, details:not([open]) > :not(summary)");
    if (hidden || !words.currentNode.data.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const rows = [...range.getClientRects()].filter((row) => row.width > 1);
    if (rows.some((row) => row.left < -1 || row.right > innerWidth + 1)) cut.push(words.currentNode.data.trim());
  }
  return cut;
}"""
"""The texts that reach beyond the left or right edge of the screen. A map goes on beyond its own."""


@pytest.fixture
def busy_city(city: City) -> City:
    """Sari has pressed and Agus is with her; she would help Wahyu, who waits for a unit. 112 rings, a notice is new."""
    with city.database() as cast:
        agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
        db.session.commit()
        press(cast)
        offer = db.session.query(Assignment).one()
        dispatch.accept(offer, now(), cast.agus)
        dispatch.arrive(offer, now(), cast.agus)
        press(cast, "wahyu", note="Ada yang jatuh di depan pasar.")
        for known in db.session.scalars(select(IncidentType)).all():
            ask(known, "Apakah ada yang terluka?", None, 1)
            known.neighbours = True
        helping.agree(cast.sari, now())
        notices.tell("walk", "nobody_left", "/incidents", role="dispatcher", number="261124-002")
        prank(cast)
        typed(cast, taken(cast), **enough(cast))
        caller_flags.block(SRI, 7, "Ratusan panggilan semalam", now(), cast.hadi)
        rings("085711112222")
        rules.exchange_event(rings("085733334444"), "abandoned", now())
        client, _ = clients.new({"name": "Sentral 112", "scopes": ["calls:write"], "per_minute": 60}, now(), None)
        client.webhook_url = "https://partner.example/meteor"
        message = {"id": "walk", "type": "incident.status", "incident": {"number": "261124-001", "status": "open"}}
        outbox.put(f"webhook:{client.id}:1", "webhook", client_id=client.id, message=message)
        trackers.new("Ponsel TRAIL-01", cast.unit("TRAIL-01"), now(), cast.tuti)
        recoveries.by_admin(cast.sari, "+6281234567890", "Ganti HP", cast.tuti, now())
        premises = shop()
        with_picture(city.app, premises)
        panel_of(premises)
        alarm(cast, premises)
        published(cast)
        over = f"{today().replace(day=1) - timedelta(days=1):%Y-%m}"
        happened(cast, over, kelurahan()[0].id, [150.0] * 12)
        happened(cast, over, None, [100.0] * 2)
        happened(cast, over, kelurahan()[1].id, [400.0] * 4)
        route("Jalur pantai", point("Lapangan", 400, "flood"))
        drafted(cast.bagas)
        rostered(cast)
        notices.tell("walk-admin", "undelivered", "/admin/audit", role="admin", topic="neighbourhood")
    return city


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_is_fit_for_everybody(busy_city: City, device: Opener, username: str) -> None:
    page = device({"viewport": NARROW, "has_touch": True}, username)
    carry(page)
    problems = {}
    for address in walk(busy_city.app, page):
        found = wrong_with(page) + (cut_in_large_text(page) if username in CITIZENS else [])
        if found:
            problems[address] = found
    assert problems == {}


def walk(app: Flask, page: Page) -> Iterator[str]:
    """Go to one address of every page that is linked from where the user begins, and yield it while it is shown."""
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop(0)
        endpoint = endpoint_of(app, address)
        if endpoint is None or endpoint in seen:
            continue
        seen.add(endpoint)
        answer = page.goto(address)
        assert answer, address
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.ok, f"{address}: {answer.status}"
        yield address
        waiting += page.evaluate(LINKS)


def endpoint_of(app: Flask, address: str) -> str | None:
    """The page that `address` leads to; None for files to download and for what is not a page of ours."""
    try:
        endpoint, _ = app.url_map.bind("").match(urlsplit(address).path, "GET")
    except HTTPException:
        return None
    return None if endpoint.endswith(("template", "service_worker", "picture")) else endpoint


def wrong_with(page: Page) -> list[Any]:
    """What axe finds on the page, with everything unfolded, and whether it is wider than the screen."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    found: list[Any] = [*violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than 320 px")
    return found


def cut_in_large_text(page: Page) -> list[str]:
    """What is cut off on a phone whose text is set to 200 %."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    cut = page.evaluate(CUT_WORDS)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(NARROW)
    return [f"cut at 200 %: {words}" for words in cut]
