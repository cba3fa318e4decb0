"""Several alarms at once on the alarm screen: all in view, none over another, and a key that takes one at a time."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from meteor.sas.models import Panel
from meteor.store.database import db
from meteor.store.moments import WIB, now
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import CUT_WORDS, wrong_with
from tests.browser.test_monitor import RED, started
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import on_duty

NAMES = (
    "Toko Emas Semeru", "Bank Demo Alun-Alun", "Minimarket Sukabumi", "SPBU Kademangan", "Apotek Mayangan",
    "Pegadaian Kanigaran", "Toko Emas Sumber Rejeki Abadi Cabang Pasar Baru", "Gudang Ketapang",
)  # fmt: skip
KEY = "F2"
WALL = {"viewport": {"width": 1920, "height": 1080}}

OVERLAPS = """() => {
  const parts = [...document.querySelectorAll(".ringing, .ringing > header > *, .ringing > details")];
  const boxes = parts.map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width * box.height);
  const beside = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
  const found = [];
  boxes.forEach(([one, box], place) => {
    for (const [other, its] of boxes.slice(place + 1)) {
      const apart = beside(box, its) || beside(its, box) || one.contains(other) || other.contains(one);
      if (!apart) found.push(`${one.className} ${other.className}`);
    }
  });
  return found;
}"""
"""Pairs of tiles, or of parts of a tile, of which one lies over the other."""


@pytest.fixture
def guarded_city(city: City) -> City:
    """Premises with panels, by account "A000" and so on; Agus is on duty."""
    with city.database() as cast:
        alarm_types(cast)
        on_duty(cast, "agus", "TRAIL-01")
        for place, name in enumerate(NAMES):
            panel_of(shop(cast, name, ()), f"A{place:03}")
    return city


def rings(city: City, number: int, code: str = "HA", after: int = 0) -> None:
    """So many premises raise an alarm, one second after the other, from the one `after` the first ones on."""
    with city.database():
        panels = db.session.scalars(db.select(Panel).order_by(Panel.account)).all()
        at = now()
        for place, panel in enumerate(panels[after : after + number]):
            says(panel, code, at + timedelta(seconds=place), "001")


def names(page: Page) -> list[str]:
    """The premises whose alarms ring, in the order of the screen."""
    return page.locator(".ringing .name").all_inner_texts()


def marked(page: Page) -> list[str]:
    """The premises whose button shows the key."""
    return page.locator(".ringing:has(kbd:visible) .name").all_inner_texts()


def posts(page: Page) -> list[str]:
    """The addresses that the page posts to from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


# --- in view ---


def test_six_alarms_are_in_view_at_once_on_a_wall(guarded_city: City, device: Opener) -> None:
    rings(guarded_city, 6)
    page = started(device(WALL, "komang"))
    expect(page.locator(".ringing")).to_have_count(6)
    expect(page.get_by_text("6 alarm berbunyi")).to_be_visible()
    lowest = page.locator(".ringing").evaluate_all(
        "all => Math.max(...all.map((it) => it.getBoundingClientRect().bottom))"
    )
    assert lowest <= 1080


def test_an_alarm_of_p1_stands_on_red_and_others_do_not(guarded_city: City, desktop: Opener) -> None:
    rings(guarded_city, 2, "BA")
    rings(guarded_city, 1, after=2)
    page = started(desktop("komang"))
    grounds = page.locator(".ringing > header").evaluate_all(
        "all => all.map((it) => getComputedStyle(it).backgroundColor)"
    )
    edges = page.locator(".ringing").evaluate_all("all => all.map((it) => getComputedStyle(it).borderLeftColor)")
    assert [ground == RED for ground in grounds] == [True, False, False]
    assert len(set(edges)) == 2


