"""The premises of an alarm on its incident's page: who sees what, and for how long."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from meteor.alerts import merging
from meteor.dispatch import rules as dispatch
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.premises import pictures
from meteor.premises.models import Contact, Picture, Premises
from meteor.sas.models import TestMode
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises.places import PHRASE, image, shop
from tests.sas.test_panels_admin import panel_of
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]

HANDLING = ("agus", "maya", "komang", "hadi", "yusuf")
"""An officer whose unit goes there, the 112 room, the command centre, the chief."""


def alarm(cast: Cast, premises: Premises, **given: object) -> Incident:
    """An incident of the police at the premises."""
    return report(cast, "toko", "crime", premises_id=premises.id, **given)


def gone_to(cast: Cast, premises: Premises) -> Incident:
    """An incident at the premises that Agus has accepted; Bayu, of the same agency, is on duty and free."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = alarm(cast, premises)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    on_duty(cast, "bayu", "PATROLI-01")
    return incident


def with_picture(app: Flask, premises: Premises) -> Picture:
    drawn = pictures.drawn(image())
    with pictures.kept(Path(app.config["SETTINGS"].var) / "pictures", drawn.content) as picture_id:
        picture = pictures.add(premises, picture_id, "plan", drawn, None)
        db.session.commit()
    return picture


def card(browser: Browser, incident: Incident) -> str:
    return browser.get(f"/incidents/{incident.number}/premises?v=").text


