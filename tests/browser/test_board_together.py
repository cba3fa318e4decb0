"""Several dispatchers at the board at once: who looks at what, and all work in the drawer, by keyboard alone."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from meteor.alerts import merging
from meteor.alerts.rules import IncomingAlert, receive
from meteor.board import viewers
from meteor.dispatch import override, rules
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.rules import find
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.browser.test_board import SIZES, drawer, line, loaded
from tests.cast import HOME, Cast
from tests.scenes import on_duty, open_assignment, press

FAR = {"latitude": HOME[0] - 0.02, "longitude": HOME[1]}


KINDS = ("emergency", "emergency", "fire", "medical", "fire", "medical", "crime", "disaster", "other", "other")


@pytest.fixture
def ten(city: City) -> list[str]:
    """Ten incidents of all priorities apart from each other, and four crews, each with an offer; their numbers.

    TRAIL-01 is offered the first, TRAIL-02 the second, DAMKAR-01 the third, AMBULANS-01 the fourth.
    """
    with city.database() as cast:
        crews = {"agus": "TRAIL-01", "bayu": "TRAIL-02", "dewi": "DAMKAR-01", "rina": "AMBULANS-01"}
        for who, call_sign in crews.items():
            on_duty(cast, who, call_sign)
        numbers = []
        for row, kind in enumerate(KINDS):
            place = HOME[0] - 0.005 * row, HOME[1] - 0.004 * (row % 3)
            numbers.append(receive(IncomingAlert(uuid4(), "api", kind, None, *place, 10.0), now()).number)
        city.hold_jobs()
    return numbers


def board(page: Page) -> Page:
    page.goto("/board")
    return page


def found(cast: Cast, number: str) -> Incident:
    incident = find(cast.komang, number)
    assert incident
    return incident


def choose(page: Page, words: str) -> None:
    """Choose an action on the incident in the drawer from the palette."""
    loaded(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#palette-hits li[data-kind=action]")).to_have_count(1)
    page.keyboard.press("Enter")


def do(page: Page, words: str, part: str) -> None:
    """Choose an action, whose button or link in the drawer is then focused, and press that: another page comes."""
    choose(page, words)
    expect(drawer(page).locator(part).first).to_be_focused()
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")


def tab_to(page: Page, part: Locator) -> None:
    """Press Tab in the drawer until a part of its page has the focus."""
    for _ in range(20):
        if part.evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(part).to_be_focused()


def send(page: Page) -> None:
    """Press the button of the form in the drawer: another page comes."""
    tab_to(page, drawer(page).locator("form.decision .form-actions button"))
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")


def go_to(page: Page, number: str) -> None:
    """Press J or K until an incident's line is chosen."""
    links = page.locator("#lines .what > a")
    wanted = f"open-{number}"
    for _ in range(20):
        ids = links.evaluate_all("links => links.map((link) => link.id)")
        chosen = page.evaluate("document.activeElement.id || `open-${window.MeteorBoard.opened()}`")
        if chosen == wanted and page.evaluate("document.activeElement.id") == wanted:
            return
        at = ids.index(chosen) if chosen in ids else -1
        page.keyboard.press("j" if at < ids.index(wanted) else "k")
    expect(page.locator(f"#{wanted}")).to_be_focused()


# --- who looks at what ---


