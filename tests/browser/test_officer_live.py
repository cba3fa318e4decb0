"""A tablet's pages while the work goes on: they disturb nobody, and say when they are not live."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from meteor.accounts import sessions
from meteor.agencies.models import Unit
from meteor.dispatch import rules as dispatch
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import Opening
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, TABLET, City, Opener, cut_network
from tests.cast import HOME
from tests.scenes import on_duty, open_assignment, press, report

OFFLINE = "ERR_INTERNET_DISCONNECTED"


def fill(count: int) -> None:
    """So many incidents in the police's queue, too slowly for a burst."""
    kind, place = incidents.type_for("other"), Place(*HOME, 10.0, "device")
    for number in range(count):
        incidents.open_incident(Opening(kind, "panic", place), now() - timedelta(seconds=10 * number))
    db.session.commit()


@pytest.fixture
def page(city: City, tablet: Opener) -> Page:
    """Agus's tablet with a long queue on it."""
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        press(cast)  # before the others: TRAIL-01 would be sent to one of them
        fill(40)
    page = tablet("agus")
    page.goto("/incidents")
    expect(page.locator(".queued")).to_have_count(41)
    return page


def test_at_a_desk_the_words_of_a_late_incident_stand_beside_what_it_lacks(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        report(cast, kind="fire").opened_at = now() - timedelta(minutes=20)
        db.session.commit()
    page = desktop("komang")
    page.goto("/incidents")
    expect(page.locator(".queued .late-word")).to_be_visible()
    lacks = page.evaluate("document.querySelector('.queued .now').getBoundingClientRect().right")
    lefts = "[...document.querySelectorAll('.queued .since *')].map(it => it.getBoundingClientRect().left)"
    assert min(page.evaluate(lefts)) >= lacks


def happens_elsewhere(city: City) -> None:
    with city.database() as cast:
        press(cast, "wahyu")


# --- nothing is disturbed ---


def test_focus_and_place_survive_what_is_new(city: City, page: Page) -> None:
    link = page.locator(".queued h2 a").nth(30)
    link.focus()
    link.scroll_into_view_if_needed()
    focused = page.evaluate("document.activeElement.id")
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    happens_elsewhere(city)
    expect(page.locator(".queued")).to_have_count(42)
    assert page.evaluate("document.activeElement.id") == focused
    assert abs(page.evaluate("document.activeElement.getBoundingClientRect().top") - top) < 2


def test_what_is_typed_survives_what_is_new(city: City, page: Page) -> None:
    with city.database():
        number = db.session.scalars(select(Incident.number).where(Incident.reporter_id.is_not(None))).one()
    page.goto(f"/incidents/{number}")
    page.get_by_text("Tulis catatan").click()
    note = page.get_by_label("Catatan untuk semua")
    note.fill("Pagar belakang terk")
    with city.database() as cast:
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    expect(page.locator(".timeline")).to_contain_text("TRAIL-01 menerima")
    expect(note).to_be_focused()
    expect(note).to_have_value("Pagar belakang terk")


def test_an_explanation_that_is_being_read_stays_open(city: City, page: Page) -> None:
    with city.database():
        number = db.session.scalars(select(Incident.number).where(Incident.reporter_id.is_not(None))).one()
    page.goto(f"/incidents/{number}")
    page.get_by_text("Mengapa unit ini?").first.click()
    why = page.get_by_role("cell", name="dipilih: yang terdekat")
    expect(why).to_be_visible()
    with city.database() as cast:
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    expect(page.locator(".timeline")).to_contain_text("TRAIL-01 menerima")
    expect(why).to_be_visible()


# --- not live ---


def stopped_clock(page: Page) -> None:
    """The time of the pages that are loaded from now on passes by `page.clock` alone, however slow the machine is."""
    start = now()
    page.clock.install(time=start)
    page.clock.pause_at(start + timedelta(seconds=1))


def on_our_clock(page: Page) -> None:
    stopped_clock(page)
    page.reload()


def test_a_dead_network_is_said_once_and_within_five_seconds(city: City, page: Page, forgive: list[str]) -> None:
    forgive += [OFFLINE, "htmx:"]
    banner = page.locator(".not-live:visible")
    on_our_clock(page)
    expect(banner).to_have_count(0)
    cut_network(page)
    page.clock.run_for(5_000)
    expect(banner.first).to_contain_text(re.compile(r"Tidak diperbarui sejak \d\d\.\d\d WIB"))
    page.clock.resume()
    expect(page.locator("[data-live='2']:not(.is-stale)")).to_have_count(0)  # all have noticed
    expect(banner).to_have_count(1)
    happens_elsewhere(city)
    page.context.set_offline(False)
    expect(page.locator(".queued")).to_have_count(42)
    expect(banner).to_have_count(0)


def test_a_server_that_answers_nobody_is_said_within_five_seconds(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append("htmx:")
    banner = page.locator(".not-live:visible")
    on_our_clock(page)
    with city.stalled():
        page.clock.run_for(5_000)
        expect(banner.first).to_be_visible()
    page.clock.resume()
    expect(banner).to_have_count(0)


def test_an_incidents_page_says_it_too(city: City, page: Page, forgive: list[str]) -> None:
    forgive += [OFFLINE, "htmx:"]
    page.locator(".offer h2 a").click()
    expect(page.locator("#units-title")).to_be_visible()  # it comes after the page and its scripts
    cut_network(page)
    expect(page.locator(".not-live:visible")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".not-live:visible")).to_have_count(0)


def test_an_ended_session_leaves_the_page(city: City, page: Page, forgive: list[str]) -> None:
    forgive += ["401", "htmx:"]
    with city.database() as cast:
        sessions.end_all(cast.agus, "by_admin")
    expect(page).to_have_url(re.compile("/sign-in"))


# --- the position ---


def fix(city: City) -> tuple[float | None, float | None]:
    with city.database():
        unit = db.session.scalars(select(Unit).where(Unit.call_sign == "TRAIL-01")).one()
        return unit.latitude, unit.longitude


@contextmanager
def reporting(page: Page, city: City, latitude: float) -> Iterator[None]:
    """Until the page has reported this position and the server has it."""
    with page.expect_response(lambda answer: answer.status == 204 and reported(answer.request) == latitude):
        yield
    assert fix(city)[0] == latitude


def reported(request: Request) -> float | None:
    """The latitude that a request reports, if it does."""
    told = parse_qs(request.post_data or "") if "/unit/position" in request.url else {}
    return float(told["latitude"][0]) if told else None


def test_the_unit_is_where_its_tablet_is(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    with reporting(page, city, HOME[0]):
        page.goto("/incidents")
    expect(page.locator("#position time")).to_be_visible()
    with reporting(page, city, -7.7343):
        page.context.set_geolocation({"latitude": -7.7343, "longitude": HOME[1], "accuracy": 60})


def test_a_few_metres_are_not_worth_a_report(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    stopped_clock(page)  # after 15 s a position would be reported all the same
    with reporting(page, city, HOME[0]):
        page.goto("/incidents")
    reports: list[float | None] = []
    page.on("request", lambda request: reports.append(reported(request)))
    page.evaluate("() => navigator.geolocation.watchPosition(({ coords }) => console.log(coords.latitude))")
    with page.expect_console_message(lambda message: message.text.startswith("-7.73365")):
        page.context.set_geolocation({"latitude": -7.73365, "longitude": HOME[1], "accuracy": 8})  # 5.5 m
    with reporting(page, city, -7.7343):
        page.context.set_geolocation({"latitude": -7.7343, "longitude": HOME[1], "accuracy": 60})  # nor is it too fast
    assert [latitude for latitude in reports if latitude] == [-7.7343]


def test_without_a_network_the_newest_position_waits_and_the_page_says_so(
    city: City, tablet: Opener, forgive: list[str]
) -> None:
    forgive += [OFFLINE, "htmx:"]
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    with reporting(page, city, HOME[0]):
        page.goto("/incidents")
    cut_network(page)
    for latitude in (-7.7340, -7.7343):
        page.context.set_geolocation({"latitude": latitude, "longitude": HOME[1], "accuracy": 60})
        expect(page.locator("[data-report=unsent]")).to_be_visible()
    with reporting(page, city, -7.7343):
        page.context.set_offline(False)
    expect(page.locator("[data-report=unsent]")).to_be_hidden()


def test_a_device_that_may_not_know_its_position_says_so(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus", permissions=[])
    page.goto("/incidents")
    expect(page.locator("[data-report=denied]")).to_be_visible()
    expect(page.locator("#position")).to_contain_text("belum ada posisi")


@pytest.mark.parametrize(("permissions", "words"), [(["screen-wake-lock"], "tetap menyala"), ([], "dapat padam")])
def test_the_page_says_whether_the_screen_stays_on(
    city: City, tablet: Opener, permissions: list[str], words: str
) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus", permissions=["geolocation", *permissions])
    page.goto("/incidents")
    expect(page.locator(".device [data-awake]:visible")).to_contain_text(words)


def test_after_duty_ended_elsewhere_the_page_leads_to_the_choice_of_a_unit(city: City, tablet: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
    page = tablet("agus")
    page.goto("/unit")
    other = tablet("agus")
    other.goto("/unit")
    other.get_by_text("Akhiri dinas", exact=True).first.click()
    other.get_by_role("button", name="Akhiri dinas").click()
    expect(page.get_by_role("heading", name="Mulai dinas")).to_be_visible()


# --- everybody can use it ---


@pytest.fixture
def busy(city: City) -> str:
    """A city at work: jobs, offers, alarms, a held alert, a closed incident. The number of Agus's incident."""
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        on_duty(cast, "rina", "AMBULANS-01")
        incident = press(cast, note="Dua orang di pintu belakang", flags=["sent_late"])
        dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
        press(cast, "wahyu", silent=True)
        press(cast, "karto", "fire")
        closed = press(cast, "endang", "medical")
        dispatch.close(closed, "handed_over", "RSUD", now(), cast.komang)
        return incident.number


@pytest.mark.parametrize("kinds", [(PHONE, TABLET), (DESKTOP,)], ids=["phone and tablet", "desktop"])
def test_axe_finds_nothing_wrong_and_nothing_runs_over_the_edge(
    city: City, device: Opener, busy: str, kinds: tuple[dict[str, Any], ...]
) -> None:
    """A tablet is a phone of another size: one page is loaded for both."""
    found: dict[str, object] = {}
    with city.database():
        assignment = open_assignment("TRAIL-01").id
    looks = {
        "agus": ["/incidents", f"/incidents/{busy}", "/unit", f"/incidents/{busy}/closure",
                 f"/incidents/{busy}/assignments"],
        "bayu": ["/incidents", "/unit"],
        "dewi": ["/incidents", "/unit"],
        "komang": ["/incidents", f"/incidents/{busy}", f"/incidents/{busy}/type", f"/incidents/{busy}/assignments",
                   f"/assignments/{assignment}/withdrawal", f"/assignments/{assignment}/reassignment"],
        "maya": ["/incidents"],
        "yusuf": [f"/incidents/{busy}"],
    }  # fmt: skip
    for username, addresses in looks.items():
        page = device(kinds[0], username)
        for address in addresses:
            page.goto(address)
            if page.locator("#units").count():
                expect(page.locator("#units-title")).to_be_visible()
            for size in (kind["viewport"] for kind in kinds):
                page.set_viewport_size(size)
                name = f"{username} {address} {size['width']}"
                if wrong := violations(page):
                    found[name] = wrong
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found[f"{name}: wider than the screen"] = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size(kinds[0]["viewport"])
    assert found == {}


def test_the_tablet_speaks_english_on_request(city: City, tablet: Opener, busy: str) -> None:
    with city.database() as cast:
        cast.bayu.language = "en"
    page = tablet("bayu")
    page.goto("/incidents")
    for words in ("Accept", "Refuse", "open incidents", "Sound is off"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("[data-alarm=offer]")).to_have_attribute("data-alarm-title", "New job")
