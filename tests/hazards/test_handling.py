"""Decisions of the disaster agency: what each changes, who is told, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.hazards import handling
from meteor.hazards.handling import SameReport, TooLate
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.hazards.public import public_hazards
from meteor.hazards.raising import AlreadyRaised, make_incident
from meteor.incidents.models import Event, Incident
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast, user
from tests.conftest import Browser
from tests.hazards.scenes import answers, hazard
from tests.scenes import at_once, offered, on_duty
from tests.scenes import report as cry

AsUser = Callable[[str], Browser]


def decide(client: Browser, report: HazardReport | str, action: str, **fields: str) -> TestResponse:
    """The page that a decision leads to."""
    number = report if isinstance(report, str) else report.number
    answer = client.post(f"/hazards/desk/{number}/{action}", data={"priority": ""} | fields)
    return client.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def history(report: HazardReport) -> list[tuple[str, str]]:
    """What happened to the report, oldest first."""
    query = select(HazardMessage.kind, HazardMessage.text).where(HazardMessage.report_id == report.id)
    return [tuple(row) for row in db.session.execute(query.order_by(HazardMessage.id))]


def told(who: str) -> list[str]:
    """The kinds of notices that a member of the cast has, oldest first."""
    return list(db.session.scalars(select(Notice.kind).where(Notice.user_id == user(who).id).order_by(Notice.id)))


# --- each decision ---


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("action", "fields", "before", "after"),
    [
        ("verification", {}, "received", "verified"),
        ("verification", {}, "asked", "verified"),
        ("question", {"question": "Seberapa dalam?"}, "received", "asked"),
        ("rejection", {"reason": "Tidak ada banjir"}, "received", "rejected"),
        ("rejection", {"reason": "Tidak ada banjir"}, "asked", "rejected"),
        ("resolution", {"words": "Air surut"}, "verified", "resolved"),
        ("resolution", {}, "verified", "resolved"),
    ],
)
def test_a_decision_changes_the_status_and_is_kept_told_and_audited(
    as_user: AsUser, cast: Cast, action: str, fields: dict[str, str], before: str, after: str
) -> None:
    report = hazard(cast, status=before)
    assert decide(as_user("bagas"), report, action, **fields).status_code == 200
    db.session.refresh(report)
    assert report.status == after
    assert report.answered_at is not None
    assert history(report) == [(after, next(iter(fields.values()), ""))]
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.user_id) == (f"hazard_{after}", cast.sari.id)
    assert report.number in sentence(notice.kind, notice.detail)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == f"hazard_{after}")).one()
    assert (entry.actor_id, entry.subject) == (cast.bagas.id, f"hazard_reports:{report.id}")


@pytest.mark.both_databases
def test_a_hazard_that_is_still_there_is_confirmed_for_all_its_reporters(as_user: AsUser, cast: Cast) -> None:
    main, part, bagas = hazard(cast, minutes=10), hazard(cast, "wahyu"), as_user("bagas")
    handling.join(part, main, now(), cast.bagas)
    handling.verify(main, now(), cast.bagas)
    db.session.commit()
    assert "Masih ada: halaman publik" in decide(bagas, main, "confirmation").text
    db.session.expire_all()
    assert main.status == part.status == "verified"
    assert (history(main)[-1], history(part)[-1]) == (("confirmed", ""), ("confirmed", ""))
    assert told("sari") == ["hazard_verified"]
    assert "BPBD memastikan bahaya masih ada" in as_user("wahyu").get(f"/hazards/reports/{part.id}").text
    assert "menyatakan bahaya pada laporan" in as_user("tuti").get("/admin/audit").text


def test_a_notice_names_no_person(as_user: AsUser, cast: Cast) -> None:
    decide(as_user("bagas"), hazard(cast), "verification")
    page = as_user("sari").get("/notices").text
    assert "sudah diverifikasi" in page
    assert "Bagas" not in page


def test_the_audit_log_says_who_decided_about_which_report(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    decide(as_user("bagas"), report, "verification")
    page = as_user("tuti").get("/admin/audit").text
    assert "memverifikasi laporan bahaya" in page
    assert report.number in page


def test_the_first_answer_is_kept_when_more_is_decided(as_user: AsUser, cast: Cast) -> None:
    first = now() - timedelta(minutes=10)
    report = hazard(cast, minutes=20, answered_at=first)
    decide(as_user("bagas"), report, "verification")
    db.session.refresh(report)
    assert report.answered_at == first


def test_a_reporter_without_an_account_has_no_notice(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, None, phone="+6281330000099")
    decide(as_user("bagas"), report, "verification")
    assert history(report) == [("verified", "")]
    assert db.session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("action", "field", "words"),
    [("question", "question", "Tulis pertanyaannya dulu."), ("rejection", "reason", "Tulis alasannya dulu.")],
)
def test_a_question_and_a_rejection_need_words(
    as_user: AsUser, cast: Cast, action: str, field: str, words: str
) -> None:
    report = hazard(cast)
    for typed in ("", "   ", "x" * 501):
        answer = decide(as_user("bagas"), report, action, **{field: typed})
        assert answer.status_code == 422
        assert 'class="confirm"' in answer.text
        assert (words if len(typed) <= 500 else "paling banyak 500") in answer.text
    assert history(report) == []


def test_a_priority_that_is_none_is_refused(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    assert decide(as_user("bagas"), report, "incident", priority="7").status_code == 422
    assert db.session.scalars(select(Incident)).all() == []


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("verification", "verified"), ("verification", "rejected"), ("verification", "resolved"),
        ("rejection", "verified"), ("rejection", "resolved"), ("question", "asked"), ("question", "verified"),
        ("confirmation", "received"), ("confirmation", "resolved"),
        ("resolution", "received"), ("resolution", "rejected"), ("incident", "rejected"), ("incident", "resolved"),
    ],
)  # fmt: skip
def test_what_the_status_does_not_allow_is_refused(as_user: AsUser, cast: Cast, action: str, status: str) -> None:
    report = hazard(cast, status=status)
    page = decide(as_user("bagas"), report, action, question="Di mana?", reason="Tidak ada").text
    assert "Laporan ini sudah berubah" in page
    db.session.refresh(report)
    assert (report.status, history(report)) == (status, [])


def test_the_page_that_is_open_no_longer_offers_what_ended_and_leads_to_a_new_question(
    as_user: AsUser, cast: Cast
) -> None:
    report, sari = hazard(cast), as_user("sari")
    at = f"/hazards/reports/{report.id}"
    assert f"{at}/withdrawal" in sari.get(f"{at}/state").text
    decide(as_user("bagas"), report, "question", question="Seberapa dalam?")
    polled = sari.get(f"{at}/state").text
    assert f"{at}/withdrawal" not in polled
    assert f'<a href="{at}">Jawab' in polled
    assert '<a href="#tell">Jawab' in sari.get(at).text


def test_a_reporter_who_has_answered_may_be_asked_again(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    decide(as_user("bagas"), report, "question", question="Seberapa dalam?")
    answers(report, "Selutut")
    decide(as_user("bagas"), report, "question", question="Ada yang terjebak?")
    assert [kind for kind, _ in history(report)] == ["asked", "answered", "asked"]


# --- two officers at once ---


@pytest.mark.both_databases
def test_of_two_officers_at_once_one_decides_and_the_other_learns_who(app: Flask, as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    number = report.number

    two = as_user("bagas"), as_user("bagas")
    pages = at_once(app, *(lambda one=one: decide(one, number, "verification").text for one in two))
    assert sorted("Terlambat: Bagas BPBD lebih dulu" in page for page in pages) == [False, True]
    assert history(report) == [("verified", "")]


@pytest.mark.both_databases
def test_two_clicks_at_once_make_one_incident(app: Flask, as_user: AsUser, cast: Cast) -> None:
    number = hazard(cast).number

    two = as_user("bagas"), as_user("bagas")
    pages = at_once(app, *(lambda one=one: decide(one, number, "incident").text for one in two))
    assert sorted("Unit sudah diminta sebelumnya" in page for page in pages) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1


def test_a_hazard_is_confirmed_again_from_a_page_that_the_way_back_shows(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, status="verified")
    for _time in range(2):
        assert "Masih ada: halaman publik" in decide(as_user("bagas"), report, "confirmation", form_key="a").text
    assert history(report) == [("confirmed", ""), ("confirmed", "")]


# --- the same hazard ---


@pytest.mark.both_databases
def test_a_joined_report_is_decided_with_the_one_that_stands_for_it(as_user: AsUser, cast: Cast) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    bagas = as_user("bagas")
    assert main.number in decide(bagas, part, "joining", **{"with": main.number}).text
    db.session.refresh(part)
    assert part.same_as_id == main.id
    decide(bagas, main, "verification")
    db.session.refresh(part)
    assert part.status == "verified"
    assert history(part) == [("same", main.number), ("verified", "")]
    assert (told("sari"), told("wahyu")) == (["hazard_verified"], ["hazard_verified"])


@pytest.mark.both_databases
def test_a_report_that_stands_for_others_is_not_taken_back(as_user: AsUser, cast: Cast) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    decide(as_user("bagas"), part, "joining", **{"with": main.number})
    sari = as_user("sari")
    assert "Tarik laporan" not in sari.get(f"/hazards/reports/{main.id}").text
    sari.post(f"/hazards/reports/{main.id}/withdrawal")
    db.session.refresh(main)
    assert (main.status, history(main)) == ("received", [("same", part.number)])
    assert main.number in as_user("bagas").get("/hazards/desk").text


def test_the_verified_report_stands_for_both_also_where_the_older_one_is_open(as_user: AsUser, cast: Cast) -> None:
    older, verified = hazard(cast, minutes=10), hazard(cast, "wahyu", status="verified")
    decide(as_user("bagas"), verified, "joining", **{"with": older.number})
    db.session.refresh(older)
    assert (older.same_as_id, older.status) == (verified.id, "verified")


def test_a_verified_report_makes_the_urgent_one_that_stands_for_both_verified(as_user: AsUser, cast: Cast) -> None:
    incident = cry(cast, "sari", "disaster", source="hazard")
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).one()
    urgent = hazard(cast, danger="rising", alert_id=alert.id)
    verified = hazard(cast, "wahyu", minutes=10, status="verified")
    decide(as_user("bagas"), urgent, "joining", **{"with": verified.number})
    db.session.expire_all()
    assert (verified.same_as_id, urgent.status, verified.status) == (urgent.id, "verified", "verified")
    assert ("verified", "") in history(urgent)
    assert told("sari") == ["hazard_verified"]
    assert [hazard.reports for hazard in public_hazards().hazards] == [2]


def test_a_report_that_others_were_joined_to_brings_them_along(as_user: AsUser, cast: Cast) -> None:
    first, second, third = hazard(cast, minutes=30), hazard(cast, "wahyu", minutes=20), hazard(cast, "endang")
    decide(as_user("bagas"), third, "joining", **{"with": second.number})
    decide(as_user("bagas"), second, "joining", **{"with": first.number})
    db.session.expire_all()
    assert {second.same_as_id, third.same_as_id} == {first.id}


def test_a_question_goes_to_the_one_reporter_alone(as_user: AsUser, cast: Cast) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    handling.ask(main, "Seberapa dalam?", now(), cast.bagas)
    db.session.commit()
    assert (main.status, part.status, told("wahyu")) == ("asked", "received", [])


def test_a_joined_report_is_not_decided_alone(as_user: AsUser, cast: Cast) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    db.session.commit()
    assert "Terlambat: Bagas BPBD lebih dulu" in decide(as_user("bagas"), part, "verification").text
    with pytest.raises(TooLate):
        make_incident(part, None, now(), cast.bagas)


def test_a_separated_report_waits_again_and_one_that_is_not_joined_cannot_be_separated(
    as_user: AsUser, cast: Cast
) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    make_incident(main, None, now(), cast.bagas)
    db.session.commit()
    assert part.incident_id == main.incident_id
    decide(as_user("bagas"), part, "separation")
    db.session.expire_all()
    assert (part.same_as_id, part.status, part.incident_id) == (None, "received", None)
    assert main.incident_id is not None
    assert "Terlambat" in decide(as_user("bagas"), part, "separation").text


def test_a_separated_report_waits_for_an_answer_and_the_officers_are_told_quietly(cast: Cast) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    handling.separate(part, now(), cast.bagas)
    db.session.commit()
    again = select(Notice).where(Notice.kind == "hazard_separated", Notice.acknowledged_at.is_(None))
    (notice,) = db.session.scalars(again)
    assert (part.answered_at, notice.role, notice.url) == (None, "hazard_officer", f"/hazards/desk/{part.number}")
    assert "kembali menunggu" in sentence(notice.kind, notice.detail)
    handling.verify(part, now(), cast.bagas)
    db.session.commit()
    assert db.session.scalars(again).all() == []


def test_the_reporter_reads_that_reports_were_joined_and_no_number_of_another_report(
    as_user: AsUser, cast: Cast
) -> None:
    main, part = hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    handling.separate(part, now(), cast.bagas)
    db.session.commit()
    for who, own, other in (("wahyu", part, main), ("sari", main, part)):
        page = as_user(who).get(f"/hazards/reports/{own.id}").text
        assert "Digabung dengan laporan lain tentang bahaya yang sama" in page
        assert other.number not in page
    assert "Dipisahkan" in as_user("wahyu").get(f"/hazards/reports/{part.id}").text


def test_a_report_is_not_joined_to_itself_to_none_or_to_one_that_is_over(as_user: AsUser, cast: Cast) -> None:
    report, over = hazard(cast), hazard(cast, "wahyu", status="resolved")
    bagas = as_user("bagas")
    assert decide(bagas, report, "joining", **{"with": report.number}).status_code == 422
    assert decide(bagas, report, "joining", **{"with": "B-261129-999"}).status_code == 422
    assert "Laporan ini sudah berubah" in decide(bagas, report, "joining", **{"with": over.number}).text
    with pytest.raises(SameReport):
        handling.join(report, report, now(), cast.bagas)
    db.session.refresh(report)
    assert report.same_as_id is None


# --- an incident ---


@pytest.mark.both_databases
def test_an_incident_of_a_hazard_is_dispatched_and_shown_with_its_state(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    report = hazard(cast)
    page = decide(as_user("bagas"), report, "incident", priority="1").text
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.type.code, incident.priority, incident.source) == ("disaster", 1, "hazard")
    assert offered(incident) == ["DAMKAR-01"]
    assert incident.number in page
    assert "Menunggu unit" in page
    db.session.refresh(report)
    assert (report.status, report.incident_id) == ("verified", incident.id)
    assert told("sari") == ["hazard_incident"]
    dispatch.close(incident, "helped", "", now(), cast.komang)
    db.session.commit()
    assert "Selesai" in as_user("bagas").get(f"/hazards/desk/{report.number}").text


def test_the_type_follows_from_the_kind(as_user: AsUser, cast: Cast) -> None:
    agency = cast.incident_type("disaster").agency
    db.session.add(IncidentType(code="flood", name_id="Banjir", name_en="Flood", priority=2, agency=agency))
    db.session.commit()
    codes = {}
    for kind in ("flood", "fire", "eruption", "other"):
        report = hazard(cast, kind=kind)
        codes[kind] = make_incident(report, None, now(), cast.bagas).type.code
    assert codes == {"flood": "flood", "fire": "fire", "eruption": "disaster", "other": "disaster"}


def test_a_hazard_whose_incident_is_closed_may_have_a_second_one(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    first = make_incident(report, None, now(), cast.bagas)
    dispatch.close(first, "helped", "", now(), cast.komang)
    db.session.commit()
    bagas = as_user("bagas")
    assert f"/hazards/desk/{report.number}/incident" in bagas.get(f"/hazards/desk/{report.number}").text
    decide(bagas, report, "incident")
    db.session.expire_all()
    second = report.incident
    assert second is not None
    assert (second.id == first.id, second.is_open) == (False, True)
    assert f"Unit sudah diminta sebelumnya: kejadian {second.number}" in decide(bagas, report, "incident").text


def test_crews_find_the_number_to_call_and_the_words(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    decide(as_user("bagas"), report, "incident")
    incident = db.session.scalars(select(Incident)).one()
    callers = as_user("komang").get(f"/incidents/{incident.number}/callers").text
    assert "Sari Wulandari" in callers
    assert "tel:+6281330000001" in callers
    assert "melaporkan bahaya" in callers
    assert "belum diverifikasi" not in callers
    received = db.session.scalars(select(Event).where(Event.event_type == "received")).one()
    assert received.detail["note"] == "Air masuk rumah"
    assert incident.place["words"] == "Jl. Ikan Paus"


def test_the_incident_of_a_hazard_joins_no_other_call_of_its_reporter(as_user: AsUser, cast: Cast) -> None:
    other = cry(cast, "sari", "domestic_violence")
    made = make_incident(hazard(cast), None, now(), cast.bagas)
    assert made.id != other.id
    assert made.type.code == "disaster"


def test_the_incident_of_a_suspended_reporters_hazard_is_not_held(as_user: AsUser, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    db.session.commit()
    assert not make_incident(hazard(cast, "karto"), None, now(), cast.bagas).held


def test_a_report_without_a_place_makes_an_incident_that_says_so(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, latitude=None, longitude=None, accuracy=None, place_source="none")
    incident = make_incident(report, None, now(), cast.bagas)
    assert "no_position" in incident.flags


def test_no_second_incident_is_made_of_a_hazard_or_of_one_whose_danger_raised_one(as_user: AsUser, cast: Cast) -> None:
    first = hazard(cast)
    make_incident(first, None, now(), cast.bagas)
    raised = cry(cast, "wahyu", "disaster", source="hazard")
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == raised.id)).one()
    second, part = hazard(cast, kind="fire"), hazard(cast, "wahyu", kind="fire", alert_id=alert.id)
    part.same_as_id = second.id
    db.session.commit()
    for report in (first, part, second):
        with pytest.raises(AlreadyRaised):
            make_incident(report, None, now(), cast.bagas)
    page = decide(as_user("bagas"), second, "incident").text
    assert f"Unit sudah diminta sebelumnya: kejadian {raised.number}" in page
