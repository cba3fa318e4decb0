"""The letter to the owner of premises: which false alarms it names, what raised them, and who may read it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_babel import force_locale

from meteor.accounts.audit_wording import sentences
from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.sas.models import Panel, PanelEvent, Zone
from meteor.statistics.false_alarm_sources import first_sources
from meteor.store import audit
from meteor.store.database import db
from tests.admin import trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.statistics.closed_incidents import MARCH, closed

AsUser = Callable[[str], Browser]

IN_MARCH = "since=2026-03&until=2026-03"


def false_alarm(premises: Premises, **values: Any) -> Incident:
    return closed("other", "false_alarm", **{"premises_id": premises.id, "source": "sas", **values})


def letter(who: Browser, premises: Premises, query: str = IN_MARCH) -> Any:
    db.session.commit()
    return who.get(f"/statistics/load/false-alarms/{premises.id}?{query}")


@pytest.fixture
def gold(cast: Cast) -> Premises:
    return shop()


@pytest.mark.parametrize("who", ["komang", "hadi", "yusuf"])
def test_those_who_see_incidents_are_one_tap_from_the_letter(as_user: AsUser, gold: Premises, who: str) -> None:
    false_alarm(gold)
    db.session.commit()
    page = as_user(who).get(f"/statistics/load?{IN_MARCH}").text
    assert f'href="/statistics/load/false-alarms/{gold.id}?since=2026-03&amp;until=2026-03"' in page
    assert letter(as_user(who), gold).status_code == 200


def test_the_administrator_sees_how_many_false_alarms_there_were_and_no_letter(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    assert letter(as_user("tuti"), gold).status_code == 403
    page = as_user("tuti").get(f"/statistics/load?{IN_MARCH}").text
    assert gold.name in page
    assert "/statistics/load/false-alarms/" not in page


def test_the_letter_names_the_false_alarms_of_the_months_alone(as_user: AsUser, gold: Premises) -> None:
    mine = [false_alarm(gold), false_alarm(gold, at=MARCH + timedelta(days=2), source="panic")]
    others = [
        false_alarm(gold, at=MARCH + timedelta(days=40)), false_alarm(gold, drill=True),
        false_alarm(gold, merged_into_id=mine[0].id), closed("other", premises_id=gold.id),
        false_alarm(shop(name="Bank Alun-Alun")),
    ]  # fmt: skip
    page = letter(as_user("hadi"), gold).text
    assert "2 kejadian di lokasi Anda" in page
    assert "10 Mar 2026 12.00 WIB" in page
    assert "tombol darurat" in page
    assert all(each.number in page for each in mine)
    assert not any(each.number in page for each in others)
    assert gold.address in page


def alarm_of(incident: Incident, second: int = 0, **values: Any) -> UUID:
    """The id of an alert of premises that came so many seconds after the incident was opened."""
    alert = Alert(
        id=uuid4(), incident_id=incident.id, source="sas", kind="other", place_source="premises",
        received_at=incident.opened_at + timedelta(seconds=second), **values,
    )  # fmt: skip
    db.session.add(alert)
    db.session.flush()
    return alert.id


def said(panel: Panel, incident: Incident, code: str, zone: str, **values: Any) -> None:
    """A panel's event in the list of an incident; an alarm if it has the `id` of an alert."""
    db.session.add(PanelEvent(
        panel_id=panel.id, digest=code + zone, transport="tcp", token="SIA-DCS", sequence="0001", code=code,
        meaning="burglary", zone=zone, incident_id=incident.id, received_at=incident.opened_at, **values,
    ))  # fmt: skip
    db.session.flush()


@pytest.fixture
def panel(gold: Premises) -> Panel:
    panel = Panel(
        premises_id=gold.id, account="1234",
        zones=[Zone(number="003", name="Brankas"), Zone(number="005", name="Pintu")],
    )  # fmt: skip
    db.session.add(panel)
    db.session.flush()
    return panel


@pytest.mark.both_databases
def test_the_first_alarm_of_a_panel_is_named_with_its_zone(panel: Panel, gold: Premises) -> None:
    alarm, without = false_alarm(gold), false_alarm(gold)
    said(panel, alarm, "BA", "005", id=alarm_of(alarm, 30))
    said(panel, alarm, "BA", "003", id=alarm_of(alarm))
    assert first_sources([alarm, without]) == {
        alarm.id: "panel alarm (SAS) · Panel 1234 · Brankas (003)", without.id: "panel alarm (SAS)",
    }  # fmt: skip


