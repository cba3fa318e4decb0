"""The board in real browsers: dispatchers work a bad hour on one page, by keyboard, and disturb nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect
from sqlalchemy import select

from meteor.dispatch import override, rules
from meteor.incidents.models import Incident
from meteor.notices.rules import tell
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import TABLET, City, Opener
from tests.cast import Cast
from tests.scenes import on_duty, open_assignment, press

WALL = {"viewport": {"width": 1920, "height": 1080}}
LOW = 800  # px, of a table with room for one notice
SIZES = [(1366, 768), (1440, 900), (1920, 1080), (3840, 2160)]


def line(page: Page, number: str) -> Any:
    return page.locator(f"#line-{number}")


def drag(page: Page, unit: int, number: str) -> None:
    """Drag the unit onto the incident's line."""
    page.locator(f"#unit-{unit}").drag_to(line(page, number))


def drawer(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=drawer]")


def loaded(page: Page) -> None:
    """The page that the drawer shows has all of its scripts, and the board knows of it."""
    frame = page.frame("drawer")
    assert frame
    frame.wait_for_load_state()


def cries(cast: Cast) -> list[str]:
    """A cry at Sari's door to which Agus goes, another one there by Wahyu, and one that can wait; their numbers."""
    on_duty(cast, "agus", "TRAIL-01")
    first = press(cast, "sari", "emergency")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    return [it.number for it in (first, press(cast, "wahyu", "emergency"), press(cast, "endang", "other"))]


@pytest.fixture
def three(city: City) -> list[str]:
    """The three, on which only the test acts: what the scheduler writes would be news too."""
    with city.database() as cast:
        city.hold_jobs()
        return cries(cast)


@pytest.fixture
def two_free(city: City) -> list[str]:
    """The same three, and TRAIL-02 and PATROLI-01 free: only a dispatcher sends them now."""
    with city.database() as cast:
        city.hold_jobs()
        numbers = cries(cast)
        on_duty(cast, "bayu", "TRAIL-02")
        on_duty(cast, "rina", "PATROLI-01")
    return numbers


def test_the_names_of_a_crew_are_read_whole(city: City, desktop: Opener) -> None:
    with city.database() as cast:
        cast.agus.name = "Agus Santoso Wicaksono Hadiningrat"
        on_duty(cast, "agus", "TRAIL-01")
    page = desktop("komang")
    page.goto("/board")
    crew = page.locator(".fleet-unit .crew").first
    assert page.locator(".fleet-unit .sign").first.evaluate("it => it.getClientRects().length") == 1
    expect(crew).to_contain_text("Agus Santoso")
    assert crew.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert crew.evaluate("it => it.getBoundingClientRect().right <= it.nextElementSibling.getBoundingClientRect().left")


# --- the drawer ---


