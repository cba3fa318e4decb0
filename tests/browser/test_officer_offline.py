"""A crew's tablet without a network: its pages open from the tablet, and steps wait there until the server has them."""

import re
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from meteor.accounts import sessions
from meteor.dispatch import overdue
from meteor.dispatch import rules as dispatch
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.cast import PASSWORD, Cast
from tests.conftest import SLOW
from tests.scenes import on_duty, open_assignment, press

KEPT = "async (path) => Boolean(await caches.match(path, { ignoreVary: true }))"
STORED = "() => Object.keys(localStorage).filter((name) => name.startsWith('meteor.step.')).length"
OWNERS = "async () => (await caches.keys()).filter((name) => name.startsWith('tablet ')).join()"
CREW_CACHES = "async () => (await caches.keys()).filter((name) => /^(crew|tablet) /.test(name)).sort().join()"
JOB = "async () => (await caches.match('/job')).text()"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).filter((one) => one.active).length"


@pytest.fixture
def page(city: City, tablet: Opener, forgive: list[str]) -> Page:
    """Agus's tablet with the queue on it, as it is kept."""
    forgive += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:", "Failed to load resource", "FetchEvent"]
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    page.goto("/incidents")
    becomes(page, WORKERS, 2)
    kept(page, "/incidents")
    kept(page, "/unit")
    return page


def becomes(page: Page, question: str, answer: object, about: object = None) -> None:
    """Wait until the page answers so."""
    until = monotonic() + SLOW / 1000
    while (now_ := page.evaluate(question, about)) != answer:
        assert monotonic() < until, f"{question} {about}: {now_}"
        page.wait_for_timeout(50)


def kept(page: Page, path: str, there: bool = True) -> None:
    """Wait until the tablet keeps the page, or no longer does."""
    becomes(page, KEPT, there, path)


def offered(city: City, page: Page, **given: str) -> str:
    """Sari calls, Agus's tablet shows the offer; the incident's number. The offer stands for ten minutes."""
    with city.database() as cast:
        number = press(cast, **given).number
        city.hold_jobs()
        open_assignment("TRAIL-01").expires_at = now() + timedelta(minutes=10)
    expect(page.get_by_role("button", name="Terima")).to_be_visible()
    return number


def at_work(city: City, page: Page, **given: str) -> str:
    """Agus has accepted Sari's call, and its page is on his tablet, as it is kept; the incident's number."""
    with city.database() as cast:
        city.hold_jobs()
        number = press(cast, **given).number
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    page.goto(f"/incidents/{number}")
    expect(page.locator(".next-step").get_by_role("button", name="Berangkat")).to_be_visible()
    for path in (f"/incidents/{number}", f"/incidents/{number}/closure", f"/incidents/{number}/units"):
        kept(page, path)
    return number


def away(page: Page) -> None:
    page.context.set_offline(True)


def back(page: Page) -> None:
    page.context.set_offline(False)


def the_incident(number: str) -> Incident:
    return db.session.query(Incident).filter_by(number=number).one()


def until(city: City, page: Page, holds: Callable[[Cast], bool]) -> None:
    """Wait until the database says so."""
    latest = monotonic() + SLOW / 1000
    while True:
        with city.database() as cast:
            if holds(cast):
                return
        assert monotonic() < latest
        page.wait_for_timeout(50)


# --- pages ---


@pytest.mark.parametrize("path", ["/incidents", "/unit"])
def test_without_a_network_a_crews_pages_open_and_say_of_when_they_are(page: Page, path: str) -> None:
    away(page)
    page.goto(path)
    expect(page.locator("#kept")).to_have_text(
        re.compile(r"Tidak ada jaringan: keadaan pukul \d\d\.\d\d WIB, bukan kondisi terkini\.")
    )
    expect(page.locator(".not-live:visible")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("TRAIL-01")
    back(page)
    expect(page.locator("#kept")).to_be_hidden()


def test_without_a_network_the_queue_promises_nothing_and_frames_nothing_that_is_empty(page: Page) -> None:
    promise = page.locator("#queue").get_by_text("tampil di sini dengan sendirinya")
    expect(promise).to_be_visible()
    away(page)
    page.goto("/incidents")
    expect(page.locator("#queue.is-stale")).to_contain_text("Tidak ada kejadian terbuka")
    expect(promise).to_be_hidden()
    expect(page.locator("#job.is-stale")).to_have_css("outline-style", "none")


def test_the_job_opens_without_a_network_with_address_phone_and_notes(city: City, page: Page) -> None:
    number = at_work(city, page, note="Dua orang di pintu belakang")
    page.goto("/incidents")
    away(page)
    page.goto(f"/incidents/{number}")
    expect(page.locator("#kept")).to_be_visible()
    head = page.locator(".head")
    expect(head).to_contain_text("Dua orang di pintu belakang")
    expect(head).to_contain_text("Mayangan")
    expect(page.locator("#call")).to_have_attribute("href", "tel:+6281330000001")
    expect(page.locator("#units")).to_contain_text("TRAIL-01")
    page.reload()
    expect(head).to_contain_text("Dua orang di pintu belakang")


def test_what_has_happened_since_the_page_was_opened_is_kept_too(city: City, page: Page) -> None:
    offered(city, page)
    expect(page.locator(".queued")).to_have_count(1)
    kept(page, "/incidents/rows")
    away(page)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator(".queued")).to_have_count(1)


