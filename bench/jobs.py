"""How many taps, keys and seconds the jobs of METEOR's users take, done in a real browser on a served city.

A person takes 1.1 s to point at something, 0.2 s to tap it, 0.28 s for each key and 1.35 s to read what comes next
(keystroke-level model, Card, Moran and Newell 1980); the seconds are of the clock, at that pace.
"""

import os
import re
import shutil
from collections.abc import Iterator
from time import monotonic

from playwright.sync_api import expect, sync_playwright
from sqlalchemy import select

from bench import Case, _desk
from bench._city import demo_city, gunicorn, people, scheduler
from bench._person import DESK, PATIENCE, Served
from meteor.calls import rules as calls
from meteor.calls.rules import Announcement
from meteor.clients.models import ApiClient
from meteor.store.database import db
from meteor.store.moments import now

ROUNDS = 3
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
"""A crowded cell: 50 kbit/s both ways in bytes a second, and 300 ms for the way there and back."""

HOLDABLE = """() => {
  const how = document.getElementById("how");
  return how && how.textContent.startsWith("Tahan") && performance.now();
}"""
"""When the script of the button says on it that it can be held: ms since the page was asked for."""


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        with scheduler(var), gunicorn("app:app", var) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("METEOR_CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
            )
            served = Served(app, browser, port)
            citizen = people("citizen", 1)[0]
            views = [_first_view(served, citizen) for _ in range(ROUNDS)]
            yield _case("first view", "s", 6, [seen for seen, _ in views], "50 kbit/s, 300 ms, nothing kept")
            yield _case("first hold", "s", 6, [holdable for _, holdable in views], "of the same view")
            yield _case("first run", "s", 60, [_first_run(served) for _ in range(ROUNDS)])
            alarms = [_alarm(served) for _ in range(ROUNDS)]
            yield _case("leader answers", "taps", 2, [alarm[0] for alarm in alarms])
            yield _case("officer's job", "taps", 6, [alarm[1] for alarm in alarms], "the network is gone in the middle")
            yield _case("fire call", "keys", 38, [_fire_call(served) for _ in range(ROUNDS)])
            yield from _desk.cases(served, port, ROUNDS)
            browser.close()


def _case(name: str, unit: str, promised: float, found: list[float], note: str = "") -> Case:
    return Case(name, "promised", unit, [(one, promised) for one in found], 1.0, "at most", note)


def _first_view(served: Served, user_id: int) -> tuple[float, float]:
    """Seconds until a phone that was never here shows the button, and until it can be held, on a crowded cell."""
    page = served.person(user_id, PHONE, "about:blank").page
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.goto("/", wait_until="commit", timeout=PATIENCE)
    holdable = page.wait_for_function(HOLDABLE, timeout=PATIENCE).json_value()
    page.wait_for_load_state(timeout=PATIENCE)
    expect(page.locator("#button")).to_be_in_viewport(ratio=1)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return float(painted) / 1000, float(holdable) / 1000


def _first_run(served: Served) -> float:
    """Seconds of a new citizen from the first step to the button."""
    (user_id,) = people("citizen", 1)
    citizen = served.person(user_id, PHONE, "/onboarding")
    page = citizen.page
    further = page.get_by_role("link", name="Berikutnya")
    citizen.read(page.locator("#place[data-state=known]"))
    citizen.tap(further)
    citizen.tap(page.get_by_role("button", name=re.compile("Uji tombol")))
    citizen.read(page.locator("#trial-result.ok"))
    citizen.tap(further)
    citizen.read(page.locator("h1"))
    citizen.tap(further)
    citizen.tap(page.get_by_label("PIN", exact=True))
    citizen.press("2468")
    citizen.tap(page.get_by_role("button", name="Simpan PIN"))
    citizen.read(page.locator("#button"))
    seconds = monotonic() - citizen.began
    page.context.close()
    return seconds


def _alarm(served: Served) -> tuple[int, int]:
    """Taps of the RT leader who answers an alert, and of the officer from offer to closure."""
    officer = served.person("petugas", TABLET, "/incidents")
    leader = served.person("ketua-rt", PHONE, "/residents")
    citizen = served.person("warga", PHONE, "/")
    citizen.page.locator("#button").focus()
    citizen.press("Enter", "Enter")
    citizen.page.wait_for_url("**/alerts/*", timeout=PATIENCE)
    leader.tap(leader.page.get_by_role("button", name="Ya, saya ke sana"))
    leader.read(leader.page.get_by_text("Pusat komando, petugas, dan pelapor tahu"))
    officer.tap(officer.page.get_by_role("button", name="Terima"))
    comes = citizen.page.locator("[id^=responder-]").first
    expect(comes).to_be_in_viewport(ratio=1, timeout=PATIENCE)
    officer.page.wait_for_url(re.compile(r"/incidents/\d"))
    officer.page.context.set_offline(True)
    for step in ("Berangkat", "Tiba"):
        officer.tap(officer.page.locator(".next-step").get_by_role("button", name=step))
    officer.page.context.set_offline(False)
    expect(citizen.page.locator("[data-stage=arrived]")).to_be_visible(timeout=PATIENCE)
    officer.tap(officer.page.locator("[data-step=finish]").get_by_role("link", name="Tutup kejadian"))
    officer.tap(officer.page.get_by_text("Ditolong", exact=True))
    officer.tap(officer.page.get_by_role("button", name="Tutup kejadian"))
    expect(citizen.page.locator("[data-stage=closed]")).to_be_visible(timeout=PATIENCE)
    for person in (officer, leader, citizen):
        person.page.context.close()
    return leader.taps, officer.taps


def _fire_call(served: Served) -> int:
    """Keys of a call-taker from the ringing call to units that are asked."""
    taker = served.person("operator", DESK, "/calls")
    page = taker.page
    client = db.session.scalar(select(ApiClient).limit(1)) or ApiClient(name="Telkom", scopes=["calls:write"])
    db.session.add(client)
    db.session.flush()
    at = now()
    calls.announce(Announcement(reference=f"call-{at.timestamp()}", caller="081234567890", received_at=at), client, at)
    db.session.commit()
    expect(page.get_by_role("button", name="Ambil panggilan dari")).to_be_visible(timeout=PATIENCE)
    taker.press("F2")
    page.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}$"))
    expect(page.get_by_role("combobox", name="Apa: jenis kejadian")).to_be_focused()
    taker.press("kebak")
    expect(page.get_by_role("option", name="Kebakaran").first).to_be_visible()
    taker.press("Tab", "alun-alun")
    expect(page.get_by_role("option").first).to_be_visible()
    taker.press("Tab")
    expect(page.get_by_label("Apa yang terjadi")).to_be_focused()
    taker.press("api di dapur", "Alt+K")
    expect(page.get_by_text("sudah dibuka").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#units").get_by_text("DAMKAR").first).to_be_visible(timeout=PATIENCE)
    page.context.close()
    return taker.keys
