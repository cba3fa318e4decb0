"""The button in a real browser, with a real finger, a real network and a server that may not answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from meteor.accounts import sessions
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.store.database import db
from tests.browser.conftest import PHONE, City, Opener, cut_network, stop_clock
from tests.browser.wire import wire_to
from tests.cast import HOME, Cast
from tests.scenes import report

ALERT_PAGE = re.compile(r"/alerts/[0-9a-f-]{36}(#pressed)?$")
OFFLINE = "ERR_INTERNET_DISCONNECTED"
BUDGET = 50 * 1024  # bytes
KEPT = """async (patience) => {
  const until = Date.now() + patience;
  while (!(await caches.match("/")) && Date.now() < until) await new Promise(requestAnimationFrame);
  return Boolean(await caches.match("/"));
}"""
"""Whether the phone keeps the button's page, which is waited for."""
PATIENCE = 15_000  # ms: a hold of two seconds, three of waiting, and a busy machine


class Finger:
    """Fingers on the glass of a page, as its touch screen reports them."""

    def __init__(self, page: Page) -> None:
        self.screen = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    def down(self, *points: tuple[float, float]) -> None:
        self._touch("touchStart", *points)

    def slide(self, *points: tuple[float, float]) -> None:
        self._touch("touchMove", *points)

    def up(self) -> None:
        self._touch("touchEnd")


@pytest.fixture
def page(phone: Opener) -> Page:
    page = phone("sari")
    page.goto("/")
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    return page


