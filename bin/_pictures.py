"""The screens that bin/pictures takes: who looks at what, on which device."""

import re
from collections.abc import Iterator
from io import BytesIO
from random import Random
from typing import Any
from uuid import uuid4

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from bench._city import demo_city, gunicorn, scheduler
from bench.jobs import DESK, PHONE, TABLET, Served
from meteor.alerts.models import KINDS
from meteor.alerts.rules import IncomingAlert, receive
from meteor.calls import rules as calls
from meteor.calls.rules import Announcement
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.config import PROJECT
from meteor.store.database import db
from meteor.store.moments import now
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

FOLDER = PROJECT / "docs" / "pictures"
WALL = {"viewport": {"width": 1920, "height": 1080}}
COLOURS = 256
"""Of a picture's palette: flat screens need no more, and a file is a third as large."""

PATIENCE = 30_000  # ms


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with demo_city() as app, sync_playwright() as playwright:
        var = app.config["SETTINGS"].var
        with scheduler(var), gunicorn("app:app", var) as port:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
            for name, page in screens(Served(app, browser, port)):
                take(page, name)
            browser.close()


def take(page: Page, name: str) -> None:
    """Keep the page as it is seen, in both schemes; one of the command centre by its own switch."""
    page.evaluate("document.fonts.ready.then(() => undefined)")
    sheets = [frame.locator("link[href*=dark-scheme]") for frame in page.frames]
    own = [sheet for sheet in sheets if sheet.count()]  # the drawer's page has one too
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for sheet in own:
            sheet.evaluate("(sheet, media) => (sheet.media = media)", "screen" if scheme == "dark" else "not all")
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        reduced = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
        reduced.save(FOLDER / f"{name}-{scheme}.png", optimize=True)


def screens(city: Served) -> Iterator[tuple[str, Page]]:
    """Each screen's name and its page, in the order of an evening: before, an alert, its end, a bad hour."""
    yield from _before(city)
    yield "board-empty", _board(city, WALL)
    yield from _alert(city)
    yield from _desks(city)
    yield from _bad_hour(city)


def _before(city: Served) -> Iterator[tuple[str, Page]]:
    visitor = city.browser.new_context(locale="id-ID", base_url=city.address, **PHONE).new_page()
    for name, path in (("welcome", "/"), ("sign-in", "/sign-in"), ("sign-up", "/sign-up")):
        visitor.goto(path)
        yield name, visitor
    citizen = city.person("warga", PHONE, "/").page
    citizen.locator("#place[data-state=known]").wait_for()
    yield "button", citizen
    for name, path in (("onboarding", "/onboarding"), ("contacts", "/contacts"), ("residence", "/residence")):
        citizen.goto(path)
        yield name, citizen
    leader = city.person("ketua-rt", TABLET, "/residents").page
    yield "register", leader
    business = city.person("toko-emas", PHONE, "/premises").page
    yield "premises", business


def _alert(city: Served) -> Iterator[tuple[str, Page]]:
    officer = city.person("petugas", TABLET, "/incidents").page
    leader = city.person("ketua-rt", PHONE, "/neighbourhood").page
    citizen = city.person("warga", PHONE, "/").page
    citizen.locator("#button").focus()
    citizen.keyboard.press("Enter")
    citizen.keyboard.press("Enter")
    citizen.wait_for_url("**/alerts/*", timeout=PATIENCE)
    leader.get_by_role("button", name="Ya, saya ke sana").wait_for(timeout=PATIENCE)
    yield "leader-called", leader
    officer.get_by_role("button", name="Terima").wait_for(timeout=PATIENCE)
    yield "offer", officer
    officer.get_by_role("button", name="Terima").click()
    officer.wait_for_url(re.compile(r"/incidents/\d"))
    officer.locator(".next-step").get_by_role("button", name="Berangkat").wait_for(timeout=PATIENCE)
    yield "crew-incident", officer
    citizen.locator("[id^=responder-]").first.wait_for(timeout=PATIENCE)
    yield "alert", citizen
    officer.goto("/unit")
    yield "unit", officer


def _desks(city: Served) -> Iterator[tuple[str, Page]]:
    client = db.session.scalar(select(ApiClient).limit(1)) or ApiClient(name="Telkom", scopes=["calls:write"])
    db.session.add(client)
    db.session.flush()
    calls.announce(Announcement(reference="evening", caller="081234567890", received_at=now()), client, now())
    db.session.commit()
    taker = city.person("operator", DESK, "/calls").page
    taker.get_by_role("button", name="Ambil panggilan dari").wait_for(timeout=PATIENCE)
    yield "calls", taker
    taker.keyboard.press("F2")
    taker.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}$"))
    yield "call", taker
    dispatcher = city.person("komando", DESK, "/incidents").page
    yield "queue", dispatcher
    dispatcher.locator("a[href^='/incidents/']").first.click()
    dispatcher.wait_for_url(re.compile(r"/incidents/\d"))
    yield "incident", dispatcher
    yield "alarm-screen", city.person("komando", WALL, "/sas/monitor").page
    administrator = city.person("admin", DESK, "/admin").page
    yield "administration", administrator
    administrator.goto("/admin/users")
    yield "users", administrator


def _bad_hour(city: Served) -> Iterator[tuple[str, Page]]:
    chance = Random(26)  # noqa: S311  the same places each time
    _cries(4, chance)
    yield "board-5", _board(city, WALL)
    _cries(45, chance)
    board = _board(city, WALL)
    yield "board-50", board
    board.locator("#lines .what > a[target=drawer]").first.click()
    board.frame_locator("iframe[name=drawer]").locator("#units-title").wait_for(timeout=PATIENCE)
    yield "board-drawer", board
    yield "board-tablet", _board(city, TABLET)
    _, token = clients.new({"name": "Dinding", "scopes": ["board:read"], "per_minute": 60}, now(), None)
    db.session.commit()
    wall = city.browser.new_context(locale="id-ID", base_url=city.address, **WALL).new_page()
    wall.goto(f"/board/wall?token={token}")
    yield "wall", wall
    yield "chief", city.person("kapolres", PHONE, "/board/chief").page


def _board(city: Served, device: dict[str, Any]) -> Page:
    """The dispatcher's board, its map drawn."""
    page = city.person("komando", device, "/board").page
    page.locator("#city [data-ready]").wait_for(state="attached", timeout=PATIENCE)
    return page


def _cries(count: int, chance: Random) -> None:
    """So many alerts of all kinds, all over the city."""
    for number in range(count):
        place = chance.uniform(-7.785, -7.735), chance.uniform(113.175, 113.24)
        receive(IncomingAlert(uuid4(), "api", KINDS[number % len(KINDS)], None, *place, 15.0), now())
        db.session.commit()


if __name__ == "__main__":
    main()
