"""Rows of the board: two tight lines, in which a dispatcher reads everything that calls for somebody."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from meteor.dispatch import rules
from meteor.dispatch.models import Assignment
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import TABLET, City, Opener
from tests.cast import Cast
from tests.scenes import on_duty, open_assignment, report

CUT_OR_MET = """
() => [...document.querySelectorAll("#lines .line")].flatMap(row => {
  const edge = row.getBoundingClientRect();
  const parts = [...row.querySelectorAll(".what > *, .now > *")].map(part => [part, part.getBoundingClientRect()]);
  const met = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return parts.flatMap(([part, box], place) => [
    ...(box.right > edge.right + 1 || box.bottom > edge.bottom + 1 ? ["leaves the row"] : []),
    ...(part.matches(".chip, .mark, .badge") && part.scrollWidth > part.clientWidth + 1 ? ["is cut"] : []),
    ...parts.slice(place + 1).filter(([, its]) => met(box, its)).map(([other]) => `lies on ${other.textContent}`),
  ].map(problem => `${part.textContent} ${problem}`));
})
"""


def cries(cast: Cast) -> None:
    """A cry to which Agus goes, a fire that lacks an engine, and one that waits."""
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, "wahyu", "emergency")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    report(cast, "sari", "fire")
    report(cast, "endang", "other")


def board(city: City, page: Page) -> list[float]:
    """The heights in px of the rows on `page`."""
    with city.database() as cast:
        city.hold_jobs()
        cries(cast)
    page.goto("/board")
    expect(page.locator("#lines .line")).to_have_count(3)
    heights: list[float] = page.locator("#lines .line").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect().height)"
    )
    return heights


@pytest.mark.parametrize("size", [(1366, 768), (1440, 900), (1920, 1080)])
def test_a_row_at_a_desk_is_two_tight_lines_in_which_nothing_is_cut(
    city: City, device: Opener, size: tuple[int, int]
) -> None:
    page = device({"viewport": {"width": size[0], "height": size[1]}}, "komang")
    assert max(board(city, page)) <= 42
    assert page.evaluate(CUT_OR_MET) == []
    assert violations(page) == []


def test_a_row_with_many_units_stays_two_lines_and_names_all_of_them(city: City, device: Opener) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        incident = report(cast, "sari", "other")
        for call_sign, status in {"AMBULANS-01": "en_route", "DAMKAR-01": "on_scene", "TRAIL-02": "accepted"}.items():
            given = {"status": status, "capability": "patrol", "expires_at": now() + timedelta(minutes=5)}
            db.session.add(Assignment(incident_id=incident.id, unit_id=cast.unit(call_sign).id, **given))
    page = device({"viewport": {"width": 1366, "height": 768}}, "komang")
    page.goto("/board")
    row = page.locator("#lines .line")
    assert (row.bounding_box() or {})["height"] <= 42
    expect(row).to_contain_text("+2; DAMKAR-01, di lokasi; TRAIL-02, diterima")
    title = row.locator(".what > a").get_attribute("title") or ""
    assert title.endswith(" · DAMKAR-01, di lokasi · TRAIL-02, diterima")


def test_a_row_that_lacks_units_and_was_not_checked_stays_two_lines_and_cuts_no_unit(
    city: City, device: Opener
) -> None:
    with city.database() as cast:
        city.hold_jobs()
        on_duty(cast, "agus", "TRAIL-01")
        incident = report(cast, "sari", "fire")
        incident.flags = ["from_paper", "unconfirmed", "no_position", "home_position"]
        for call_sign in ("AMBULANS-01", "DAMKAR-01"):
            given = {"status": "offered", "capability": "fire", "expires_at": now() + timedelta(minutes=5)}
            db.session.add(Assignment(incident_id=incident.id, unit_id=cast.unit(call_sign).id, **given))
    page = device({"viewport": {"width": 1366, "height": 768}}, "komang")
    page.goto("/board")
    row = page.locator("#lines .line")
    assert (row.bounding_box() or {})["height"] <= 42
    assert (row.locator(".mark.danger").bounding_box() or {})["width"] > 60
    assert "Belum terkonfirmasi" in (row.locator(".what > a").get_attribute("title") or "")
    edge, inside = row.bounding_box() or {}, row.locator(".now").bounding_box() or {}
    assert row.locator(".mark").count() > 4
    for mark in row.locator(".mark").all():
        box, shape = mark.bounding_box() or {}, mark.locator(".icon").bounding_box() or {}
        assert shape["width"] >= 10
        assert box["x"] + box["width"] >= shape["x"] + shape["width"]
        assert shape["x"] + shape["width"] <= inside["x"] + inside["width"] + 1
    for chip in row.locator(".chip").all():
        box = chip.bounding_box() or {}
        assert box["x"] + box["width"] <= edge["x"] + edge["width"]


def test_the_whole_place_and_the_whole_shortfall_of_a_row_are_read_under_the_mouse(city: City, desktop: Opener) -> None:
    page = desktop("komang")
    board(city, page)
    fire = page.locator("#lines .line", has_text="Kebakaran")
    place = fire.locator(".where").inner_text()
    expect(fire.locator(".mark.danger")).to_have_text("Belum ada: 1 × fire, 1 × patrol")
    title = fire.locator(".what > a").get_attribute("title") or ""
    assert title.startswith(place)
    assert "Belum ada unit yang siap: 1 × fire" in title


def test_a_row_on_a_tablet_is_a_target_for_a_finger(city: City, device: Opener) -> None:
    assert min(board(city, device(TABLET, "komang"))) >= 48


def test_ringing_notices_leave_most_of_the_queue_in_sight(city: City, device: Opener) -> None:
    page = device({"viewport": {"width": 1366, "height": 768}}, "komang")
    with city.database() as cast:
        for who in ("sari", "wahyu", "endang", "slamet", "karto"):
            report(cast, who, "emergency")
    page.goto("/board")
    expect(page.locator("#notices .notice").nth(1)).to_be_attached()
    assert page.locator("#notices").evaluate("it => it.getBoundingClientRect().height") <= 112
