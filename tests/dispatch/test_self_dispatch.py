"""Self-dispatch: a crew takes an incident that lacks its unit, when no other unit is asked; each refusal says why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from meteor.agencies import rules as agencies
from meteor.agencies.models import Agency
from meteor.dispatch import overdue, override, reconciliation, rules, self_dispatch
from meteor.dispatch.choice import Reason
from meteor.dispatch.self_dispatch import HELD, NotOpenToUnit, may_take
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, missing, offered, on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]
BUTTON = 'id="self-dispatch"'


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Agus on TRAIL-01 was offered Sari's call and did not answer; nobody else is there to be asked."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    let_expire()
    return incident


def let_expire() -> None:
    overdue.expire(now() + timedelta(seconds=31))
    db.session.commit()
    db.session.expire_all()


def take(cast: Cast, who: str, incident: Incident) -> None:
    user = getattr(cast, who)
    shift = agencies.shift_of(user)
    assert shift
    self_dispatch.take(incident, shift.unit, now(), user)
    db.session.commit()
    db.session.expire_all()


def obstacle(cast: Cast, who: str, incident: Incident) -> str:
    """The reason for which the crew may not take the incident; its page does not propose it either."""
    db.session.expire_all()
    shift = agencies.shift_of(getattr(cast, who))
    assert shift
    assert not may_take(incident, shift.unit, now())
    with pytest.raises(NotOpenToUnit) as refused:
        take(cast, who, incident)
    db.session.rollback()
    return refused.value.obstacle


def units(client: Browser, incident: Incident) -> str:
    return client.get(f"/incidents/{incident.number}/units").text


def send(client: Browser, incident: Incident) -> tuple[int, str]:
    """The answer to the tap, as the tablet's script reads it."""
    answer = client.post(f"/incidents/{incident.number}/self-dispatch", headers={"Accept": "application/json"})
    return answer.status_code, answer.json["detail" if answer.status_code == 409 else "url"]


# --- taking it ---


def test_a_crew_that_missed_its_offer_takes_the_incident_after_all(cast: Cast, incident: Incident) -> None:
    assert missing(incident) == {"patrol": 1}
    take(cast, "agus", incident)
    assignment = open_assignment("TRAIL-01")
    assert (assignment.status, assignment.capability, assignment.accepted_by_id) == ("accepted", "patrol", cast.agus.id)
    assert (missing(incident), incident.status, incident.waiting_since) == ({}, "dispatched", None)
    assert incident.accepted_at == assignment.accepted_at
    assert cast.unit("TRAIL-01").status == "assigned"


def test_the_timeline_has_who_took_it_and_that_it_was_not_offered(cast: Cast, incident: Incident) -> None:
    take(cast, "agus", incident)
    taken, accepted = timeline.last(incident.id, "self_dispatched"), timeline.last(incident.id, "accepted")
    assert taken
    assert accepted
    assert taken.actor_name == accepted.actor_name == cast.agus.name
    assert (taken.detail["unit"], taken.detail["capability"]) == ("TRAIL-01", "patrol")
    assert taken.detail["distance"] == pytest.approx(open_assignment("TRAIL-01").distance)


def test_it_is_no_offer_of_meteor_to_be_counted(cast: Cast, incident: Incident) -> None:
    take(cast, "agus", incident)
    assert open_assignment("TRAIL-01").added_by_id == cast.agus.id


def test_what_is_taken_goes_on_as_every_job(cast: Cast, incident: Incident) -> None:
    take(cast, "agus", incident)
    rules.depart(open_assignment("TRAIL-01"), now(), cast.agus)
    rules.arrive(open_assignment("TRAIL-01"), now(), cast.agus)
    reconciliation.reconcile(incident.id, now())
    db.session.refresh(incident)
    assert (incident.status, missing(incident), offered(incident)) == ("on_scene", {}, [])