@pytest.mark.parametrize("percent", [100, 200])
def test_at_no_width_does_one_lie_over_another_or_lose_a_word(
    guarded_city: City, desktop: Opener, percent: int
) -> None:
    rings(guarded_city, 8)
    page = started(desktop("komang"))
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    wrong = {}
    for width in (320, 360, 480, 640, 820, 1024, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if found := page.evaluate(OVERLAPS) + page.evaluate(CUT_WORDS) + ["too wide"] * wide:
            wrong[width] = found
    assert wrong == {}


def test_the_screen_is_fit_for_everybody_with_several_alarms_and_with_none(guarded_city: City, desktop: Opener) -> None:
    page = started(desktop("komang"))
    expect(page.get_by_text("Panel alarm", exact=True)).to_be_visible()
    assert wrong_with(page) == []
    rings(guarded_city, 2, "BA")
    rings(guarded_city, 1, after=2)
    expect(page.locator(".ringing")).to_have_count(3)
    assert wrong_with(page) == []


# --- a key for one ---


def on_our_clock(page: Page) -> None:
    """From now on the page's time passes by `page.clock` alone, until it is resumed: nothing becomes steady."""
    page.clock.pause_at(datetime.fromtimestamp(page.evaluate("Date.now()") / 1000 + 1, WIB))


def steady(page: Page, place: int = 0) -> None:
    """Wait until the key may take this tile: it has been the one that the key takes for a second."""
    button = page.locator(".ringing").nth(place).locator(".see-to-it").get_attribute("id")
    expect(page.locator("body")).to_have_attribute("data-steady", str(button))


def test_the_key_takes_the_first_and_holding_it_down_takes_no_other(guarded_city: City, desktop: Opener) -> None:
    rings(guarded_city, 2)
    page = desktop("komang")
    page.clock.install()
    started(page)
    sent = posts(page)
    assert marked(page) == [NAMES[0]]
    steady(page)
    on_our_clock(page)
    page.keyboard.down(KEY)
    expect(page.locator(".ringing")).to_have_count(1)
    page.keyboard.down(KEY)  # the keyboard repeats a key that is held
    page.keyboard.up(KEY)
    assert page.evaluate("1 + 1") == 2  # what the page would have sent has been sent
    assert len(sent) == 1
    page.keyboard.press(KEY)  # at once: nobody has read the next alarm yet
    assert page.evaluate("1 + 1") == 2
    assert len(sent) == 1
    assert names(page) == [NAMES[1]]
    page.clock.resume()
    steady(page)
    page.keyboard.press(KEY)
    expect(page.locator(".ringing")).to_have_count(0)


def test_a_more_urgent_alarm_that_comes_first_is_not_taken_before_it_was_read(
    guarded_city: City, desktop: Opener
) -> None:
    rings(guarded_city, 1, "BA")
    page = desktop("komang")
    page.clock.install()
    started(page)
    steady(page)
    on_our_clock(page)
    rings(guarded_city, 1, after=1)
    page.clock.run_for(2_000)  # a poll
    expect(page.locator(".ringing")).to_have_count(2)
    sent = posts(page)
    page.keyboard.press(KEY)
    assert page.evaluate("1 + 1") == 2
    assert sent == []
    page.clock.resume()
    steady(page)
    page.keyboard.press(KEY)
    expect(page.locator(".ringing")).to_have_count(1)


def test_alarms_that_come_one_after_the_other_are_folded_too(guarded_city: City, device: Opener) -> None:
    rings(guarded_city, 1)
    page = started(device(WALL, "komang"))
    expect(page.locator(".ringing details[open]")).to_have_count(1)
    rings(guarded_city, 5, after=1)
    expect(page.locator(".ringing")).to_have_count(6)
    expect(page.locator(".ringing details[open]")).to_have_count(0)


def test_the_key_takes_the_tile_that_is_focused_and_its_mark_stands_there(guarded_city: City, desktop: Opener) -> None:
    rings(guarded_city, 3)
    page = started(desktop("komang"))
    page.locator(".ringing").nth(1).get_by_role("link").first.focus()
    assert marked(page) == [NAMES[1]]
    steady(page, 1)
    page.keyboard.press(KEY)
    expect(page.locator(".ringing")).to_have_count(2)
    assert names(page) == [NAMES[0], NAMES[2]]


def test_under_the_list_of_keys_nothing_is_taken_unseen(guarded_city: City, desktop: Opener) -> None:
    rings(guarded_city, 1)
    page = started(desktop("komang"))
    sent = posts(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Pintasan")).to_contain_text("Tangani alarm yang sedang dipilih")
    page.keyboard.press(KEY)
    page.keyboard.press("Escape")
    assert page.evaluate("1 + 1") == 2  # what the page would have sent has been sent
    assert sent == []


# --- the clock ---


def test_the_clock_is_the_servers_in_wib_whatever_the_computer_says(guarded_city: City, desktop: Opener) -> None:
    page = desktop("komang", timezone_id="America/New_York")
    page.add_init_script("const real = Date.now; Date.now = () => real() - 5 * 3600 * 1000;")
    before = datetime.now(WIB)
    started(page)
    clock = page.locator("time.now")
    expect(clock).to_have_text(re.compile(r"^\d\d\.\d\d\.\d\d$"))
    hour, minute, second = map(int, clock.inner_text().split("."))
    early = timedelta(seconds=2)  # whole seconds are shown, and told
    ahead = (before.replace(hour=hour, minute=minute, second=second) - before + early) % timedelta(days=1)  # midnight
    assert ahead <= datetime.now(WIB) - before + 2 * early
