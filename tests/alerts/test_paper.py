"""An incident on paper: all that those who go must know, and room for what they write."""

from collections.abc import Callable

import pytest

from meteor.alerts.rules import Receipt
from meteor.dispatch import rules as dispatch
from meteor.incidents import rules as incidents
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.presses import the_incident
from tests.alerts.test_calls import call
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


def paper(client: Browser, number: str) -> str:
    """What stands on the card, without what is only on the screen."""
    answer = client.get(f"/incidents/{number}/paper")
    assert answer.status_code == 200
    return str(answer.text.split('<div class="paper">')[1].split("</main>")[0])


@pytest.fixture
def called(cast: Cast) -> Receipt:
    """Bu Sri has called 112 about a fire; the engine was asked."""
    on_duty(cast, "dewi", "DAMKAR-01")
    return call(cast)


def test_it_says_what_where_and_whom_to_call(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, "sari", "fire", note="Asap tebal")
    card = paper(as_user("komang"), incident.number)
    for said in (incident.number, "P1", "Kebakaran", "Mayangan", f"{HOME[0]:.5f}", "Sari Wulandari", "Asap tebal"):
        assert said in card
    assert "0813-3000-0001" in card


def test_a_number_that_no_code_has_verified_is_marked_on_it(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    assert "(Nomor belum terverifikasi)" in paper(as_user("komang"), incident.number)
    cast.sari.phone_verified_at = now()
    assert "Nomor belum terverifikasi" not in paper(as_user("komang"), incident.number)


def test_who_called_112_stands_on_it(as_user: AsUser, cast: Cast, called: Receipt) -> None:
    card = paper(as_user("dewi"), called.number)
    assert "Bu Sri" in card
    assert "0812-3456-7890" in card


def test_nobody_is_called_who_must_not_be_heard(as_user: AsUser, cast: Cast, called: Receipt) -> None:
    the_incident(called).silent = True
    db.session.commit()
    card = paper(as_user("komang"), called.number)
    assert "0812-3456" not in card
    assert "Senyap: jangan menelepon" in card


def test_each_role_has_its_unit_its_times_and_lines_to_write_on(as_user: AsUser, cast: Cast, called: Receipt) -> None:
    accepted = now()
    dispatch.accept(open_assignment("DAMKAR-01"), accepted, cast.dewi)
    db.session.commit()
    card = paper(as_user("komang"), called.number)
    assert "<td>DAMKAR-01</td>" in card
    assert card.count("<tr>") == 1 + len(the_incident(called).type.plan) + 3
    assert card.count('class="line"') == 4 + 3


def test_an_officer_reads_on_paper_what_the_page_shows_them(as_user: AsUser, cast: Cast, called: Receipt) -> None:
    incidents.close(the_incident(called), "helped", "", now(), cast.komang)
    db.session.commit()
    assert "Bu Sri" not in paper(as_user("dewi"), called.number)
    assert "Bu Sri" in paper(as_user("komang"), called.number)
    assert as_user("rina").get(f"/incidents/{called.number}/paper").status_code == 404
    assert as_user("komang").get("/incidents/000000-001/paper").status_code == 404


def test_the_incidents_page_leads_to_it(as_user: AsUser, called: Receipt) -> None:
    page = as_user("dewi").get(f"/incidents/{called.number}/units").text
    assert f'href="/incidents/{called.number}/paper"' in page


def test_a_unit_that_is_only_asked_stands_as_offered(as_user: AsUser, cast: Cast, called: Receipt) -> None:
    assert "DAMKAR-01 (ditawarkan)" in paper(as_user("komang"), called.number)
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    db.session.commit()
    assert "(ditawarkan)" not in paper(as_user("komang"), called.number)


def test_what_is_missing_stands_on_it(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, "sari", "fire")
    assert "Belum ada unit yang siap: 1 × " in paper(as_user("komang"), incident.number)
