"""A call's desk in a real browser: nothing moves while somebody types, and the button that sends help stays in view."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.calls import caller_flags, rules
from meteor.calls.models import Call
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.browser.test_calls import CALL_PAGE, at_the_type, hands, keeping
from tests.calls.switchboard import enough, rings, taken, typed
from tests.protocols.test_scripts import ask
from tests.scenes import press

AML = 'A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G'
FAR_AWAY = "-7.7758, 113.1724"
WALL = {"viewport": {"width": 1920, "height": 1080}}
UPRIGHT = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}

SHIFTS = """() => new Promise((done) => {
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => {
    observer.disconnect();
    done(seen.filter((one) => one.startTime > window.began).reduce((sum, one) => sum + one.value, 0));
  }, 100);
})"""
"""The layout shifts since `window.began`, those after a key press too."""


@pytest.fixture
def fire_call(city: City) -> str:
    """The address of a call whose phone is known to be at the station, with a long script for a fire."""
    with city.database() as cast:
        city.hold_jobs()
        for question in ("Apa yang terbakar?", "Apakah ada orang di dalam?", "Apakah ada gas di dekatnya?"):
            ask(cast.incident_type("fire"), question, None, 1)
        return f"/calls/{taken(cast, aml=AML).id}"


def boxes(page: Page) -> list[Any]:
    """Where the focused field and the button that sends help are."""
    return [page.locator(part).bounding_box() for part in (":focus", "#send")]


def in_view(page: Page) -> None:
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)


def test_nothing_moves_when_script_matches_and_warnings_arrive(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    expect(page.locator("#brief")).to_contain_text("Tidak ada yang menunggu.")
    page.evaluate("window.began = performance.now()")
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab", FAR_AWAY)
    before = boxes(page)
    expect(page.locator("#script").get_by_text("Apakah ada orang di dalam?")).to_be_visible()
    expect(page.get_by_role("option").first).to_be_visible()
    hands(page, "Escape")
    expect(page.locator("#place-far")).to_contain_text("dari ponsel penelepon")
    with city.database() as cast:
        press(cast, kind="fire", latitude=-7.7758, longitude=113.1724)
        rings("085711112222")
    expect(page.get_by_role("button", name="Ini kejadiannya")).to_be_visible()
    expect(page.locator("#brief-waiting")).to_be_visible()
    assert boxes(page) == before
    assert page.evaluate(SHIFTS) == pytest.approx(0, abs=0.01)


def test_on_a_tablet_what_is_typed_stays_where_it_is_too(city: City, device: Opener, fire_call: str) -> None:
    page = device(UPRIGHT, "maya")
    page.goto(fire_call)
    expect(page.locator("#brief")).to_contain_text("Tidak ada yang menunggu.")
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab", FAR_AWAY)
    before = boxes(page)
    expect(page.locator("#script").get_by_text("Apakah ada orang di dalam?")).to_be_attached()
    expect(page.locator("#place-far")).to_contain_text("dari ponsel penelepon")
    with city.database() as cast:
        press(cast, kind="fire", latitude=-7.7758, longitude=113.1724)
    expect(page.get_by_role("button", name="Ini kejadiannya")).to_be_attached()
    assert boxes(page) == before
    in_view(page)


def test_the_button_that_sends_help_is_always_in_view(desktop: Opener, forgive: list[str], fire_call: str) -> None:
    forgive.append("422")
    page = desktop("maya")
    page.goto(fire_call)
    in_view(page)
    hands(page, "Alt+K")
    expect(page.get_by_role("alert").filter(has_text="Jenis kejadian belum dipilih.")).to_be_visible()
    page.wait_for_load_state()
    in_view(page)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab")
    expect(page.locator("#script").get_by_text("Apakah ada orang di dalam?")).to_be_visible()
    in_view(page)
    hands(page, "Alt+P")
    expect(page.get_by_role("application", name="Peta kota")).to_be_in_viewport(ratio=1)
    in_view(page)
    hands(page, "Escape", "Alt+I")
    expect(page.locator("#reason")).to_be_in_viewport(ratio=1)
    in_view(page)
    hands(page, "Escape")
    expect(page.locator("#reason")).to_be_hidden()
    expect(page.locator("summary", has_text="Bukan darurat")).to_be_focused()
    hands(page, "Alt+K")
    expect(page.locator("#more")).to_be_focused()
    in_view(page)


@pytest.mark.parametrize("screen", [WALL, UPRIGHT])
def test_the_button_is_in_view_on_a_wide_screen_and_on_a_tablet(
    device: Opener, fire_call: str, screen: dict[str, Any]
) -> None:
    page = device(screen, "maya")
    page.goto(fire_call)
    in_view(page)
    page.mouse.wheel(0, 2000)
    in_view(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]


@pytest.mark.parametrize("scripts", [True, False])
def test_after_an_error_one_types_on_in_the_field_at_fault(
    desktop: Opener, forgive: list[str], fire_call: str, scripts: bool
) -> None:
    forgive.append("422")
    page = desktop("maya", java_script_enabled=scripts)
    page.goto(fire_call)
    page.get_by_role("button", name="Kirim bantuan").click()
    expect(page.locator("#type")).to_be_focused()
    page.keyboard.type("kebakaran")
    page.get_by_label("Nomor penelepon").fill(" ")
    page.get_by_role("button", name="Kirim bantuan").click()
    expect(page.get_by_label("Nomor penelepon")).to_be_focused()
    expect(page.get_by_label("Nomor penelepon")).to_have_accessible_description("Nomor penelepon belum diisi.")


def test_enter_sends_no_help_by_a_slip(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    with keeping(city, page, "place", "dekat pasar"):
        hands(page, "Enter", "Enter", "Alt+L", "dekat pasar", "Escape", "Enter", "Alt+N", "Enter")
    with city.database():
        assert db.session.scalars(select(Call)).one().alert_id is None


def test_enter_records_a_prank_from_its_reason(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    hands(page, "Alt+I", "Space", "ArrowDown", "Tab", "tertawa", "Enter")
    page.wait_for_url("**/calls")
    expect(page.get_by_text("Dicatat: Laporan iseng.")).to_be_visible()


def test_enter_asks_the_colleague_who_was_chosen(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    hands(page, "Alt+O")
    page.keyboard.type("Komang")
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("diminta mengambil alih")


def test_enter_works_in_the_other_small_forms(city: City, desktop: Opener, forgive: list[str]) -> None:
    forgive.append("422")
    with city.database() as cast:
        rules.exchange_event(rings("085733334444"), "abandoned", now())
        caller_flags.block("+6281200000001", 7, "Ratusan panggilan", now(), cast.hadi)
    page = desktop("hadi")
    page.goto("/calls/log")
    page.get_by_label("Jenis panggilan").press("L")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/calls/log\?.*class=prank"))
    page.goto("/calls/numbers")
    page.get_by_role("searchbox").fill("0857")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/calls/numbers\?.*q=0857"))
    page.goto("/calls/numbers")
    page.locator("#days").press("Enter")
    expect(page.locator("#phone")).to_be_focused()
    page.goto("/calls")
    page.get_by_role("button", name="Telepon balik 0857-3333-4444").press("Enter")
    page.wait_for_url(CALL_PAGE)
    page.goto("/calls/new")
    expect(page.locator("#caller")).to_be_focused()
    page.keyboard.type("081234567890")
    page.keyboard.press("Enter")
    page.wait_for_url(CALL_PAGE)


def test_who_rings_is_shown_before_the_call_is_taken(city: City, desktop: Opener) -> None:
    page = desktop("maya")
    page.goto("/calls")
    with city.database() as cast:
        rings(cast.sari.phone, aml=AML)
    ringing = page.locator(".called.ringing")
    for known in ("Sari Wulandari", "Jl. Ikan Paus 3", "Ponsel:"):
        expect(ringing).to_contain_text(known)
    expect(page.get_by_role("button", name="Ambil panggilan dari")).to_be_visible()


def test_the_clock_of_ones_own_call_runs_and_stops_with_the_call(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    clock = page.locator("#clock")
    expect(clock).to_be_in_viewport(ratio=1)
    shown = clock.inner_text()
    expect(clock).not_to_have_text(shown)
    with city.database():
        call = db.session.scalars(select(Call)).one()
        rules.exchange_event(call, "answered", call.received_at)
        rules.exchange_event(call, "ended", now())
    expect(clock).to_contain_text("Berakhir")


def test_a_place_far_from_the_phone_is_asked_about_until_it_is_another(
    city: City, desktop: Opener, fire_call: str
) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    hands(page, "Alt+L", FAR_AWAY)
    far = page.locator("#place-far")
    expect(far).to_contain_text("6,0 km dari ponsel penelepon. Pastikan lokasinya benar.")
    expect(page.get_by_role("combobox", name="Di mana: lokasi")).to_have_accessible_description(
        re.compile("km dari ponsel penelepon")
    )
    page.locator("#at-phone").click()
    expect(far).to_be_empty()
    with city.database() as cast:
        call = db.session.scalars(select(Call)).one()
        fire = db.session.scalars(select(IncidentType).where(IncidentType.code == "fire")).one()
        typed(cast, call, **enough(cast) | {"type_id": str(fire.id), "latitude": "-7.9", "longitude": "113.2"})
    expect(far).to_contain_text("17,")


def test_a_desk_without_a_network_says_once_that_it_is_not_live(
    city: City, desktop: Opener, forgive: list[str], fire_call: str
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("maya")
    page.goto(fire_call)
    expect(page.locator("#brief")).to_contain_text("Tidak ada yang menunggu.")
    page.context.set_offline(True)
    expect(page.locator("#brief-not-live, #known-not-live, #notices-not-live").filter(visible=True)).to_have_count(1)
    for part in ("brief", "known", "notices"):
        expect(page.locator(f"#{part}.is-stale")).to_be_attached()
    expect(page.locator(".not-live:visible")).to_have_count(1)


def test_the_desk_is_fit_for_everybody_before_and_after_sending(city: City, desktop: Opener, fire_call: str) -> None:
    page = desktop("maya")
    page.goto(fire_call)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab", FAR_AWAY, "Alt+I")
    expect(page.locator("#place-far")).not_to_be_empty()
    with city.database() as cast:
        press(cast, kind="fire", latitude=-7.7758, longitude=113.1724)
    expect(page.get_by_role("button", name="Ini kejadiannya")).to_be_visible()
    assert violations(page) == []
    hands(page, "Alt+K")
    expect(page.locator("#more")).to_be_focused()
    assert violations(page) == []


def test_a_place_that_is_told_after_sending_is_chosen_from_the_list_and_moves_the_incident(
    city: City, desktop: Opener, fire_call: str
) -> None:
    with city.database() as cast:
        typed(cast, db.session.scalars(select(Call)).one(), **enough(cast))
    page = desktop("maya")
    page.goto(fire_call)
    page.locator("#send").click()
    expect(page.locator("#opened")).to_be_visible()
    page.locator("#send").click()
    expect(page.get_by_text("Tidak ada hal baru")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("Alt+l")
    expect(page.locator("#place")).to_be_focused()
    hands(page, "RT 03 RW 05 Mayangan")
    page.locator("[role=option]").first.click()
    page.keyboard.press("Alt+k")
    expect(page.get_by_text("Lokasi kejadian sudah diperbaiki")).to_be_visible()
    with city.database():
        assert db.session.scalars(select(Incident.accuracy)).one() == 150
