"""The 112 console in a real browser, without a mouse: a call rings, is taken, written down and sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import parse_qs

from playwright.sync_api import Page, Response, expect
from sqlalchemy import select

from meteor.calls import rules, sending
from meteor.calls.models import Call
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import NARROW, wrong_with
from tests.browser.test_officer import Ear
from tests.calls.switchboard import enough, rings, taken, typed
from tests.conftest import SLOW
from tests.protocols.test_scripts import ask
from tests.scenes import on_duty, press

LETTER = 40  # ms: 25 letters a second would be fast; this is a trained hand
CALL_PAGE = re.compile(r"/calls/[0-9a-f-]{36}$")


def hands(page: Page, *keys: str) -> None:
    """Keys one after another; what is no key is typed letter by letter."""
    for key in keys:
        if re.fullmatch(r"(Alt\+)?[A-Z]\w*|F\d|\?", key):
            page.keyboard.press(key)
        else:
            page.keyboard.type(key, delay=LETTER)


def at_the_type(page: Page) -> None:
    """The caret is in the first field: a browser sets it there after the page has come."""
    expect(page.get_by_role("combobox", name="Apa: jenis kejadian")).to_be_focused()


def kept(city: City) -> dict[str, str]:
    with city.database():
        return dict(db.session.scalars(select(Call.draft)).one())


@contextmanager
def keeping(city: City, page: Page, name: str, text: str) -> Iterator[None]:
    """Until the page has sent the field as it is then, and the server has it."""

    def kept_it(answer: Response) -> bool:
        sent = parse_qs(answer.request.post_data or "") if answer.url.endswith("/draft") else {}
        return answer.ok and sent.get(name) == [text]

    with page.expect_response(kept_it):
        yield
    assert kept(city)[name] == text


def test_without_a_mouse_a_ringing_call_becomes_an_offered_unit_in_less_than_30_seconds(
    city: City, desktop: Opener
) -> None:
    with city.database() as cast:
        on_duty(cast, "dewi", "DAMKAR-01")
        ask(cast.incident_type("fire"), "Apakah ada orang di dalam?", None, 1)
    page = desktop("maya")
    page.goto("/calls")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible()
    with city.database():
        rings()
    expect(page.get_by_role("button", name="Ambil panggilan dari")).to_be_visible()
    began = monotonic()
    hands(page, "F2")
    page.wait_for_url(CALL_PAGE)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab", "alun-alun")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator("#script").get_by_text("Apakah ada orang di dalam?")).to_be_visible()
    hands(page, "Tab", "api di dapur", "Tab", "Tab", "Bu Sri", "Alt+Q", "ArrowRight", "Alt+K")
    expect(page.get_by_text("sudah dibuka").first).to_be_visible()
    expect(page.locator("#units").get_by_text("DAMKAR-01")).to_be_visible()
    assert monotonic() - began < 30
    with city.database():
        incident = db.session.scalars(select(Incident)).one()
        offer = db.session.scalars(select(Assignment)).one()
        assert (incident.type.code, incident.latitude, offer.status) == ("fire", -7.7430, "offered")
        call = db.session.scalars(select(Call)).one()
        assert call.alert is not None
        assert call.alert.caller_name == "Bu Sri"
        assert call.alert.note.startswith("api di dapur")


def test_a_ringing_call_sounds_once_a_key_was_pressed(city: City, desktop: Opener) -> None:
    page = desktop("maya")
    ear = Ear(page)
    page.goto("/calls")
    page.keyboard.press("ArrowDown")
    with city.database():
        rings()
    ear.wait_for(4)
    expect(page.locator("[data-alarm]")).to_be_visible()


def test_of_two_operators_who_press_at_once_one_has_the_call_and_the_other_reads_who(
    city: City, desktop: Opener
) -> None:
    with city.database():
        rings()
    pages = [desktop(who) for who in ("maya", "komang")]
    for page in pages:
        page.goto("/calls")
        expect(page.get_by_role("button", name="Ambil panggilan dari")).to_be_visible()
    for page in pages:  # neither has heard of the other when it presses
        page.route(re.compile(r"/calls/waiting\?"), lambda route: route.fulfill(status=204))
    for page in pages:
        page.get_by_role("button", name="Ambil panggilan dari").click(no_wait_after=True)
    with_call = [page for page in pages if wins(page)]
    assert len(with_call) == 1
    (other,) = (page for page in pages if page not in with_call)
    with city.database():
        name = db.session.scalars(select(Call)).one().taken_by.name  # type: ignore[union-attr]
    expect(other.get_by_text(f"Panggilan ini sedang ditangani {name}.")).to_be_visible()


def wins(page: Page) -> bool:
    """Whether the call's page opens; otherwise the room says who was faster."""
    expect(page.locator("#call, .flashes .notice").first).to_be_visible()
    return CALL_PAGE.search(page.url) is not None


