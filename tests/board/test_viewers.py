"""Who looks at which incident, as boards tell METEOR and show it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from meteor.accounts.models import UserRole
from meteor.accounts.seen import seen
from meteor.board import viewers
from meteor.board.models import IncidentViewer
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.board.test_board import version
from tests.cast import Cast, user
from tests.conftest import Browser
from tests.scenes import report

AsUser = Callable[[str], Browser]


def looks(client: Browser, incident: Incident, part: str = "") -> int:
    """The status of the answer to a board that says that it shows the incident; `part` "/end" that it does no more."""
    return client.post(f"/board/viewers/{incident.number}{part}").status_code


def silent(seconds: float, username: str) -> None:
    """A user's boards gave their last sign so long ago; committed."""
    of_user = IncidentViewer.user_id == user(username).id
    db.session.execute(update(IncidentViewer).where(of_user).values(seen_at=now() - timedelta(seconds=seconds)))
    db.session.commit()


@pytest.mark.both_databases
def test_a_dispatcher_sees_which_other_one_has_an_incident_open_until_it_is_closed(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    komang, hadi = as_user("komang"), as_user("hadi")
    assert looks(komang, incident) == 204
    assert looks(komang, incident) == 204
    seen = hadi.get("/board/viewers").text
    assert f'data-viewed="{incident.number}"' in seen
    assert seen.count('class="viewer"') == 1
    assert "Komang Dispatcher melihat kejadian ini" in seen
    assert looks(komang, incident, "/end") == 204
    assert "data-viewed" not in hadi.get("/board/viewers").text


def test_nobody_is_told_of_oneself(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    looks(komang, report(cast))
    assert "data-viewed" not in komang.get("/board/viewers").text


def test_the_chief_sees_who_looks_and_is_never_shown(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    looks(as_user("komang"), incident)
    assert "data-viewed" in as_user("yusuf").get("/board/viewers").text
    assert looks(as_user("yusuf"), incident) == 403


def test_a_board_without_a_sign_counts_no_more_and_is_forgotten(as_user: AsUser, cast: Cast) -> None:
    incident, other = report(cast), report(cast, "wahyu")
    looks(as_user("komang"), incident)
    silent(viewers.FRESH + 1, "komang")
    assert "data-viewed" not in as_user("hadi").get("/board/viewers").text
    looks(as_user("hadi"), other)
    assert [row.incident_id for row in db.session.query(IncidentViewer)] == [other.id]


def test_only_a_new_viewer_removes_the_silent_ones(as_user: AsUser, cast: Cast) -> None:
    incident, other = report(cast), report(cast, "wahyu")
    hadi = as_user("hadi")
    looks(hadi, other)
    looks(as_user("komang"), incident)
    silent(viewers.FRESH + 1, "komang")
    looks(hadi, other)
    assert db.session.query(IncidentViewer).count() == 2
    looks(hadi, incident)
    assert {row.user_id for row in db.session.query(IncidentViewer)} == {cast.hadi.id}


def test_what_two_boards_of_one_user_show_stands_beside_each_other(as_user: AsUser, cast: Cast) -> None:
    incident, other = report(cast), report(cast, "wahyu")
    looks(as_user("komang"), incident)
    looks(as_user("komang"), other)
    assert as_user("hadi").get("/board/viewers").text.count("data-viewed") == 2


def test_looking_is_no_event_and_leaves_the_queue_as_it_is(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    before, komang = timeline.version(), as_user("komang")
    looks(komang, incident)
    assert timeline.version() == before


def test_an_incident_that_is_not_there_cannot_be_looked_at(as_user: AsUser, cast: Cast) -> None:
    assert as_user("komang").post("/board/viewers/260101-001").status_code == 404


def test_the_viewers_are_polled_and_a_sign_alone_is_nothing_new(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    komang, hadi = as_user("komang"), as_user("hadi")
    looks(komang, incident)
    page = hadi.get("/board/viewers").text
    looks(komang, incident)
    looks(hadi, incident)
    assert hadi.get(f"/board/viewers?v={version(page)}").status_code == 204
    looks(komang, incident, "/end")
    assert hadi.get(f"/board/viewers?v={version(page)}").status_code == 200


def test_an_open_incident_does_not_keep_an_admin_signed_in(as_user: AsUser, cast: Cast) -> None:
    db.session.add(UserRole(user_id=cast.komang.id, role="admin"))
    db.session.commit()
    komang, incident = as_user("komang"), report(cast)
    assert looks(komang, incident) == 204
    assert not seen._keys
    assert looks(komang, incident, "/end") == 204
    assert seen._keys
