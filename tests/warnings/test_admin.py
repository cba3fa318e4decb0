"""The administrator's pages about feeds of warnings."""

import socket
from collections.abc import Callable

import pytest
from sqlalchemy import select

from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import reading
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.models import HazardWarning
from meteor.warnings.suggestions import SUGGESTIONS
from tests.admin import save, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.conftest import AddFeed
from tests.warnings.scenes import publish, tell_all

AsUser = Callable[[str], Browser]

PAGE = "/admin/warning-feeds"
NOWCAST = {"name": "Cuaca", "kind": "cap", "url": "https://8.8.8.8/alerts/nowcast/id", "active": "y"}


def known() -> list[WarningFeed]:
    db.session.expire_all()
    return list(db.session.scalars(select(WarningFeed)))


def test_a_suggestion_of_bmkg_is_added_and_then_no_longer_offered(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert "suggestion=nowcast" in tuti.get(PAGE).text
    form = tuti.get(f"{PAGE}/new?suggestion=nowcast").text
    assert f'value="{SUGGESTIONS["nowcast"].url}"' in form
    added = NOWCAST | {"url": SUGGESTIONS["nowcast"].url}
    assert tuti.post(f"{PAGE}/new", data=added).status_code == 302
    assert "suggestion=nowcast" not in tuti.get(PAGE).text
    [feed] = known()
    assert (feed.name, feed.active, feed.etag) == ("Cuaca", True, "")
    assert trail("warning_feed_added")[0].detail["after"]["url"] == SUGGESTIONS["nowcast"].url


def test_an_unknown_suggestion_is_an_empty_form(as_user: AsUser) -> None:
    assert as_user("tuti").get(f"{PAGE}/new?suggestion=x").status_code == 200


def test_a_feed_is_changed_and_forgets_what_the_other_server_said(as_user: AsUser, add_feed: AddFeed) -> None:
    feed = add_feed("https://8.8.8.8/a")
    feed.etag = '"a1"'
    tuti, url = as_user("tuti"), f"{PAGE}/{feed.id}"
    assert save(tuti, url, NOWCAST | {"url": "https://8.8.8.8/a"}).status_code == 302
    assert known()[0].etag == '"a1"'
    assert save(tuti, url, NOWCAST | {"active": ""}).status_code == 302
    assert (known()[0].etag, known()[0].active) == ("", False)
    assert trail("warning_feed_changed")[-1].detail["after"] == {"active": False, "url": NOWCAST["url"]}


@pytest.mark.both_databases
def test_a_feed_is_removed_and_its_warnings_stay(as_user: AsUser, add_feed: AddFeed) -> None:
    feed = add_feed("https://8.8.8.8/a")
    db.session.add(
        HazardWarning(identifier="a", sender="b", sent=now(), status="Actual", message_type="Alert", urgency="Unknown",
                      severity="Minor", certainty="Unknown", expires=now(), texts={}, feed_id=feed.id)
    )  # fmt: skip
    db.session.commit()
    assert as_user("tuti").post(f"{PAGE}/{feed.id}/removal").status_code == 302
    assert known() == []
    assert db.session.scalars(select(HazardWarning.feed_id)).all() == [None]
    assert trail("warning_feed_removed")[0].detail["before"]["url"] == "https://8.8.8.8/a"


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["removed", "switched off"])
def test_a_false_warning_is_taken_down_with_its_feed(as_user: AsUser, add_feed: AddFeed, cast: Cast, how: str) -> None:
    feed = add_feed("https://8.8.8.8/a")
    false, right = publish("Mayangan", severity="Extreme", feed_id=feed.id), publish("Mayangan", severity="Extreme")
    tell_all()
    tuti, url = as_user("tuti"), f"{PAGE}/{feed.id}"
    if how == "removed":
        assert "langsung dicabut" in tuti.get(url).text
        tuti.post(f"{url}/removal")
    else:
        save(tuti, url, {"name": feed.name, "kind": feed.kind, "url": feed.url, "active": ""})
    assert (known() == []) == (how == "removed")
    assert [warning.id for warning in reading.current(now())] == [right.id]
    assert false.ended_at is not None
    rings = select(Notice.key).where(Notice.acknowledged_at.is_(None), Notice.user_id == cast.sari.id)
    assert db.session.scalars(rings).all() == [f"warning:{right.id}:{cast.sari.id}"]


def test_a_feed_that_is_renamed_keeps_its_warnings(as_user: AsUser, add_feed: AddFeed) -> None:
    feed = add_feed("https://8.8.8.8/a")
    false = publish("Mayangan", feed_id=feed.id)
    values = {"name": "BMKG", "kind": feed.kind, "url": feed.url, "active": "y"}
    assert save(as_user("tuti"), f"{PAGE}/{feed.id}", values).status_code == 302
    assert [warning.id for warning in reading.current(now())] == [false.id]


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://8.8.8.8/"}, {"url": "https://127.0.0.1/"}, {"url": "https://user:pw@8.8.8.8/"}, {"url": ""},
     {"url": "ftp://8.8.8.8"}, {"url": "https://8.8.8.8/taken"}, {"name": ""}, {"name": "https://8.8.8.8/taken"},
     {"kind": "x"}, {"url": f"https://8.8.8.8/{'a' * 500}"}],
)  # fmt: skip
def test_a_wrong_feed_is_refused(as_user: AsUser, add_feed: AddFeed, wrong: dict[str, str]) -> None:
    add_feed("https://8.8.8.8/taken")
    assert as_user("tuti").post(f"{PAGE}/new", data=NOWCAST | wrong).status_code == 422
    assert len(known()) == 1


def test_the_form_does_not_wait_for_a_name_server(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    tuti = as_user("tuti")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **options: pytest.fail("nobody waits for a name server"))
    assert tuti.post(f"{PAGE}/new", data=NOWCAST | {"url": "https://www.bmkg.go.id/x"}).status_code == 302


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("slow", "tidak menjawab tepat waktu"), ("refused 503", "(503)"), ("unreadable it is no XML", "it is no XML"),
        ("private", "jaringan privat"), ("unreachable", "tidak dapat dihubungi"), ("large", "1 MB"),
        ("unproved", "Sertifikat"), ("failed", "log METEOR"),
    ],
)  # fmt: skip
def test_a_problem_is_said_in_words_on_each_page(as_user: AsUser, add_feed: AddFeed, problem: str, says: str) -> None:
    feed = add_feed("https://8.8.8.8/a")
    feed.problem = problem
    tuti = as_user("tuti")
    assert says in tuti.get(PAGE).text
    assert says in tuti.get(f"{PAGE}/{feed.id}").text
    home = tuti.get("/admin").text
    assert "Ada kendala pada: https://8.8.8.8/a." in home


def test_the_home_page_says_how_the_feeds_are(as_user: AsUser, add_feed: AddFeed) -> None:
    tuti = as_user("tuti")
    assert "Belum ada sumber peringatan" in tuti.get("/admin").text
    add_feed("https://8.8.8.8/a").succeeded_at = now()
    assert "Semua sumber terbaca" in tuti.get("/admin").text
    assert "Baik" in tuti.get(PAGE).text
