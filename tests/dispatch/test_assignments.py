"""What a crew does with an assignment, and who reads that somebody else was faster."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.dispatch import overdue, rules
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import offer_beside
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
JSON = {"Accept": "application/json"}
ACTIONS = ("acceptance", "refusal", "departure", "arrival", "clearance")


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari has called; Agus on TRAIL-01 is offered the job, Bayu on TRAIL-02 is the next nearest."""
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    return report(cast)


def address(action: str, call_sign: str = "TRAIL-01") -> str:
    return f"/assignments/{open_assignment(call_sign).id}/{action}"


def status(assignment_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Assignment.status).where(Assignment.id == assignment_id)).one()


# --- the way of a job ---


def test_from_acceptance_to_clearance_each_step_leads_back_to_the_incident(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    agus, offer = as_user("agus"), open_assignment("TRAIL-01")
    for action, becomes, unit in (
        ("acceptance", "accepted", "assigned"),
        ("departure", "en_route", "en_route"),
        ("arrival", "on_scene", "on_scene"),
        ("clearance", "cleared", "available"),
    ):
        answer = agus.post(f"/assignments/{offer.id}/{action}")
        assert (answer.status_code, answer.location) == (303, f"/incidents/{incident.number}")
        assert status(offer.id) == becomes
        assert cast.unit("TRAIL-01").status == unit


def test_a_crew_that_forgot_to_say_that_it_left_may_say_that_it_is_there(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    agus, offer = as_user("agus"), open_assignment("TRAIL-01")
    agus.post(f"/assignments/{offer.id}/acceptance")
    agus.post(f"/assignments/{offer.id}/arrival")
    assert status(offer.id) == "on_scene"


@pytest.mark.parametrize("reason", rules.REFUSALS)
def test_a_refusal_has_a_reason_and_leads_back_to_the_queue(
    as_user: AsUser, cast: Cast, incident: Incident, reason: str
) -> None:
    offer = open_assignment("TRAIL-01")
    answer = as_user("agus").post(address("refusal"), data={"reason": reason})
    assert answer.location == "/incidents"
    assert status(offer.id) == "refused"
    assert open_assignment("TRAIL-02").status == "offered"
    refused = timeline.last(incident.id, "refused")
    assert refused
    assert (refused.actor_name, refused.detail["reason"]) == ("Agus Santoso", reason)


@pytest.mark.parametrize("reason", ["", "tired"])
def test_a_refusal_without_one_of_the_reasons_is_none(
    as_user: AsUser, cast: Cast, incident: Incident, reason: str
) -> None:
    offer = open_assignment("TRAIL-01")
    answer = as_user("agus").post(address("refusal"), data={"reason": reason})
    assert answer.status_code == 422
    assert "Pilih salah satu alasan ini: kendaraan bermasalah" in answer.text
    assert status(offer.id) == "offered"


def test_the_dispatcher_does_it_for_a_crew_that_speaks_by_radio(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    offer = open_assignment("TRAIL-01")
    as_user("komang").post(address("acceptance"))
    assert status(offer.id) == "accepted"
    accepted = timeline.last(incident.id, "accepted")
    assert accepted
    assert accepted.actor_name == "Komang Dispatcher"


def test_a_machine_reads_what_became_of_it(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    offer = open_assignment("TRAIL-01")
    answer = as_user("agus").post(address("acceptance"), headers=JSON)
    assert answer.get_json() == {"id": offer.id, "status": "accepted", "url": f"/incidents/{incident.number}"}


# --- too late ---


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("accepted", "Bayu Pratama sudah menerimanya pukul"),
        ("departed", "unit sudah menuju lokasi. Bayu Pratama menerimanya pukul"),
        ("arrived", "unit sudah di lokasi. Bayu Pratama menerimanya pukul"),
        ("refused", "Bayu Pratama sudah menolaknya pukul"),
        ("cleared", "menurut Bayu Pratama"),
        ("expired", "tawaran habis pukul"),
        ("withdrawn", "Komang Dispatcher sudah menarik unit dari kejadian ini pukul"),
        ("closed", "Komang Dispatcher sudah menutup kejadian ini pukul"),
    ],
)
def test_who_is_too_late_reads_who_did_what_and_when(as_user: AsUser, cast: Cast, before: str, words: str) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    incident = report(cast)
    offer = open_assignment("TRAIL-01")
    if before == "refused":
        rules.refuse(offer, "vehicle", now(), cast.bayu)
    elif before == "expired":
        overdue.expire(now() + timedelta(seconds=31))
    elif before == "closed":
        rules.accept(offer, now(), cast.bayu)
        rules.close(incident, "helped", "", now(), cast.komang)
        db.session.refresh(offer)
    elif before == "withdrawn":
        rules.withdraw(offer, "Lebih dekat", now(), cast.komang)
    else:
        rules.accept(offer, now(), cast.bayu)
        steps = {"departed": [rules.depart], "arrived": [rules.arrive], "cleared": [rules.arrive, rules.clear]}
        for step in steps.get(before, []):
            step(offer, now(), cast.bayu)
    became, agus, accept = offer.status, as_user("agus"), f"/assignments/{offer.id}/acceptance"
    answer = agus.post(accept)
    assert (answer.status_code, answer.location) == (303, f"/incidents/{incident.number}")
    assert words in agus.get(answer.location).text
    assert status(offer.id) == became
    for headers in (JSON, {"HX-Request": "true"}):
        refused = agus.post(accept, headers=headers)
        assert refused.status_code == 409
        assert words in (refused.get_json(force=True)["detail"] if headers is JSON else refused.text)


def test_an_offer_that_another_unit_has_taken_says_so(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    offer_beside(incident.id, now())
    where = address("acceptance", "TRAIL-02")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    answer = as_user("bayu").post(where, headers=JSON)
    assert "unit lain sudah menerimanya pukul" in answer.get_json(force=True)["detail"]


def test_nobody_is_blamed_for_what_dispatch_did(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, "wahyu", "other")
    where = address("departure")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    report(cast, "sari", "emergency")  # takes the unit
    answer = as_user("agus").post(where, headers=JSON)
    assert "METEOR sudah menarik unit dari kejadian ini" in answer.get_json(force=True)["detail"]


def test_a_step_before_the_acceptance_is_told_to_accept_first(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = as_user("agus").post(address("departure"), headers=JSON)
    assert answer.get_json(force=True)["detail"] == "Terima tawarannya dahulu."


@pytest.mark.both_databases
@pytest.mark.parametrize("both", ["acceptance", "refusal"])
def test_of_two_tablets_at_the_same_moment_one_wins_and_the_other_reads_who(
    app: Flask, as_user: AsUser, cast: Cast, both: str
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    for _ in range(5):
        incident = report(cast)
        where = address(both)
        post = partial(Browser.post, data={"reason": "busy"}, headers=JSON)
        answers = at_once(app, *(partial(post, as_user(who), where) for who in ("agus", "bayu")))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = ["Agus Santoso", "Bayu Pratama"][[answer.status_code for answer in answers].index(200)]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert winner in loser.get_json(force=True)["detail"]
        done = {"acceptance": "accepted", "refusal": "refused"}[both]
        assert [event.actor_name for event in timeline.of_incident(incident.id) if event.event_type == done] == [winner]
        rules.close(incident, "helped", "", now(), cast.komang)
        db.session.commit()


@pytest.mark.both_databases
def test_an_acceptance_and_the_end_of_its_time_never_both_count(app: Flask, as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    for _ in range(5):
        incident = report(cast)
        offer_id, where, agus = open_assignment("TRAIL-01").id, address("acceptance"), as_user("agus")

        def expire() -> None:
            overdue.expire(now() + timedelta(seconds=31))
            db.session.commit()

        answer, _ = at_once(app, partial(agus.post, where, headers=JSON), expire)
        became = status(offer_id)
        assert (answer.status_code, became) in {(200, "accepted"), (409, "expired")}
        event_types = [event.event_type for event in timeline.of_incident(incident.id)]
        assert ("accepted" in event_types) != ("offer_expired" in event_types)
        rules.close(incident, "helped", "", now(), cast.komang)
        db.session.commit()


# --- who may ---


@pytest.mark.parametrize("action", ACTIONS)
def test_another_crew_does_not_know_that_the_assignment_exists(
    as_user: AsUser, cast: Cast, incident: Incident, action: str
) -> None:
    offer = open_assignment("TRAIL-01")
    assert as_user("bayu").post(address(action), data={"reason": "busy"}).status_code == 404
    assert status(offer.id) == "offered"


@pytest.mark.parametrize("action", ACTIONS)
def test_off_duty_an_assignment_is_nobodys(as_user: AsUser, cast: Cast, incident: Incident, action: str) -> None:
    assert as_user("dewi").post(address(action), data={"reason": "busy"}).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["sari", "maya", "yusuf", "tuti"])
def test_other_roles_do_nothing_to_an_assignment(
    as_user: AsUser, cast: Cast, incident: Incident, action: str, who: str
) -> None:
    offer = open_assignment("TRAIL-01")
    assert as_user(who).post(address(action), data={"reason": "busy"}).status_code == 403
    assert status(offer.id) == "offered"


def test_an_action_needs_its_token(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    offer = open_assignment("TRAIL-01")
    assert as_user("agus").post(address("acceptance"), csrf=False).status_code == 400
    assert status(offer.id) == "offered"


@pytest.mark.parametrize("number", [0, 999_999, 2**31 - 1, 2**31, 10**30])
def test_an_assignment_that_is_none_is_not_found(as_user: AsUser, cast: Cast, number: int) -> None:
    assert as_user("komang").post(f"/assignments/{number}/acceptance").status_code == 404


def test_an_action_is_not_done_by_looking_at_it(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    for action in ACTIONS:
        assert as_user("agus").get(address(action)).status_code == 405