def test_a_server_that_answers_nobody_is_waited_for_for_three_seconds(city: City, page: Page) -> None:
    with city.stalled():
        page.goto("/unit")
        expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()


def test_without_a_network_a_page_that_is_not_kept_leads_to_the_queue(city: City, page: Page) -> None:
    away(page)
    page.goto("/incidents/261124-999")
    expect(page).to_have_url(re.compile("/incidents$"))
    expect(page.locator("#kept")).to_be_visible()


def test_the_clocks_of_a_kept_page_run_in_the_servers_time(city: City, page: Page) -> None:
    offered(city, page)
    kept(page, "/unit/offers")
    away(page)
    page.reload()
    seconds = int(page.locator(".countdown").inner_text())
    assert 400 < seconds <= 601  # the server tells its time in whole seconds


def test_another_worker_that_begins_leaves_a_crews_pages_alone(page: Page) -> None:
    before = page.evaluate(CREW_CACHES)
    page.evaluate(
        """async () => {
          const root = await navigator.serviceWorker.register("/service-worker.js");
          const worker = root.installing || root.waiting || root.active;
          await new Promise((done) => {
            const look = () => worker.state === "activated" && done();
            worker.addEventListener("statechange", look);
            look();
          });
        }"""
    )
    assert len(before.split(",")) == 2
    assert page.evaluate(CREW_CACHES) == before


def test_a_file_that_is_no_longer_stored_is_stored_again(page: Page) -> None:
    page.evaluate(f"({CREW_CACHES})().then((names) => caches.delete(names.split(',')[0]))")
    page.reload()
    becomes(page, "async () => (await caches.keys()).some((name) => name.startsWith('crew '))", answer=True)
    becomes(page, "async () => Boolean(await caches.match(document.querySelector('[src*=steps]').src))", answer=True)


def test_a_page_that_cannot_be_stored_is_shown_as_it_is_now(page: Page, forgive: list[str]) -> None:
    forgive.append("Quota exceeded")
    storage = page.context.new_cdp_session(page)
    origin = page.evaluate("location.origin")
    storage.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")
    page.goto("/unit")
    expect(page.locator("h1")).to_have_text("TRAIL-01")
    expect(page.locator("#kept")).to_be_hidden()


# --- what is not kept ---


def test_an_incident_that_is_not_the_job_is_not_kept(city: City, page: Page) -> None:
    with city.database() as cast:
        on_duty(cast, "bayu", "TRAIL-02")
    number = at_work(city, page)
    with city.database() as cast:
        other = press(cast, "wahyu").number
    page.goto(f"/incidents/{other}")
    expect(page.locator("#units-title")).to_be_visible()
    kept(page, f"/incidents/{number}")
    assert not page.evaluate(KEPT, f"/incidents/{other}")


def test_signing_out_deletes_what_was_kept(page: Page) -> None:
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Keluar").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    kept(page, "/incidents", there=False)


def test_the_end_of_the_session_deletes_what_was_kept(city: City, page: Page) -> None:
    with city.database() as cast:
        sessions.end_all(cast.agus, "by_admin")
    expect(page).to_have_url(re.compile("/sign-in"))
    kept(page, "/incidents", there=False)


def test_another_officers_pages_replace_those_of_the_first(city: City, page: Page) -> None:
    first = page.evaluate(OWNERS)
    city.sign_in(page.context, "bayu")
    page.goto("/incidents")
    with city.database() as cast:
        second = f"tablet {cast.bayu.id}"
    becomes(page, OWNERS, second)
    assert first != second


def test_a_job_is_deleted_an_hour_after_it_was_one(city: City, page: Page) -> None:
    number = at_work(city, page)
    with city.database() as cast:
        dispatch.close(the_incident(number), "helped", "", now(), cast.komang)
    page.goto("/incidents")
    becomes(page, JOB, "")
    age(page, f"/incidents/{number}", 59)
    page.goto("/unit")
    assert page.evaluate(KEPT, f"/incidents/{number}")
    age(page, f"/incidents/{number}", 61)
    page.evaluate("navigator.serviceWorker.controller.postMessage('tidy')")
    kept(page, f"/incidents/{number}", there=False)
    assert page.evaluate(KEPT, "/incidents")


