"""The state of the city on paper: what a command centre needs to go on without METEOR."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import event

from meteor.board import paper
from meteor.clients.models import ClientToken
from meteor.dispatch import rules as dispatch
from meteor.incidents import escalation
from meteor.incidents import rules as incidents
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.test_calls import call
from tests.calls.switchboard import rings
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.partners import Partner
from tests.sas.scenes import alarm_types, shop
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture
def machine(app: Flask) -> Partner:
    """The machine that fetches the state every five minutes."""
    return Partner(app, "Cadangan kertas", "paper:read")


def printed(client: Browser) -> str:
    """What stands on the paper, without what is only on the screen; blanks as one."""
    answer = client.get("/board/paper")
    assert answer.status_code == 200
    return " ".join(answer.text.split('<div class="city-paper">')[1].split("</main>")[0].split())


def row(page: str, beginning: str) -> str:
    """The row of a table that begins with this text."""
    return next(each for each in page.split("<tr>") if beginning in each.split("</th>")[0])


@pytest.mark.both_databases
def test_an_open_incident_stands_there_with_its_place_units_and_caller(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    incident = report(cast, "sari", "fire", note="Asap tebal")
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    db.session.commit()
    said = row(printed(as_user("komang")), incident.number)
    for words in ("P1", "Kebakaran", "Mayangan", "“Asap tebal”", "DAMKAR-01</b> Diterima", "Sari Wulandari"):
        assert words in said
    assert "0813-3000-0001" in said


def test_it_says_big_of_when_it_is(as_user: AsUser, cast: Cast) -> None:
    page = printed(as_user("komang"))
    assert re.search(r"<h1>Keadaan kota pukul \d\d\.\d\d WIB</h1>", page)


def test_the_most_urgent_incident_stands_first_and_what_is_closed_does_not(as_user: AsUser, cast: Cast) -> None:
    other, fire, over = report(cast, "sari", "other"), report(cast, "wahyu", "fire"), report(cast, "karto", "crime")
    incidents.close(over, "helped", "", now(), cast.komang)
    page = printed(as_user("komang"))
    assert page.index(fire.number) < page.index(other.number)
    assert over.number not in page


def test_a_112_caller_stands_there_with_the_number(as_user: AsUser, cast: Cast) -> None:
    receipt = call(cast)
    said = row(printed(as_user("hadi")), receipt.number)
    assert "Bu Sri" in said
    assert "0812-3456-7890" in said


def test_the_chief_reads_names_and_no_number(as_user: AsUser, cast: Cast) -> None:
    receipt = call(cast)
    rings("081355556666")
    page = printed(as_user("yusuf"))
    assert "Bu Sri" in row(page, receipt.number)
    assert "0812-3456" not in page
    assert "0813-5555" not in page


def test_of_a_silent_incident_nobody_is_called(as_user: AsUser, cast: Cast) -> None:
    silent = report(cast, "sari", "crime", silent=True)
    page = printed(as_user("komang"))
    assert "Senyap: jangan menelepon" in row(page, silent.number)
    assert "0813-3000-0001" not in page
    people = paper.city_state(now()).incidents[0].people
    assert [(person.phone, person.silent) for person in people] == [("", True)]


def test_premises_stand_there_with_their_own_number(as_user: AsUser, cast: Cast) -> None:
    alarm_types(cast)
    incident = report(cast, "toko", "crime", source="sas", premises_id=shop(cast).id, place=None)
    said = row(printed(as_user("komang")), incident.number)
    assert "Toko Emas Semeru" in said
    assert "(0335) 420001" in said


def test_an_alarm_that_nobody_has_acknowledged_stands_on_top(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, "sari", "crime")
    assert "Alarm yang belum ditangani" not in printed(as_user("komang"))
    escalation.start(incident.id, now())
    on_top = printed(as_user("komang")).split("Kejadian terbuka")[0]
    assert incident.number in on_top


def test_a_ringing_call_stands_there_with_its_number(as_user: AsUser, cast: Cast) -> None:
    rings("081355556666")
    page = printed(as_user("komang"))
    assert "Panggilan berdering: 1" in page
    assert "0813-5555-6666" in page


def test_free_units_stand_by_agency_with_crew_and_place(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    page = printed(as_user("komang"))
    assert "Polres Probolinggo Kota: 1 · tidak bertugas: 2" in page
    free = page.split("Unit siap")[1].split("Unit bertugas")[0]
    assert "<b>TRAIL-01</b> Agus Santoso<span>Pos TRAIL-01" in free
    assert "TRAIL-02" not in free


def test_a_unit_at_work_stands_with_its_incident_and_crew(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    incident = report(cast, "sari", "fire")
    assignment = open_assignment("DAMKAR-01")
    dispatch.accept(assignment, now(), cast.dewi)
    dispatch.depart(assignment, now(), cast.dewi)
    said = row(printed(as_user("komang")), "DAMKAR-01")
    for words in ("Menuju lokasi", incident.number, "Dewi Anggraini"):
        assert words in said


def test_units_that_are_only_asked_are_counted_apart(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    report(cast, "sari", "fire")
    page = printed(as_user("komang"))
    assert "Unit bertugas di lapangan: 0 · ditawarkan, belum menjawab: 1" in page


def test_it_says_which_capability_is_missing_and_how_exactly_the_place_is_known(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, "sari", "fire")
    incident.accuracy = 1500.0
    db.session.commit()
    said = row(printed(as_user("komang")), incident.number)
    assert re.search(r">[^<]*: \d × \w+", said)
    assert f"{HOME[0]:.3f}, {HOME[1]:.3f} ± 1,5 km" in said


def test_the_agencies_can_be_called(as_user: AsUser, cast: Cast) -> None:
    cast.unit("DAMKAR-01").agency.phone = "+62335421113"
    db.session.commit()
    page = printed(as_user("komang"))
    assert "<b>Damkar</b><span>(0335) 421113</span>" in page
    assert "<b>PSC 119</b><span>–</span>" in page


def test_there_is_room_for_new_incidents(as_user: AsUser, cast: Cast) -> None:
    page = printed(as_user("komang"))
    assert "W-01</th>" in page
    assert f"W-{paper.BLANK_ROWS}</th>" in page


def test_on_the_worst_day_the_most_urgent_are_printed_and_the_others_counted(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "MOST", 1)
    other, fire = report(cast, "sari", "other"), report(cast, "wahyu", "fire")
    page = printed(as_user("komang"))
    assert fire.number in page
    assert other.number not in page
    assert "Kejadian terbuka: 2" in page
    assert "Dan 1 kejadian lain" in page


def test_a_client_with_the_scope_gets_the_same_with_numbers(machine: Partner, cast: Cast) -> None:
    receipt = call(cast)
    page = machine.http.get(f"/board/paper/state?token={machine.token}")
    assert page.status_code == 200
    assert "0812-3456-7890" in row(" ".join(page.text.split()), receipt.number)


def test_the_file_needs_no_other_and_its_style_is_the_one_that_the_policy_names(machine: Partner, cast: Cast) -> None:
    call(cast)
    page = machine.http.get(f"/board/paper/state?token={machine.token}")
    style = page.text.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import| style=", page.text)


@pytest.mark.parametrize("token", ["", "meteor_", "x" * 5000])
def test_what_is_no_token_is_answered_like_what_does_not_exist(machine: Partner, token: str) -> None:
    assert machine.http.get("/board/paper/state", query_string={"token": token}).status_code == 404


def test_a_session_is_no_token(as_user: AsUser, cast: Cast) -> None:
    assert as_user("komang").get("/board/paper/state").status_code == 404


def test_a_token_without_the_scope_opens_nothing(partner: Partner) -> None:
    assert partner.http.get(f"/board/paper/state?token={partner.token}").status_code == 404


def test_the_token_of_a_wall_opens_no_personal_data(app: Flask, cast: Cast) -> None:
    wall = Partner(app, "Dinding utara", "board:read")
    assert wall.http.get(f"/board/wall?token={wall.token}").status_code == 200
    assert wall.http.get(f"/board/paper/state?token={wall.token}").status_code == 404


def test_a_revoked_token_opens_nothing(machine: Partner) -> None:
    db.session.query(ClientToken).update({"expires_at": now() - timedelta(seconds=1)})
    db.session.commit()
    assert machine.http.get(f"/board/paper/state?token={machine.token}").status_code == 404


def test_nothing_is_written_but_that_the_token_was_used(machine: Partner, cast: Cast) -> None:
    call(cast)
    machine.http.get(f"/board/paper/state?token={machine.token}")
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *given: object) -> None:
        written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    answer = machine.http.get(f"/board/paper/state?token={machine.token}")
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    assert [statement for statement in written if not statement.startswith("SELECT")] == []