def test_a_unit_takes_only_the_line_that_is_missing(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    fire = report(cast, kind="fire")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    on_duty(cast, "bayu", "TRAIL-02")
    on_duty(cast, "dewi", "DAMKAR-01")
    assert missing(fire) == {"fire": 1}
    assert obstacle(cast, "bayu", fire) == Reason.NO_CAPABILITY
    take(cast, "dewi", fire)
    assert open_assignment("DAMKAR-01").capability == "fire"


def test_a_crew_without_a_usable_position_knows_where_it_is(cast: Cast, incident: Incident) -> None:
    unit = cast.unit("TRAIL-01")
    unit.at_base, unit.position_at = False, None
    db.session.commit()
    take(cast, "agus", incident)
    assert open_assignment("TRAIL-01").status == "accepted"


# --- refusals ---


def test_what_lacks_nothing_that_the_unit_can_do_is_not_taken(cast: Cast, incident: Incident) -> None:
    on_duty(cast, "rina", "AMBULANS-01")
    assert obstacle(cast, "rina", incident) == Reason.NO_CAPABILITY


def test_what_another_unit_is_asked_to_do_is_not_taken(cast: Cast, incident: Incident) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    reconciliation.reconcile(incident.id, now())
    assert offered(incident) == ["TRAIL-02"]
    assert obstacle(cast, "agus", incident) == Reason.NO_CAPABILITY


def test_what_is_held_is_not_taken(cast: Cast, incident: Incident) -> None:
    incident.held = True
    db.session.commit()
    assert obstacle(cast, "agus", incident) == HELD


def test_a_closed_incident_is_not_taken(cast: Cast, incident: Incident) -> None:
    rules.close(incident, "prank", "", now(), cast.komang)
    assert not may_take(incident, cast.unit("TRAIL-01"), now())
    with pytest.raises(AlreadyClosed):
        take(cast, "agus", incident)


def test_a_unit_on_a_break_does_not_go(cast: Cast, incident: Incident) -> None:
    agencies.set_status(cast.unit("TRAIL-01"), "off_duty", now())
    assert not may_take(incident, cast.unit("TRAIL-01"), now())
    with pytest.raises(override.UnitBusy):
        take(cast, "agus", incident)


def test_a_unit_with_another_offer_does_not_go(cast: Cast, incident: Incident) -> None:
    other = report(cast, "wahyu")
    assert offered(other) == ["TRAIL-01"]
    assert not may_take(incident, cast.unit("TRAIL-01"), now())
    with pytest.raises(override.UnitBusy):
        take(cast, "agus", incident)


def test_a_unit_whose_officer_is_in_danger_does_not_go(cast: Cast, incident: Incident) -> None:
    danger = report(cast, "wahyu")
    rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)
    danger.endangered_unit_id, danger.endangered_at = cast.unit("TRAIL-01").id, now()
    db.session.commit()
    assert obstacle(cast, "agus", incident) == Reason.IN_DANGER


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_a_unit_that_a_person_took_off_does_not_go(cast: Cast, how: str) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    if how == "refused":
        rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)
    else:
        rules.withdraw(open_assignment("TRAIL-01"), "Pos harus terisi", now(), cast.komang)
    assert missing(incident) == {"patrol": 1}
    assert obstacle(cast, "agus", incident) == Reason.REFUSED


def test_the_reserve_for_life_at_risk_stays(cast: Cast, incident: Incident) -> None:
    incident.priority = 3
    agency = db.session.get_one(Agency, cast.unit("TRAIL-01").agency_id)
    agency.reserve = 1
    db.session.commit()
    assert obstacle(cast, "agus", incident) == Reason.KEPT_FOR_P1
    agency.reserve = 0
    db.session.commit()
    assert may_take(incident, cast.unit("TRAIL-01"), now())


def test_of_two_crews_at_once_one_goes(cast: Cast, incident: Incident, app: Flask) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    number = incident.id

    def tap(who: str) -> str:
        user = getattr(Cast(), who)
        shift = agencies.shift_of(user)
        assert shift
        try:
            self_dispatch.take(db.session.get_one(Incident, number), shift.unit, now(), user)
        except NotOpenToUnit as problem:
            db.session.rollback()
            return problem.obstacle
        db.session.commit()
        return "taken"

    assert sorted(at_once(app, lambda: tap("agus"), lambda: tap("bayu"))) == [Reason.NO_CAPABILITY, "taken"]
    assert missing(incident) == {}


# --- its page ---


def test_the_page_proposes_it_and_leads_to_the_job(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    agus = as_user("agus")
    assert "Kami berangkat" in units(agus, incident)
    assert send(agus, incident) == (200, f"/incidents/{incident.number}")
    assert open_assignment("TRAIL-01").status == "accepted"
    assert BUTTON not in units(agus, incident)


def test_nobody_else_is_proposed_it(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    on_duty(cast, "rina", "AMBULANS-01")
    assert BUTTON not in units(as_user("komang"), incident)
    assert BUTTON not in units(as_user("rina"), incident)


def test_the_page_changes_when_the_unit_is_free_again(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    agus = as_user("agus")
    agencies.set_status(cast.unit("TRAIL-01"), "off_duty", now())
    db.session.commit()
    before = units(agus, incident)
    assert BUTTON not in before
    version = before.partition('data-version="')[2].partition('"')[0]
    agencies.set_status(cast.unit("TRAIL-01"), "available", now())
    db.session.commit()
    after = units(agus, incident)
    assert BUTTON in after
    assert f'data-version="{version}"' not in after


def test_who_comes_second_reads_who_goes(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    take(cast, "agus", incident)
    status, words = send(as_user("bayu"), incident)
    assert status == 409
    assert words.startswith("Tidak dapat diambil: tidak ada lagi kebutuhan")
    assert words.endswith("TRAIL-01 sudah mengambilnya.")


@pytest.mark.parametrize(
    ("state", "words"),
    [("closed", "sudah menutup kejadian ini"), ("break", "TRAIL-01"), ("held", "operator 112"), ("off", "unit Anda")],
)
def test_the_tablet_reads_why_not(as_user: AsUser, cast: Cast, incident: Incident, state: str, words: str) -> None:
    if state == "closed":
        rules.close(incident, "prank", "", now(), cast.komang)
    elif state == "break":
        agencies.set_status(cast.unit("TRAIL-01"), "off_duty", now())
    elif state == "held":
        incident.held = True
    else:
        agencies.end_duty(cast.agus, now())
    db.session.commit()
    status, said = send(as_user("agus"), incident)
    assert status == 409
    assert words in said


def test_an_incident_that_the_officer_does_not_see_is_not_there(as_user: AsUser, incident: Incident) -> None:
    assert as_user("agus").post("/incidents/260101-999/self-dispatch").status_code == 404