def test_a_closing_of_the_shop_did_not_raise_the_silent_alarm_before_it(panel: Panel, gold: Premises) -> None:
    pressed = false_alarm(gold)
    alarm_of(pressed, silent=True)
    said(panel, pressed, "CL", "005")
    said(panel, pressed, "BA", "003", id=alarm_of(pressed, 30))
    assert first_sources([pressed]) == {pressed.id: "alarm senyap (SAS)"}


def test_the_letter_says_what_a_test_covers_and_that_nobody_comes_meanwhile(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    page = letter(as_user("hadi"), gold).text
    assert "uji coba untuk semua panel dan tombol" in page
    assert "paling lama 4 jam" in page
    assert "juga untuk alarm sungguhan: dalam bahaya, hubungi 112" in page


def test_premises_without_a_panel_are_not_asked_to_have_it_checked(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    assert "Mintalah teknisi" not in letter(as_user("hadi"), gold).text


def test_those_with_a_panel_are_asked_to_have_it_checked(as_user: AsUser, gold: Premises, panel: Panel) -> None:
    false_alarm(gold)
    assert "Mintalah teknisi" in letter(as_user("hadi"), gold).text


def test_without_a_false_alarm_in_the_months_there_is_no_letter(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    assert letter(as_user("hadi"), gold, "since=2026-05&until=2026-05").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"), [("since=Maret", "Dari bulan: "), ("since=2026-04&until=2026-03", "Sampai bulan: ")]
)
def test_months_that_cannot_be_read_are_named_by_their_field(
    as_user: AsUser, gold: Premises, query: str, field: str
) -> None:
    page = letter(as_user("hadi"), gold, query)
    assert (page.status_code, field in page.text) == (422, True)


def test_unknown_premises_have_no_letter(as_user: AsUser) -> None:
    assert as_user("hadi").get(f"/statistics/load/false-alarms/999?{IN_MARCH}").status_code == 404


def test_an_owner_reads_no_letter_here(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    assert letter(as_user("toko"), gold).status_code == 403


def test_the_audit_log_has_who_printed_a_letter_and_not_who_read_it(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    page = letter(as_user("hadi"), gold)
    assert trail("false_alarm_letter_printed") == []
    assert '<div class="letter no-print"' in page.text, "paper comes from the button alone"
    address = f"/statistics/load/false-alarms/{gold.id}/printout?{IN_MARCH}"
    assert f'action="{address.replace("&", "&amp;")}"' in page.text
    printed = as_user("hadi").post(address)
    assert printed.status_code == 200
    assert '<div class="letter" data-print-now>' in printed.text
    (entry,) = trail("false_alarm_letter_printed")
    assert (entry.actor_name, entry.subject) == ("Hadi Pawas", f"premises:{gold.id}")
    assert entry.detail == {"alarms": 1, "since": "2026-03", "until": "2026-03"}
    said = re.sub("<[^>]*>", "", as_user("tuti").get("/admin/audit").text)
    assert "Hadi Pawas mencetak surat kepada Toko Emas Semeru tentang 1 alarm palsu pada Maret 2026." in said


@pytest.mark.parametrize(
    ("language", "alarms", "until", "words"),
    [
        ("id", 3, "2026-05", "tentang 3 alarm palsu dari Maret 2026 sampai Mei 2026."),
        ("en", 1, "2026-03", "about 1 false alarm in March 2026."),
        ("en", 3, "2026-05", "about 3 false alarms from March 2026 to May 2026."),
    ],
)
def test_the_audit_log_says_number_and_months_in_words(
    app: Flask, cast: Cast, gold: Premises, language: str, alarms: int, until: str, words: str
) -> None:
    detail = {"alarms": alarms, "since": "2026-03", "until": until}
    audit.record(cast.hadi, "false_alarm_letter_printed", f"premises:{gold.id}", **detail)
    (entry,) = trail("false_alarm_letter_printed")
    with app.test_request_context(), force_locale(language):
        assert sentences([entry])[entry.id].endswith(words)


def test_a_letter_of_months_without_a_false_alarm_is_not_printed(as_user: AsUser, gold: Premises) -> None:
    false_alarm(gold)
    db.session.commit()
    address = f"/statistics/load/false-alarms/{gold.id}/printout"
    assert as_user("hadi").post(f"{address}?since=2026-05&until=2026-05").status_code == 404
    assert as_user("tuti").post(f"{address}?{IN_MARCH}").status_code == 403
    assert trail("false_alarm_letter_printed") == []
