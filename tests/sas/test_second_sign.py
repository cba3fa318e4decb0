"""The second sign by telephone: who was called, what they said, and what becomes of the incident."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from meteor.incidents import rules as incident_rules
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.sas import alarms, second_sign
from meteor.sas.models import Panel
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop
from tests.scenes import at_once, on_duty, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


@pytest.fixture
def panel(cast: Cast) -> Panel:
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    return panel_of(shop(cast))


@pytest.fixture
def burglary(panel: Panel) -> Incident:
    """One zone, at the back door."""
    says(panel, "BA", now(), "003")
    return incidents()[0]


def contact_of(incident: Incident, place: int = 0) -> Any:
    assert incident.premises is not None
    return incident.premises.contacts[place]


def hear(browser: Browser, incident: Incident, answer: str, *, place: int = 0, seen: int = 0) -> Any:
    form = {"contact": contact_of(incident, place).id, "answer": answer, "seen": seen}
    return browser.post(f"/incidents/{incident.number}/second-sign", data=form)


def test_without_the_right_pass_phrase_it_is_life_at_risk(as_user: AsUser, burglary: Incident) -> None:
    hear(as_user("maya"), burglary, "wrong")
    (incident,) = incidents()
    assert (incident.priority, incident.type.code) == (1, "burglary")
    line = timeline.last(incident.id, "contact_called")
    assert line is not None
    assert (line.actor_name, line.detail) == ("Maya Operator", {"contact": "Bu Ratna", "answer": "wrong"})


@pytest.mark.parametrize("answer", ["right", "unanswered"])
def test_the_right_one_and_no_answer_are_written_down_and_change_nothing(
    as_user: AsUser, burglary: Incident, answer: str
) -> None:
    hear(as_user("maya"), burglary, answer)
    (incident,) = incidents()
    assert (incident.priority, incident.status) == (3, "open")
    assert [call.answer for call in second_sign.calls(incident)] == [answer]


def test_where_nobody_answers_the_next_contact_is_called(as_user: AsUser, burglary: Incident) -> None:
    browser = as_user("maya")
    hear(browser, burglary, "unanswered")
    hear(browser, burglary, "wrong", place=1, seen=1)
    assert [call.contact for call in second_sign.calls(burglary)] == ["Bu Ratna", "Pak Joko"]
    assert incidents()[0].priority == 1


def test_a_silent_panel_with_a_stranger_at_the_telephone_is_a_burglary(as_user: AsUser, panel: Panel) -> None:
    panel.silent_at = now()
    alarms.silent(panel, now())
    hear(as_user("hadi"), incidents()[0], "wrong")
    (incident,) = incidents()
    assert (incident.type.code, incident.priority) == ("burglary", 1)


def test_of_two_who_call_at_once_the_second_reads_what_the_first_heard(
    app: Flask, cast: Cast, burglary: Incident
) -> None:
    number = burglary.id

    def call(username: str) -> Callable[[], str]:
        def action() -> str:
            incident = db.session.get_one(Incident, number)
            try:
                second_sign.record(incident, contact_of(incident), "unanswered", 0, now(), getattr(cast, username))
                db.session.commit()
            except second_sign.CalledMeanwhile as late:
                return f"late: {late.call.called_by.name}"
            return username

        return action

    results = at_once(app, call("maya"), call("komang"))
    assert sorted(result.startswith("late") for result in results) == [False, True]
    assert len(second_sign.calls(burglary)) == 1


def test_who_comes_second_in_the_browser_is_told_who_called_and_asked_again(
    as_user: AsUser, burglary: Incident
) -> None:
    hear(as_user("maya"), burglary, "unanswered")
    late = as_user("komang")
    assert hear(late, burglary, "right").headers["Location"] == f"/incidents/{burglary.number}/second-sign"
    assert "Maya Operator" in late.get(f"/incidents/{burglary.number}/second-sign").get_data(as_text=True)
    assert len(second_sign.calls(burglary)) == 1


def test_a_closed_incident_needs_no_call_any_more(cast: Cast, as_user: AsUser, burglary: Incident) -> None:
    incident_rules.close(burglary, "false_alarm", "", now(), cast.komang)
    browser = as_user("maya")
    assert hear(browser, burglary, "wrong").headers["Location"] == f"/incidents/{burglary.number}"
    assert "Komang Dispatcher" in browser.get(f"/incidents/{burglary.number}").get_data(as_text=True)
    assert incidents()[0].priority == 3


def test_nobody_calls_where_a_hold_up_is_silent(as_user: AsUser, panel: Panel) -> None:
    says(panel, "HA", now(), "001")
    (incident,) = incidents()
    assert not second_sign.awaited(incident)
    assert as_user("maya").post(f"/incidents/{incident.number}/second-sign/pass-phrases").status_code == 404


def test_an_incident_of_no_premises_has_no_such_page(cast: Cast, as_user: AsUser, panel: Panel) -> None:
    number = report(cast).number
    assert as_user("maya").get(f"/incidents/{number}/second-sign").status_code == 404
    assert as_user("maya").get("/incidents/261124-999/second-sign").status_code == 404


def test_the_pass_phrases_are_shown_when_asked_for_and_that_is_kept(as_user: AsUser, burglary: Incident) -> None:
    browser, page = as_user("maya"), f"/incidents/{burglary.number}/second-sign"
    assert "melati putih" not in browser.get(page).get_data(as_text=True)
    assert "melati putih" in browser.post(f"{page}/pass-phrases").get_data(as_text=True)
    kept = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "pass_phrases_read")).one()
    assert kept.detail["incident"] == burglary.number


@pytest.mark.parametrize("form", [{"contact": "x", "answer": "wrong"}, {"answer": "wrong"}, {"answer": "perhaps"}])
def test_what_is_not_asked_for_is_refused(as_user: AsUser, burglary: Incident, form: dict[str, str]) -> None:
    if form["answer"] == "perhaps":
        form = form | {"contact": str(contact_of(burglary).id)}
    assert as_user("maya").post(f"/incidents/{burglary.number}/second-sign", data=form).status_code == 422
    assert second_sign.calls(burglary) == []


def test_the_incidents_page_leads_to_it_while_it_is_needed(as_user: AsUser, burglary: Incident) -> None:
    browser, way = as_user("maya"), f"/incidents/{burglary.number}/second-sign"
    assert way in browser.get(f"/incidents/{burglary.number}/premises").get_data(as_text=True)
    hear(browser, burglary, "wrong")
    assert way not in browser.get(f"/incidents/{burglary.number}/premises").get_data(as_text=True)


def test_a_crew_does_not_call(as_user: AsUser, burglary: Incident) -> None:
    assert "second-sign" not in as_user("agus").get(f"/incidents/{burglary.number}/premises").get_data(as_text=True)
    assert as_user("agus").get(f"/incidents/{burglary.number}/second-sign").status_code == 403
