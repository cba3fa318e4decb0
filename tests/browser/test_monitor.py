"""The alarm screen of the command centre: a siren that only a named person stops."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from meteor.sas import testing
from meteor.sas.models import Panel
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import wrong_with
from tests.cast import PASSWORD
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import on_duty

SHOP, BANK = "Toko Emas Semeru", "Bank Demo Alun-Alun"
RED = "rgb(199, 28, 48)"
"""The danger of dark screens: the command centre is dark unless somebody chose light."""

NO_AUDIO = "delete window.AudioContext; delete window.webkitAudioContext;"

WATCH_THE_HORN = """
    const Real = window.GainNode;
    window.GainNode = class extends Real {
      constructor(audio, options) { super(audio, options); if (options.gain === 0) window.horn = this.gain; }
    };
"""
LOUDNESS = """(least) => new Promise((done) => {
    const until = performance.now() + 20000;
    const look = () => {
      const right = least ? window.horn.value >= least : window.horn.value < 0.01;
      if (right || performance.now() > until) done(right); else requestAnimationFrame(look);
    };
    look();
})"""


@pytest.fixture
def guarded_city(city: City) -> City:
    """A gold shop and a bank with their panels; Agus is on duty."""
    with city.database() as cast:
        alarm_types(cast)
        on_duty(cast, "agus", "TRAIL-01")
        panel_of(shop(cast, SHOP))
        panel_of(shop(cast, BANK, ()), "5678")
    return city


def hold_up(city: City, account: str = "1234") -> str:
    """Somebody at the premises with this account presses the hidden button; the incident's number."""
    with city.database():
        panel = db.session.scalars(db.select(Panel).where(Panel.account == account)).one()
        event = says(panel, "HA", now(), "001")
        assert event.incident
        return event.incident.number


def opened(page: Page) -> Page:
    page.goto("/sas/monitor")
    return page


def started(page: Page) -> Page:
    """The screen at the start of a shift: somebody has switched the sound on."""
    opened(page).get_by_role("button", name="Mulai dinas").click()
    expect(wall(page)).to_have_attribute("data-sound", "on")
    return page


def wall(page: Page) -> Locator:
    return page.locator("#wall")


def see_to(page: Page, number: str) -> Locator:
    return page.locator(f"#see-to-{number}")


def loud(page: Page) -> bool:
    """Whether what goes to the loudspeaker becomes loud; `silent`, whether it ends."""
    return bool(page.evaluate(LOUDNESS, 0.5))


def silent(page: Page) -> bool:
    return bool(page.evaluate(LOUDNESS, 0))


def background(page: Page) -> str:
    return str(wall(page).evaluate("it => getComputedStyle(it).backgroundColor"))


# --- the siren ---


def test_the_siren_begins_by_itself_and_stops_for_a_named_person(guarded_city: City, desktop: Opener) -> None:
    page = desktop("komang")
    page.add_init_script(WATCH_THE_HORN)
    started(page)
    expect(wall(page)).to_have_attribute("data-siren", "quiet")
    assert silent(page)
    number = hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    assert loud(page)
    expect(page.get_by_role("heading", name=SHOP)).to_be_visible()
    expect(page.locator("#siren-says")).to_have_text(f"Alarm: {SHOP}")
    see_to(page, number).click()
    expect(wall(page)).to_have_attribute("data-siren", "quiet")
    assert silent(page)
    expect(wall(page)).to_have_attribute("data-sound", "on")
    expect(page.get_by_text("Komang Dispatcher menanganinya sejak")).to_be_visible()
    expect(page).to_have_url(re.compile("/sas/monitor$"))


