"""A crew's tablet in a real browser: duty begins, a job is offered with a sound, one big button leads to the next."""

import re
from datetime import timedelta
from time import monotonic

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.agencies.models import Unit
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.notices import rules as notices
from meteor.store.database import db
from meteor.store.moments import now, today
from tests.browser.conftest import City, Opener, cut_network
from tests.cast import Cast
from tests.conftest import SLOW
from tests.rosters.plans import planned
from tests.scenes import on_duty, press

TAKEN = re.compile(r"^\d{6}-001: Terlambat: Agus Santoso sudah menerimanya pukul \d\d\.\d\d\.\d\d\.$")


class Ear:
    """Hears what a page sounds, from the browser's own audio engine."""

    def __init__(self, page: Page) -> None:
        self.tones = 0
        self.page = page
        self.engine = page.context.new_cdp_session(page)
        self.engine.on("WebAudio.audioNodeCreated", self._hear)
        self.engine.send("WebAudio.enable")

    def _hear(self, event: dict[str, dict[str, str]]) -> None:
        self.tones += event["node"]["nodeType"] == "Oscillator"

    def wait_for(self, tones: int) -> None:
        until = monotonic() + SLOW / 1000
        while self.tones < tones:
            assert monotonic() < until, f"only {self.tones} tones were heard"
            self.page.evaluate("new Promise(requestAnimationFrame)")  # what the engine tells comes between two frames


def offer(call_sign: str = "TRAIL-01") -> Assignment:
    return db.session.scalars(
        select(Assignment).join(Unit).where(Unit.call_sign == call_sign).order_by(Assignment.id.desc())
    ).first()  # type: ignore[return-value]


def the_status(cast: Cast, call_sign: str = "TRAIL-01") -> str:
    return cast.unit(call_sign).status


# --- duty ---


def test_the_tap_that_begins_duty_switches_the_sound_on(city: City, tablet: Opener) -> None:
    page = tablet("agus")
    page.goto("/incidents")
    page.get_by_role("link", name="Mulai dinas").click()
    page.wait_for_url("**/unit")
    page.get_by_text("TRAIL-01", exact=True).click()
    page.get_by_role("button", name="Mulai dinas").click()
    expect(page).to_have_url(re.compile("/incidents$"))
    expect(page.locator("#sound")).to_have_attribute("data-sound", "on")
    page.get_by_role("link", name="Unit saya").click()
    expect(page.locator("#sound")).to_have_attribute("data-sound", "on")


