"""Push in the real browser: turning it on, what the page says when it cannot be, and what the service worker shows."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Worker, expect
from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.broadcasts import rules
from meteor.broadcasts.models import RtMessage
from meteor.store.database import db
from meteor.store.moments import now
from tests.broadcasts.scenes import sent
from tests.browser.conftest import City, Opener
from tests.cast import Cast
from tests.conftest import CHROMIUM
from tests.notices.push_service import Device
from tests.scenes import report

PAGE = "/notices/devices"
WORKER = "/notices/service-worker.js"
ALLOWED = ["notifications"]
PROMPT = 20_000  # ms: a busy machine, and well before the banner's next poll, which comes after thirty seconds

# This machine reaches no push service. A browser that reaches one is given a subscription such as this.
REACHED = """
const KEYS = %s;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const subscription = () => ({
  endpoint: "https://8.8.8.8/push/1",
  options: { applicationServerKey: bytes(document.getElementById("device").dataset.key).buffer },
  toJSON: () => ({ keys: KEYS }),
  unsubscribe: async () => sessionStorage.removeItem("subscribed"),
});
PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("subscribed") ? subscription() : null);
PushManager.prototype.subscribe = async () => { sessionStorage.setItem("subscribed", "yes"); return subscription(); };
"""

Push = Callable[[Page, dict[str, Any]], None]


@pytest.fixture(scope="module")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """A Chromium that shows notifications."""
    browser = launch_browser(executable_path=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture
def push(city: City) -> Push:
    """`push(page, message)`: the push service delivers to the page's browser."""

    def deliver(page: Page, message: dict[str, Any]) -> None:
        session = page.context.new_cdp_session(page)
        found: list[str] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda said: found.extend(
                one["registrationId"] for one in said["registrations"] if one["scopeURL"].endswith("/notices/")
            ),
        )
        session.send("ServiceWorker.enable")
        while not found:
            page.evaluate("null")  # what the browser has said meanwhile is heard
        data = json.dumps(message)
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": city.address, "registrationId": found[0], "data": data},
        )

    return deliver


def registered(page: Page) -> None:
    """The service worker stands by, as it does once push was turned on."""
    page.goto(PAGE)
    page.evaluate(
        "async () => { await navigator.serviceWorker.register('/notices/service-worker.js', { scope: '/notices/' });"
        " await navigator.serviceWorker.ready; }"
    )


def shown(page: Page) -> list[dict[str, Any]]:
    """The notifications that the system shows."""
    return page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          return (await registration.getNotifications()).map((one) => ({
            title: one.title, body: one.body, tag: one.tag, url: one.data.url,
            stays: one.requireInteraction, silent: one.silent,
          }));
        }"""
    )


MESSAGE = {
    "sentence": "Kejadian 261124-001: alarm di Toko Emas Semeru. Siapa yang menangani?",
    "url": "/incidents/261124-001", "tag": "a1", "quiet": False,
}  # fmt: skip


def arrived(page: Page) -> None:
    """The service worker has shown what was pushed: it says so to METEOR's open pages."""
    expect(page.locator("#arrived")).to_have_js_property("hidden", False)


def worker(page: Page) -> Worker:
    """The service worker that shows what is pushed."""
    (found,) = (one for one in page.context.service_workers if one.url.endswith(WORKER))
    return found


def click(page: Page, tag: str) -> list[str]:
    """Touch the notification; what is opened or brought to the front. A browser does that for a finger only."""
    return worker(page).evaluate(
        """async (tag) => {
          const opened = [];
          self.clients.openWindow = async (url) => opened.push(`open ${url}`);
          WindowClient.prototype.focus = async function () { opened.push(`focus ${new URL(this.url).pathname}`); };
          const [notification] = await self.registration.getNotifications({ tag });
          const touched = new NotificationEvent("notificationclick", { notification });
          const waits = [];
          touched.waitUntil = (promise) => waits.push(promise);
          self.dispatchEvent(touched);
          await Promise.all(waits);
          return opened;
        }""",
        tag,
    )


def test_what_is_pushed_is_shown_and_stays_until_it_is_touched(desktop: Opener, push: Push) -> None:
    page = desktop("komang", permissions=ALLOWED)
    registered(page)
    push(page, MESSAGE)
    arrived(page)
    assert shown(page) == [
        {
            "title": "METEOR", "body": MESSAGE["sentence"], "tag": "a1", "url": "/incidents/261124-001",
            "stays": True, "silent": False,
        }
    ]  # fmt: skip
    assert click(page, "a1") == ["open /incidents/261124-001"]
    assert shown(page) == []


def test_what_is_newer_takes_the_place_of_what_is_older(desktop: Opener, push: Push) -> None:
    page = desktop("komang", permissions=ALLOWED)
    registered(page)
    push(page, MESSAGE)
    arrived(page)
    page.reload()
    push(page, MESSAGE | {"sentence": "Kejadian 261124-001 belum diterima siapa pun.", "url": "/incidents"})
    arrived(page)
    assert [(one["body"], one["url"]) for one in shown(page)] == [
        ("Kejadian 261124-001 belum diterima siapa pun.", "/incidents")
    ]