def test_the_siren_outlives_a_reload(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    number = hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    page.reload()
    expect(wall(page)).to_have_attribute("data-siren", re.compile("sounding|unheard"))
    page.locator("h1").click()
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    see_to(page, number).click()
    expect(wall(page)).to_have_attribute("data-siren", "quiet")


def test_one_of_two_alarms_seen_to_leaves_the_siren_on(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    first, second = hold_up(guarded_city), hold_up(guarded_city, "5678")
    expect(page.locator(".ringing")).to_have_count(2)
    see_to(page, first).click()
    expect(page.locator(".ringing")).to_have_count(1)
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    see_to(page, second).click()
    expect(wall(page)).to_have_attribute("data-siren", "quiet")


def test_it_stops_on_every_screen_and_the_second_operator_reads_who(
    guarded_city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive.append("409")
    maya, komang = started(desktop("maya")), started(desktop("komang"))
    number = hold_up(guarded_city)
    expect(see_to(komang, number)).to_be_visible()
    expect(see_to(maya, number)).to_be_visible()
    komang.route("**/sas/monitor/state*", lambda route: route.fulfill(status=204))  # what Komang sees is a moment old
    see_to(maya, number).click()
    expect(wall(maya)).to_have_attribute("data-siren", "quiet")
    see_to(komang, number).click()
    expect(komang.locator("#action-answer")).to_contain_text("Maya Operator menangani alarm ini sejak")
    komang.unroute_all()
    expect(wall(komang)).to_have_attribute("data-siren", "quiet")


def test_a_test_at_the_premises_is_grey_and_silent(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("hadi"))
    with guarded_city.database() as cast:
        premises = db.session.scalars(db.select(Panel).where(Panel.account == "1234")).one().premises
        testing.begin_test(premises, None, timedelta(minutes=30), "Teknisi", now(), cast.tuti)
    with guarded_city.database():
        says(db.session.scalars(db.select(Panel).where(Panel.account == "1234")).one(), "HA", now(), "001")
    expect(page.locator(".aside")).to_contain_text(SHOP)
    expect(wall(page)).to_have_attribute("data-siren", "quiet")


def test_the_siren_can_be_tried(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    page.get_by_role("button", name="Coba sirene").click()
    expect(wall(page)).to_have_attribute("data-siren", "quiet")
    expect(page.get_by_text("Suara menyala")).to_be_visible()


# --- a browser that cannot sound ---


def test_before_the_shift_begins_the_page_is_red_and_says_how_to_begin_it(guarded_city: City, desktop: Opener) -> None:
    page = opened(desktop("komang"))
    expect(wall(page)).to_have_attribute("data-sound", "off")
    expect(page.get_by_role("button", name="Mulai dinas")).to_be_visible()
    assert background(page) == RED
    hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "unheard")


def test_a_browser_that_cannot_sound_flashes_no_more_than_three_times_a_second(
    guarded_city: City, desktop: Opener
) -> None:
    page = desktop("komang")
    page.add_init_script(NO_AUDIO)
    opened(page)
    expect(page.get_by_text("peramban ini tidak dapat bersuara")).to_be_visible()
    hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "unheard")
    expect(wall(page)).to_have_css("animation-duration", "1s")
    expect(wall(page)).to_have_css("animation-iteration-count", "infinite")


def test_whoever_asked_for_less_motion_sees_a_steady_red(guarded_city: City, desktop: Opener) -> None:
    page = desktop("komang", reduced_motion="reduce")
    page.add_init_script(NO_AUDIO)
    opened(page)
    hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "unheard")
    expect(wall(page)).to_have_css("animation-name", "none")
    assert background(page) == RED


def test_a_sound_that_was_lost_is_red_and_comes_back_with_a_touch(guarded_city: City, desktop: Opener) -> None:
    page = desktop("komang")
    page.add_init_script(
        "const made = []; const Real = window.AudioContext; window.made = made;"
        "window.AudioContext = class extends Real { constructor() { super(); made.push(this); } };"
    )
    started(page)
    page.evaluate("made[0].suspend()")
    expect(wall(page)).to_have_attribute("data-sound", "lost")
    page.get_by_role("button", name="TIDAK ADA SUARA").click()
    expect(wall(page)).to_have_attribute("data-sound", "on")


# --- a network that is dead ---


def test_a_dead_network_says_not_live_and_leaves_the_siren_on(
    guarded_city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    page = started(desktop("komang"))
    number = hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    page.context.set_offline(True)
    expect(page.get_by_text("Tidak diperbarui sejak")).to_be_visible()
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    see_to(page, number).click()
    expect(page.locator("#action-answer")).to_be_visible()
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    page.context.set_offline(False)
    expect(page.get_by_text("Tidak diperbarui sejak")).to_be_hidden()
    see_to(page, number).click()
    expect(wall(page)).to_have_attribute("data-siren", "quiet")


def test_whoever_signs_out_in_another_tab_leaves_the_screen_and_its_siren_on(
    guarded_city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive.append("401")
    page = started(desktop("komang"))
    number = hold_up(guarded_city)
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    tab = page.context.new_page()
    tab.goto("/account")
    tab.locator("summary", has_text="Menu").click()
    tab.get_by_role("button", name="Keluar").click()
    expect(page.get_by_text("Tidak ada lagi yang masuk di sini")).to_be_visible()
    expect(page.get_by_text("Tidak diperbarui sejak")).to_be_visible()
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    expect(page).to_have_url(re.compile("/sas/monitor$"))
    expect(page.get_by_role("link", name="Masuk lagi")).to_have_attribute("href", "/sign-in?next=/sas/monitor")
    tab.goto("/sign-in")
    tab.get_by_label("Nama pengguna").fill("hadi")
    tab.get_by_label("Kata sandi").fill(PASSWORD)
    tab.get_by_role("button", name="Masuk").click()
    expect(page.locator(".who")).to_contain_text("Hadi Pawas")
    expect(page.locator("#signed-out")).to_be_hidden()
    see_to(page, number).click()
    expect(page.get_by_text("Hadi Pawas menanganinya sejak")).to_be_visible()


# --- with hands and eyes ---


def test_the_keyboard_is_enough(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    number = hold_up(guarded_city)
    see_to(page, number).focus()
    page.keyboard.press("Enter")
    expect(wall(page)).to_have_attribute("data-siren", "quiet")


def test_the_name_is_read_from_six_metres_and_the_button_is_large(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang", viewport={"width": 1920, "height": 1080}))
    number = hold_up(guarded_city)
    name = page.get_by_role("heading", name=SHOP)
    size = float(name.evaluate("it => parseFloat(getComputedStyle(it).fontSize)"))
    millimetres = size * 0.72 * 1218 / 1920  # capitals, on a screen of 55 inches
    assert millimetres > 6000 * 0.0058  # 20 minutes of arc
    box = see_to(page, number).bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 48


def test_pass_phrases_open_beside_the_screen_and_leave_a_trace(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("maya"))
    hold_up(guarded_city)
    with page.context.expect_page() as shown:
        page.get_by_role("button", name="Tampilkan frasa sandi").click()
    expect(shown.value.get_by_text("melati putih")).to_be_visible()
    expect(wall(page)).to_have_attribute("data-siren", "sounding")
    with guarded_city.database():
        read = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action.startswith("pass_phrase"))).all()
        assert [entry.actor_name for entry in read] == ["Maya Operator"] * len(read) != []


def test_an_acknowledged_alarm_never_wears_the_red_of_one_that_rings(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    number = hold_up(guarded_city)
    expect(see_to(page, number)).to_be_visible()
    page.evaluate(
        """id => {
            window.seen = [];
            document.addEventListener("htmx:afterSwap", () => window.seen.push(document.getElementById(id).className));
        }""",
        f"alarm-{number}",
    )
    see_to(page, number).click()
    expect(page.get_by_text("Komang Dispatcher menanganinya")).to_be_visible()
    assert page.evaluate("window.seen.at(-1)") == "card p1"


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1440, 900)])
def test_it_is_fit_for_everybody(guarded_city: City, device: Opener, width: int, height: int) -> None:
    page = started(device({"viewport": {"width": width, "height": height}}, "komang"))
    first = hold_up(guarded_city)
    expect(see_to(page, first)).to_be_visible()
    assert wrong_with(page) == []
    see_to(page, first).click()
    hold_up(guarded_city, "5678")
    expect(page.locator(".ringing")).to_have_count(1)
    expect(page.get_by_text("Komang Dispatcher menanganinya")).to_be_visible()
    assert wrong_with(page) == []
