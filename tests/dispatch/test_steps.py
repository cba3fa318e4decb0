"""The steps that a crew's tablet reports, also long after the tap: each is taken once, and nothing newer is undone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from meteor.accounts.models import User
from meteor.agencies import rules as agencies
from meteor.agencies.models import Unit
from meteor.alerts import followup, merging
from meteor.alerts.models import Alert
from meteor.alerts.rules import IncomingAlert, receive
from meteor.alerts.separating import separate
from meteor.dispatch import overdue, override, rules
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident, Merge
from meteor.incidents.places import Place
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import in_danger, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
MINUTE = 60.0


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari called 40 minutes ago; Agus on TRAIL-01 is offered the job, Bayu on TRAIL-02 is the next nearest."""
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    incident = report(cast)
    earlier = now() - timedelta(minutes=40)
    open_assignment("TRAIL-01").offered_at = incident.opened_at = earlier
    db.session.execute(update(Alert).values(received_at=earlier))
    db.session.commit()
    return incident


@pytest.fixture
def agus(as_user: AsUser) -> Browser:
    return as_user("agus")


def tap(
    browser: Browser, cast: Cast, step: str, subject: object = "", waited: float = 0, **fields: Any
) -> TestResponse:
    """Agus's tablet reports a step that he tapped `waited` seconds ago."""
    said = {"id": str(uuid4()), "by": cast.agus.id, "step": step, "subject": subject, "waited": waited, **fields}
    return browser.post("/unit/steps", data=said, headers={"Accept": "application/json"}, csrf=False)


def newest(incident: Incident) -> Event:
    db.session.rollback()
    return timeline.of_incident(incident.id)[-1]


def near(at: datetime | None, waited: float) -> bool:
    """Whether `at` is so many seconds ago, give or take what the test itself took."""
    assert at
    return abs((now() - at).total_seconds() - waited) < 30


# --- the time of the tap ---


