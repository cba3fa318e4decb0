"""The filter of the queue that a user comes back to."""

from collections.abc import Callable

import pytest
from flask import current_app

from meteor.board.models import BoardFilter
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import press

AsUser = Callable[[str], Browser]


def test_a_filter_is_there_again_for_its_user_at_another_table_and_for_nobody_else(as_user: AsUser, cast: Cast) -> None:
    agency = cast.unit("DAMKAR-01").agency_id
    chosen = {"priority": "1", "state": "needs_person", "agency": str(agency), "kecamatan": ""}
    assert as_user("komang").post("/board/filters", data=chosen).status_code == 204
    assert (
        as_user("komang").get("/board").headers["Location"] == f"/board?priority=1&agency={agency}&state=needs_person"
    )
    assert as_user("hadi").get("/board").status_code == 200


@pytest.mark.both_databases
def test_the_last_filter_counts_and_all_of_the_queue_is_no_filter(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    for level in ("1", "2"):
        komang.post("/board/filters", data={"priority": level})
    assert komang.get("/board").headers["Location"] == "/board?priority=2"
    komang.post("/board/filters", data={})
    assert komang.get("/board").status_code == 200
    assert db.session.query(BoardFilter).count() == 0


def test_an_address_with_a_filter_or_with_none_shows_what_it_says(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    komang.post("/board/filters", data={"priority": "1"})
    assert komang.get("/board?priority=3").status_code == 200
    text = komang.get("/board?state=").text
    assert 'href="/board?state="' not in text
    assert 'hx-get="/board/incidents"' in text


def test_what_is_no_filter_is_not_kept(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    komang.post("/board/filters", data={"priority": "9", "state": "burning", "group": "1-1-1"})
    assert komang.get("/board").status_code == 200


def test_the_chief_s_filter_is_kept_too(as_user: AsUser, cast: Cast) -> None:
    as_user("yusuf").post("/board/filters", data={"priority": "1"})
    assert as_user("yusuf").get("/board").headers["Location"] == "/board?priority=1"


def test_a_p1_that_waits_stays_on_the_map_whatever_the_filter(as_user: AsUser, cast: Cast) -> None:
    urgent, calm = press(cast, "wahyu", "emergency").number, press(cast, "endang", "other").number
    text = as_user("komang").get("/board/incidents?priority=2").text
    assert f'id="marked-{urgent}" data-number="{urgent}" data-mark="incident"' in text
    assert f"marked-{calm}" not in text
    assert 'id="marked-' not in as_user("komang").get("/board/incidents?priority=1").text


def test_nothing_that_fits_the_filter_does_not_look_as_if_all_were_done(as_user: AsUser, cast: Cast) -> None:
    press(cast, "wahyu", "emergency")
    komang = as_user("komang")
    icons = current_app.jinja_env.globals["icons"]
    tick = komang.get("/board/incidents?priority=1").text.count(icons["check-circle"])
    assert komang.get("/board/incidents?priority=2").text.count(icons["check-circle"]) == tick