@pytest.mark.parametrize("username", HANDLING)
def test_who_handles_an_alarm_sees_what_they_need_and_no_pass_phrase(
    cast: Cast, as_user: AsUser, app: Flask, username: str
) -> None:
    known = shop(entrance_latitude=HOME[0], entrance_longitude=HOME[1], phone="+62335421234")
    picture = with_picture(app, known)
    incident = gone_to(cast, known)
    browser = as_user(username)
    page = card(browser, incident)
    for words in (known.name, known.address, "Brankas di belakang", 'href="tel:+6281234500001"', "tel:+62335421234"):
        assert words in page
    assert f'src="/incidents/{incident.number}/pictures/{picture.id}"' in page
    assert PHRASE not in page + browser.get(f"/incidents/{incident.number}").text
    shown = browser.get(f"/incidents/{incident.number}/pictures/{picture.id}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-cache"


def test_another_agencys_officer_sees_neither_card_nor_picture(cast: Cast, as_user: AsUser, app: Flask) -> None:
    known = shop()
    picture = with_picture(app, known)
    incident = alarm(cast, known)
    dewi = as_user("dewi")
    assert dewi.get(f"/incidents/{incident.number}/premises").status_code == 404
    assert dewi.get(f"/incidents/{incident.number}/pictures/{picture.id}").status_code == 404


def test_an_officer_of_the_agency_who_does_not_go_there_reads_only_who_sees_it(
    cast: Cast, as_user: AsUser, app: Flask
) -> None:
    known = shop()
    picture = with_picture(app, known)
    incident = alarm(cast, known)
    for username in ("agus", "bayu"):  # off duty, and on a unit that is not offered it
        browser = as_user(username)
        assert browser.get(f"/incidents/{incident.number}").status_code == 200
        page = card(browser, incident)
        assert "hanya ditampilkan kepada awak yang menuju ke sana" in page
        assert not any(words in page for words in (known.hazards, "Bu Lina", "tel:", "/pictures/"))
        assert browser.get(f"/incidents/{incident.number}/pictures/{picture.id}").status_code == 404


def test_an_offer_shows_the_way_and_the_danger_accepting_it_the_rest(cast: Cast, as_user: AsUser, app: Flask) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    known = shop(entrance_latitude=HOME[0], entrance_longitude=HOME[1])
    picture = with_picture(app, known)
    incident, agus = alarm(cast, known), as_user("agus")
    plan = f"/incidents/{incident.number}/pictures/{picture.id}"
    page = card(agus, incident)
    assert all(words in page for words in (known.name, known.address, known.hazards, "geo:"))
    assert not any(words in page for words in ("Bu Lina", "tel:", plan))
    assert agus.get(plan).status_code == 404
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    page = card(agus, incident)
    assert all(words in page for words in (known.hazards, "Bu Lina", "tel:", plan))
    assert agus.get(plan).status_code == 200


@pytest.mark.parametrize("accepted", [True, False])
def test_who_is_done_there_or_has_refused_sees_it_no_longer(
    cast: Cast, as_user: AsUser, app: Flask, accepted: bool
) -> None:
    known = shop()
    picture = with_picture(app, known)
    on_duty(cast, "agus", "TRAIL-01")
    incident, agus = alarm(cast, known), as_user("agus")
    assignment = open_assignment("TRAIL-01")
    if accepted:
        dispatch.accept(assignment, now(), cast.agus)
        dispatch.clear(assignment, now(), cast.agus)
    else:
        dispatch.refuse(assignment, "", now(), cast.agus)
    db.session.commit()
    assert known.hazards not in card(agus, incident)
    assert agus.get(f"/incidents/{incident.number}/pictures/{picture.id}").status_code == 404


def test_once_the_incident_is_closed_nothing_of_the_premises_is_shown(cast: Cast, as_user: AsUser, app: Flask) -> None:
    known = shop()
    picture = with_picture(app, known)
    incident = alarm(cast, known)
    incidents.close(incident, "false_alarm", "", now(), cast.hadi)
    komang = as_user("komang")
    assert known.name not in card(komang, incident)
    assert komang.get(f"/incidents/{incident.number}/pictures/{picture.id}").status_code == 404
    assert komang.post(f"/incidents/{incident.number}/pass-phrases").status_code == 404


def test_a_picture_of_other_premises_is_not_found_by_way_of_an_incident(
    cast: Cast, as_user: AsUser, app: Flask
) -> None:
    elsewhere = with_picture(app, shop("Bank Demo", owner=""))
    incident = alarm(cast, shop())
    assert as_user("komang").get(f"/incidents/{incident.number}/pictures/{elsewhere.id}").status_code == 404


@pytest.mark.parametrize(
    ("hour", "says"), [(3, "Sedang buka"), (12, "Sedang tutup")]
)  # 10 and 19 o'clock in WIB, on a Tuesday
def test_it_says_whether_it_is_open_now(cast: Cast, as_user: AsUser, hour: int, says: str) -> None:
    incident = alarm(cast, shop())
    with time_machine.travel(datetime(2026, 11, 24, hour, 0, tzinfo=UTC), tick=False):
        assert says in card(as_user("komang"), incident)


def test_where_nobody_told_the_hours_none_are_said(cast: Cast, as_user: AsUser) -> None:
    page = card(as_user("komang"), alarm(cast, shop(opening_hours=[])))
    assert "Sedang" not in page


def test_of_a_silent_alarm_nobody_is_called(cast: Cast, as_user: AsUser) -> None:
    page = card(as_user("komang"), alarm(cast, shop(phone="+62335421234"), silent=True))
    assert "jangan menelepon" in page.lower()
    assert "tel:" not in page


def test_it_says_every_running_test_of_the_premises_with_its_zone(cast: Cast, as_user: AsUser) -> None:
    known, other, until = shop(), shop("Bank Demo"), datetime(2099, 1, 1, tzinfo=UTC)
    incident, zone = alarm(cast, known), panel_of(known).zones[0]
    for premises, tested in ((known, None), (known, zone), (other, None)):
        db.session.add(TestMode(premises_id=premises.id, zone=tested, until=until))
    page = card(as_user("komang"), incident)
    assert page.count("Dalam uji coba") == 2
    assert "Semua di sini: semua panel dan tombol" in page
    assert "Panel 1234 · 001 Tombol kasir" in page


def test_unchanged_it_is_not_sent_again_and_a_new_contact_is(cast: Cast, as_user: AsUser) -> None:
    known = shop()
    incident, komang = alarm(cast, known), as_user("komang")
    version = card(komang, incident).partition('data-version="')[2].partition('"')[0]
    assert komang.get(f"/incidents/{incident.number}/premises?v={version}").status_code == 204
    known.contacts.append(Contact(position=2, name="Pak Joko", phone="+6281345000002"))
    assert "Pak Joko" in komang.get(f"/incidents/{incident.number}/premises?v={version}").text


def test_an_alarm_that_became_part_of_another_incident_brings_its_premises(cast: Cast, as_user: AsUser) -> None:
    incident, into, last = alarm(cast, shop()), report(cast), report(cast, "wahyu")
    merging.merge(incident, into, now(), cast.komang)
    merging.merge(into, last, now(), cast.komang)
    komang = as_user("komang")
    assert "Toko Emas Semeru" in card(komang, last)
    assert "Toko Emas Semeru" in card(komang, incident)


@pytest.mark.parametrize("username", ["maya", "komang", "hadi"])
def test_pass_phrases_are_shown_by_a_button_and_that_is_in_the_audit_log(
    cast: Cast, as_user: AsUser, username: str
) -> None:
    known = shop()
    incident, browser = alarm(cast, known), as_user(username)
    assert 'form="reveal"' in card(browser, incident)
    answer = browser.post(f"/incidents/{incident.number}/pass-phrases")
    assert PHRASE in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (entry,) = trail("pass_phrases_read")
    assert (entry.actor_id, entry.subject) == (getattr(cast, username).id, f"premises:{known.id}")
    assert entry.detail == {"incident": incident.number}


@pytest.mark.parametrize("username", ["agus", "yusuf", "toko", "tuti"])
def test_who_does_not_call_reads_no_pass_phrase(cast: Cast, as_user: AsUser, username: str) -> None:
    incident, browser = alarm(cast, shop()), as_user(username)
    assert browser.post(f"/incidents/{incident.number}/pass-phrases").status_code == 403
    assert 'form="reveal"' not in card(browser, incident)
    assert not trail("pass_phrases_read")


def test_an_incident_without_premises_has_no_card_and_no_pass_phrases(cast: Cast, as_user: AsUser) -> None:
    incident, komang = report(cast), as_user("komang")
    assert "<section" not in card(komang, incident)
    assert komang.post(f"/incidents/{incident.number}/pass-phrases").status_code == 404
