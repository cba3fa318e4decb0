"""An alert's page and the RT leader's, live in two browsers while the work goes on."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener, cut_network
from tests.cast import HOME
from tests.scenes import report
from tests.warnings.scenes import publish

POLLED = 20_000  # ms: a few polls on a busy machine


@pytest.fixture
def alert(city: City, phone: Opener) -> Page:
    """Sari's alert, without a script or a finger; Agus is on duty nearby."""
    with city.database() as cast:
        agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
        positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    page = phone("sari")
    page.goto("/")
    page.locator("#button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*")
    return page


def offered() -> Assignment:
    return db.session.scalars(select(Assignment).order_by(Assignment.id)).first()


def test_the_reporter_sees_who_comes_arrives_and_closes(city: City, alert: Page) -> None:
    stage = alert.locator("[data-stage]")
    expect(stage).to_have_attribute("data-stage", "received")
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    expect(stage).to_have_attribute("data-stage", "accepted", timeout=POLLED)
    expect(alert.locator("#responder-TRAIL-01")).to_contain_text("590 m")
    expect(alert.locator("#spoken")).to_have_text("Unit telah menerima tugas")
    with city.database() as cast:
        dispatch.arrive(offered(), now(), cast.agus)
    expect(stage).to_have_attribute("data-stage", "arrived", timeout=POLLED)
    with city.database() as cast:
        dispatch.close(offered().incident, "helped", "", now(), cast.agus)
    expect(stage).to_have_attribute("data-stage", "closed", timeout=POLLED)
    expect(alert.locator("#while-open")).to_be_hidden()
    alert.get_by_role("link", name="Beri nilai").click()
    alert.get_by_label("Sangat baik").check()
    alert.get_by_role("button", name="Kirim penilaian").click()
    expect(alert.locator("#rating")).to_contain_text("Sangat baik")


def test_who_comes_how_soon_and_112_are_in_view_without_scrolling(city: City, alert: Page) -> None:
    alert.set_viewport_size({"width": 360, "height": 640})
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    expect(alert.locator("[data-stage]")).to_have_attribute("data-stage", "accepted", timeout=POLLED)
    responder = alert.locator("#responder-TRAIL-01")
    for shown in (responder.get_by_text("sekitar 2 menit"), responder.get_by_text("Agus S."), alert.locator(".sketch")):
        expect(shown).to_be_in_viewport(ratio=1)
    expect(alert.locator(".call-bar").get_by_role("link", name="Telepon 112")).to_be_in_viewport(ratio=1)
    assert violations(alert) == []


WORDS = """lines => lines.flatMap(line => {
  const text = [...line.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return [...text.data.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(box => box.top)).size > 1;
  }).map(word => word[0]);
})"""
"""The words of these elements that are broken within, and stand on two lines."""


def test_the_way_back_to_the_button_stands_clear_of_the_list(alert: Page) -> None:
    alert.goto("/alerts")
    upper = alert.locator(".pages").bounding_box()
    lower = alert.locator("main").get_by_role("link", name="Ke tombol darurat").bounding_box()
    assert lower["y"] - upper["y"] - upper["height"] >= 8


def test_large_text_on_a_small_phone_breaks_no_word_of_what_counts(city: City, alert: Page) -> None:
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    expect(alert.locator("[data-stage]")).to_have_attribute("data-stage", "accepted", timeout=POLLED)
    alert.set_viewport_size({"width": 320, "height": 640})
    alert.evaluate("document.documentElement.style.fontSize = '200%'")
    assert alert.locator(".headline, .soon").evaluate_all(WORDS) == []


@pytest.mark.parametrize("size", ["100%", "125%"])
def test_the_bar_of_112_covers_nothing_of_the_note_that_is_reached_by_tab(alert: Page, size: str) -> None:
    alert.evaluate("size => (document.documentElement.style.fontSize = size)", size)
    note, bar = alert.locator("#note"), alert.locator(".call-bar")
    note.evaluate("note => scrollBy(0, note.getBoundingClientRect().top - 490)")
    alert.locator("#mistake summary").evaluate("before => before.focus({ preventScroll: true })")
    alert.keyboard.press("Tab")
    expect(note).to_be_focused()
    field = note.bounding_box()
    assert field["y"] + field["height"] <= bar.bounding_box()["y"]


def test_the_kind_is_one_tap_away_after_sending(city: City, alert: Page) -> None:
    alert.get_by_role("button", name="Kebakaran").click()
    expect(alert.get_by_role("button", name="Kebakaran")).to_have_attribute("aria-pressed", "true")
    with city.database():
        assert db.session.scalars(select(Incident)).one().type.code == "fire"


