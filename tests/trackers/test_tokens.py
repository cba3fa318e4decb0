"""Trackers in the administrator's hands: a token that is shown once, rotated, and withdrawn."""

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from flask import Flask
from sqlalchemy import select

from meteor.store.database import db
from meteor.store.moments import now
from meteor.trackers import admin, rules
from meteor.trackers.models import Tracker
from tests.admin import followed, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def shown_token(page: str) -> str:
    found = re.search(r'id="token" type="text" value="([\w-]{32})"', page)
    assert found
    return found[1]


@pytest.fixture
def tracker(cast: Cast) -> tuple[Tracker, str]:
    """The phone of TRAIL-01 and its token."""
    made = rules.new("Ponsel TRAIL-01", cast.unit("TRAIL-01"), now(), cast.tuti)
    db.session.commit()
    return made


def test_an_administrator_makes_a_tracker_and_sees_its_token_once(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    answer = tuti.post("/admin/trackers/new", data={"name": " Ponsel  01 ", "unit_id": cast.unit("TRAIL-01").id})
    assert answer.status_code == 201
    token = shown_token(answer.text)
    made = db.session.scalars(select(Tracker)).one()
    assert (made.name, made.unit.call_sign, rules.authenticate(token)) == ("Ponsel 01", "TRAIL-01", made.id)
    assert token not in tuti.get(f"/admin/trackers/{made.id}").text + tuti.get("/admin/trackers").text
    assert "Ponsel 01" in tuti.get("/admin/trackers").text


@pytest.mark.both_databases
def test_a_trackers_token_is_kept_only_as_its_hash(tracker: tuple[Tracker, str]) -> None:
    known, token = tracker
    assert token not in str(vars(known))
    assert len(known.digest) == 64


def test_the_codes_hold_the_settings_of_both_apps(app: Flask, tracker: tuple[Tracker, str]) -> None:
    known, token = tracker
    link = urlsplit(admin._owntracks_link(known, token, "https://meteor.test/track/owntracks"))
    settings = json.loads(base64.b64decode(parse_qs(link.query)["inline"][0]))
    assert (link.scheme, link.path) == ("owntracks", "/config")
    assert settings["url"] == "https://meteor.test/track/owntracks"
    assert (settings["mode"], settings["username"], settings["password"]) == (3, "Ponsel TRAIL-01", token)
    traccar = urlsplit(admin._traccar_link(token, "https://meteor.test/track/osmand"))
    assert (traccar.path, parse_qs(traccar.query)["id"]) == ("/track/osmand", [token])


def test_the_page_of_a_token_draws_its_codes(as_user: AsUser, tracker: tuple[Tracker, str]) -> None:
    page = as_user("tuti").post(f"/admin/trackers/{tracker[0].id}/token").text
    link = admin._traccar_link(shown_token(page), "http://localhost/track/osmand")
    assert segno.make_qr(link, error="l").svg_inline(omitsize=True, light="#fff", border=3) in page
    assert 'value="http://localhost/track/owntracks"' in page


def test_a_new_token_ends_the_old_one_at_once(as_user: AsUser, tracker: tuple[Tracker, str]) -> None:
    known, old = tracker
    answer = as_user("tuti").post(f"/admin/trackers/{known.id}/token")
    assert answer.status_code == 201
    assert (rules.authenticate(old), rules.authenticate(shown_token(answer.text))) == (None, known.id)


def test_a_withdrawn_tracker_is_shut_out_and_given_no_new_token(as_user: AsUser, tracker: tuple[Tracker, str]) -> None:
    known, token = tracker
    tuti, page = as_user("tuti"), f"/admin/trackers/{known.id}"
    assert "dicabut" in followed(tuti, tuti.post(f"{page}/withdrawal"))
    assert rules.authenticate(token) is None
    assert "Tambahkan pelacak baru" in followed(tuti, tuti.post(f"{page}/token"))
    assert "/token" not in tuti.get(page).text


def test_what_was_done_with_a_tracker_is_in_the_audit_log_in_words(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    tuti.post("/admin/trackers/new", data={"name": "Ponsel 01", "unit_id": cast.unit("TRAIL-01").id})
    known = db.session.scalars(select(Tracker)).one()
    page = f"/admin/trackers/{known.id}"
    for address in ("token", "withdrawal", "withdrawal"):
        tuti.post(f"{page}/{address}")
    actions = ("tracker_added", "tracker_token_rotated", "tracker_withdrawn")
    assert [len(trail(action)) for action in actions] == [1, 1, 1]
    said = re.sub("<[^>]*>", "", tuti.get(f"/admin/audit?subject=trackers:{known.id}").text)
    assert "Tuti Admin menambahkan pelacak Ponsel 01 untuk unit TRAIL-01." in said
    assert "Tuti Admin memberi pelacak Ponsel 01 token baru." in said
    assert "Tuti Admin mencabut pelacak Ponsel 01." in said


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("", "TRAIL-01", "Isikan nama"),
        ("ponsel trail-01", "TRAIL-02", "Pelacak lain memakai nama ini"),
        ("Ponsel 02", "", "Pilih unit"),
    ],
)
def test_a_tracker_that_is_not_right_is_refused_by_its_field(
    as_user: AsUser, cast: Cast, tracker: tuple[Tracker, str], name: str, unit: str, words: str
) -> None:
    values = {"name": name, "unit_id": cast.unit(unit).id if unit else ""}
    answer = as_user("tuti").post("/admin/trackers/new", data=values)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(select(Tracker.name)).all() == ["Ponsel TRAIL-01"]


def test_a_token_is_made_only_after_the_password(as_user: AsUser, tracker: tuple[Tracker, str]) -> None:
    asked = ("/admin/trackers/new", "/admin/trackers/1/token", "/admin/trackers/1/withdrawal")
    assert all(
        getattr(admin, name).asks_password for name in ("new_tracker", "rotate_tracker_token", "withdraw_tracker")
    )
    assert {as_user("komang").post(address).status_code for address in asked} == {403}