def test_the_sound_button_is_heard(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    page.goto("/incidents")
    ear = Ear(page)
    expect(page.locator("#sound")).to_have_text(re.compile("Suara mati"))
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_text(re.compile("Suara menyala"))
    ear.wait_for(1)


def test_a_break_is_one_tap(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    page.goto("/unit")
    page.get_by_role("button", name="Istirahat").click()
    expect(page.get_by_role("button", name="Istirahat")).to_have_attribute("aria-pressed", "true")
    with city.database() as cast:
        assert the_status(cast) == "off_duty"


# --- the offer ---


@pytest.fixture
def page(city: City, tablet: Opener) -> Page:
    """Agus's tablet with the queue on it and the sound on."""
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    page.goto("/incidents")
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("data-sound", "on")
    return page


def test_an_offer_comes_by_itself_sounds_until_it_is_answered_and_flashes(city: City, page: Page) -> None:
    ear = Ear(page)
    with city.database() as cast:
        city.hold_jobs()
        press(cast)
    banner = page.locator("[data-alarm=offer]")
    expect(banner).to_be_visible()
    expect(page.locator(".counts")).to_be_visible()
    expect(page.locator(".queued")).to_be_hidden()  # the offer itself says it all
    heard = ear.tones
    ear.wait_for(heard + 8)  # twice four tones: it goes on
    expect(page).to_have_title(re.compile("● Tugas baru"))
    page.get_by_role("button", name="Terima").click()
    expect(page).to_have_url(re.compile(r"/incidents/\d{6}-\d{3}$"))
    expect(page).to_have_title(re.compile("^261124|^\\d{6}-"))
    silent_since = ear.tones
    for _poll in range(2):
        with page.expect_response(re.compile(r"/units\?v=")):
            pass
    assert ear.tones == silent_since


LINES = """all => all.map((one) => {
  const words = document.createRange();
  words.selectNode([...one.childNodes].findLast((part) => part.nodeType === Node.TEXT_NODE && part.data.trim()));
  return words.getClientRects().length;
})"""
"""The number of lines that the text of each element takes."""


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_on_a_phone_an_offer_breaks_no_word(city: City, phone: Opener, size: str) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        press(cast)
        city.hold_jobs()
    page = phone("agus")
    page.goto("/incidents")
    expect(page.locator(".offer h2")).to_have_text("Darurat")
    page.evaluate("size => document.documentElement.style.fontSize = size", size)
    assert page.locator(".offer h2 a, .offer-actions .big").evaluate_all(LINES) == [1, 1, 1]
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_phone_with_large_text_the_officers_alarm_breaks_no_word(city: City, phone: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = phone("agus")
    page.goto("/rosters/own")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    expect(page.locator(".when-held")).to_be_visible()
    assert page.locator("#officer-alert-hold > span, .when-held").evaluate_all(LINES) == [3, 3]  # of three words each
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_phone_with_large_text_an_own_shift_is_read_in_words(city: City, phone: Opener) -> None:
    with city.database() as cast:
        planned("agus", today() + timedelta(days=1), unit=cast.unit("TRAIL-01"))
    page = phone("agus")
    page.goto("/rosters/own")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert max(page.locator(".next-shift .own-shift span").evaluate_all(LINES)) <= 2


def test_the_countdown_runs_in_the_servers_time(city: City, page: Page) -> None:
    page.clock.install(time=now() + timedelta(hours=3))  # a tablet whose clock is wrong
    with city.database() as cast:
        press(cast)
        city.hold_jobs()
        offer().expires_at = now() + timedelta(minutes=10)
    page.goto("/incidents")
    clock, bar = page.locator(".countdown"), page.locator(".offer progress")
    expect(clock).to_be_visible()
    first, full = int(clock.inner_text()), float(bar.evaluate("bar => bar.value"))
    assert 500 <= first <= 601  # the server tells its time in whole seconds
    expect(clock).not_to_have_text(str(first))
    assert int(clock.inner_text()) < first
    assert float(bar.evaluate("bar => bar.value")) < full


def test_an_offer_that_ran_out_says_where_it_went(city: City, page: Page) -> None:
    with city.database() as cast:
        press(cast)
    expect(page.locator("[data-alarm=offer]")).to_be_visible()
    with city.database():
        offer().expires_at = now()
    expect(page.get_by_text("Tawaran tidak dijawab tepat waktu")).to_be_visible()
    expect(page.locator("[data-alarm=offer]")).to_have_count(0)


def test_a_refusal_is_two_taps_and_its_reason_stands_on_the_timeline(city: City, page: Page) -> None:
    with city.database() as cast:
        city.hold_jobs()
        number = press(cast).id
    page.get_by_text("Tolak", exact=True).click()
    page.get_by_role("button", name="kendaraan bermasalah").click()
    expect(page.get_by_text("Ditolak:")).to_be_visible()
    with city.database() as cast:
        refused = timeline.last(number, "refused")
        assert refused
        assert refused.detail["reason"] == "vehicle"
        assert the_status(cast) == "available"


def test_the_choice_of_a_reason_stays_open_while_other_things_happen(city: City, page: Page) -> None:
    with city.database() as cast:
        city.hold_jobs()
        press(cast)
    page.get_by_text("Tolak", exact=True).click()
    with city.database() as cast:
        press(cast, "wahyu", "crime")
    expect(page.locator("#queue")).to_contain_text("2 kejadian terbuka")
    expect(page.get_by_role("button", name="kendaraan bermasalah")).to_be_visible()


# --- the job ---

UNDER_THE_THUMB = """name => [...document.querySelectorAll(".next-step button")].some((step) => {
  const { height, width, y } = step.getBoundingClientRect();
  return step.textContent.trim() === name && height >= 64 && width >= 700 && y > 1000; // of 1180
})"""
"""Tells whether the next step is this large and this low."""


def test_a_job_is_done_with_one_big_button_at_a_time_under_the_thumb(
    city: City, page: Page, forgive: list[str]
) -> None:
    forgive.append("422")
    with city.database() as cast:
        city.hold_jobs()
        incident = press(cast)
        number, incident_id = incident.number, incident.id
    page.get_by_role("button", name="Terima").click()
    expect(page).to_have_url(re.compile(f"/incidents/{number}$"))
    for name in ("Berangkat", "Tiba"):
        page.wait_for_function(UNDER_THE_THUMB, arg=name)  # its page may be loaded anew just now
        page.locator(".next-step").get_by_role("button", name=name).click()
    page.locator(".next-step").get_by_role("link", name="Tutup kejadian").click()
    page.get_by_text("Diserahkan", exact=True).click()
    page.get_by_role("button", name="Tutup kejadian").click()
    expect(page.locator(".error-summary")).to_contain_text("Tulis kepada siapa diserahkan")
    page.get_by_label("Catatan").fill("Polsek Mayangan")
    page.get_by_role("button", name="Tutup kejadian").click()
    expect(page.locator(".outcome")).to_contain_text("Polsek Mayangan")
    with city.database() as cast:
        event_types = [event.event_type for event in timeline.of_incident(incident_id)]
        assert event_types == ["received", "offered", "accepted", "en_route", "on_scene", "closed"]
        assert the_status(cast) == "available"


def test_the_job_is_in_sight_on_the_queue_and_leads_to_its_incident(city: City, page: Page) -> None:
    with city.database() as cast:
        city.hold_jobs()
        number = press(cast).number
    page.get_by_role("button", name="Terima").click()
    expect(page).to_have_url(re.compile(number))
    page.goto("/incidents")
    pinned = page.locator("#at-work")
    expect(pinned).to_contain_text("Darurat")
    page.mouse.wheel(0, 2000)
    expect(pinned).to_be_in_viewport()
    pinned.click()
    expect(page).to_have_url(re.compile(number))


def test_of_two_tablets_of_one_crew_the_second_reads_who_was_first(
    city: City, page: Page, tablet: Opener, forgive: list[str]
) -> None:
    with city.database() as cast:
        on_duty(cast, "bayu", "TRAIL-01")
    second = tablet("bayu")
    second.goto("/incidents")
    with city.database() as cast:
        city.hold_jobs()
        press(cast)
    for tablet_ in (page, second):
        expect(tablet_.get_by_role("button", name="Terima")).to_be_visible()
    second.route("**/unit/offers*", lambda route: route.abort())  # it does not hear of it before its own tap
    forgive += ["ERR_FAILED", "htmx:", "409"]
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".next-step")).to_be_visible()
    second.get_by_role("button", name="Terima").click()
    expect(second.locator("#action-answer")).to_have_text(TAKEN)
    second.unroute("**/unit/offers*")
    expect(second.locator(".next-step")).to_be_visible()


def test_on_a_dead_network_a_step_says_at_its_button_that_it_was_not_sent_and_is_sent_later(
    city: City, page: Page, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    with city.database() as cast:
        city.hold_jobs()
        press(cast)
    accept = page.get_by_role("button", name="Terima")
    expect(accept).to_be_visible()
    cut_network(page)
    accept.click()
    expect(page.locator(".next-step .step-said")).to_contain_text("belum terkirim")
    expect(page.locator(".next-step .step-said")).to_be_in_viewport()
    page.context.set_offline(False)
    expect(page.locator(".next-step").get_by_role("button", name="Berangkat")).to_be_visible()


def test_a_glove_that_taps_twice_accepts_once(city: City, page: Page) -> None:
    with city.database() as cast:
        city.hold_jobs()
        incident_id = press(cast).id
    page.get_by_role("button", name="Terima").dblclick()
    expect(page.locator(".next-step").get_by_role("button", name="Berangkat")).to_be_visible()
    with city.database():
        assert [event.event_type for event in timeline.of_incident(incident_id)] == ["received", "offered", "accepted"]


def test_without_scripts_the_buttons_still_work(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        press(cast)
    page = tablet("agus", java_script_enabled=False)
    page.goto("/incidents")
    page.get_by_role("button", name="Terima").click()
    expect(page).to_have_url(re.compile(r"/incidents/\d{6}-\d{3}$"))


def test_another_unit_is_added_from_the_list_of_the_nearest(city: City, page: Page) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "bayu", "TRAIL-02")
        press(cast)
    page.get_by_role("button", name="Terima").click()
    page.get_by_role("link", name="Tambah unit").click()
    page.get_by_text("TRAIL-02", exact=True).click()
    page.get_by_role("button", name="Minta datang").click()
    expect(page.locator("#units")).to_contain_text("TRAIL-02")


# --- the dispatcher ---


def test_the_dispatcher_hears_that_nobody_is_left_until_they_say_that_they_know(city: City, desktop: Opener) -> None:
    page = desktop("komang")
    page.goto("/incidents")
    page.locator("#sound").click()
    ear = Ear(page)
    with city.database() as cast:
        press(cast)
    expect(page.locator("[data-alarm=notice]")).to_be_visible()
    ear.wait_for(2)
    page.get_by_role("button", name="Sudah saya baca").first.click()
    expect(page).to_have_url(re.compile("/incidents$"))


def test_however_many_notices_there_are_one_tap_for_all_is_in_sight(city: City, desktop: Opener) -> None:
    with city.database():
        for number in range(9):
            notices.tell(f"lost:{number}", "position_lost", "/incidents", role="dispatcher", unit=f"TRAIL-0{number}")
    page = desktop("komang")
    page.goto("/incidents")
    expect(page.get_by_role("button", name="9 ini sudah saya baca")).to_be_in_viewport(ratio=1)


def test_the_dispatcher_replaces_a_unit(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        incident = press(cast)
        number = incident.number
        dispatch.accept(offer(), now(), cast.agus)
    page = desktop("komang")
    page.goto(f"/incidents/{number}")
    page.get_by_role("link", name="Ganti").click()
    page.get_by_text("TRAIL-02", exact=True).click()
    page.get_by_label("Lainnya").check()
    page.get_by_label("Alasan dengan kata-kata Anda").fill("Ban kempes")
    page.get_by_role("button", name="Ganti unit").click()
    units = page.locator("#units")
    expect(units).to_contain_text("TRAIL-02")
    expect(page.locator("#timeline-title ~ ol")).to_contain_text("Ban kempes")
    with city.database() as cast:
        assert the_status(cast) == "available"
        assert the_status(cast, "TRAIL-02") == "offered"