def middle(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def held(page: Page) -> Iterator[Finger]:
    """A finger on the button, until the block ends."""
    finger = Finger(page)
    finger.down(middle(page.locator("#button")))
    yield finger
    finger.up()


def send(page: Page) -> None:
    with page.expect_request("**/alerts", timeout=PATIENCE) as sent, held(page):
        assert sent.value


def alerts(city: City) -> list[Any]:
    with city.database():
        columns = (
            Alert.id, Alert.kind, Alert.silent, Alert.drill, Alert.note, Alert.accuracy, Alert.position_age,
            Alert.flags,
        )  # fmt: skip
        times = Alert.pressed_at, Alert.received_at
        return list(db.session.execute(select(*columns, *times).order_by(Alert.received_at)))


# --- pressing ---


def test_a_hold_of_two_seconds_sends_and_shows_the_number(city: City, page: Page) -> None:
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert str(alert.id) in page.url
    assert (alert.kind, alert.silent, alert.drill, alert.accuracy) == ("emergency", False, False, 12.0)
    assert alert.position_age < 60
    expect(page.locator("#status .number")).to_have_text(re.compile(r"^\d{6}-001$"))


def test_letting_go_early_sends_nothing_and_says_so(city: City, page: Page) -> None:
    stop_clock(page)
    let_go_early(page)
    expect(page.locator("#said")).to_contain_text("Terlalu cepat dilepas")
    expect(page.locator("#button")).not_to_have_class(re.compile("held"))
    assert alerts(city) == []


def let_go_early(page: Page) -> None:
    with held(page):
        expect(page.locator("#button")).to_have_class(re.compile("held"))
        page.clock.run_for(1_900)
    page.clock.run_for(400)


def test_the_ring_fills_while_it_is_held(page: Page) -> None:
    ring = page.locator("#ring")
    expect(ring).to_have_attribute("stroke-dashoffset", "339.3")
    ring.evaluate(  # the page itself watches: the last part of it lasts for half a second
        """(ring) => new MutationObserver(() => ring.getAttribute("stroke-dashoffset") < 100 && console.info("filled"))
            .observe(ring, { attributes: true })"""
    )
    with page.expect_console_message(lambda said: said.text == "filled", timeout=PATIENCE) as filled, held(page):
        assert filled.value


def test_a_finger_that_slides_and_loses_contact_for_a_moment_still_holds(city: City, page: Page) -> None:
    x, y = middle(page.locator("#button"))
    page.evaluate(
        """window.heard = [];
        new MutationObserver(() => document.getElementById("said").textContent && window.heard.push("early"))
            .observe(document.getElementById("said"), { childList: true });"""
    )
    stop_clock(page)
    finger = Finger(page)
    finger.down((x, y))
    finger.slide((x + 40, y + 300))  # off the button, and as far as a scroll
    finger.up()
    page.clock.run_for(300)
    finger.down((x - 30, y + 20))
    for touch in ("pointerdown", "pointerup"):  # a second finger, which is lifted again
        page.locator("#button").dispatch_event(touch, {"pointerId": 99, "pointerType": "touch"})
    page.clock.run_for(400)
    assert page.evaluate("window.heard") == []
    page.clock.run_for(1_400)
    page.clock.resume()
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    finger.up()
    assert len(alerts(city)) == 1


def test_a_touch_neither_scrolls_nor_selects_nor_opens_a_menu(page: Page) -> None:
    style = page.locator("#button").evaluate(
        "button => [getComputedStyle(button).touchAction, getComputedStyle(button).userSelect]"
    )
    assert style == ["none", "none"]
    assert (
        page.locator("#button").evaluate(
            "button => button.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
        )
        is False
    )


def test_a_keyboard_presses_and_confirms(city: City, page: Page) -> None:
    page.locator("#button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#send-now")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Kirim laporan darurat sekarang?")
    assert alerts(city) == []
    page.keyboard.press("Space")
    expect(page).to_have_url(ALERT_PAGE)
    assert len(alerts(city)) == 1


def test_a_key_that_stays_down_does_not_confirm(city: City, page: Page) -> None:
    page.locator("#button").focus()
    for _ in range(5):
        page.keyboard.down("Enter")  # from the second on it is a repetition
    page.keyboard.up("Enter")
    expect(page.locator("#send-now")).to_be_focused()
    assert alerts(city) == []


def test_a_press_that_is_not_confirmed_sends_nothing(city: City, page: Page) -> None:
    page.locator("#button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Jangan kirim").click()
    expect(page.locator("#said")).to_have_text("Tidak ada yang dikirim.")
    expect(page.locator("#button")).to_be_focused()
    assert alerts(city) == []


def test_who_cannot_hold_taps_and_confirms(city: City, page: Page) -> None:
    page.touchscreen.tap(*middle(page.locator("#button")))
    page.get_by_role("button", name="Kirim sekarang").tap()
    expect(page).to_have_url(ALERT_PAGE)
    assert len(alerts(city)) == 1


def test_a_kind_and_silence_are_one_tap_away_and_can_be_taken_back(city: City, page: Page) -> None:
    fire = page.get_by_label("Kebakaran")
    fire.click()
    expect(page.locator("#chosen")).to_have_text("Kebakaran")
    fire.click()
    expect(fire).not_to_be_checked()
    fire.click()
    page.get_by_label("Mode senyap").check()
    expect(page.locator(".hushed")).to_be_visible()
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert (alert.kind, alert.silent) == ("fire", True)


@contextmanager
def before_scripts(page: Page) -> Iterator[None]:
    """The button's page while its scripts are on their way; they arrive when the block ends."""
    waiting: list[Route] = []
    page.route("**/js/button-page.*.js", lambda route: waiting.append(route))
    with page.expect_request("**/js/button-page.*.js"):
        page.goto("/", wait_until="commit")
    yield
    waiting[0].continue_()


def test_a_kind_and_silence_chosen_before_the_scripts_have_come_are_shown_and_sent(city: City, phone: Opener) -> None:
    page = phone("sari")
    with before_scripts(page):
        page.get_by_label("Kebakaran").check()
        page.get_by_label("Mode senyap").check()
    expect(page.locator("#chosen")).to_have_text("Kebakaran")
    expect(page.locator(".hushed")).to_be_visible()
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert (alert.kind, alert.silent) == ("fire", True)


def test_a_kind_chosen_before_the_scripts_have_come_is_taken_back_by_a_second_tap(phone: Opener) -> None:
    page = phone("sari")
    fire = page.get_by_label("Kebakaran")
    with before_scripts(page):
        fire.check()
    expect(page.locator("#chosen")).to_have_text("Kebakaran")
    fire.click()
    expect(fire).not_to_be_checked()
    expect(page.locator("#chosen")).to_be_empty()


def test_a_finger_that_holds_before_the_scripts_have_come_need_not_be_lifted(city: City, phone: Opener) -> None:
    page = phone("sari")
    stop_clock(page)
    finger = Finger(page)
    with before_scripts(page):
        x, y = middle(page.locator("#button"))
        finger.down((x, y))
    expect(page.locator("#how")).to_have_text("Tahan 2 detik")
    finger.slide((x + 1, y))  # it trembles
    expect(page.locator("#button.held")).to_have_count(1)
    page.clock.run_for(2_100)
    page.clock.resume()
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_a_finger_that_was_down_before_the_scripts_and_is_lifted_is_asked_about(city: City, phone: Opener) -> None:
    page = phone("sari")
    finger = Finger(page)
    with before_scripts(page):
        finger.down(middle(page.locator("#button")))
    expect(page.locator("#how")).to_have_text("Tahan 2 detik")
    finger.up()
    expect(page.locator("#said")).to_contain_text("Terlalu cepat dilepas")
    assert alerts(city) == []
    page.get_by_role("button", name="Kirim sekarang").tap()
    expect(page).to_have_url(ALERT_PAGE)


def test_a_silent_press_neither_sounds_nor_vibrates(phone: Opener) -> None:
    page = phone("sari")
    page.add_init_script("window.buzzes = 0; navigator.vibrate = () => (window.buzzes += 1);")
    page.goto("/")
    page.get_by_label("Mode senyap").check()
    stop_clock(page)
    let_go_early(page)
    expect(page.locator("#said")).to_contain_text("Terlalu cepat dilepas")
    assert page.evaluate("window.buzzes") == 0
    page.get_by_label("Mode senyap").uncheck()
    let_go_early(page)
    assert page.evaluate("window.buzzes") == 1


DARK = """() => {
  const [screen] = document.elementsFromPoint(180, 320);
  return screen.id === "dark" && getComputedStyle(screen).backgroundColor === "rgb(14, 15, 17)";
}"""
"""Whether the middle of the screen is dark, and no other part is."""


LINES = """all => all.map((one) => {
  const words = document.createRange();
  words.selectNode([...one.childNodes].findLast((part) => part.nodeType === Node.TEXT_NODE && part.data.trim()));
  return words.getClientRects().length;
})"""
"""The number of lines that the text of each element takes."""


def test_a_silent_press_darkens_the_screen_at_once_and_says_what_became_of_it(city: City, phone: Opener) -> None:
    page = phone("sari")
    page.goto("/")
    page.get_by_label("Mode senyap").check()
    stop_clock(page)
    with city.stalled():
        page.locator("#button").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_function(DARK)
        expect(page.locator("#sign")).to_have_text("2")
        assert (page.title(), page.get_by_text("Mengirim", exact=False).first.is_visible()) == ("Catatan", False)
        page.clock.run_for(3_000)
        expect(page.locator("#sign")).to_have_text("4")
    page.clock.resume()
    expect(page).to_have_url(ALERT_PAGE)
    page.wait_for_function(DARK)
    expect(page.locator("#sign")).to_have_text("3")
    assert (page.title(), page.get_by_role("link").all_inner_texts()) == ("Catatan", ["⋯"])
    page.goto("/#dark")
    expect(page.locator("#sign")).to_have_text("1")  # nothing is being sent any more


def test_a_silent_press_of_a_leader_stays_dark_and_mute_though_neighbours_call(
    city: City, phone: Opener, alarmed: None
) -> None:
    page = phone("endang")
    page.add_init_script(
        """window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { window.tones += 1; start.call(this, at); };"""
    )
    page.goto("/")
    expect(page.locator(".callout[data-alarm]")).to_have_count(1, timeout=PATIENCE)
    page.get_by_label("Mode senyap").check()
    page.wait_for_function("() => window.tones > 0")
    with city.stalled():
        page.locator("#button").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_function(DARK)
        sounded = page.evaluate("window.tones")
        expect(page.locator("#sign")).to_have_text("4", timeout=PATIENCE)
        assert (page.title(), page.evaluate("window.tones")) == ("Catatan", sounded)
        page.get_by_role("link", name="Lainnya").click()
        page.keyboard.press("Escape")
        page.wait_for_function(DARK)


@pytest.fixture
def alarmed(city: City) -> None:
    """A fire at Sari's, of which Bu Endang, the RT leader, is told."""
    with city.database():
        report(Cast(), "sari", "fire")


def test_a_silent_alert_is_uncovered_and_hidden_again_by_one_tap_or_key(phone: Opener) -> None:
    page = phone("sari")
    page.goto("/")
    page.get_by_label("Mode senyap").check()
    send(page)
    page.wait_for_url(ALERT_PAGE)
    page.get_by_role("link", name="Lainnya").click()
    expect(page.get_by_role("link", name="Telepon 112")).to_be_in_viewport(ratio=1)
    assert page.locator(".call-bar .button").evaluate_all(LINES) == [1, 1]
    page.get_by_role("link", name="Sembunyikan").click()
    page.wait_for_function(DARK)
    page.get_by_role("link", name="Lainnya").click()
    page.keyboard.press("Escape")
    page.wait_for_function(DARK)
    page.goto("/")
    expect(page.locator(".open-alert")).to_have_count(0)
    expect(page.get_by_role("link", name="Laporan saya")).to_be_visible()


def test_without_scripts_a_silent_press_ends_on_a_dark_page(phone: Opener) -> None:
    page = phone("sari", java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Mode senyap").check()
    page.get_by_role("button", name="TOLONG").click()
    expect(page).to_have_url(ALERT_PAGE)
    expect(page.locator("#dark")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    page.get_by_role("link", name="Lainnya").click()
    expect(page.locator("main")).to_be_visible()


def test_without_scripts_it_is_a_form(city: City, phone: Opener) -> None:
    page = phone("sari", java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Kebakaran").check()
    page.get_by_role("button", name="TOLONG").click()
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert (alert.kind, alert.flags) == ("fire", ["home_position"])


# --- the place ---


def test_a_phone_that_may_not_know_its_place_says_what_is_used_instead(city: City, phone: Opener) -> None:
    page = phone("sari", permissions=[])
    page.goto("/")
    expect(page.locator("#place-words")).to_contain_text("rumah Anda yang terdaftar dipakai")
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    assert alerts(city)[0].flags == ["home_position"]


def test_who_is_known_only_roughly_reads_so_and_says_where_exactly(city: City, phone: Opener) -> None:
    page = phone("sari", geolocation={"latitude": HOME[0], "longitude": HOME[1], "accuracy": 1200})
    page.goto("/")
    expect(page.locator("#place")).to_have_attribute("data-state", "rough")
    expect(page.locator("#place-words")).to_have_text("Posisi hanya diketahui kira-kira: ± 1,2 km")
    page.get_by_label("Di mana tepatnya Anda?").fill("Belakang pasar ikan")
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    assert alerts(city)[0].note == "Belakang pasar ikan"
    expect(page.locator("#status .notice.warn")).to_contain_text("kira-kira: ± 1,2 km")
    page.get_by_role("link", name="Tulis di mana tepatnya").click()
    expect(page.get_by_label("Apa yang perlu diketahui pusat komando?")).to_be_in_viewport()


def test_a_more_exact_position_follows_by_itself(city: City, page: Page) -> None:
    send(page)
    expect(page).to_have_url(ALERT_PAGE)
    page.context.set_geolocation({"latitude": HOME[0] + 0.00005, "longitude": HOME[1], "accuracy": 4})
    expect(page.locator("#status")).to_contain_text("akurasi ±4 m", timeout=PATIENCE)


def test_a_position_that_was_allowed_later_follows_too(city: City, phone: Opener) -> None:
    page = phone("sari", permissions=[])
    page.goto("/")
    send(page)
    expect(page.locator("#status")).to_contain_text("alamat rumah Anda yang terdaftar", timeout=PATIENCE)
    page.context.grant_permissions(["geolocation"])
    page.reload()
    expect(page.locator("#status")).to_contain_text("akurasi ±12 m", timeout=PATIENCE)


# --- a network that is not there ---


def test_without_a_network_it_says_not_yet_sent_and_sends_once_there_is_one(
    city: City, page: Page, forgive: list[str]
) -> None:
    forgive.append(OFFLINE)
    page.get_by_label("Kebakaran").check()
    cut_network(page)
    send(page)
    screen = page.locator("#unsent")
    expect(screen).to_contain_text("BELUM TERKIRIM")
    expect(screen).to_contain_text("NOT YET SENT")
    expect(screen.get_by_role("link", name="Telepon 112")).to_have_attribute("href", "tel:112")
    sms = page.locator("#sms").get_attribute("href")
    assert sms.startswith("sms:112?&body=DARURAT%20Kebakaran.%20Sari%20Wulandari.")
    assert "-7.733700%2C113.216600" in sms
    assert "Alamat%20rumah%3A%20Jl.%20Ikan%20Paus%203%2C%20RT%2003%20RW%2005%20Mayangan." in sms
    assert alerts(city) == []
    page.context.set_offline(False)
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    (alert,) = alerts(city)
    assert alert.kind == "fire"


def test_the_sms_of_who_lives_nowhere_known_names_no_address(phone: Opener, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    page = phone("agus", permissions=[])
    page.goto("/")
    cut_network(page)
    send(page)
    expect(page.locator("#unsent")).to_be_visible()
    assert page.locator("#sms").get_attribute("href") == "sms:112?&body=DARURAT%20Darurat.%20Agus%20Santoso."


def test_a_server_that_does_not_answer_for_three_seconds_is_not_yet_sent_and_then_one_alert(
    city: City, page: Page
) -> None:
    stop_clock(page)
    with city.stalled():
        with held(page):
            page.clock.run_for(2_000)
        expect(page.locator("#sending")).to_be_visible()
        page.clock.run_for(2_900)
        expect(page.locator("#sending")).to_be_visible()
        page.clock.run_for(100)
        expect(page.locator("#unsent")).to_be_visible()
    page.clock.resume()
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_a_phone_that_cannot_abort_a_try_gives_it_up_after_ten_seconds_too(city: City, phone: Opener) -> None:
    page = phone("sari")
    page.add_init_script("delete window.AbortController")  # Chrome before 66
    page.clock.install()
    tries: list[Route] = []
    page.route("**/alerts", lambda route: tries.append(route) if not tries else route.continue_())
    page.goto("/")
    with page.expect_request("**/alerts"):
        send(page)
    page.clock.fast_forward(10_000)
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_a_press_survives_the_closing_of_its_page(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    context = page.context
    cut_network(page)
    send(page)
    expect(page.locator("#unsent")).to_be_visible()
    waiting = UUID(page.evaluate("JSON.parse(localStorage.getItem('meteor.press')).id"))
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/")
    expect(again).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert [alert.id for alert in alerts(city)] == [waiting]
    assert again.evaluate("localStorage.getItem('meteor.press')") is None


def keep_a_press(page: Page, **changes: Any) -> None:
    press = {"id": "6c8a6f0e-52a1-4f53-9d6e-0f6d4f1f2a10", "kind": "fire", "kindName": "Kebakaran", "silent": False}
    press |= {"user": page.locator("#press").get_attribute("data-user"), "at": page.evaluate("Date.now()")} | changes
    page.evaluate("press => localStorage.setItem('meteor.press', JSON.stringify(press))", press)
    page.reload()


def test_a_press_of_long_ago_is_sent_only_when_it_is_still_wanted(city: City, page: Page) -> None:
    keep_a_press(page, at=page.evaluate("Date.now()") - 31 * 60_000)
    expect(page.locator("#kept")).to_be_visible()
    assert alerts(city) == []
    page.get_by_role("button", name="Ya, kirim sekarang").click()
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert (alert.kind, alert.flags) == ("fire", ["sent_late"])
    assert alert.pressed_at is not None
    assert alert.received_at - alert.pressed_at > timedelta(minutes=31)


def test_a_press_of_a_phone_whose_clock_was_set_back_is_sent_only_when_it_is_still_wanted(
    city: City, phone: Opener
) -> None:
    page = phone("sari", permissions=[])
    page.goto("/")
    tomorrow = page.evaluate("Date.now()") + 86_400_000
    keep_a_press(page, at=tomorrow, place={"latitude": HOME[0], "longitude": HOME[1], "accuracy": 9, "taken": tomorrow})
    expect(page.locator("#kept")).to_be_visible()
    assert alerts(city) == []
    page.get_by_role("button", name="Ya, kirim sekarang").click()
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert sorted(alert.flags) == ["bad_position_age", "clock_set"]
    assert (alert.pressed_at, alert.position_age) == (None, None)


def test_a_press_is_sent_on_by_itself_by_a_phone_whose_clock_was_corrected(city: City, page: Page) -> None:
    keep_a_press(page, at=page.evaluate("Date.now()") + 20_000)
    expect(page).to_have_url(ALERT_PAGE)
    (alert,) = alerts(city)
    assert "clock_set" not in alert.flags


def test_a_press_of_long_ago_can_be_thrown_away(city: City, page: Page) -> None:
    keep_a_press(page, at=page.evaluate("Date.now()") - 31 * 60_000)
    page.get_by_role("button", name="Tidak, hapus saja").click()
    expect(page.locator("#button")).to_be_visible()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    assert alerts(city) == []


def test_somebody_elses_press_on_the_same_phone_is_asked_about(city: City, page: Page) -> None:
    keep_a_press(page, user="0")
    expect(page.locator("#kept")).to_be_visible()
    assert alerts(city) == []


def test_trying_can_be_stopped(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    cut_network(page)
    send(page)
    page.locator("#unsent").get_by_role("button", name="berhenti mencoba").click()
    expect(page.locator("#button")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Tidak ada yang dikirim.")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#button")).to_be_visible()
    assert alerts(city) == []


def test_an_ended_session_keeps_the_press_until_somebody_signs_in(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append("401")
    with city.database() as cast:
        sessions.end_all(cast.sari, "by_admin")
    send(page)
    expect(page.locator("#unsent")).to_contain_text("Sesi Anda sudah berakhir")
    page.get_by_role("link", name="Masuk dan kirim").click()
    page.locator("#username").fill("sari")
    page.locator("#password").fill("meteor-demo")
    page.get_by_role("main").get_by_role("button", name="Masuk").click()
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_the_button_opens_without_a_network(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()  # this time through the service worker
    expect(page.locator("#place")).to_have_attribute("data-state", "known")
    cut_network(page)
    page.reload()
    expect(page.locator("#offline")).to_be_visible()
    send(page)
    expect(page.locator("#unsent")).to_be_visible()
    page.context.set_offline(False)
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_after_the_first_visit_the_button_opens_without_a_network(page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    assert page.evaluate(KEPT, PATIENCE)
    cut_network(page)
    page.reload()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#button")).to_be_enabled()


def test_the_button_opens_from_the_phone_when_the_server_is_slow(city: City, page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    with city.stalled():
        page.reload()
        expect(page.locator("#place")).to_have_attribute("data-state", "known")
        send(page)
        expect(page.locator("#unsent")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(ALERT_PAGE, timeout=PATIENCE)
    assert len(alerts(city)) == 1


def test_signing_out_takes_the_page_out_of_the_phone(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    assert page.evaluate(KEPT, PATIENCE)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Keluar").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.wait_for_function("async () => !(await caches.match('/'))")


# --- trying it ---


def test_a_trial_proves_position_and_delivery_and_sends_nobody(city: City, page: Page) -> None:
    page.get_by_role("button", name="Uji tombol").click()
    result = page.locator("#trial-result")
    expect(result).to_contain_text(re.compile(r"Percobaan diterima dengan nomor \d{6}-\d{3} dalam \d+(,\d)? detik"))
    expect(result).to_contain_text("akurasi ±12 m")
    (alert,) = alerts(city)
    assert alert.drill
    with city.database():
        assert db.session.query(Assignment).all() == []


def test_a_trial_that_does_not_arrive_says_so(city: City, page: Page, forgive: list[str]) -> None:
    forgive.append(OFFLINE)
    cut_network(page)
    page.get_by_role("button", name="Uji tombol").click()
    expect(page.locator("#trial-result")).to_contain_text("Percobaan tidak sampai")


# --- how it is made ---


def test_a_script_that_fails_takes_neither_the_button_nor_the_warnings_with_it(
    city: City, phone: Opener, forgive: list[str]
) -> None:
    forgive.append("Cannot read properties of null")
    page = phone("sari")

    def without_a_trial(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('id="trial-texts"', ""))

    page.route(f"{city.address}/", without_a_trial)
    page.goto("/")
    expect(page.locator("#warnings.live")).to_have_count(1)
    send(page)
    expect(page).to_have_url(ALERT_PAGE)


@pytest.mark.parametrize("username", ["", "sari"])
def test_a_first_visit_takes_at_most_fifty_kilobytes(city: City, phone: Opener, username: str) -> None:
    host, port = city.address.removeprefix("http://").split(":")
    with wire_to(host, int(port)) as wire:
        page = phone(username, base_url=wire.address)
        page.goto("/", wait_until="networkidle")
        if username:
            page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        print(f"\n{username or 'signed out'}: {wire.carried} bytes")
        assert 10_000 < wire.carried <= BUDGET


@pytest.mark.parametrize("username", ["", "sari"])
def test_it_is_usable_at_320_pixels(phone: Opener, username: str) -> None:
    page = phone(username, viewport={"width": 320, "height": 568})
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator("main :is(a, button, label):visible").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_text_of_twice_the_size_does_not_widen_the_page(phone: Opener) -> None:
    page = phone("sari", viewport={"width": 320, "height": 640})
    page.goto("/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def without_min(route: Route) -> None:
    """Answer with a sheet as Chrome before 79 understands it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("min(", "unknown("))


def test_twice_the_size_does_not_push_the_menu_off_the_screen_of_an_old_browser(phone: Opener) -> None:
    page = phone("sari", viewport={"width": 320, "height": 640})
    page.route("**/*.css", without_min)
    page.goto("/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    menu = page.locator(".menu > summary").bounding_box()
    assert menu
    assert menu["x"] + menu["width"] <= 320


def test_the_button_is_within_reach_without_scrolling(page: Page) -> None:
    box = page.locator("#button").bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE["viewport"]["height"]
    assert box["height"] >= 224


def test_the_first_view_holds_button_112_and_every_kind(page: Page) -> None:
    call = page.get_by_role("main").get_by_role("link", name="Telepon 112").bounding_box()
    assert call
    assert call["height"] >= 48
    assert call["y"] + call["height"] <= PHONE["viewport"]["height"]
    for part in page.locator("#button, .kind").all():
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= call["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_kind_has_a_filled_icon_in_a_colour_of_its_own(phone: Opener, scheme: str) -> None:
    page = phone("sari", color_scheme=scheme)
    page.goto("/")
    colours = page.locator(".kind .icon").evaluate_all(
        "all => all.map((one) => [getComputedStyle(one).fill, getComputedStyle(one.parentElement).backgroundColor])"
    )
    assert len({fill for fill, _ in colours}) == len(colours) == 6
    for fill, surface in colours:
        assert contrast(fill, surface) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as the browser writes them, rgb(r, g, b): WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