def test_a_browser_that_is_closed_in_the_middle_of_a_call_has_lost_nothing(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        call = taken(cast)
        address = f"/calls/{call.id}"
    page = desktop("maya")
    page.goto(address)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    with keeping(city, page, "note", "api di dapur, dua orang di dalam"):
        hands(page, "Tab", "dekat sungai di belakang pasar", "Alt+A", "api di dapur, dua orang di dalam")
    page.context.close()
    page = desktop("maya")
    page.goto("/calls")
    page.get_by_role("link", name="Lanjutkan").press("Enter")
    page.wait_for_url(CALL_PAGE)
    expect(page.get_by_role("combobox", name="Apa: jenis kejadian")).to_have_value("Kebakaran")
    expect(page.get_by_role("combobox", name="Di mana: lokasi")).to_have_value("dekat sungai di belakang pasar")
    expect(page.get_by_label("Apa yang terjadi")).to_have_value("api di dapur, dua orang di dalam")


def test_what_cannot_be_kept_is_said_and_kept_as_soon_as_it_can(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    page.context.set_offline(True)
    hands(page, "Alt+A", "api")
    expect(page.get_by_text("Belum tersimpan")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Belum tersimpan")).to_be_hidden()
    assert kept(city)["note"] == "api"


def test_one_key_joins_the_incident_that_it_is_and_one_key_takes_that_back(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        incident_id = press(cast, kind="fire").id
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    at_the_type(page)
    hands(page, "kebak")
    expect(page.get_by_role("option", name="Kebakaran")).to_be_visible()
    hands(page, "Tab", "mayangan rt 3 rw 5")
    expect(page.get_by_role("option").first).to_be_visible()
    hands(page, "Tab")
    expect(page.get_by_role("button", name="Ini kejadiannya")).to_be_visible()
    hands(page, "Alt+G")
    expect(page.get_by_role("button", name="Ternyata kejadian lain")).to_be_visible()
    page.wait_for_load_state()
    with city.database():
        joined = db.session.scalars(select(Call)).one().alert
        assert joined is not None
        assert joined.incident_id == incident_id
    hands(page, "Alt+U")
    expect(page.get_by_text("menjadi kejadian tersendiri")).to_be_visible()
    with city.database():
        own = db.session.scalars(select(Call)).one().alert
        assert own is not None
        assert own.incident_id != incident_id


def test_keys_do_nothing_while_one_types_and_the_list_of_keys_is_at_hand(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    hands(page, "Alt+A", "siapa?")
    expect(page.get_by_label("Apa yang terjadi")).to_have_value("siapa?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    hands(page, "F8")
    expect(page.get_by_role("dialog", name="Pintasan")).to_be_visible()
    hands(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_prank_is_recorded_without_a_mouse(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    hands(page, "Alt+I", "Space", "ArrowDown", "Tab", "tertawa", "Tab", "Enter")
    page.wait_for_url("**/calls")
    expect(page.get_by_text("Dicatat: Laporan iseng.")).to_be_visible()
    with city.database():
        call = db.session.scalars(select(Call)).one()
        assert (call.classified_as, call.reason) == ("prank", "tertawa")


def test_a_missed_call_is_called_back_by_its_key(city: City, desktop: Opener) -> None:
    with city.database():
        rules.exchange_event(rings(), "abandoned", now())
    page = desktop("maya")
    page.goto("/calls")
    hands(page, "Alt+B")
    page.wait_for_url(CALL_PAGE)


def test_a_room_that_is_no_longer_live_says_so(city: City, desktop: Opener, forgive: list[str]) -> None:
    forgive.append("ERR_INTERNET_DISCONNECTED")
    forgive.append("htmx:")
    page = desktop("maya")
    page.goto("/calls")
    expect(page.locator("#waiting")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".not-live:visible")).to_have_count(1)  # one says it for all parts


def test_a_type_is_named_in_the_language_of_the_call_taker(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        fire = db.session.scalars(select(IncidentType).where(IncidentType.code == "fire")).one()
        cast.maya.language = "en"
        name = fire.name_en
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    expect(page.get_by_role("combobox").first).to_be_focused()
    hands(page, "fire")
    expect(page.get_by_role("option", name=name)).to_be_visible()


def test_the_callers_home_is_the_place_with_one_key(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        address = f"/calls/{taken(cast, caller=cast.sari.phone).id}"
    page = desktop("maya")
    page.goto(address)
    expect(page.locator("#at-home")).to_be_visible()
    with keeping(city, page, "latitude", "-7.7337"):
        hands(page, "Alt+R")
    expect(page.get_by_role("combobox", name="Di mana: lokasi")).to_have_value("Jl. Ikan Paus 3, RT 03 RW 05 Mayangan")


def test_a_call_that_was_sent_is_fit_for_everybody(city: City, device: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "dewi", "DAMKAR-01")
        call = taken(cast)
        typed(cast, call, **enough(cast))
        sending.open_incident(call, now(), cast.maya)
        address = f"/calls/{call.id}"
    page = device({"viewport": NARROW, "has_touch": True}, "maya")
    page.goto(address)
    expect(page.locator("#units").get_by_text("DAMKAR-01")).to_be_visible()
    assert wrong_with(page) == []


def test_who_is_signed_out_in_the_middle_of_a_call_loses_nothing(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive += ["401", "htmx:"]
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    cookies = page.context.cookies()
    polls = re.compile(r"[?&]v=")
    page.route(polls, lambda route: route.fulfill(status=204))  # or one may lead away in the middle of the word
    page.context.clear_cookies()
    hands(page, "Alt+A", "api")
    expect(page.get_by_text("Belum tersimpan")).to_be_visible()
    page.unroute(polls)
    page.wait_for_url("**/sign-in*")
    assert kept(city) == {}
    page.context.add_cookies(cookies)
    with keeping(city, page, "note", "api"):
        page.goto(address)
    expect(page.get_by_label("Apa yang terjadi")).to_have_value("api")


def test_what_was_typed_in_the_last_moment_is_kept_too(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        address = f"/calls/{taken(cast).id}"
    page = desktop("maya")
    page.goto(address)
    hands(page, "Alt+A", "api")
    page.goto("/calls")
    until = monotonic() + SLOW / 1000
    while not kept(city) and monotonic() < until:  # a browser does not tell of a beacon when it goes, nor that it came
        page.wait_for_timeout(50)
    assert kept(city)["note"] == "api"