SOUTH = {"latitude": HOME[0] - 0.0045, "longitude": HOME[1], "accuracy": 9}
"""Five hundred metres from Sari's door."""


def test_the_phone_that_pressed_is_followed_and_the_incident_stays(city: City, alert: Page, desktop: Opener) -> None:
    alert.context.set_geolocation(SOUTH)
    expect(alert.locator("#status")).to_contain_text("Tempat kejadian berjarak 500 m", timeout=POLLED)
    with city.database():
        incident = db.session.scalars(select(Incident)).one()
        number = incident.number
        assert incident.latitude == HOME[0]
    komang = desktop("komang")
    komang.goto(f"/incidents/{number}")
    expect(komang.locator("#callers")).to_contain_text("500 m dari lokasi kejadian")
    komang.locator("#incident-map summary").click()
    expect(komang.locator(".map-mark.reporter")).to_contain_text("Sari Wulandari")


def test_another_phone_of_the_reporter_that_looks_at_the_alert_sends_no_position(
    city: City, alert: Page, phone: Opener
) -> None:
    other = phone("sari", geolocation=SOUTH)
    sent: list[str] = []
    other.on("request", lambda request: sent.append(request.url))
    other.goto(alert.url.split("#")[0])
    expect(other.locator("#place")).to_have_attribute("data-state", "known")
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    expect(other.locator("[data-stage]")).to_have_attribute("data-stage", "accepted", timeout=POLLED)
    assert [url for url in sent if url.endswith("/position")] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_help_is_asked_for_where_the_phone_is_now(city: City, alert: Page, phone: Opener, scripts: bool) -> None:
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    page = phone("sari", geolocation=SOUTH, java_script_enabled=scripts)
    page.goto(alert.url.split("#")[0] + "?still=1")
    if scripts:
        expect(page.locator("#place")).to_have_attribute("data-state", "known")
    page.locator("#here summary").click()
    page.get_by_label("Anda di mana?").fill("" if scripts else "Alun-alun Probolinggo")
    page.get_by_role("button", name="Ya, saya butuh bantuan di sini").click()
    expect(page.get_by_text("Bantuan sekarang diarahkan ke tempat Anda")).to_be_visible()
    with city.database():
        latitude = db.session.scalars(select(Incident.latitude)).one()
        assert latitude == (SOUTH["latitude"] if scripts else -7.7430)


def test_safe_now_is_said_and_seen(city: City, alert: Page) -> None:
    alert.get_by_text("Saya sudah aman").click()
    alert.get_by_role("button", name="Saya aman").click()
    expect(alert.locator("#status")).to_contain_text("Anda menyatakan sudah aman")
    with city.database():
        incident = db.session.scalars(select(Incident)).one()
        assert timeline.of_incident(incident.id)[-1].detail == {"reason": "safe", "forced": False}


def test_what_is_being_typed_survives_the_polls(city: City, alert: Page) -> None:
    note = alert.get_by_label("Apa yang perlu diketahui")
    note.fill("Pintu bela")
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    expect(alert.locator("[data-stage]")).to_have_attribute("data-stage", "accepted", timeout=POLLED)
    expect(note).to_be_focused()
    note.press_sequentially("kang")
    alert.get_by_role("button", name="Kirim catatan").click()
    expect(alert.get_by_text("Catatan Anda sudah diterima")).to_be_visible()
    with city.database():
        assert timeline.of_incident(offered().incident_id)[-1].detail["note"] == "Pintu belakang"


def test_a_page_that_is_not_live_says_so_and_recovers(alert: Page, forgive: list[str]) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    cut_network(alert)
    expect(alert.locator("#status-not-live")).to_be_visible(timeout=POLLED)
    alert.context.set_offline(False)
    expect(alert.locator("#status-not-live")).to_be_hidden(timeout=POLLED)