def age(page: Page, path: str, minutes: int) -> None:
    """Let a kept page be older."""
    page.evaluate(
        """async ([path, minutes]) => {
          const [name] = (await caches.keys()).filter((one) => one.startsWith("tablet "));
          const cache = await caches.open(name);
          const entry = await cache.match(path, { ignoreVary: true });
          const headers = new Headers(entry.headers);
          headers.set("Kept-At", Date.now() - minutes * 60000);
          await cache.put(path, new Response(await entry.text(), { headers }));
        }""",
        [path, minutes],
    )


def test_after_a_shift_nothing_kept_is_shown(page: Page) -> None:
    age(page, "/unit", 12 * 60 + 1)
    away(page)
    page.goto("/unit")
    expect(page).to_have_url(re.compile("/incidents$"))
    assert not page.evaluate(KEPT, "/unit")


# --- steps ---


def test_an_accept_without_a_network_says_at_its_button_that_it_is_not_yet_sent_and_is_sent_by_itself(
    city: City, page: Page
) -> None:
    number = offered(city, page)
    accept = page.get_by_role("button", name="Terima")
    away(page)
    accept.click()
    said = page.locator(".next-step .step-said")
    expect(said).to_contain_text(re.compile(r"Terima \d\d\.\d\d\.\d\d belum terkirim"))
    expect(said).to_be_in_viewport()
    expect(said).to_contain_text("tawaran dapat beralih ke unit lain")
    with city.database():
        assert open_assignment("TRAIL-01").status == "offered"
    back(page)
    expect(page.locator(".step-said:visible")).to_have_count(0)
    expect(page.locator(".next-step").get_by_role("button", name="Berangkat")).to_be_visible()
    with city.database():
        event_types = [event.event_type for event in timeline.of_incident(the_incident(number).id)]
        assert event_types == ["received", "offered", "accepted"]


def test_a_whole_job_is_done_without_a_network_and_survives_reloads(city: City, page: Page) -> None:
    number = at_work(city, page)
    away(page)
    bar = page.locator(".next-step")
    bar.get_by_role("button", name="Berangkat").click()
    expect(bar.locator(".step-said")).to_contain_text("belum terkirim")
    page.reload()
    expect(bar.locator(".step-said")).to_contain_text("Berangkat")
    bar.get_by_role("button", name="Tiba").click()
    expect(bar.locator(".step-said strong")).to_have_count(2)
    bar.get_by_role("link", name="Tutup kejadian").click()
    expect(page.locator("#kept")).to_be_visible()
    page.get_by_role("button", name="Tutup kejadian").click()
    expect(page.locator("#action-answer")).to_have_text("Pilih hasil akhirnya.")
    page.get_by_text("Diserahkan", exact=True).click()
    page.get_by_role("button", name="Tutup kejadian").click()
    expect(page.locator("#action-answer")).to_have_text("Tulis kepada siapa diserahkan.")
    page.get_by_label("Catatan").fill("Polsek Mayangan")
    page.get_by_role("button", name="Tutup kejadian").click()
    expect(page.locator(".step-said strong")).to_have_count(3)
    page.goto("/incidents")
    expect(page.locator(".step-said strong")).to_have_count(3)
    back(page)
    until(city, page, lambda cast: the_incident(number).status == "closed")
    with city.database() as cast:
        incident = the_incident(number)
        event_types = [event.event_type for event in timeline.of_incident(incident.id)]
        assert event_types == ["received", "offered", "accepted", "en_route", "on_scene", "closed"]
        assert (incident.outcome, incident.outcome_note) == ("handed_over", "Polsek Mayangan")
        assert cast.unit("TRAIL-01").status == "available"
    expect(page.locator(".step-said:visible")).to_have_count(0)


def test_a_step_whose_answer_was_lost_is_taken_once(city: City, page: Page) -> None:
    number = at_work(city, page)
    page.route("**/unit/steps", lambda route: (route.fetch(), route.abort())[1])
    page.locator(".next-step").get_by_role("button", name="Berangkat").click()
    expect(page.locator(".step-said").first).to_contain_text("belum terkirim")
    page.unroute("**/unit/steps")
    expect(page.locator(".step-said:visible")).to_have_count(0)
    assert page.locator("#steps-refused").inner_text() == ""
    with city.database():
        event_types = [event.event_type for event in timeline.of_incident(the_incident(number).id)]
        assert event_types.count("en_route") == 1