def test_a_line_opens_beside_the_map_and_escape_leads_back_to_it(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(drawer(page).locator("h1")).to_have_text("Darurat")
    expect(line(page, three[0])).to_have_attribute("aria-current", "true")
    expect(drawer(page).locator("header.top")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.locator(f"#open-{three[0]}")).to_be_focused()


def test_keys_work_from_within_the_drawer_too(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    drawer(page).locator("h1").click()
    loaded(page)
    page.keyboard.press("j")
    expect(page.locator(f"#open-{three[1]}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, three[1])).to_have_attribute("aria-current", "true")
    drawer(page).locator("#write summary").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_the_list_of_keys_opens_from_within_the_drawer_too(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    loaded(page)
    drawer(page).locator("h1").click()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Pintasan")
    expect(sheet).to_contain_text("Pisahkan")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(drawer(page).locator("h1")).to_be_visible()


def test_what_is_typed_in_the_drawer_stays_while_the_board_changes_and_is_not_closed_by_a_slip(
    city: City, desktop: Opener, three: list[str]
) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("n")
    note = drawer(page).locator("textarea")
    expect(note).to_be_focused()
    expect(drawer(page).locator("#units > *")).to_be_attached()  # it comes later, above the note
    for part in (note, drawer(page).locator("#write button")):
        expect(part).to_be_in_viewport(ratio=1)
    page.keyboard.type("Pintu belakang terbuka, 2 orang")
    with city.database() as cast:
        late = press(cast, "karto", "other").number
    expect(page.locator("#board-queue")).to_contain_text("4 kejadian terbuka")
    expect(line(page, late)).to_be_visible()
    page.keyboard.press("Escape")  # leaves the field
    page.keyboard.press("Escape")  # asks for the drawer to close
    expect(note).to_have_value("Pintu belakang terbuka, 2 orang")
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer-says")).to_contain_text("Belum selesai")
    drawer(page).locator("#write button").click()
    expect(drawer(page).locator(".flashes")).to_contain_text("Catatan disimpan")
    expect(drawer(page).locator("#incident")).to_contain_text("Pintu belakang terbuka, 2 orang")


def test_a_note_that_cannot_be_sent_stays_and_is_sent_later(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(drawer(page).locator("textarea")).to_be_focused()
    page.keyboard.type("Gerbang terkunci")
    page.context.set_offline(True)
    drawer(page).locator("#write button").click()
    expect(page.locator("#drawer-says")).to_contain_text("BELUM TERKIRIM: tidak ada koneksi")
    expect(drawer(page).locator("textarea")).to_have_value("Gerbang terkunci")
    page.context.set_offline(False)
    expect(page.locator("#drawer-says")).to_contain_text("Koneksi sudah kembali: kirim sekarang.")
    drawer(page).locator("#write button").click()
    expect(drawer(page).locator("#incident")).to_contain_text("Gerbang terkunci")


def test_a_typed_note_stays_where_another_page_is_asked_for_and_what_is_unsent_is_still_said(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("komang")
    says = page.locator("#drawer-says")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(drawer(page).locator("textarea")).to_be_focused()
    page.keyboard.type("Gerbang terkunci")
    page.locator(f"#open-{three[2]}").click()
    expect(says).to_have_text("Belum selesai: simpan atau hapus dulu isian di sini.")
    page.context.set_offline(True)
    drawer(page).locator("#write button").click()
    expect(says).to_contain_text("BELUM TERKIRIM: tidak ada koneksi")
    page.context.set_offline(False)
    expect(says).to_contain_text("Koneksi sudah kembali: kirim sekarang.")
    page.keyboard.press("a")
    expect(says).to_contain_text("BELUM TERKIRIM")
    expect(says).to_contain_text("Belum selesai")
    expect(drawer(page).locator("textarea")).to_have_value("Gerbang terkunci")


# --- ten jobs by keyboard ---


def test_two_cries_for_one_thing_are_merged_with_three_keys(city: City, desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("m")
    merge = drawer(page).locator("#duplicates button").first
    expect(merge).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#board-queue")).to_contain_text("2 kejadian terbuka")


def test_what_an_action_leads_to_is_waited_for_on_a_slow_line(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.clock.install()
    page.goto("/board")

    def come_late(route: Route) -> None:
        loaded(page)
        page.clock.fast_forward(5_000)
        route.continue_()

    page.route("**/duplicates?*", come_late, times=1)
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(drawer(page).locator("#duplicates button").first).to_be_focused()


def test_the_second_nearest_is_sent_for_a_reason_with_four_keys(desktop: Opener, two_free: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{two_free[1]}").focus()
    page.keyboard.press("a")
    expect(drawer(page).get_by_role("checkbox", name="TRAIL-02")).to_be_focused()
    expect(drawer(page).get_by_role("checkbox", name="PATROLI-01")).to_have_attribute("data-choice", "2")
    for key in ("2", "q", "Enter"):
        page.keyboard.press(key)
    expect(line(page, two_free[1]).locator(".chip")).to_contain_text("PATROLI-01")


def test_the_name_of_a_unit_that_is_typed_chooses_nothing_and_a_tick_is_left_by_escape(
    desktop: Opener, two_free: list[str]
) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{two_free[1]}").focus()
    page.keyboard.press("a")
    expect(drawer(page).get_by_role("checkbox", name="TRAIL-02")).to_be_focused()
    page.keyboard.type("trail-02")
    expect(drawer(page).locator("input:checked")).to_have_count(0)
    drawer(page).locator("label.choice kbd", has_text="2").click()
    expect(drawer(page).get_by_role("checkbox", name="PATROLI-01")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_keys_that_are_pressed_while_a_form_loads_are_none_of_the_board(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")

    def press_meanwhile(route: Route) -> None:
        expect(page.locator("#drawer-says")).to_have_text(f"Memuat {three[0]} …")
        page.keyboard.press("2")
        page.keyboard.press("c")
        route.continue_()

    page.route("**/assignments", press_meanwhile, times=1)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(drawer(page).locator("h1")).to_have_text("Tambah unit")
    expect(page.locator("#drawer-says")).to_have_text("")
    expect(page.locator("#filter-2")).to_have_attribute("aria-pressed", "false")


def test_o_takes_over_and_the_other_dispatcher_sees_it(desktop: Opener, three: list[str]) -> None:
    komang, hadi = desktop("komang"), desktop("hadi")
    komang.goto("/board")
    hadi.goto("/board")
    komang.keyboard.press("j")
    komang.keyboard.press("o")
    expect(drawer(komang).locator("#take-over")).to_be_focused()
    komang.keyboard.press("Enter")
    expect(line(hadi, three[0]).locator(".by")).to_have_text("Komang Dispatcher")


def test_t_begins_in_the_form_s_first_field(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(drawer(page).locator("#type")).to_be_focused()


def test_a_priority_is_shown_alone_by_its_key_and_kept_for_the_next_visit(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive.append("AudioContext")  # an address that was typed brings no right to sound along
    page = desktop("komang")
    page.goto("/board")
    with page.expect_response("**/board/filters"):
        page.keyboard.press("3")
    expect(page.locator(".line[data-number]")).to_have_count(1)
    page.goto("/board")
    expect(page).to_have_url(re.compile(r"priority=3"))
    expect(page.locator("#filter-3")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("3")
    expect(page.locator(".line[data-number]")).to_have_count(3)


def test_everything_is_found_by_a_few_letters_also_from_within_the_drawer(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("/")
    page.keyboard.type("trail-01")
    expect(page.locator("#palette-hits li").first).to_contain_text("TRAIL-01")
    page.keyboard.press("Enter")
    expect(drawer(page).locator("h1")).to_have_text("TRAIL-01")
    drawer(page).locator("h1").click()
    loaded(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.locator("#palette-says")).to_have_text("Tidak ditemukan.")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#drawer")).to_be_visible()


def test_the_palette_offers_what_the_incidents_page_has_and_says_why_it_offers_nothing(
    city: City, desktop: Opener, three: list[str]
) -> None:
    with city.database() as cast:
        held = db.session.scalars(select(Incident).where(Incident.number == three[2])).one()
        override.hold(held, now(), cast.komang)
    page = desktop("komang")
    page.goto("/board")
    actions, says = page.locator("#palette-hits [data-kind=action]"), page.locator("#palette-says")
    page.keyboard.press("Control+k")
    expect(says).to_contain_text("Belum ada kejadian yang dipilih")
    page.keyboard.press("Escape")
    for number, has, lacks in ((three[2], "Lepaskan", "Tahan"), (three[0], "Tahan", "Lepaskan")):
        page.locator(f"#open-{number}").focus()
        page.keyboard.press("Control+k")
        expect(actions.filter(has_text=has)).to_have_count(1)
        expect(actions.filter(has_text=lacks)).to_have_count(0)
        expect(actions.filter(has_text="Buka kembali")).to_have_count(0)
        page.keyboard.press("Escape")


def test_a_number_is_found_although_the_incidents_page_does_not_come(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive.append("ERR_ABORTED")
    page = desktop("komang")
    page.clock.install()
    page.goto("/board")
    page.route(f"**/incidents/{three[0]}", lambda route: None)
    page.locator(f"#open-{three[0]}").focus()
    page.keyboard.press("/")
    with page.expect_request("**/board/search.json?*"):
        page.keyboard.type(three[1])
    page.clock.fast_forward(4_000)
    expect(page.locator("#palette-hits [data-kind=incident]")).to_contain_text(three[1])


def test_the_arrows_choose_among_what_was_found(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("trail")  # at once: what comes of a part of it would be listed before, and chosen among
    expect(page.locator("#palette-hits li")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(drawer(page).locator("h1")).to_have_text("TRAIL-02")


def test_a_filter_is_left_by_one_tap(desktop: Opener, forgive: list[str], three: list[str]) -> None:
    forgive.append("AudioContext")  # a link of a page that was not touched yet
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("3")
    expect(page.locator(".line[data-number]")).to_have_count(1)
    page.locator("#show-all").click()
    expect(page.locator(".line[data-number]")).to_have_count(3)
    expect(page.locator("#show-all")).to_have_count(0)


def test_a_filter_that_hides_everything_is_left_by_two_keys(desktop: Opener, three: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("2")
    expect(page.locator("#lines")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator("#show-all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".line[data-number]")).to_have_count(3)


# --- the map ---


def test_a_mark_on_the_map_opens_its_incident_and_a_line_leads_there_from_its_unit(
    desktop: Opener, three: list[str]
) -> None:
    page = desktop("komang")
    page.goto("/board")
    expect(page.locator("#city [data-ready]")).to_be_visible()
    expect(page.locator("#city .map-way")).to_have_count(1)
    page.locator("#city .map-mark.incident svg").first.click()
    expect(drawer(page).locator("h1")).to_have_text("Darurat")


def test_an_incident_that_is_late_has_a_ring_on_the_map(city: City, desktop: Opener, three: list[str]) -> None:
    with city.database():
        waits = db.session.scalars(select(Incident).where(Incident.number == three[1])).one()
        waits.opened_at = now() - timedelta(seconds=40)
    page = desktop("komang")
    page.goto("/board")
    expect(page.locator("#city .map-mark.incident.late")).to_have_count(1)


# --- notices ---


@pytest.fixture
def notices(city: City, three: list[str]) -> list[str]:
    """Sixteen more notices, all of the first incident, and those of the others; the numbers of the three."""
    with city.database():
        for each in range(16):
            tell(f"told{each}", "nobody_left", f"/incidents/{three[0]}", role="dispatcher", number=three[0])
    return three


def test_of_many_notices_the_first_are_read_whole_and_the_rest_is_counted_and_a_key_away(
    desktop: Opener, notices: list[str]
) -> None:
    page = desktop("komang")
    page.goto("/board")
    shown, rest = page.locator("#notices .notice:visible"), page.locator("#notices-rest")
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        few = 1 if size[1] <= LOW else 2
        expect(shown).to_have_count(few)
        total = int(re.findall(r"\d+", page.locator(".notices-head strong").inner_text())[0])
        expect(rest).to_have_text(f"+{total - few} lagi")
        assert page.locator("#notices .notice").count() == total
        ends = shown.evaluate_all(
            "them => them.map(it => [it.scrollHeight - it.clientHeight, it.getBoundingClientRect().bottom])"
        )
        below = page.locator(".filters").bounding_box() or {}
        assert all(cut <= 0 and end <= below["y"] for cut, end in ends), size
        expect(rest).to_be_in_viewport(ratio=1)
    page.keyboard.press("b")
    expect(shown).to_have_count(total)
    expect(rest).to_be_focused()
    page.keyboard.press("b")
    expect(shown).to_have_count(few)


def test_notices_are_acknowledged_together_only_where_all_of_them_are_shown(
    desktop: Opener, notices: list[str]
) -> None:
    page = desktop("komang")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/board")
    head, known = page.locator(".notices-head"), page.locator("#notices-known")
    expect(page.locator("#notices-rest")).to_be_visible()
    expect(known).to_be_hidden()
    folded = (head.bounding_box() or {})["height"]
    page.keyboard.press("b")
    expect(known).to_be_in_viewport(ratio=1)
    assert (head.bounding_box() or {})["height"] == folded  # one line
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == []
    count = page.locator("#notices .notice button.secondary").count()
    expect(known).to_have_text(f"{count} ini sudah saya baca")
    known.click()
    expect(page.locator("#notices .notice button.secondary")).to_have_count(0)


def test_a_notice_whose_answer_was_lost_is_looked_for(
    city: City, desktop: Opener, forgive: list[str], notices: list[str]
) -> None:
    forgive.append("503")
    page = desktop("komang")
    page.goto("/board")
    said = page.locator("#notices-say")
    page.route("**/notices/*/acknowledgement", lambda route: route.fulfill(status=503, body="<p>"), times=1)
    page.locator("#notices .notice button.secondary").first.click()
    expect(said).to_have_text("Tidak ada jawaban: periksa apakah pemberitahuan itu masih ada.")
    with city.database():
        tell("later", "nobody_left", f"/incidents/{notices[0]}", role="dispatcher", number=notices[0])
    expect(said).to_be_hidden()


def test_an_alarm_at_premises_stands_before_all_others_while_its_incident_is_opened(
    city: City, desktop: Opener, notices: list[str]
) -> None:
    with city.database():
        to = {"role": "dispatcher", "number": notices[2], "premises": "Toko Emas Semeru"}
        tell("premises", "panel_missed", "/sas/monitor", **to)
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{notices[1]}").click()
    first = page.locator("#notices .notice").first
    expect(first).to_have_attribute("data-number", notices[1])
    page.locator(f"#open-{notices[2]}").click()
    expect(first).to_have_attribute("data-number", notices[2])
    expect(page.locator("#notices .notice:has(a[href='/sas/monitor'])")).to_be_visible()


def test_the_notice_of_the_opened_incident_stands_before_all_others(desktop: Opener, notices: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    leads_to = page.locator("#notices .notice a").first
    expect(leads_to).to_have_attribute("href", re.compile(f"{notices[0]}|{notices[1]}"))
    page.locator(f"#open-{notices[2]}").click()
    expect(leads_to).to_have_attribute("href", f"/incidents/{notices[2]}")
    expect(leads_to).to_be_visible()


def test_notices_are_acknowledged_one_after_another_while_the_drawer_stays(desktop: Opener, notices: list[str]) -> None:
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("n")
    note = drawer(page).locator("textarea")
    expect(note).to_be_focused()
    page.keyboard.type("Pintu belakang")
    said = page.locator(".notices-head strong")
    before = int(re.findall(r"\d+", said.inner_text())[0])
    for more in (1, 2):
        page.locator("#notices .notice button").first.focus()
        page.keyboard.press("Enter")
        expect(said).to_have_text(f"{before - more} pemberitahuan")
        expect(page.locator("#notices .notice a").first).to_be_focused()
    expect(note).to_have_value("Pintu belakang")


# --- what changes ---


def test_only_what_changed_is_repainted_and_marked_until_it_is_looked_at(
    city: City, desktop: Opener, three: list[str]
) -> None:
    page = desktop("komang")
    page.goto("/board")
    expect(page.locator(".line[data-news]")).to_have_count(0)
    page.evaluate("number => { window.kept = document.getElementById(`line-${number}`); }", three[2])
    with city.database() as cast:
        rules.depart(open_assignment("TRAIL-01"), now(), cast.agus)
    expect(line(page, three[0])).to_have_attribute("data-news", "")
    assert page.evaluate("number => window.kept === document.getElementById(`line-${number}`)", three[2])
    page.locator(f"#open-{three[0]}").click()
    expect(page.locator(".line[data-news]")).to_have_count(0)


def test_a_unit_dragged_onto_an_incident_is_offered_it(city: City, desktop: Opener, two_free: list[str]) -> None:
    with city.database() as cast:
        unit = cast.unit("TRAIL-02").id
    page = desktop("komang")
    page.goto("/board")
    drag(page, unit, two_free[2])
    expect(page.locator("#drawer")).to_be_visible()
    expect(drawer(page).locator(".flashes")).to_contain_text("TRAIL-02")
    expect(line(page, two_free[2]).locator(".chip")).to_contain_text("TRAIL-02")


def test_a_unit_dragged_onto_an_incidents_mark_is_offered_it(city: City, desktop: Opener, two_free: list[str]) -> None:
    with city.database() as cast:
        unit = cast.unit("TRAIL-02").id
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#unit-{unit}").drag_to(page.locator(f".map-mark[data-number='{two_free[2]}'] svg"))
    expect(line(page, two_free[2]).locator(".chip")).to_contain_text("TRAIL-02")


def test_a_dragged_unit_waits_for_what_is_typed_in_the_drawer(city: City, desktop: Opener, two_free: list[str]) -> None:
    with city.database() as cast:
        unit = cast.unit("TRAIL-02").id
    page = desktop("komang")
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("n")
    note = drawer(page).locator("textarea")
    expect(note).to_be_focused()
    page.keyboard.type("Pintu belakang")
    drag(page, unit, two_free[2])
    expect(page.locator("#drawer-says")).to_contain_text("Belum selesai")
    expect(note).to_have_value("Pintu belakang")
    note.fill("")
    drag(page, unit, two_free[2])
    expect(drawer(page).locator(".flashes")).to_contain_text("TRAIL-02")


def test_a_unit_dragged_without_a_network_is_not_asked_and_the_board_says_so(
    city: City, desktop: Opener, forgive: list[str], two_free: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    with city.database() as cast:
        unit = cast.unit("TRAIL-02").id
    page = desktop("komang")
    page.goto("/board")
    page.context.set_offline(True)
    drag(page, unit, two_free[2])
    expect(page.locator("#drawer-says")).to_contain_text("BELUM TERKIRIM")
    page.context.set_offline(False)
    drag(page, unit, two_free[2])
    expect(drawer(page).locator(".flashes")).to_contain_text("TRAIL-02")


def test_the_answer_to_a_dragged_unit_is_waited_for_and_shown_even_if_it_was_lost(
    city: City, desktop: Opener, forgive: list[str], two_free: list[str]
) -> None:
    forgive += ["ERR_CONNECTION_RESET", "htmx:"]
    with city.database() as cast:
        first, second = cast.unit("TRAIL-02").id, cast.unit("PATROLI-01").id
    page = desktop("komang")
    page.goto("/board")

    def lose_answer(route: Route) -> None:
        drag(page, second, two_free[1])
        expect(page.locator("#drawer-says")).to_contain_text("Belum dilakukan")
        assert route.fetch(max_redirects=0).status == 303
        route.abort("connectionreset")

    page.route("**/assignments", lose_answer, times=1)
    drag(page, first, two_free[2])
    expect(drawer(page).locator("#units")).to_contain_text("TRAIL-02")
    expect(line(page, two_free[1]).locator(".chip")).to_have_count(0)


def test_a_dragged_unit_whose_answer_was_not_waited_for_is_asked_only_once(
    city: City, desktop: Opener, forgive: list[str], two_free: list[str]
) -> None:
    forgive.append("409")
    with city.database() as cast:
        unit = cast.unit("TRAIL-02").id
    page = desktop("komang")
    page.clock.install()
    page.goto("/board")
    page.locator(f"#open-{two_free[2]}").click()
    expect(drawer(page).locator("h1")).to_have_text("Lainnya")
    loaded(page)

    def hold_answer(route: Route) -> None:
        route.fetch(max_redirects=0)

    page.route("**/assignments", hold_answer, times=1)
    drag(page, unit, two_free[2])
    expect(line(page, two_free[2]).locator(".chip")).to_contain_text("TRAIL-02")
    page.clock.fast_forward(10_000)
    expect(page.locator("#drawer-says")).to_be_empty()
    drawer(page).locator(f"a[href='/incidents/{two_free[2]}/assignments']").first.click()
    expect(drawer(page).locator("h1")).to_have_text("Tambah unit")
    page.locator(f"#open-{two_free[0]}").click()
    expect(drawer(page).locator("h1")).to_have_text("Darurat")
    loaded(page)
    drag(page, unit, two_free[2])
    expect(drawer(page).locator(".flashes")).to_contain_text("Tidak ada yang tercatat dua kali")
    loaded(page)
    drag(page, unit, two_free[2])
    expect(drawer(page).locator("h1")).to_have_text("Tambah unit")


def test_a_unit_that_needs_a_reason_is_asked_for_it_in_the_drawer(
    city: City, desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive.append("422")
    with city.database() as cast:
        on_duty(cast, "dewi", "DAMKAR-01")
        unit = cast.unit("DAMKAR-01").id
    page = desktop("komang")
    page.goto("/board")
    drag(page, unit, three[2])
    expect(drawer(page).get_by_role("checkbox", name="DAMKAR-01")).to_be_checked()


def test_a_board_without_a_network_says_once_since_when_it_is_not_live(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("komang")
    page.goto("/board")
    expect(page.locator(".live-mark")).to_have_text("Terkini", use_inner_text=True)
    page.context.set_offline(True)
    expect(page.locator("#board-units.is-stale")).to_be_attached()
    expect(page.locator("#board-queue.is-stale")).to_be_attached()
    expect(page.locator(".not-live:visible")).to_have_count(1)
    expect(page.locator(".live-mark")).to_have_text("TIDAK TERKINI", use_inner_text=True)


def test_without_a_network_the_page_in_the_drawer_stays_and_what_was_lost_comes_back_by_itself(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    expect(drawer(page).locator("#add")).to_be_visible()  # it comes after the page
    page.context.set_offline(True)
    drawer(page).locator("#add").click()
    expect(page.locator("#drawer-says")).to_contain_text("tidak ada koneksi")
    expect(page.locator("#drawer iframe")).to_be_hidden()
    page.context.set_offline(False)
    expect(drawer(page).locator("h1")).to_have_text("Darurat", use_inner_text=True)
    expect(page.locator("#drawer-says")).to_be_empty()
    page.context.set_offline(True)
    expect(page.locator("#board-queue.is-stale")).to_be_attached()
    page.keyboard.press("c")
    expect(page.locator("#drawer-says")).to_contain_text("tidak ada koneksi")
    expect(drawer(page).locator("h1")).to_have_text("Darurat", use_inner_text=True)


def test_a_key_pressed_just_after_the_network_went_leaves_the_readable_incident(
    desktop: Opener, forgive: list[str], three: list[str]
) -> None:
    forgive += ["ERR_INTERNET", "htmx:"]
    page = desktop("komang")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    expect(drawer(page).locator("h1")).to_be_visible()
    loaded(page)
    shown = drawer(page).locator("h1").inner_text()
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.locator("#drawer-says")).to_contain_text("tidak ada koneksi")
    expect(drawer(page).locator("h1")).to_have_text(shown, use_inner_text=True)
    page.context.set_offline(False)
    expect(drawer(page).locator("h1")).to_have_text("Tambah unit")
    expect(page.locator("#drawer-says")).to_be_empty()


# --- fit for everybody ---


@pytest.mark.parametrize("size", SIZES)
def test_the_board_is_fit_for_everybody_and_never_scrolls_as_a_whole(
    device: Opener, three: list[str], size: tuple[int, int]
) -> None:
    page = device({"viewport": {"width": size[0], "height": size[1]}}, "komang")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    expect(drawer(page).locator("h1")).to_be_visible()
    page.keyboard.press("Escape")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= size[1]
    assert violations(page) == []


def test_on_a_tablet_one_pane_is_shown_at_a_time(device: Opener, three: list[str]) -> None:
    page = device(TABLET, "komang")
    page.goto("/board")
    expect(page.locator(".units-pane")).to_be_hidden()
    page.get_by_role("button", name="Peta", exact=True).tap()
    expect(page.locator("#city .map-mark.incident svg").first).to_be_in_viewport()
    expect(page.locator("#city .leaflet-control-scale-line")).not_to_contain_text("00 km")
    page.get_by_role("button", name="Unit", exact=True).tap()
    expect(page.locator(".units-pane")).to_be_visible()
    expect(page.locator(".queue-pane")).to_be_hidden()
    assert violations(page) == []


def test_the_chief_reads_and_has_nothing_to_press(desktop: Opener, three: list[str]) -> None:
    page = desktop("yusuf")
    page.goto("/board")
    page.locator(f"#open-{three[0]}").click()
    expect(drawer(page).locator("h1")).to_have_text("Darurat")
    expect(drawer(page).locator("#units > *")).to_be_attached()  # it would come with them
    expect(drawer(page).locator("#add, #take-over")).to_have_count(0)
