"""Agus in danger: he holds the button on his tablet, with a network or without one, and Komang's board turns red."""

from json import dumps
from time import time
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.store.database import db
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener, cut_network
from tests.scenes import on_duty

RED = "rgb(199, 28, 48)"  # of dark screens, as the command centre has


@pytest.fixture
def agus(city: City, tablet: Opener, forgive: list[str]) -> Page:
    """Agus's tablet; Bayu is free nearby."""
    forgive += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:", "Failed to load resource", "FetchEvent"]
    with city.database() as cast:
        on_duty(cast, "agus", "TRAIL-01")
        on_duty(cast, "bayu", "TRAIL-02")
    page = tablet("agus")
    page.goto("/incidents")
    return page


def hold(page: Page, ms: int = 0) -> None:
    """Press the button with a finger's patience. One that slips lets go at once: no machine may make a hold of it."""
    box = page.locator("#officer-alert-hold").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.down()
    page.wait_for_timeout(ms)
    page.mouse.up()


def presses(city: City) -> int:
    with city.database():
        return db.session.scalar(select(func.count()).select_from(Alert)) or 0


def test_agus_holds_the_button_and_the_board_is_red_with_his_name(city: City, agus: Page, desktop: Opener) -> None:
    board = desktop("komang")
    board.goto("/board")
    hold(agus)  # a finger that slipped
    expect(agus.get_by_role("button", name="Ya, petugas dalam bahaya")).to_be_visible()
    assert violations(agus) == []
    hold(agus)
    assert presses(city) == 0
    hold(agus, 1300)
    agus.wait_for_url("**/alerts/*")
    row = board.locator(".line.in-danger")
    expect(row).to_contain_text("Petugas dalam bahaya: Agus Santoso, TRAIL-01")
    expect(row).to_have_css("background-color", RED)
    expect(board.get_by_text("PETUGAS DALAM BAHAYA, TRAIL-01")).to_be_visible()
    assert presses(city) == 1


def test_the_button_sends_from_a_page_that_has_no_scripts_of_crews(city: City, agus: Page) -> None:
    agus.goto("/warnings")
    hold(agus, 1300)
    agus.wait_for_url("**/alerts/*")
    assert presses(city) == 1


def test_an_old_press_is_sent_and_a_damaged_one_is_in_its_way_no_more(city: City, agus: Page) -> None:
    user = agus.locator("#officer-alert-said").get_attribute("data-user")
    old = {"id": str(uuid4()), "user": user, "at": int(time() - 13 * 3600) * 1000}
    agus.evaluate("([name, text]) => localStorage.setItem(name, text)", ["meteor.officer.damaged", "{"])
    agus.evaluate("([name, text]) => localStorage.setItem(name, text)", [f"meteor.officer.{old['id']}", dumps(old)])
    agus.reload()
    agus.wait_for_url("**/alerts/*")
    assert presses(city) == 1


def test_a_tablet_whose_clock_was_set_back_does_not_call_its_place_new(city: City, agus: Page) -> None:
    user, at = agus.locator("#officer-alert-said").get_attribute("data-user"), int(time()) * 1000
    place = {"latitude": -7.7360, "longitude": 113.2170, "accuracy": 9, "fixed": at + 3600_000}
    press = {"id": str(uuid4()), "user": user, "at": at} | place
    agus.evaluate("([name, text]) => localStorage.setItem(name, text)", [f"meteor.officer.{press['id']}", dumps(press)])
    agus.reload()
    agus.wait_for_url("**/alerts/*")
    with city.database():
        assert "bad_position_age" in db.session.scalars(select(Alert)).one().flags


def test_without_a_network_the_press_waits_and_arrives_once(city: City, agus: Page) -> None:
    cut_network(agus)
    hold(agus, 1300)
    expect(agus.locator("#officer-alert-said")).to_contain_text("BELUM TERKIRIM")
    assert presses(city) == 0
    taken: list[int] = []

    def lose_answer(route: Route) -> None:
        taken.append(route.fetch().status)
        route.abort()

    agus.route("**/unit/alerts", lose_answer)
    with agus.expect_event("requestfailed", lambda request: bool(taken) and "/unit/alerts" in request.url):
        agus.context.set_offline(False)
    agus.unroute("**/unit/alerts")
    agus.wait_for_url("**/alerts/*")
    assert presses(city) == 1