def test_a_whole_job_that_is_reported_later_keeps_the_times_of_its_taps(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    for step, waited in (("acceptance", 30), ("departure", 28), ("arrival", 22)):
        assert tap(agus, cast, step, job, waited * MINUTE).get_json()["later"] is True
    said = {"outcome": "helped", "note": "Diantar ke RSUD"}
    assert tap(agus, cast, "closure", incident.number, 9 * MINUTE, **said).status_code == 200
    db.session.rollback()
    done = db.session.get_one(Assignment, job)
    assert near(done.accepted_at, 30 * MINUTE)
    assert near(done.en_route_at, 28 * MINUTE)
    assert near(done.on_scene_at, 22 * MINUTE)
    assert near(done.ended_at, 9 * MINUTE)
    assert near(incident.accepted_at, 30 * MINUTE)
    assert near(incident.arrived_at, 22 * MINUTE)
    assert near(incident.closed_at, 9 * MINUTE)
    assert (incident.status, incident.outcome_note) == ("closed", "Diantar ke RSUD")
    assert cast.unit("TRAIL-01").status == "available"
    page = agus.get(f"/incidents/{incident.number}").text
    assert page.count("dilaporkan menyusul") == 4


def test_what_is_sent_at_once_is_not_called_later(cast: Cast, agus: Browser, incident: Incident) -> None:
    answer = tap(agus, cast, "acceptance", open_assignment("TRAIL-01").id, 2)
    assert answer.get_json()["later"] is False
    assert answer.get_json()["url"] == f"/incidents/{incident.number}"
    assert "dilaporkan menyusul" not in agus.get(f"/incidents/{incident.number}").text


def test_a_tap_before_the_step_before_it_counts_from_its_receipt_and_says_so(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    tap(agus, cast, "acceptance", job)
    tap(agus, cast, "departure", job, 10 * MINUTE)
    db.session.rollback()
    assert near(db.session.get_one(Assignment, job).en_route_at, 0)
    assert "refused_tap" in newest(incident).detail
    assert "waktu tablet tidak masuk akal" in agus.get(f"/incidents/{incident.number}").text


def test_an_offer_that_a_late_refusal_passes_on_stands_from_now_on(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    tap(agus, cast, "refusal", open_assignment("TRAIL-01").id, 10 * MINUTE, reason="vehicle")
    assert open_assignment("TRAIL-02").expires_at > now()


# --- once ---


def test_a_step_that_is_sent_again_is_taken_once_and_answered_the_same(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job, name = open_assignment("TRAIL-01").id, str(uuid4())
    first = tap(agus, cast, "acceptance", job, 5, id=name)
    again = tap(agus, cast, "acceptance", job, 65, id=name.upper())
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert [event.event_type for event in timeline.of_incident(incident.id)].count("accepted") == 1


def test_another_step_under_the_same_id_is_refused(cast: Cast, agus: Browser, incident: Incident) -> None:
    job, name = open_assignment("TRAIL-01").id, str(uuid4())
    tap(agus, cast, "acceptance", job, id=name)
    assert tap(agus, cast, "departure", job, id=name).status_code == 409


def test_a_step_that_was_refused_is_judged_anew_when_it_is_sent_again(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job, name = open_assignment("TRAIL-01").id, str(uuid4())
    assert tap(agus, cast, "departure", job, id=name).status_code == 409
    tap(agus, cast, "acceptance", job)
    assert tap(agus, cast, "departure", job, id=name).status_code == 200


# --- what is so by now ---


def test_an_accept_after_its_offer_ended_says_who_has_it_and_leaves_the_unit_on_its_new_job(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    old = open_assignment("TRAIL-01")
    overdue.expire(now() + timedelta(seconds=31))
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    other = report(cast, "wahyu")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    answer = tap(agus, cast, "acceptance", old.id, 20 * MINUTE)
    assert answer.status_code == 409
    assert answer.get_json()["detail"].startswith(f"{incident.number}: Terlambat: tawaran habis pukul")
    assert "TRAIL-02 sudah mengambilnya." in answer.get_json()["detail"]
    job = open_assignment("TRAIL-01")
    assert (job.incident_id, job.status, cast.unit("TRAIL-01").status) == (other.id, "accepted", "assigned")


@pytest.mark.both_databases
def test_an_accept_that_was_given_in_time_is_taken_after_its_offer_ran_out_and_the_next_is_not_needed(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    overdue.expire(now() + timedelta(seconds=31))
    assert open_assignment("TRAIL-02").status == "offered"
    for step, waited in (("acceptance", 70), ("departure", 65), ("arrival", 40)):
        assert tap(agus, cast, step, job, waited).status_code == 200
    assert (open_assignment("TRAIL-01").status, cast.unit("TRAIL-01").status) == ("on_scene", "on_scene")
    assert near(open_assignment("TRAIL-01").accepted_at, 70)
    assert cast.unit("TRAIL-02").status == "available"
    assert "dilaporkan menyusul" in agus.get(f"/incidents/{incident.number}").text


def endanger(incident: Incident, job: Assignment) -> None:
    incident.endangered_unit_id, incident.endangered_at = Cast().unit("DAMKAR-01").id, now()


def add_by_hand(incident: Incident, job: Assignment) -> None:
    job.added_by_id = Cast().komang.id


@pytest.mark.parametrize("wish", [endanger, add_by_hand])
def test_a_late_accept_is_taken_beyond_the_plan_where_an_officer_is_in_danger_or_a_person_added_the_unit(
    cast: Cast, agus: Browser, incident: Incident, wish: Callable[[Incident, Assignment], None]
) -> None:
    job = open_assignment("TRAIL-01")
    overdue.expire(now() + timedelta(seconds=31))
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    wish(incident, job)
    db.session.commit()
    assert tap(agus, cast, "acceptance", job.id, MINUTE).status_code == 200
    assert [open_assignment(unit).status for unit in ("TRAIL-01", "TRAIL-02")] == ["accepted", "accepted"]


@pytest.fixture
def asked_anew(incident: Incident) -> Assignment:
    """The offer to TRAIL-01 that ran out, before that to TRAIL-02 did too: after its pause TRAIL-01 is asked again."""
    job = open_assignment("TRAIL-01")
    for seconds in (31, 62):
        overdue.expire(now() + timedelta(seconds=seconds))
    overdue.serve_waiting(now() + timedelta(seconds=125))
    db.session.commit()
    assert open_assignment("TRAIL-01").incident_id == incident.id
    return job


@pytest.mark.both_databases
def test_a_late_accept_counts_for_the_offer_by_which_its_unit_is_asked_anew(
    cast: Cast, agus: Browser, incident: Incident, asked_anew: Assignment
) -> None:
    for step, waited in (("acceptance", 70), ("departure", 65), ("arrival", 40)):
        assert tap(agus, cast, step, asked_anew.id, waited).status_code == 200
    db.session.rollback()
    assert (open_assignment("TRAIL-01").id, cast.unit("TRAIL-01").status) == (asked_anew.id, "on_scene")
    assert not {"refused", "withdrawn"} & {event.event_type for event in timeline.of_incident(incident.id)}


def refuse_anew(cast: Cast) -> None:
    rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)


def take_off(cast: Cast) -> None:
    rules.withdraw(open_assignment("TRAIL-01"), "Lebih dekat", now(), cast.komang)


def do_another_job(cast: Cast) -> None:
    rules.withdraw(open_assignment("TRAIL-01"), "", now() - timedelta(minutes=5), cast.komang)
    override.add(report(cast, "wahyu"), [cast.unit("TRAIL-01")], override.ChoiceReason("Dekat"), now(), cast.komang)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    rules.clear(open_assignment("TRAIL-01"), now(), cast.agus)


@pytest.mark.parametrize("turn", [refuse_anew, take_off, do_another_job])
def test_a_late_accept_is_refused_where_its_unit_has_refused_was_taken_off_or_did_another_job_since(
    cast: Cast, agus: Browser, asked_anew: Assignment, turn: Callable[[Cast], None]
) -> None:
    turn(cast)
    db.session.commit()
    assert tap(agus, cast, "acceptance", asked_anew.id, MINUTE).status_code == 409
    assert cast.unit("TRAIL-01").status == "available"


@pytest.mark.both_databases
def test_a_late_accept_goes_to_what_its_incident_was_merged_into_if_that_lacks_its_unit(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    main = report(cast, "wahyu")
    overdue.expire(now() + timedelta(seconds=31))
    merging.merge(incident, main, now(), cast.maya)
    db.session.commit()
    answers = [tap(agus, cast, step, job, waited) for step, waited in (("acceptance", 70), ("departure", 65))]
    assert [answer.get_json()["url"] for answer in answers] == [f"/incidents/{main.number}"] * 2
    db.session.rollback()
    on_it = open_assignment("TRAIL-01")
    assert (on_it.incident_id, on_it.first_incident_id, on_it.status) == (main.id, incident.id, "en_route")
    assert main.status == "dispatched"


def test_a_late_accept_that_the_handler_of_its_incident_does_not_need_is_refused_with_its_number(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    main = report(cast, "wahyu")
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    overdue.expire(now() + timedelta(seconds=31))
    merging.merge(incident, main, now(), cast.maya)
    db.session.commit()
    said = tap(agus, cast, "acceptance", job, MINUTE).get_json()["detail"]
    assert "TRAIL-02 sudah mengambilnya." in said
    assert said.endswith(f"Kejadian ini ditangani dalam {main.number}.")


def test_of_an_accept_in_time_that_stays_refused_the_dispatchers_and_the_timeline_are_told_once(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    old = open_assignment("TRAIL-01").id
    overdue.expire(now() + timedelta(seconds=31))
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    db.session.commit()
    for _ in range(2):
        assert tap(agus, cast, "acceptance", old, MINUTE).status_code == 409
    db.session.rollback()
    told = db.session.scalars(select(Notice).where(Notice.kind == "accepted_late")).one()
    assert (told.role, told.detail["unit"]) == ("dispatcher", "TRAIL-01")
    recorded = [event for event in timeline.of_incident(incident.id) if event.event_type == "accepted_late"]
    assert [(event.detail["unit"], near(event.at, MINUTE)) for event in recorded] == [("TRAIL-01", True)]


def test_a_late_accept_of_a_unit_that_is_on_a_break_or_whose_officer_is_in_danger_is_refused(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    job = open_assignment("TRAIL-01").id
    overdue.expire(now() + timedelta(seconds=31))
    agencies.set_status(cast.unit("TRAIL-01"), "off_duty", now())
    assert tap(agus, cast, "acceptance", job, MINUTE).status_code == 409
    agencies.set_status(cast.unit("TRAIL-01"), "available", now())
    in_danger(cast, cast.unit("TRAIL-01"))
    assert tap(agus, cast, "acceptance", job, MINUTE).status_code == 409
    assert open_assignment("TRAIL-02").incident_id == incident.id


def test_an_accept_after_the_next_was_asked_says_to_whom_it_is_offered(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    old = open_assignment("TRAIL-01").id
    open_assignment("TRAIL-01").expires_at = now() - timedelta(minutes=5)
    overdue.expire(now() + timedelta(seconds=31))
    assert "ditawarkan kepada TRAIL-02" in tap(agus, cast, "acceptance", old, MINUTE).get_json()["detail"]


def test_an_accept_that_nobody_else_could_take_says_so(cast: Cast, agus: Browser, incident: Incident) -> None:
    rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)
    old = open_assignment("TRAIL-02")
    rules.refuse(old, "busy", now(), cast.bayu)
    agencies.end_duty(cast.agus, now())
    on_duty(cast, "agus", "TRAIL-02")
    assert "Belum ada unit yang menerimanya." in tap(agus, cast, "acceptance", old.id, 5).get_json()["detail"]


def test_an_accept_after_the_incident_was_closed_says_so(cast: Cast, agus: Browser, incident: Incident) -> None:
    old = open_assignment("TRAIL-01").id
    overdue.expire(now() + timedelta(seconds=31))
    rules.close(incident, "helped", "", now(), cast.komang)
    assert "Kejadian ini sudah ditutup." in tap(agus, cast, "acceptance", old, MINUTE).get_json()["detail"]


@pytest.mark.both_databases
def test_a_closure_from_before_another_alert_does_not_close_it(cast: Cast, agus: Browser, incident: Incident) -> None:
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus, tapped=now() - timedelta(minutes=30))
    report(cast)  # Sari presses again, after the tap
    answer = tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped")
    assert answer.status_code == 409
    assert "laporan lain masuk pukul" in answer.get_json()["detail"]
    db.session.rollback()
    assert incident.status == "dispatched"


def test_a_closure_from_before_a_repetition_within_the_same_minute_does_not_close_it(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus, tapped=now() - timedelta(minutes=30))
    minute = now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    for seconds in (10, 40):
        press = IncomingAlert(id=uuid4(), source="panic", kind="emergency", reporter_id=cast.sari.id)
        receive(press, minute + timedelta(seconds=seconds))
    db.session.commit()
    waited = (now() - minute).total_seconds() - 20
    answer = tap(agus, cast, "closure", incident.number, waited, outcome="helped")
    assert answer.status_code == 409
    assert "laporan lain masuk pukul" in answer.get_json()["detail"]


def refused_closure(cast: Cast, agus: Browser, incident: Incident) -> str:
    """Agus's tablet reports now that he closed the incident five minutes ago; why that is refused."""
    db.session.commit()
    answer = tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped")
    assert answer.status_code == 409
    db.session.rollback()
    assert incident.status != "closed"
    return str(answer.get_json()["detail"])


@pytest.fixture
def accepted(cast: Cast, incident: Incident) -> Assignment:
    """Agus has had the job for half an hour."""
    job = open_assignment("TRAIL-01")
    rules.accept(job, now(), cast.agus, tapped=now() - timedelta(minutes=30))
    return job


def test_a_late_closure_does_not_take_another_unit_off_that_was_sent_after_the_tap(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    rules.withdraw(accepted, "Lebih dekat", now(), cast.komang)
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    rules.arrive(open_assignment("TRAIL-02"), now(), cast.bayu)
    said = refused_closure(cast, agus, incident)
    assert "tugas TRAIL-01 berakhir pukul" in said
    assert "TRAIL-02 sudah mengambilnya." in said
    assert open_assignment("TRAIL-02").status == "on_scene"


def test_a_crew_that_was_withdrawn_before_it_tapped_does_not_close_later(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    rules.withdraw(accepted, "Lebih dekat", now() - timedelta(minutes=6), cast.komang)
    assert "tugas TRAIL-01 berakhir pukul" in refused_closure(cast, agus, incident)


def test_a_crew_that_is_free_again_closes_later(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    tap(agus, cast, "arrival", accepted.id, 20 * MINUTE)
    tap(agus, cast, "clearance", accepted.id, 6 * MINUTE)
    assert tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped").status_code == 200


def test_a_late_closure_is_refused_where_another_unit_reported_a_step_that_was_not_known(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    override.add(
        incident, [cast.unit("TRAIL-02")], override.ChoiceReason("Dua unit"), now() - timedelta(minutes=19), cast.komang
    )
    rules.accept(open_assignment("TRAIL-02"), now() - timedelta(minutes=18), cast.bayu)
    rules.arrive(open_assignment("TRAIL-02"), now(), cast.bayu, tapped=now() - timedelta(minutes=10))
    assert "TRAIL-02 melaporkan pukul" in refused_closure(cast, agus, incident)


def joined(cast: Cast, incident: Incident) -> Merge:
    """Wahyu's alert of half an hour ago, which was merged into the incident at once."""
    return merging.merge(report(cast, "wahyu"), incident, now() - timedelta(minutes=30), cast.maya)


def alert_of(who: User) -> Alert:
    return db.session.query(Alert).filter_by(reporter_id=who.id).one()


def urgent_again(cast: Cast, incident: Incident) -> None:
    """Half an hour ago it could wait; now one of several callers says that it is urgent."""
    incidents.reprioritise(incident, 3, now() - timedelta(minutes=30), None)
    incidents.hear(incident, 1, now(), cast.maya, alert_id=None)


ASKED, CHANGED, MESSAGE = "TRAIL-02 diminta datang pukul", "jenis atau prioritas diubah", "pelapor mengirim pesan pukul"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda cast, it: override.add(
                it, [cast.unit("TRAIL-02")], override.ChoiceReason("Dua unit"), now(), cast.komang
            ),
            ASKED,
        ),
        (lambda cast, it: incidents.retype(it, incidents.type_for("fire"), now(), cast.komang), CHANGED),
        (lambda cast, it: incidents.reprioritise(it, 2, now(), cast.komang), CHANGED),
        (urgent_again, CHANGED),
        (lambda cast, it: followup.add_note(alert_of(cast.sari), "Masih ada orang", now(), cast.sari), MESSAGE),
        (lambda cast, it: followup.choose_kind(alert_of(cast.sari), "fire", now(), cast.sari), MESSAGE),
        (lambda cast, it: followup.need_help_here(alert_of(cast.sari), Place(), now(), cast.sari), MESSAGE),
        (lambda cast, it: merging.merge(report(cast, "wahyu"), it, now(), cast.maya), "laporan lain masuk pukul"),
    ],
    ids=["unit added", "type", "priority", "heard", "note", "kind", "help here", "merge"],
)
def test_a_closure_from_before_a_change_says_what_changed(
    cast: Cast,
    agus: Browser,
    incident: Incident,
    accepted: Assignment,
    change: Callable[[Cast, Incident], object],
    said: str,
) -> None:
    change(cast, incident)
    assert said in refused_closure(cast, agus, incident)


def test_a_closure_from_before_a_merge_was_undone_says_so(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    merging.undo(joined(cast, incident), now(), cast.maya)
    assert "laporan dipisahkan dari kejadian ini pukul" in refused_closure(cast, agus, incident)


def test_a_closure_from_before_an_alert_became_an_incident_of_its_own_says_so(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    joined(cast, incident)
    separate(alert_of(cast.wahyu), incidents.type_for("fire"), Place(*HOME), now(), cast.maya)
    assert "laporan dipisahkan dari kejadian ini pukul" in refused_closure(cast, agus, incident)


def test_a_closure_after_a_merge_closes(cast: Cast, agus: Browser, incident: Incident, accepted: Assignment) -> None:
    joined(cast, incident)
    db.session.commit()
    assert tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped").status_code == 200


def test_a_caller_who_says_how_urgent_it_is_already_does_not_stop_a_late_closure(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    incidents.hear(incident, incident.priority, now(), cast.maya, alert_id=None)
    db.session.commit()
    assert tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped").status_code == 200


def test_a_note_of_a_dispatcher_does_not_stop_a_late_closure(
    cast: Cast, agus: Browser, incident: Incident, accepted: Assignment
) -> None:
    incidents.note(incident, "RSUD sudah diberi tahu", now(), cast.komang)
    db.session.commit()
    assert tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped").status_code == 200


def test_a_closure_from_before_a_reopening_does_not_close_it_again(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus, tapped=now() - timedelta(minutes=30))
    rules.close(incident, "helped", "", now(), cast.komang)
    rules.reopen(incident, "Masih ada orang", now(), cast.komang)
    answer = tap(agus, cast, "closure", incident.number, 5 * MINUTE, outcome="helped")
    assert "dibuka kembali pukul" in answer.get_json()["detail"]
    db.session.rollback()
    assert incident.status == "reopened"


def test_a_closure_after_somebody_elses_says_who_closed_it(cast: Cast, agus: Browser, incident: Incident) -> None:
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    rules.close(incident, "prank", "", now(), cast.komang)
    answer = tap(agus, cast, "closure", incident.number, outcome="helped")
    assert answer.status_code == 409
    assert "Komang Dispatcher" in answer.get_json()["detail"]


def test_a_job_of_a_unit_that_the_user_has_left_is_not_found(cast: Cast, agus: Browser, incident: Incident) -> None:
    job = open_assignment("TRAIL-01").id
    rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)
    agencies.end_duty(cast.agus, now())
    answer = tap(agus, cast, "departure", job)
    assert answer.status_code == 404
    assert "tidak punya tugas ini lagi" in answer.get_json()["detail"]


def test_a_crew_that_never_accepted_does_not_close(cast: Cast, agus: Browser, incident: Incident) -> None:
    assert tap(agus, cast, "closure", incident.number, outcome="helped").status_code == 403


# --- the unit's status ---


@pytest.fixture
def an_hour_on_duty(cast: Cast) -> Unit:
    """TRAIL-01, which Agus and Bayu have crewed for an hour."""
    for who in (cast.agus, cast.bayu):
        agencies.start_duty(who, cast.unit("TRAIL-01"), now() - timedelta(hours=1))
    db.session.commit()
    return cast.unit("TRAIL-01")


def rest(agus: Browser, cast: Cast, waited: float, subject: str = "TRAIL-01") -> TestResponse:
    """Agus's tablet reports that he tapped "Break" so many seconds ago."""
    return tap(agus, cast, "status", subject, waited, status="off_duty")


def test_a_break_that_is_reported_later_begins(cast: Cast, agus: Browser, an_hour_on_duty: Unit) -> None:
    assert rest(agus, cast, MINUTE).get_json()["url"] == "/unit"
    assert cast.unit("TRAIL-01").status == "off_duty"
    assert near(an_hour_on_duty.idle_since, MINUTE)


def test_a_break_that_was_tapped_on_another_unit_is_refused(cast: Cast, agus: Browser) -> None:
    on_duty(cast, "agus", "TRAIL-02")
    answer = rest(agus, cast, 0, "TRAIL-01")
    assert (answer.status_code, cast.unit("TRAIL-02").status) == (409, "available")
    assert "Anda sekarang bertugas di TRAIL-02" in answer.get_json()["detail"]


def test_a_break_of_an_earlier_shift_is_refused(cast: Cast, agus: Browser) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    answer = rest(agus, cast, MINUTE)
    assert (answer.status_code, cast.unit("TRAIL-01").status) == (409, "available")
    assert "dimulai setelah Anda mengetuk" in answer.get_json()["detail"]


def test_a_break_from_before_a_colleagues_word_is_refused(cast: Cast, agus: Browser, an_hour_on_duty: Unit) -> None:
    agencies.set_status(an_hour_on_duty, "off_duty", now() - timedelta(minutes=20))
    agencies.set_status(an_hour_on_duty, "available", now() - timedelta(minutes=5))
    db.session.commit()
    answer = rest(agus, cast, 10 * MINUTE)
    assert (answer.status_code, cast.unit("TRAIL-01").status) == (409, "available")
    assert "status unit diubah lagi pukul" in answer.get_json()["detail"]


def test_the_end_of_a_break_from_before_a_newer_break_is_refused(
    cast: Cast, agus: Browser, an_hour_on_duty: Unit
) -> None:
    agencies.set_status(an_hour_on_duty, "off_duty", now() - timedelta(minutes=5))
    db.session.commit()
    answer = tap(agus, cast, "status", "TRAIL-01", 10 * MINUTE, status="available")
    assert (answer.status_code, cast.unit("TRAIL-01").status) == (409, "off_duty")


def test_a_break_and_its_end_that_waited_are_both_taken(cast: Cast, agus: Browser, an_hour_on_duty: Unit) -> None:
    assert rest(agus, cast, 10 * MINUTE).status_code == 200
    answer = tap(agus, cast, "status", "TRAIL-01", 10 * MINUTE + 5, status="available")
    assert (answer.status_code, cast.unit("TRAIL-01").status) == (200, "available")


def test_a_break_of_a_unit_that_was_offered_a_job_meanwhile_is_refused(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    answer = rest(agus, cast, 0)
    assert (answer.status_code, cast.unit("TRAIL-01").status) == (409, "offered")
    assert "TRAIL-01" in answer.get_json()["detail"]


def test_a_status_off_duty_is_refused(cast: Cast, agus: Browser) -> None:
    assert tap(agus, cast, "status", status="available").status_code == 409


# --- who may, and what is no step ---


def test_a_step_that_somebody_else_tapped_is_not_taken(cast: Cast, as_user: AsUser, incident: Incident) -> None:
    job = open_assignment("TRAIL-01").id
    assert tap(as_user("bayu"), cast, "acceptance", job).status_code == 401
    assert tap(as_user(""), cast, "acceptance", job).status_code == 401


def test_a_step_from_another_site_is_refused(cast: Cast, agus: Browser, incident: Incident) -> None:
    said = {"id": str(uuid4()), "by": cast.agus.id, "step": "acceptance", "waited": 0,
            "subject": open_assignment("TRAIL-01").id}  # fmt: skip
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "cross-site"}
    assert agus.post("/unit/steps", data=said, headers=headers, csrf=False).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "7"},
        {"waited": "nan"},
        {"waited": "1e12"},
        {"waited": ""},
        {"step": "withdrawal"},
        {"step": "refusal", "reason": "bosan"},
        {"by": "agus"},
    ],
)
def test_what_is_no_step_is_refused_with_its_problem(
    cast: Cast, agus: Browser, incident: Incident, wrong: dict[str, str]
) -> None:
    said = {"step": "acceptance", "subject": open_assignment("TRAIL-01").id} | wrong
    answer = tap(agus, cast, **said)
    assert answer.status_code == 422
    assert answer.get_json()["detail"]


def test_a_closure_without_an_outcome_is_refused_with_its_problem(
    cast: Cast, agus: Browser, incident: Incident
) -> None:
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    answer = tap(agus, cast, "closure", incident.number)
    assert answer.status_code == 422
    assert "Pilih" in answer.get_json()["detail"]