def test_a_push_service_that_ends_it_is_told_of_without_a_sound(phone: Opener) -> None:
    page = phone("toko", permissions=ALLOWED)
    registered(page)
    worker(page).evaluate(
        """async () => {
          const changed = new Event("pushsubscriptionchange");
          const waits = [];
          changed.waitUntil = (promise) => waits.push(promise);
          self.dispatchEvent(changed);
          await Promise.all(waits);
        }"""
    )
    assert [(one["tag"], one["silent"], one["stays"]) for one in shown(page)] == [("lost", True, False)]


def test_what_can_wait_comes_without_a_sound(phone: Opener, push: Push) -> None:
    page = phone("toko", permissions=ALLOWED)
    registered(page)
    push(page, MESSAGE | {"sentence": "Uji coba bulanan alarm Toko Emas Semeru sudah waktunya.", "quiet": True})
    arrived(page)
    assert [(one["silent"], one["stays"]) for one in shown(page)] == [(True, False)]


def test_touched_it_leads_to_the_page_that_is_open_already(desktop: Opener, push: Push) -> None:
    page = desktop("komang", permissions=ALLOWED)
    registered(page)
    push(page, MESSAGE | {"url": PAGE})
    arrived(page)
    assert click(page, "a1") == [f"focus {PAGE}"]


def test_push_is_turned_on_seen_and_turned_off(phone: Opener) -> None:
    page = phone("hadi", permissions=ALLOWED)
    page.add_init_script(REACHED % json.dumps(Device("").form))
    page.goto("/account")
    page.get_by_role("link", name="Notifikasi di perangkat saya").click()
    expect(page.get_by_text("Notifikasi mati di perangkat ini")).to_be_visible()
    page.get_by_role("button", name="Nyalakan notifikasi").click()
    expect(page.get_by_text("Notifikasi menyala di perangkat ini.")).to_be_visible()
    expect(page.get_by_role("heading", name="perangkat ini", exact=False).last).to_be_visible()
    page.get_by_role("button", name="Matikan").click()
    expect(page.get_by_text("Notifikasi dimatikan untuk perangkat")).to_be_visible()
    expect(page.get_by_role("button", name="Nyalakan notifikasi")).to_be_visible()
    expect(page.get_by_role("button", name="Matikan")).to_have_count(0)


def test_who_cannot_reach_a_push_service_is_told_what_helps(phone: Opener, forgive: list[str]) -> None:
    forgive.append("incognito")
    page = phone("hadi", permissions=ALLOWED)
    page.goto(PAGE)
    page.get_by_role("button", name="Nyalakan notifikasi").click()
    expect(page.get_by_role("alert")).to_contain_text("Coba lagi dengan jaringan lain")
    expect(page.get_by_role("button", name="Nyalakan notifikasi")).to_be_enabled()


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });", "Notifikasi METEOR diblokir"),
        ("delete window.PushManager;", "Peramban ini tidak dapat menerima notifikasi"),
        ("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });", "Peramban ini"),
        ("delete window.PushManager; navigator.standalone = false;", "tambahkan METEOR ke layar utama dulu"),
    ],
)
def test_a_browser_that_cannot_says_what_it_lacks(phone: Opener, lacking: str, says: str) -> None:
    page = phone("hadi", permissions=ALLOWED)
    page.add_init_script(lacking)
    page.goto(PAGE)
    expect(page.locator("[data-when]:visible")).to_have_count(1)
    expect(page.locator("[data-when]:visible")).to_contain_text(says)
    expect(page.get_by_role("button", name="Nyalakan notifikasi")).to_have_count(0)


def test_the_emergency_button_keeps_its_own_service_worker(phone: Opener) -> None:
    page = phone("hadi", permissions=ALLOWED)
    registered(page)
    scopes = page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => new URL(one.scope).pathname)"
    )
    assert scopes == ["/notices/"]


def test_what_is_pushed_renews_the_banner_of_the_open_page(city: City, desktop: Opener, push: Push) -> None:
    page = desktop("sari", permissions=ALLOWED)
    registered(page)
    with city.database():
        alert = db.session.scalars(select(Alert).where(Alert.incident_id == report(Cast()).id)).one().id
    for address in ("/", f"/alerts/{alert}"):
        page.goto(address, wait_until="networkidle")
        with city.database():
            message = sent("alarm", Cast().endang).id
        push(page, MESSAGE)
        expect(page.locator("#rt-alarm")).to_have_attribute("href", f"/rt-messages/{message}", timeout=PROMPT)
        with city.database():
            rules.end(db.session.get_one(RtMessage, message), "Padam", now(), Cast().endang)
            db.session.commit()
        push(page, MESSAGE)
        expect(page.locator("#rt-alarm")).to_have_count(0, timeout=PROMPT)
