"""The agency's warnings for other systems: each message byte for byte, and a feed of them, without signing in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree
from sqlalchemy import select

from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.views import cap
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.drafting import published
from tests.warnings.test_cap_xml import warning
from tests.warnings.validation import NAMES, said, valid

pytestmark = pytest.mark.both_databases

FEED = "/cap/feed.xml"


@pytest.fixture
def broadcaster(as_user: Callable[[str], Browser]) -> Browser:
    """A radio station that reads the feed; it has no account."""
    return as_user("")


def entries(broadcaster: Browser) -> list[str]:
    root = etree.fromstring(broadcaster.get(FEED).data)
    return root.xpath("//atom:entry/atom:link[@type='application/cap+xml']/@href", namespaces=NAMES)


def test_a_message_is_served_as_it_was_published(broadcaster: Browser, cast: Cast) -> None:
    known = published(cast)
    answer = broadcaster.get(f"/cap/{known.identifier}.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/cap+xml")
    assert answer.data == db.session.scalars(select(HazardWarning.xml)).one().encode()
    assert said(valid(answer.data), "identifier") == [known.identifier]
    assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert "Set-Cookie" not in answer.headers


def test_the_feed_leads_to_every_message(broadcaster: Browser, cast: Cast) -> None:
    first, second = published(cast), published(cast)
    answer = broadcaster.get(FEED)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    root = etree.fromstring(answer.data)
    assert root.findtext("atom:title", namespaces=NAMES) == "Peringatan BPBD Kota Probolinggo"
    assert root.findtext("atom:entry/atom:title", namespaces=NAMES) == "Waspada banjir"
    assert root.findtext("atom:updated", namespaces=NAMES).endswith("+07:00")
    assert entries(broadcaster) == [f"http://localhost/cap/{each.identifier}.xml" for each in (second, first)]
    for address in entries(broadcaster):
        valid(broadcaster.get(address).data)


def test_a_feed_without_warnings_is_a_feed(broadcaster: Browser) -> None:
    assert broadcaster.get(FEED).status_code == 200
    assert entries(broadcaster) == []


def test_the_feed_forgets_what_ended_a_week_ago(broadcaster: Browser, cast: Cast) -> None:
    old, lasting = published(cast), published(cast)
    for each in (old, lasting):
        each.sent = now() - timedelta(days=8)
    old.expires = now() - timedelta(days=7)
    db.session.commit()
    assert entries(broadcaster) == [f"http://localhost/cap/{lasting.identifier}.xml"]
    assert broadcaster.get(f"/cap/{old.identifier}.xml").status_code == 200


def test_messages_of_others_and_drafts_are_not_served(broadcaster: Browser, cast: Cast) -> None:
    bmkg = warning(identifier="BMKG-1", xml="<alert/>")
    db.session.add(bmkg)
    db.session.commit()
    assert broadcaster.get("/cap/BMKG-1.xml").status_code == 404
    assert broadcaster.get("/cap/nothing.xml").status_code == 404
    assert entries(broadcaster) == []


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_what_is_known_is_not_sent_again(broadcaster: Browser, cast: Cast, header: str) -> None:
    known = published(cast)
    asks = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    for address in (FEED, f"/cap/{known.identifier}.xml"):
        answer = broadcaster.get(address)
        again = broadcaster.get(address, headers={asks: answer.headers[header]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]


def test_a_new_warning_changes_the_feed(broadcaster: Browser, cast: Cast) -> None:
    published(cast)
    known = broadcaster.get(FEED).headers["ETag"]
    published(cast)
    assert broadcaster.get(FEED, headers={"If-None-Match": known}).status_code == 200


@pytest.mark.parametrize("address", [FEED, "/cap/nothing.xml"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_one_network_asks_so_often_in_a_minute(broadcaster: Browser, address: str) -> None:
    allowed = int(cap.PACE.split()[0])
    assert {broadcaster.get(address).status_code for _ in range(allowed)} <= {200, 404}
    assert broadcaster.get(address).status_code == 429


def test_a_draft_has_no_address(broadcaster: Browser, cast: Cast) -> None:
    published(cast)
    draft = db.session.scalars(select(WarningDraft)).one()
    assert broadcaster.get(f"/warnings/drafts/{draft.id}").status_code == 302
