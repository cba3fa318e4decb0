"""What a crew's tablet may keep: its queue, its unit and its job, for the officer who is signed in."""

import re
from collections.abc import Callable

import pytest

from meteor.dispatch import rules
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


def keeper(browser: Browser, path: str) -> str | None:
    """The id of the user on whose tablet the page may be kept."""
    found = re.search(r'<html[^>]* data-keeps="(\d+)"', browser.get(path).text)
    return found[1] if found else None


@pytest.fixture
def number(cast: Cast) -> str:
    """Agus on TRAIL-01 is offered Sari's call; the incident's number."""
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast).number


def test_an_officers_queue_and_unit_are_kept_on_and_off_duty(as_user: AsUser, cast: Cast) -> None:
    agus, own = as_user("agus"), str(cast.agus.id)
    assert [keeper(agus, "/incidents"), keeper(agus, "/unit")] == [own, own]
    on_duty(cast, "agus", "TRAIL-01")
    assert [keeper(agus, "/incidents"), keeper(agus, "/unit")] == [own, own]


def test_the_job_is_kept_from_the_offer_until_it_ends(as_user: AsUser, cast: Cast, number: str) -> None:
    agus, own, job = as_user("agus"), str(cast.agus.id), open_assignment("TRAIL-01")
    assert keeper(agus, f"/incidents/{number}") == own
    rules.accept(job, now(), cast.agus)
    assert keeper(agus, f"/incidents/{number}") == own
    assert keeper(agus, f"/incidents/{number}/closure") == own
    rules.clear(job, now(), cast.agus)
    assert keeper(agus, f"/incidents/{number}") is None


def test_an_incident_of_another_crew_is_not_kept(as_user: AsUser, cast: Cast, number: str) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    assert keeper(as_user("bayu"), f"/incidents/{number}") is None


@pytest.mark.parametrize("username", ["komang", "maya", "yusuf"])
def test_the_rooms_screens_keep_nothing(as_user: AsUser, username: str, number: str) -> None:
    browser = as_user(username)
    assert [keeper(browser, "/incidents"), keeper(browser, f"/incidents/{number}")] == [None, None]


def test_every_file_of_the_kept_pages_is_kept_with_them(as_user: AsUser, cast: Cast, number: str) -> None:
    agus = as_user("agus")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    pages = ("/incidents", "/unit", f"/incidents/{number}", f"/incidents/{number}/closure")
    html = re.sub('<link rel="apple-touch-icon".*?>', "", "".join(agus.get(page).text for page in pages))
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    kept = set(re.findall(r'"(/static/[^"]+)"', agus.get("/tablet-worker.js").text))
    assert linked
    assert linked <= kept


def test_what_is_fetched_to_be_kept_takes_no_message_away(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    agus.post("/unit", data={"unit": cast.unit("TRAIL-01").id})
    said = "Anda berdinas di TRAIL-01."
    assert said not in agus.get("/incidents", headers={"Kept": "1"}).text
    assert said in agus.get("/incidents").text