def test_a_row_and_the_drawer_say_who_else_has_the_incident_open(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        number = press(cast, "sari").number
    komang, hadi = board(desktop("komang")), board(desktop("hadi"))
    komang.keyboard.press("j")
    komang.keyboard.press("Enter")
    expect(line(hadi, number).locator(".viewer")).to_have_text(re.compile("Komang Dispatcher melihat kejadian ini"))
    expect(line(komang, number).locator(".viewer")).to_have_count(0)
    hadi.keyboard.press("j")
    hadi.keyboard.press("Enter")
    expect(hadi.locator("#drawer-viewers")).to_have_text("Juga sedang dibuka oleh: Komang Dispatcher")
    expect(komang.locator("#drawer-viewers")).to_have_text("Juga sedang dibuka oleh: Hadi Pawas")
    with city.database() as cast:
        press(cast, "wahyu", "other", **FAR)
    expect(hadi.locator(".line[data-number]")).to_have_count(2)
    expect(line(hadi, number).locator(".viewer")).to_have_count(1)  # also once the queue has changed
    komang.keyboard.press("Escape")
    expect(hadi.locator("#drawer-viewers")).to_be_empty()
    expect(line(hadi, number).locator(".viewer")).to_have_count(0)
    hadi.goto("/incidents")  # a board that is left says so
    expect(line(komang, number).locator(".viewer")).to_have_count(0)


def test_without_a_network_nobody_is_said_to_look(city: City, desktop: Opener, forgive: list[str]) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    with city.database() as cast:
        number = press(cast, "sari").number
    komang, hadi = board(desktop("komang")), board(desktop("hadi"))
    komang.keyboard.press("j")
    komang.keyboard.press("Enter")
    expect(line(hadi, number).locator(".viewer")).to_have_count(1)
    hadi.context.set_offline(True)
    expect(hadi.locator("#board-queue.is-stale")).to_be_attached()
    expect(line(hadi, number).locator(".viewer")).to_have_count(0)


# --- filters ---


def test_a_filter_follows_its_user_to_another_table(desktop: Opener, city: City, forgive: list[str]) -> None:
    forgive.append("AudioContext")
    with city.database() as cast:
        press(cast, "sari")
        press(cast, "wahyu", "other", **FAR)
    page = board(desktop("komang"))
    with page.expect_response("**/board/filters"):
        page.keyboard.press("3")
    other = board(desktop("komang"))
    expect(other).to_have_url(re.compile(r"priority=3"))
    expect(other.locator(".line[data-number]")).to_have_count(1)
    with other.expect_response("**/board/filters"):
        other.locator("#show-all").click()
    expect(other.locator(".line[data-number]")).to_have_count(2)
    page.goto("/board")
    expect(page.locator(".line[data-number]")).to_have_count(2)


# --- all of it in the drawer ---


def test_all_that_is_done_about_an_incident_is_found_in_the_palette_and_stays_in_the_drawer(
    city: City, desktop: Opener
) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
        number = press(cast, "sari").number
        other = press(cast, "wahyu").number
        city.hold_jobs()
    page = board(desktop("komang"))
    page.locator(f"#open-{number}").focus()
    page.keyboard.press("Enter")
    inside, head = drawer(page), drawer(page).locator("#incident .head .number")
    do(page, "terima", "[id$=-acceptance]")
    expect(line(page, number).locator(".chip.accepted")).to_have_count(1)
    expect(head).to_have_text(number)
    do(page, "tarik", "[id^=withdraw-]")
    expect(inside.locator("h1")).to_contain_text("Tarik TRAIL")
    expect(line(page, number)).to_have_attribute("aria-current", "true")
    tab_to(page, inside.locator("#reason"))
    page.keyboard.type("Dipanggil kembali")
    send(page)
    expect(head).to_have_text(number)
    do(page, "gabung", f"#merge-{other}, [id^=merge-]")
    expect(page.locator(".line[data-number]")).to_have_count(1)
    expect(head).to_be_visible()
    do(page, "pisah", "[id^=separate]")
    expect(page.locator(".line[data-number]")).to_have_count(2)
    expect(head).to_be_visible()
    choose(page, "cetak")
    expect(inside.locator("[data-print]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(head).to_be_visible()
    choose(page, "tutup")
    expect(inside.locator("form.decision :focus")).to_have_count(1)
    page.keyboard.press("Space")
    send(page)
    expect(page.locator(".line[data-number]")).to_have_count(1)
    do(page, "buka", "#reopen")
    expect(inside.locator("form.decision")).to_be_visible()
    tab_to(page, inside.locator("#reason"))
    page.keyboard.type("Masih terbakar")
    send(page)
    expect(page.locator(".line[data-number]")).to_have_count(2)
    expect(head).to_be_visible()


def test_a_held_incident_is_released_by_its_key_and_what_cannot_be_done_is_said(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        cast.karto.suspended_until = now() + timedelta(days=1)
        free, held = press(cast, "sari").number, press(cast, "karto", **FAR).number
        on_duty(cast, "agus", "TRAIL-01")
        city.hold_jobs()
    page = board(desktop("komang"))
    expect(line(page, held)).to_contain_text("Ditahan")
    go_to(page, held)
    page.keyboard.press("r")
    expect(drawer(page).locator("#release")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, held)).not_to_contain_text("Ditahan")
    go_to(page, free)
    page.keyboard.press("r")
    expect(page.locator("#drawer-says")).to_have_text("Belum dapat dilakukan untuk kejadian ini.")


def test_the_key_for_merging_opens_the_list_of_others_nearby(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        number = press(cast, "sari", "fire").number
        other = press(cast, "karto", "fire", latitude=HOME[0] - 0.0015).number
        city.hold_jobs()
    page = board(desktop("komang"))
    go_to(page, number)
    page.keyboard.press("m")
    expect(drawer(page).locator(f"#others #merge-{other}")).to_be_focused()


def test_a_wrong_merge_is_undone_by_its_key(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        wrong, into = (press(cast, who, "fire") for who in ("sari", "karto"))
        merging.merge(wrong, into, now(), cast.komang)
        number = into.number
        city.hold_jobs()
    page = board(desktop("komang"))
    go_to(page, number)
    page.keyboard.press("u")
    expect(drawer(page).locator("[id^=separate]")).to_be_focused()


def test_a_burst_opens_with_its_first_incident_chosen_and_escape_leads_back(city: City, desktop: Opener) -> None:
    with city.database():
        for _ in range(25):
            receive(IncomingAlert(uuid4(), "api", "disaster", None, *HOME, 10.0), now())
        city.hold_jobs()
    page = board(desktop("komang"))
    page.locator(".line.burst a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#show-all")).to_contain_text("Disaring")
    expect(page.locator(".line[data-number] .what > a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".line.burst")).to_have_count(1)


def test_a_dispatcher_who_refuses_for_a_crew_stays_with_the_incident(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        number = press(cast, "sari").number
        city.hold_jobs()
    page = board(desktop("komang"))
    page.locator(f"#open-{number}").click()
    drawer(page).locator("summary", has_text="Tolak").click()
    drawer(page).locator(".refusals button").first.click()
    expect(line(page, number).locator(".chip")).to_have_count(0)
    expect(drawer(page).locator("#incident .head .number")).to_have_text(number)


def test_closed_roads_and_staging_areas_open_in_the_drawer_and_other_pages_beside_the_board(
    city: City, desktop: Opener
) -> None:
    with city.database() as cast:
        number = press(cast, "sari").number
    page = board(desktop("komang"))
    inside = drawer(page)
    page.locator(".traffic-pane summary").click()
    page.locator(".traffic-pane a[href='/traffic/closures']").click()
    expect(inside.locator("h1")).to_have_text("Tutup jalan")
    inside.get_by_role("link", name="Batal").click()
    expect(inside.locator("h1")).to_contain_text("Jalan ditutup")
    loaded(page)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    page.locator(f"#open-{number}").click()
    inside.locator("#stage-area").click()
    expect(inside.locator("h1")).to_contain_text("Titik kumpul")
    loaded(page)
    expect(line(page, number)).to_have_attribute("aria-current", "true")
    inside.locator("main").evaluate("main => main.insertAdjacentHTML('afterbegin', '<a href=/warnings>Others</a>')")
    with page.expect_popup():
        inside.get_by_role("link", name="Others").click()
    expect(page.locator("#drawer")).to_be_visible()


def test_the_way_out_of_a_refusal_leads_the_whole_page_to_the_board(
    city: City, desktop: Opener, forgive: list[str]
) -> None:
    forgive += ["404", "AudioContext"]
    with city.database() as cast:
        number = press(cast, "sari").number
    page = board(desktop("komang"))
    page.locator(f"#open-{number}").click()
    expect(drawer(page).locator("#incident")).to_be_visible()
    page.evaluate("window.MeteorBoard.open('/incidents/260101-001')")
    drawer(page).get_by_role("link", name="halaman awal").click()
    expect(page.locator("#drawer")).to_be_hidden()
    expect(line(page, number)).to_be_visible()


# --- nothing overlaps ---

OVERLAPS = """
() => {
  const met = [];
  const groups = {
    ".panes": ":scope > .pane", ".board-bar": ":scope > *, .board-tools > *", ".filters": ":scope > *",
    ".line": ".what > *, .now > *", ".fleet-unit": ":scope > *", ".drawer-bar": ":scope > *",
    ".board-strip > div": "h2, li", ".drawer": ":scope > *", ".notice": ":scope > *",
  };
  for (const [around, parts] of Object.entries(groups)) for (const box of document.querySelectorAll(around)) {
    const all = [...box.querySelectorAll(parts)].map((part) => [part, part.getBoundingClientRect()]);
    const shown = all.filter(([, its]) => its.width > 1 && its.height > 1);
    for (const [part, its] of shown) {
      const leaves = its.right > box.getBoundingClientRect().right + 1;
      if (leaves && around !== ".board-strip > div") met.push(`${part.textContent} leaves ${around}`);
      for (const [other, theirs] of shown) {
        if (part === other || part.contains(other) || other.contains(part)) continue;
        const wide = Math.min(its.right, theirs.right) - Math.max(its.left, theirs.left);
        const high = Math.min(its.bottom, theirs.bottom) - Math.max(its.top, theirs.top);
        if (wide > 1 && high > 1) met.push(`${part.textContent} × ${other.textContent} in ${around}`);
      }
    }
  }
  const panes = [...document.querySelectorAll(".queue-pane, .units-pane")];
  met.push(...panes.filter((it) => it.scrollWidth > it.clientWidth).map((it) => `${it.className} is too wide`));
  return [...new Set(met)].map((text) => text.replace(/\\s+/g, " ")).slice(0, 5);
}
"""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_on_the_board_overlaps_with_others_at_the_same_incidents(
    city: City, device: Opener, ten: list[str], size: tuple[int, int]
) -> None:
    with city.database() as cast:
        cast.komang.name = "Ajun Komisaris Komang Adi Wirawan Dispatcher"
        viewers.view(found(cast, ten[0]), cast.komang, now() + timedelta(minutes=1))
        viewers.view(found(cast, ten[1]), cast.komang, now() + timedelta(minutes=1))
        override.take_over(found(cast, ten[0]), now(), cast.komang)
    page = board(device({"viewport": {"width": size[0], "height": size[1]}}, "hadi"))
    expect(page.locator(".line .viewer")).to_have_count(2)
    assert page.evaluate(OVERLAPS) == []
    go_to(page, ten[0])
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-viewers")).to_contain_text("Komang Adi")
    expect(drawer(page).locator("#units section")).to_be_visible()
    assert page.evaluate(OVERLAPS) == []


# --- an hour of ten incidents ---


def crew(city: City, who: str, call_sign: str, step: Callable[..., None]) -> None:
    """A crew takes a step on its own page; the boards are told by their polls."""
    with city.database() as cast:
        step(open_assignment(call_sign), now(), getattr(cast, who))


def all_show(boards: Sequence[Page], selector: str, count: int) -> None:
    """Each of the boards shows so many of these by its next poll."""
    for page in boards:
        expect(page.locator(selector)).to_have_count(count)


def standing(page: Page) -> list[Any]:
    """The lines as they stand: number, priority, who is in charge, and the units with their states."""
    read = """lines => lines.map((line) => [line.dataset.number, line.className, ...[...line.querySelectorAll(
      ".by, .chip")].map((part) => part.textContent.trim())])"""
    found: list[Any] = page.locator(".line[data-number]").evaluate_all(read)
    return found


def test_two_dispatchers_and_four_crews_work_ten_incidents_at_once(
    city: City, desktop: Opener, tablet: Opener, forgive: list[str], ten: list[str]
) -> None:
    forgive.append("409")  # who comes second is told so
    cry, second, fire, ill, _, _, crime, _, low, lowest = ten
    komang, hadi, agus = board(desktop("komang")), board(desktop("hadi")), tablet("agus")
    boards = komang, hadi
    all_show(boards, ".line[data-number]", 10)

    # One takes an incident over, while the other has another one open: each sees what the other does.
    go_to(hadi, second)
    hadi.keyboard.press("o")
    expect(drawer(hadi).locator("#take-over")).to_be_focused()
    hadi.keyboard.press("Enter")
    go_to(komang, cry)
    komang.keyboard.press("Enter")
    expect(line(komang, second).locator(".by")).to_have_text("Hadi Pawas")
    expect(line(komang, second).locator(".viewer")).to_contain_text("Hadi Pawas")
    expect(line(hadi, cry).locator(".viewer")).to_contain_text("Komang Dispatcher")

    # The crews go: one on its own page, three on theirs elsewhere.
    agus.goto("/incidents")
    agus.get_by_role("button", name="Terima").tap()
    crew(city, "bayu", "TRAIL-02", rules.accept)
    crew(city, "dewi", "DAMKAR-01", rules.accept)
    crew(city, "rina", "AMBULANS-01", rules.accept)
    all_show(boards, ".chip.accepted", 4)

    # What one types survives what the other changes, and both changes stand.
    go_to(komang, ill)
    komang.keyboard.press("n")
    note = drawer(komang).locator("#write textarea")
    expect(note).to_be_focused()
    komang.keyboard.type("Korban sadar, ")
    go_to(hadi, ill)
    hadi.keyboard.press("t")
    expect(drawer(hadi).locator("#type")).to_be_focused()
    expect(hadi.locator("#drawer-viewers")).to_contain_text("Komang Dispatcher")
    tab_to(hadi, drawer(hadi).locator("#priority, [name=priority]:checked"))
    for _ in range(3):
        hadi.keyboard.press("ArrowDown")
    tab_to(hadi, drawer(hadi).locator("#reason"))
    hadi.keyboard.type("Ringan")
    send(hadi)
    expect(line(komang, ill)).to_have_class(re.compile(r"\bp3\b"))
    komang.keyboard.type("napas teratur")
    expect(note).to_have_value("Korban sadar, napas teratur")
    tab_to(komang, drawer(komang).locator("#write button"))
    komang.keyboard.press("Enter")
    expect(drawer(komang).locator("#incident")).to_contain_text("Korban sadar, napas teratur")
    expect(drawer(hadi).locator("#incident")).to_contain_text("Korban sadar, napas teratur")

    # Both close the same incident: the second is told who was first.
    for page in boards:
        go_to(page, lowest)
        page.keyboard.press("c")
        expect(drawer(page).locator("form.decision :focus")).to_have_count(1)
        page.keyboard.press("Space")
    send(komang)
    expect(hadi.locator(".line[data-number]")).to_have_count(9)
    send(hadi)
    expect(drawer(hadi).locator(".flashes")).to_contain_text("Terlambat: Komang Dispatcher sudah menutup kejadian ini")

    # Bayu arrives and is free again; both want the unit for another incident, and the first gets it.
    for step in (rules.depart, rules.arrive, rules.clear):
        crew(city, "bayu", "TRAIL-02", step)
    for page, number in ((komang, crime), (hadi, low)):
        go_to(page, number)
        page.keyboard.press("a")
        expect(drawer(page).get_by_label("TRAIL-02")).to_be_focused()
        page.keyboard.press("Space")
    komang.keyboard.press("Enter")
    expect(line(hadi, crime).locator(".chip.offered")).to_contain_text("TRAIL-02")
    hadi.keyboard.press("Enter")
    expect(drawer(hadi).locator(".error-summary")).to_contain_text("TRAIL-02 tidak dapat dikirim: sedang ditawari")
    expect(drawer(hadi).locator(".error-summary")).to_contain_text(crime)
    loaded(hadi)

    # A priority alone, and an incident by the digits of its number.
    hadi.keyboard.press("Control+k")
    hadi.keyboard.type(fire[-3:])
    expect(hadi.locator("#palette-hits li[data-kind=incident]").first).to_contain_text(fire)
    hadi.keyboard.press("Enter")
    expect(line(hadi, fire)).to_have_attribute("aria-current", "true")
    komang.keyboard.press("2")
    expect(komang.locator(".line[data-number]:not(.p2)")).to_have_count(0)
    expect(hadi.locator(".line[data-number]")).to_have_count(9)
    komang.keyboard.press("2")

    # The crews arrive; Agus closes on his own page, and the fire's crew is free again.
    agus.locator(".next-step").get_by_role("button", name="Berangkat").tap()
    agus.locator(".next-step").get_by_role("button", name="Tiba").tap()
    for step in (rules.depart, rules.arrive):
        crew(city, "dewi", "DAMKAR-01", step)
        crew(city, "rina", "AMBULANS-01", step)
    all_show(boards, ".chip.on_scene", 3)
    agus.locator(".next-step").get_by_role("link", name="Tutup").tap()
    agus.get_by_text("Ditolong", exact=True).tap()
    agus.get_by_role("button", name="Tutup").tap()
    all_show(boards, ".line[data-number]", 8)

    # Nothing was overwritten, and both boards say the same.
    with city.database():
        newest = str(timeline.version())
    for page in boards:
        expect(page.locator("#board-queue [data-version]")).to_have_attribute("data-version", newest)
    assert standing(komang) == standing(hadi)
    with city.database() as cast:
        said = [event.event_type for event in timeline.of_incident(found(cast, ill).id)]
        assert said.count("note") == said.count("reprioritised") == 1
        closed = [event.event_type for event in timeline.of_incident(found(cast, lowest).id)]
        assert closed.count("closed") == 1
    for page in boards:
        assert violations(page) == []
