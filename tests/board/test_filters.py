"""The filter of the queue that a user comes back to."""

from collections.abc import Callable

import pytest

from meteor.board.models import BoardFilter
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser

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