def test_an_offer_that_another_unit_took_meanwhile_says_which(city: City, page: Page) -> None:
    with city.database() as cast:
        on_duty(cast, "bayu", "TRAIL-02")
    number = offered(city, page)
    away(page)
    page.get_by_role("button", name="Terima").click()
    expect(page.locator(".step-said").first).to_contain_text("belum terkirim")
    with city.database() as cast:
        overdue.expire(now() + timedelta(minutes=11))
        dispatch.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    back(page)
    refused = page.locator("#steps-refused")
    expect(refused).to_contain_text("TRAIL-02 sudah mengambilnya")
    page.reload()
    expect(refused).to_contain_text(re.compile(r"Terima \d\d\.\d\d\.\d\d: tidak diterima\."))
    refused.get_by_role("button", name="Sudah saya baca").click()
    expect(refused).to_be_empty()
    with city.database() as cast:
        assert cast.unit("TRAIL-01").status == "available"
        assert the_incident(number).status == "dispatched"


def test_a_break_without_a_network_waits_too(city: City, page: Page) -> None:
    page.goto("/unit")
    away(page)
    page.get_by_role("button", name="Istirahat").click()
    expect(page.locator(".step-said")).to_contain_text("belum terkirim")
    expect(page.get_by_role("button", name="Istirahat")).to_have_attribute("aria-pressed", "false")
    back(page)
    expect(page.get_by_role("button", name="Istirahat")).to_have_attribute("aria-pressed", "true")


def test_a_session_that_has_ended_keeps_the_steps_for_their_user_alone(city: City, page: Page) -> None:
    at_work(city, page)
    away(page)
    page.locator(".next-step").get_by_role("button", name="Berangkat").click()
    expect(page.locator(".step-said").first).to_contain_text("belum terkirim")
    with city.database() as cast:
        sessions.end_all(cast.agus, "by_admin")
    back(page)
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("#steps-wait")).to_contain_text("Masuklah sebagai pengguna yang sama")
    city.sign_in(page.context, "bayu")
    page.goto("/incidents")
    expect(page.locator("#queue")).to_be_visible()
    expect(page.locator(".step-said:visible")).to_have_count(0)
    assert page.evaluate(STORED) == 1
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Nama pengguna").fill("agus")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    until(city, page, lambda cast: open_assignment("TRAIL-01").status == "en_route")


def older(page: Page, hours: int) -> None:
    """Let the steps on the tablet have been tapped so much earlier."""
    page.evaluate(
        """(hours) => {
          for (const name of Object.keys(localStorage).filter((one) => one.startsWith("meteor.step."))) {
            const step = JSON.parse(localStorage.getItem(name));
            localStorage.setItem(name, JSON.stringify({ ...step, at: step.at - hours * 3600000 }));
          }
        }""",
        hours,
    )


def test_a_step_that_waited_longer_than_a_shift_is_not_sent_and_says_so(city: City, page: Page) -> None:
    at_work(city, page)
    away(page)
    page.locator(".next-step").get_by_role("button", name="Berangkat").click()
    expect(page.locator(".step-said").first).to_contain_text("belum terkirim")
    older(page, 13)
    page.reload()
    refused = page.locator("#steps-refused")
    expect(refused).to_contain_text("Berangkat")
    expect(refused).to_contain_text("tidak terkirim")
    assert "subject" not in page.evaluate("JSON.stringify({ ...localStorage })")
    back(page)
    page.reload()
    expect(refused).to_contain_text("tidak terkirim")
    with city.database():
        assert open_assignment("TRAIL-01").status == "accepted"
    refused.get_by_role("button", name="Sudah saya baca").click()
    assert page.evaluate(STORED) == 0


def test_a_refused_step_is_deleted_after_a_shift_also_one_of_another_user(page: Page) -> None:
    page.evaluate(
        """() => {
          for (const user of ["0", document.querySelector("script[data-user]").dataset.user]) {
            const at = Date.now() - 13 * 3600000;
            const step = { id: `of-${user}`, user, at, label: "Tutup kejadian", refused: "x" };
            localStorage.setItem(`meteor.step.of-${user}`, JSON.stringify(step));
          }
        }"""
    )
    page.reload()
    becomes(page, STORED, 0)


def test_a_glove_that_taps_twice_without_a_network_taps_once(city: City, page: Page) -> None:
    at_work(city, page)
    away(page)
    page.locator(".next-step").get_by_role("button", name="Berangkat").dblclick()
    expect(page.locator(".step-said").first).to_contain_text("belum terkirim")
    assert page.evaluate(STORED) == 1
