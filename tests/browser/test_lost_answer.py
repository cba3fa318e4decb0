"""A form that has arrived, and whose answer is lost on the way: sent again, it is not done twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from meteor.incidents.models import Event
from meteor.store.database import db
from tests.browser.conftest import City, Opener
from tests.scenes import report

NOTE = "Pagar belakang terkunci"


def again_from_the_error(page: Page) -> None:
    page.reload()


def again_from_the_form(page: Page) -> None:
    page.go_back()
    page.get_by_text("Tulis catatan").click()
    expect(page.locator("#write textarea")).to_have_value(NOTE)
    page.get_by_role("button", name="Simpan catatan").click()


@pytest.mark.parametrize("again", [again_from_the_error, again_from_the_form])
def test_a_note_whose_answer_is_lost_stands_once_on_the_timeline(
    city: City, desktop: Opener, forgive: list[str], again: Callable[[Page], None]
) -> None:
    forgive += ["ERR_CONNECTION_RESET", "htmx:"]
    with city.database() as cast:
        number = report(cast).number
    page = desktop("komang")
    page.goto(f"/incidents/{number}")
    page.route("**/notes", lose_answer, times=1)
    page.get_by_text("Tulis catatan").click()
    page.locator("#write textarea").fill(NOTE)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.get_by_role("button", name="Simpan catatan").click()
    page.wait_for_url("chrome-error://**")
    again(page)
    expect(page).to_have_url(re.compile(f"/incidents/{number}$"))
    expect(page.get_by_text("Kiriman pertama Anda sudah diterima")).to_be_visible()
    with city.database():
        written = select(func.count()).where(Event.event_type == "note", Event.actor_id.is_not(None))
        assert db.session.scalar(written) == 1


def lose_answer(route: Route) -> None:
    """Let METEOR take the form, and nobody hear of it."""
    assert route.fetch(max_redirects=0).status == 303
    route.abort("connectionreset")
