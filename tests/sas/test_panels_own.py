"""What a business sees of its own alarm panels, and that it sees no key and no other's."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from meteor.sas import supervision
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, panel_of, says, shop

AsUser = Callable[[str], Browser]
KEY = "00112233445566778899AABBCCDDEEFF"


@pytest.mark.both_databases
def test_a_business_sees_how_its_panels_are_their_zones_and_what_they_said(as_user: AsUser, cast: Cast) -> None:
    alarm_types(cast)
    known, toko = shop(cast), as_user("toko")
    panel = panel_of(known, name="Brankas", interval=60, heard_at=now() - timedelta(hours=1))
    panel.key = KEY
    says(panel, "BA", now(), "003")
    panel.silent_at = now()
    db.session.commit()
    assert f'href="/premises/{known.id}/panels"' in toko.get(f"/premises/{known.id}").text
    page = toko.get(f"/premises/{known.id}/panels").text
    assert all(words in unescape(page) for words in ("Brankas", "003 Pintu belakang", "Alarm pembobolan", "sejak"))
    assert KEY not in page
    assert "<form" not in page.split("<main")[1].replace('<form id="acknowledge"', "")


def test_while_panels_are_not_heard_the_business_reads_that_too(as_user: AsUser, cast: Cast) -> None:
    alarm_types(cast)
    known, toko = shop(cast), as_user("toko")
    panel_of(known, name="Brankas", heard_at=now())
    supervision.beat(now())
    db.session.commit()
    words = "METEOR sedang tidak menerima sinyal panel"
    assert words not in toko.get(f"/premises/{known.id}/panels").text
    supervision.beat(now() - 2 * supervision.PAUSE)
    db.session.commit()
    assert words in toko.get(f"/premises/{known.id}/panels").text


def test_without_a_panel_it_is_said_who_enters_one(as_user: AsUser, cast: Cast) -> None:
    assert "Administrator kota" in as_user("toko").get(f"/premises/{shop(cast).id}/panels").text


def test_panels_of_others_are_not_found(as_user: AsUser, cast: Cast) -> None:
    other = shop(cast, "Bank", ())
    panel_of(other)
    assert as_user("toko").get(f"/premises/{other.id}/panels").status_code == 404