def test_an_alert_rings_on_every_page_of_the_leader_who_answers_with_one_tap(
    city: City, phone: Opener, alert: Page
) -> None:
    leader = phone("endang")
    leader.add_init_script(
        """window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { window.tones += 1; start.call(this, at); };"""
    )
    leader.goto("/residents")
    ringing = leader.locator(".callout[data-alarm]")
    expect(ringing).to_contain_text("Sari Wulandari", timeout=POLLED)
    leader.locator("main").click(position={"x": 5, "y": 5})  # a browser sounds only on a page that was touched
    leader.wait_for_function("() => window.tones > 1")
    leader.get_by_role("button", name="Ya, saya ke sana").click()
    expect(leader).to_have_url(re.compile("/neighbourhood$"))
    expect(ringing).to_have_count(0)
    expect(leader.get_by_role("link", name="Petunjuk arah").first).to_be_visible()
    expect(alert.locator("#status")).to_contain_text("Endang Lestari (tetangga) sedang menuju", timeout=POLLED)
    leader.get_by_role("button", name="Saya sudah di lokasi").click()
    expect(alert.locator("#status")).to_contain_text("Endang Lestari (tetangga) sudah di lokasi", timeout=POLLED)


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_beside_the_button_a_leader_is_called_in_a_line_that_unfolds(
    city: City, phone: Opener, alert: Page, size: str
) -> None:
    with city.database():
        publish("Mayangan")
    leader = phone("endang")
    leader.goto("/")
    leader.evaluate("size => (document.documentElement.style.fontSize = size)", size)
    going = leader.get_by_role("button", name="Ya, saya ke sana")
    expect(leader.locator("#warning")).to_be_visible()
    expect(going).to_be_in_viewport(ratio=1, timeout=POLLED)
    expect(leader.locator(".not-live:visible")).to_have_count(0, timeout=POLLED)  # of a machine that is slow now
    bar, button = leader.locator(".call-bar").bounding_box(), leader.locator("#button").bounding_box()
    assert bar
    assert button
    assert min(bar["y"], button["y"] + button["height"]) - button["y"] >= 96
    leader.locator(".callout summary").click()
    expect(leader.locator(".callout")).to_contain_text("Sari Wulandari")
    for words in ("Saya tidak bisa", "Petunjuk arah", "Peta"):
        expect(leader.locator(".callout").get_by_text(words)).to_be_visible()
    assert leader.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_small_phone_no_word_of_a_leaders_answers_is_broken(city: City, phone: Opener) -> None:
    with city.database() as cast:
        report(cast, "sari", "fire", latitude=-7.7440, longitude=113.2166, accuracy=1200.0)
    leader = phone("endang")
    leader.goto("/account")
    way = leader.locator(".callout .button")
    expect(way.filter(has_text="perkiraan")).to_be_visible(timeout=POLLED)
    assert leader.locator(".callout button, .callout .button").evaluate_all(WORDS) == []


def test_a_new_alert_says_who_and_where_unfolded_on_the_leaders_page(city: City, phone: Opener) -> None:
    leader = phone("endang")
    leader.goto("/neighbourhood")
    with city.database() as cast:
        report(cast, "sari", "fire")
    banner = leader.locator(".callout")
    expect(banner.get_by_text("Sari Wulandari")).to_be_visible(timeout=POLLED)
    expect(banner).to_contain_text("Jl. Ikan Paus 3", use_inner_text=True)


def test_on_a_dead_network_a_leaders_answer_stays_on_the_page_and_is_sent_by_another_tap(
    city: City, phone: Opener, alert: Page, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    leader = phone("endang")
    leader.goto("/residents")
    going = leader.get_by_role("button", name="Ya, saya ke sana")
    expect(going).to_be_visible(timeout=POLLED)
    leader.context.set_offline(True)
    going.click()
    expect(leader.locator("#action-answer")).to_contain_text("Tidak terkirim")
    expect(leader.locator(".callout")).to_contain_text("Sari Wulandari")
    leader.context.set_offline(False)
    going.click()
    expect(leader).to_have_url(re.compile("/neighbourhood$"))


def test_axe_finds_nothing_wrong(city: City, phone: Opener, alert: Page) -> None:
    with city.database() as cast:
        dispatch.accept(offered(), now(), cast.agus)
    found = {}

    def look(page: Page, name: str) -> None:
        if wrong := violations(page):
            found[name] = wrong

    signed_out = phone("")
    signed_out.goto("/")
    look(signed_out, "welcome")
    sari = phone("sari")
    for address in ("/", "/alerts", alert.url):
        sari.goto(address)
        look(sari, address)
    sari.goto("/")
    sari.get_by_label("Kebakaran").check()
    sari.locator("#button").focus()
    sari.keyboard.press("Enter")
    look(sari, "confirm")
    for screen in ("sending", "sent", "unsent", "kept"):
        sari.evaluate(
            "id => { document.body.className = 'covered';"
            "document.querySelectorAll('.screen').forEach((one) => (one.hidden = one.id !== id)); }",
            screen,
        )
        look(sari, screen)
    endang = phone("endang")
    endang.goto("/neighbourhood")
    look(endang, "neighbourhood")
    with city.database() as cast:
        dispatch.close(offered().incident, "prank", "", now(), cast.agus)
    sari.goto(alert.url)
    look(sari, "closed")
    assert found == {}
