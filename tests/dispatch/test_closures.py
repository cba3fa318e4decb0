"""Closing an incident with its outcome, and opening it again."""

from collections.abc import Callable

import pytest
from flask import Flask

from meteor.dispatch import rules
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, missing, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
JSON = {"Accept": "application/json"}


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Agus on TRAIL-01 is with Sari."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    rules.arrive(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    return incident


def close(client: Browser, incident: Incident, **given: str) -> tuple[int, str]:
    answer = client.post(f"/incidents/{incident.number}/closure", data=given)
    return answer.status_code, answer.text


@pytest.mark.parametrize("outcome", incidents.OUTCOMES)
def test_the_crew_closes_with_an_outcome_and_is_free_again(
    as_user: AsUser, cast: Cast, incident: Incident, outcome: str
) -> None:
    assert close(as_user("agus"), incident, outcome=outcome, note=" Polsek Mayangan ")[0] == 303
    db.session.refresh(incident)
    assert (incident.status, incident.outcome, incident.outcome_note) == ("closed", outcome, "Polsek Mayangan")
    assert cast.unit("TRAIL-01").status == "available"


@pytest.mark.parametrize("outcome", ["", "solved"])
def test_without_an_outcome_nothing_is_closed_and_the_note_is_kept(
    as_user: AsUser, cast: Cast, incident: Incident, outcome: str
) -> None:
    status, text = close(as_user("agus"), incident, outcome=outcome, note="Sudah aman")
    assert status == 422
    assert "error-summary" in text
    assert "Sudah aman" in text
    db.session.refresh(incident)
    assert incident.status == "on_scene"


def test_what_was_handed_over_was_handed_to_somebody(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    status, text = close(as_user("agus"), incident, outcome="handed_over", note="  ")
    assert status == 422
    assert "Tulis kepada siapa diserahkan" in text
    assert 'value="handed_over" checked' in text


def test_the_page_says_which_units_become_free(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assert "Unit berikut siap kembali: TRAIL-01." in as_user("agus").get(f"/incidents/{incident.number}/closure").text


def test_the_dispatcher_closes_what_nobody_went_to(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    assert close(as_user("komang"), incident, outcome="false_alarm", note="")[0] == 303
    db.session.refresh(incident)
    assert (incident.status, missing(incident)) == ("closed", {})


@pytest.mark.both_databases
def test_of_two_who_close_at_the_same_moment_one_wins_and_the_other_reads_who(
    app: Flask, as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    data, where = {"outcome": "helped", "note": ""}, f"/incidents/{incident.number}/closure"
    clients = [as_user("agus"), as_user("komang")]
    answers = at_once(app, *(lambda each=each: each.post(where, data=data, headers=JSON) for each in clients))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = ["Agus Santoso", "Komang Dispatcher"][[answer.status_code for answer in answers].index(200)]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert f"{winner} sudah menutup kejadian ini pukul" in loser.get_json(force=True)["detail"]
    assert [event.actor_name for event in timeline.of_incident(incident.id) if event.event_type == "closed"] == [winner]


def test_who_closes_too_late_reads_it_on_the_incidents_page(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    agus = as_user("agus")
    rules.close(incident, "prank", "", now(), cast.komang)
    assert close(agus, incident, outcome="helped")[0] == 303
    assert "Komang Dispatcher sudah menutup kejadian ini pukul" in agus.get(f"/incidents/{incident.number}").text
    db.session.refresh(incident)
    assert incident.outcome == "prank"


def test_there_is_no_form_to_close_what_is_closed(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    answer = as_user("agus").get(f"/incidents/{incident.number}/closure")
    assert (answer.status_code, answer.location) == (302, f"/incidents/{incident.number}")


# --- reopening ---


@pytest.mark.parametrize("who", ["agus", "komang"])
def test_a_closed_incident_is_opened_again_with_a_reason_and_dispatched_anew(
    as_user: AsUser, cast: Cast, incident: Incident, who: str
) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    client, where = as_user(who), f"/incidents/{incident.number}/reopening"
    assert "Buka kembali kejadian" in client.get(where).text
    assert client.post(where, data={"reason": "Asap lagi"}).status_code == 303
    db.session.refresh(incident)
    assert (incident.status, incident.outcome) == ("reopened", None)
    assert open_assignment("TRAIL-01").incident_id == incident.id
    reopened = timeline.last(incident.id, "reopened")
    assert reopened
    assert reopened.detail["reason"] == "Asap lagi"


def test_reopening_needs_a_reason(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    answer = as_user("agus").post(f"/incidents/{incident.number}/reopening", data={"reason": ""})
    assert answer.status_code == 422
    assert "Isi alasannya" in answer.text
    assert incident.status == "closed"


def test_what_somebody_reopened_is_not_reopened_again(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    rules.reopen(incident, "Asap lagi", now(), cast.komang)
    agus = as_user("agus")
    agus.post(f"/incidents/{incident.number}/reopening", data={"reason": "Asap lagi"})
    assert "Komang Dispatcher sudah membuka kembali kejadian ini" in agus.get(f"/incidents/{incident.number}").text


def test_what_was_never_closed_is_not_reopened(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = as_user("agus").post(f"/incidents/{incident.number}/reopening", data={"reason": "x"}, headers=JSON)
    assert answer.status_code == 409
    assert answer.get_json(force=True)["detail"] == "Kejadian ini tidak tertutup."


def test_a_drill_is_never_opened(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, drill=True)
    answer = as_user("komang").post(f"/incidents/{incident.number}/reopening", data={"reason": "x"}, headers=JSON)
    assert answer.status_code == 409


# --- who may ---


@pytest.mark.parametrize("action", ["closure", "reopening"])
@pytest.mark.parametrize(
    ("who", "status"), [("bayu", 403), ("rina", 404), ("maya", 403), ("yusuf", 403), ("sari", 403), ("tuti", 403)]
)
def test_only_those_who_were_there_and_the_dispatcher_close_and_reopen(
    as_user: AsUser, cast: Cast, incident: Incident, action: str, who: str, status: int
) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    where = f"/incidents/{incident.number}/{action}"
    assert as_user(who).get(where).status_code == status
    assert as_user(who).post(where, data={"outcome": "helped", "reason": "x"}).status_code == status
    db.session.refresh(incident)
    assert incident.status == "on_scene"


def test_who_only_had_the_offer_closes_nothing(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    assert close(as_user("agus"), incident, outcome="helped")[0] == 403
