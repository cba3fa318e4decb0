"""The silent button in a real browser: what it sends, and that nobody who looks on sees anything of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.accounts import sessions
from meteor.alerts.models import Alert
from meteor.store.database import db
from tests.browser.conftest import City, Opener, cut_network, stop_clock
from tests.browser.test_every_page import wrong_with
from tests.browser.test_panic import BUDGET, OFFLINE, PATIENCE, Finger
from tests.browser.wire import wire_to
from tests.sas.scenes import alarm_types, shop

MIDDLE = (180, 320)
READY, ARRIVED, UNSENT, OFFLINE_NOW, SIGNED_OUT = "1", "3", "4", "6", "0"

SPY = """
window.noticed = [];
navigator.vibrate = () => window.noticed.push("vibrated");
window.Audio = function () { window.noticed.push("sounded"); };
window.AudioContext = function () { window.noticed.push("sounded"); };
window.Notification = function () { window.noticed.push("notified"); };
"""


@pytest.fixture
def gold(city: City) -> City:
    """The city with Toko's gold shop."""
    with city.database() as cast:
        alarm_types(cast)
        shop(cast)
    return city


@pytest.fixture
def page(gold: City, phone: Opener) -> Page:
    page = phone("toko")
    page.add_init_script(SPY)
    page.goto("/sas")
    says(page, READY)
    return page


def says(page: Page, sign: str) -> None:
    expect(page.locator("#sign")).to_have_text(sign, timeout=PATIENCE)


@contextmanager
def held(page: Page, sign: str = ARRIVED) -> Iterator[None]:
    """A finger on the page, until the sign says this."""
    finger = Finger(page)
    finger.down(MIDDLE)
    yield
    says(page, sign)
    finger.up()


def alarms(city: City) -> list[Any]:
    with city.database():
        return list(db.session.execute(select(Alert.id, Alert.source, Alert.drill, Alert.accuracy, Alert.flags)))


def looks(page: Page) -> bytes:
    """The screen, without the sign."""
    return page.screenshot(mask=[page.locator("#sign")], mask_color="#0e0f11")


def test_a_finger_held_for_a_second_sends_one_alarm_with_the_phones_place(gold: City, page: Page) -> None:
    with held(page):
        pass
    ((_, source, drill, accuracy, flags),) = alarms(gold)
    assert (source, drill, accuracy, flags) == ("sas", False, 12.0, [])


def test_nothing_changes_on_the_screen_but_the_sign(gold: City, page: Page) -> None:
    before, title, entries = looks(page), page.title(), page.evaluate("history.length")
    finger = Finger(page)
    finger.down(MIDDLE)
    assert looks(page) == before
    says(page, ARRIVED)
    assert looks(page) == before
    finger.up()
    assert looks(page) == before
    assert (page.title(), page.evaluate("history.length"), page.url) == (title, entries, f"{gold.address}/sas")
    assert title == "Catatan"
    assert page.evaluate("window.noticed") == []


def test_a_tap_sends_nothing(gold: City, page: Page) -> None:
    stop_clock(page)
    page.touchscreen.tap(*MIDDLE)
    page.touchscreen.tap(*MIDDLE)
    page.clock.run_for(2_000)
    page.reload()
    says(page, READY)
    assert alarms(gold) == []


def test_a_keyboard_presses_twice(gold: City, page: Page) -> None:
    page.locator("#sheet").focus()
    page.keyboard.press("Enter")
    says(page, READY)
    assert alarms(gold) == []
    page.keyboard.press("Enter")
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_without_a_network_the_sign_says_so_and_one_alarm_arrives_afterwards(
    gold: City, page: Page, forgive: list[str]
) -> None:
    forgive.append(OFFLINE)
    before = looks(page)
    cut_network(page)
    says(page, OFFLINE_NOW)
    with held(page, UNSENT):
        pass
    assert looks(page) == before
    assert alarms(gold) == []
    page.context.set_offline(False)
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_a_press_survives_the_closing_of_its_page(gold: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    cut_network(page)
    with held(page, UNSENT):
        pass
    kept = page.evaluate("JSON.parse(localStorage.getItem('meteor.note')).id")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/sas")
    says(again, ARRIVED)
    assert [str(alarm.id) for alarm in alarms(gold)] == [kept]


def test_a_server_that_stalls_makes_no_second_alarm(gold: City, page: Page) -> None:
    with gold.stalled(), held(page, UNSENT):
        pass
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_an_ended_session_shows_before_it_is_needed(gold: City, page: Page, forgive: list[str]) -> None:
    forgive.append("401")
    with gold.database() as cast:
        sessions.end_all(cast.toko, "by_admin")
    with held(page, SIGNED_OUT):
        pass
    assert page.url.endswith("/sas")


def test_it_opens_without_a_network(gold: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()  # this time through the service worker
    says(page, READY)
    cut_network(page)
    page.reload()
    says(page, OFFLINE_NOW)
    with held(page, UNSENT):
        pass
    page.context.set_offline(False)
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_without_scripts_the_page_is_a_form(gold: City, phone: Opener) -> None:
    page = phone("toko", java_script_enabled=False)
    page.goto("/sas")
    page.touchscreen.tap(*MIDDLE)
    says(page, ARRIVED)
    expect(page).to_have_url(re.compile("/sas$"))
    assert len(alarms(gold)) == 1


def test_it_never_asks_for_the_phones_place(gold: City, phone: Opener) -> None:
    page = phone("toko", permissions=[])
    page.add_init_script("window.asked = 0; navigator.geolocation.getCurrentPosition = () => (window.asked += 1);")
    page.goto("/sas")
    with held(page):
        pass
    assert page.evaluate("window.asked") == 0


def test_the_test_says_that_it_arrived(gold: City, page: Page) -> None:
    page.goto("/sas/test")
    stop_clock(page)
    page.get_by_role("button", name="Kirim uji coba").click()
    expect(page.locator("#trial-result")).to_contain_text("Uji coba sudah sampai")
    ((_, source, drill, *_),) = alarms(gold)
    assert (source, drill) == ("sas", True)


def test_a_test_that_does_not_arrive_says_so_after_five_seconds(gold: City, page: Page, forgive: list[str]) -> None:
    forgive.append("htmx:")  # the page's notices are not answered either
    page.goto("/sas/test")
    stop_clock(page)
    result = page.locator("#trial-result")
    with gold.stalled():
        page.get_by_role("button", name="Kirim uji coba").click()
        page.clock.run_for(4_900)
        expect(result).to_be_visible()
        expect(result).not_to_contain_text("belum sampai")
        page.clock.run_for(100)
        expect(result).to_contain_text("belum sampai")


def test_every_page_is_fit_for_everybody(gold: City, phone: Opener) -> None:
    page = phone("toko", viewport={"width": 320, "height": 568})
    for address in ("/sas", "/sas/test", "/sas/history", "/sas/help", "/sas/places"):
        page.goto(address)
        assert wrong_with(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_a_first_visit_takes_at_most_fifty_kilobytes(gold: City, phone: Opener) -> None:
    host, port = gold.address.removeprefix("http://").split(":")
    with wire_to(host, int(port)) as wire:
        page = phone("toko", base_url=wire.address)
        page.goto("/sas", wait_until="networkidle")
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        assert 5_000 < wire.carried <= BUDGET
