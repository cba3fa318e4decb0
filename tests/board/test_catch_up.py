"""Catching up: what was done on paper is entered with its real times, sends nobody and rings nobody."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.agencies import rules as agencies
from meteor.alerts.models import Alert
from meteor.board import paper_times
from meteor.board.counts import OpenCount, open_counts
from meteor.board.models import PaperEntry
from meteor.clients.models import ApiClient
from meteor.dispatch import overdue, override, queue
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import escalation, timeline
from meteor.incidents.models import Decision, Escalation, Event, Incident
from meteor.integrations import webhooks
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import WIB, now
from tests.cast import Cast
from tests.conftest import Browser
from tests.partners import Partner
from tests.scenes import on_duty, press, report

AsUser = Callable[[str], Browser]

AT = datetime(2026, 11, 29, 22, 10, tzinfo=WIB)
"""22.10 WIB, when Komang enters what stands on the paper."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is AT where the form is taken."""
    monkeypatch.setattr("meteor.board.views.catch_up.now", lambda: AT)


def filled(cast: Cast, **given: str) -> dict[str, str]:
    """The form of a kitchen fire at 21.05, over at 21.50, as it stands on the paper."""
    values = {
        "id": str(uuid4()), "number": "W-01", "day": "2026-11-29", "reported": "21.05",
        "type": "Kebakaran", "type_id": str(cast.incident_type("fire").id), "place": "rumah cat hijau",
        "latitude": "-7,7337", "longitude": "113.2166", "note": "Api di dapur", "name": "Bu Sri",
        "phone": "081234567890", "unit_1": str(cast.unit("DAMKAR-01").id), "accepted_1": "21.06",
        "en_route_1": "21:08", "on_scene_1": "2114", "cleared_1": "21.45", "ended": "closed", "closed": "21.50",
        "outcome": "helped",
    }  # fmt: skip
    return values | given


STILL_OPEN = {"ended": "open", "closed": "", "outcome": "", "cleared_1": ""}
NO_UNIT = dict.fromkeys(("unit_1", "accepted_1", "en_route_1", "on_scene_1", "cleared_1"), "")


def enter(client: Browser, form: dict[str, str]) -> Any:
    return client.post("/board/catch-up", data=form)


def the_incident() -> Incident:
    return db.session.scalars(select(Incident).execution_options(populate_existing=True)).one()


def wib(clock: str, day: int = 29) -> datetime:
    hour, minute = map(int, clock.split("."))
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


def nobody_was_told() -> bool:
    """Whether no notice, push, or message waits, and no chain runs."""
    kept = (Notice, OutboxItem, Escalation)
    return not any(db.session.scalar(select(func.count()).select_from(table)) for table in kept)


@pytest.mark.both_databases
def test_a_closed_incident_has_the_times_of_the_paper(as_user: AsUser, cast: Cast) -> None:
    assert enter(as_user("komang"), filled(cast)).status_code == 303
    fire = the_incident()
    assert (fire.status, fire.outcome, fire.held, fire.priority) == ("closed", "helped", False, 1)
    assert (fire.opened_at, fire.accepted_at, fire.arrived_at, fire.closed_at) == tuple(
        map(wib, ("21.05", "21.06", "21.14", "21.50"))
    )
    assert fire.number.startswith("261129-")
    assert fire.waiting_since is None


@pytest.mark.both_databases
def test_nobody_is_sent_told_or_rung(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    on_duty(cast, "agus", "TRAIL-01")
    for number, changes in enumerate(({}, STILL_OPEN | NO_UNIT, {"type_id": "", "type": "Kejahatan"})):
        entered = filled(cast, **{"number": f"W-{number}"} | changes)
        assert enter(as_user("komang"), entered).status_code == 303
        assert nobody_was_told()
    assert db.session.scalar(select(func.count()).where(Assignment.status == "offered")) == 0
    assert [cast.unit(name).status for name in ("DAMKAR-01", "TRAIL-01")] == ["available"] * 2


def test_time_brings_nobody_either(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, **STILL_OPEN | NO_UNIT))
    for later in (timedelta(), timedelta(minutes=2), timedelta(hours=5)):
        overdue.expire(AT + later)
        overdue.serve_waiting(AT + later)
        overdue.escalate(AT + later)
        escalation.escalate(AT + later)
        reconcile(the_incident().id, AT + later)
    assert nobody_was_told()
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_no_partner_is_told_until_something_happens_to_it(app: Flask, as_user: AsUser, cast: Cast) -> None:
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    webhooks.listen(db.session.get_one(ApiClient, hospital.id), "https://rsud.example.id/hook", cast.tuti)
    enter(as_user("komang"), filled(cast, **STILL_OPEN | NO_UNIT))
    webhooks.gather(AT)
    assert nobody_was_told()
    dispatch.close(the_incident(), "helped", "", AT, cast.komang)
    webhooks.gather(AT)
    topics = db.session.scalars(select(OutboxItem.topic).where(OutboxItem.topic == webhooks.TOPIC)).all()
    assert len(topics) == 1


def test_the_timeline_says_who_entered_it_later(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    enter(komang, filled(cast))
    events = timeline.of_incident(the_incident().id)
    assert [(event.event_type, event.at) for event in events] == [
        ("received", wib("21.05")), ("accepted", wib("21.06")), ("en_route", wib("21.08")),
        ("on_scene", wib("21.14")), ("cleared", wib("21.45")), ("closed", wib("21.50")),
    ]  # fmt: skip
    assert {(event.actor_name, event.detail["entered_at"]) for event in events} == {
        ("Komang Dispatcher", AT.isoformat())
    }
    page = komang.get(f"/incidents/{the_incident().number}").text
    assert "dimasukkan belakangan dari kertas oleh Komang Dispatcher" in page
    assert "22.10.00" in page


def test_it_is_marked_as_from_paper(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    enter(komang, filled(cast, **STILL_OPEN | NO_UNIT))
    assert "from_paper" in the_incident().flags
    assert "Dari kertas" in komang.get("/incidents").text
    assert "Dari kertas" in komang.get(f"/incidents/{the_incident().number}").text


def test_decisions_and_alert_have_the_real_times_too(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("maya"), filled(cast))
    decided = db.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(each.kind, each.at) for each in decided] == [("opening", wib("21.05")), ("closure", wib("21.50"))]
    assert decided[1].author == cast.maya
    alert = db.session.scalars(select(Alert)).one()
    assert (alert.source, alert.received_at, alert.note) == ("call", wib("21.05"), "Api di dapur")
    assert (alert.caller_name, alert.caller_phone, alert.reporter_id) == ("Bu Sri", "+6281234567890", None)


def test_the_words_of_the_place_are_kept(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast))
    fire = the_incident()
    assert (fire.place["words"], fire.latitude, fire.place_source) == ("rumah cat hijau", -7.7337, "call")
    assert fire.kelurahan is not None


def test_words_alone_are_a_place(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast, latitude="", longitude="", place="belakang pasar"))
    assert (the_incident().place["words"], the_incident().latitude) == ("belakang pasar", None)


def test_an_open_incident_is_held_and_has_its_units_as_they_are(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, **STILL_OPEN))
    fire = the_incident()
    assert (fire.status, fire.held, fire.accepted_at) == ("on_scene", True, wib("21.06"))
    assert cast.unit("DAMKAR-01").status == "on_scene"
    work = db.session.scalars(select(Assignment)).one()
    assert (work.status, work.en_route_at, work.on_scene_at, work.ended_at) == (
        "on_scene", wib("21.08"), wib("21.14"), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("times", "status"),
    [({"on_scene_1": ""}, "en_route"), ({"on_scene_1": "", "en_route_1": ""}, "assigned")],
)
def test_a_unit_that_is_not_there_yet_is_on_its_way(
    as_user: AsUser, cast: Cast, times: dict[str, str], status: str
) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, **STILL_OPEN | times))
    assert (cast.unit("DAMKAR-01").status, the_incident().status) == (status, "dispatched")


def test_the_crew_goes_on_with_it_on_its_tablet(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, **STILL_OPEN))
    dispatch.clear(db.session.scalars(select(Assignment)).one(), AT, cast.dewi)
    assert cast.unit("DAMKAR-01").status == "available"
    assert the_incident().held


def test_a_dispatcher_releases_it_and_units_are_asked(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, **STILL_OPEN | NO_UNIT))
    override.release(the_incident(), now(), cast.komang)
    assert cast.unit("DAMKAR-01").status == "offered"
    assert the_incident().waiting_since is not None


@pytest.mark.both_databases
def test_while_the_paper_says_who_goes_it_waits_for_no_unit_and_is_not_late(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast, **STILL_OPEN | NO_UNIT))
    pages = [as_user("komang").get(address).text for address in ("/incidents", "/board")]
    pages.append(as_user("yusuf").get("/board/chief").text)
    assert ["data-late" in page for page in pages] == [False] * 3
    assert all(the_incident().number in page for page in pages)
    assert open_counts()[1] == OpenCount(1, 0)
    assert [each.waiting for each in queue.open_incidents(None)] == [False]
    override.release(the_incident(), now(), cast.komang)
    assert open_counts()[1] == OpenCount(1, 1)
    assert [each.waiting for each in queue.open_incidents(None)] == [True]
    assert "data-late" in as_user("komang").get("/incidents").text


def test_a_later_press_of_the_caller_opens_an_incident_of_its_own(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast, phone="081330000001", **STILL_OPEN | NO_UNIT))
    assert press(cast, "sari").number != db.session.scalars(select(Incident.number).order_by(Incident.id)).first()


def test_a_press_that_is_open_takes_nothing_of_it(as_user: AsUser, cast: Cast) -> None:
    first = report(cast, "sari", "crime")
    enter(as_user("komang"), filled(cast, phone="081330000001"))
    assert db.session.scalars(select(Alert.source).where(Alert.incident_id == first.id)).all() == ["panic"]


@pytest.mark.both_databases
@pytest.mark.parametrize("ended", [{}, STILL_OPEN], ids=["closed", "open"])
def test_a_double_click_stores_it_once(as_user: AsUser, cast: Cast, ended: dict[str, str]) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    form = filled(cast, **ended)
    answers = [enter(as_user("komang"), form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert the_incident().status == ("on_scene" if ended else "closed")
    assert db.session.scalar(select(func.count()).select_from(PaperEntry)) == 1


@pytest.mark.parametrize(
    "correction", [{"note": "Api di atap"}, {"closed": "21.55"}, {"on_scene_1": "21.15"}, {"name": "Bu Sri Rahayu"}]
)
def test_a_correction_of_what_is_entered_is_not_dropped_in_silence(
    as_user: AsUser, cast: Cast, correction: dict[str, str]
) -> None:
    form = filled(cast)
    enter(as_user("komang"), form)
    again = enter(as_user("komang"), form | correction)
    assert again.status_code == 422
    assert '<a href="#number">' in again.text
    assert f'href="/incidents/{the_incident().number}"' in again.text
    assert next(iter(correction.values())) in again.text


def test_the_form_left_open_with_another_number_is_another_incident(as_user: AsUser, cast: Cast) -> None:
    form = filled(cast)
    enter(as_user("komang"), form)
    enter(as_user("komang"), form | {"number": "W-02"})
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 2


@pytest.mark.both_databases
def test_a_number_of_the_day_is_taken_once_and_the_first_is_shown(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast))
    again = enter(as_user("maya"), filled(cast, number=" w-01 ", note="Yang lain"))
    assert again.status_code == 422
    assert "W-01 pada hari itu sudah dimasukkan" in again.text
    assert f'href="/incidents/{the_incident().number}"' in again.text
    assert "Yang lain" in again.text


def test_the_same_number_on_another_day_is_another_incident(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast))
    assert enter(as_user("komang"), filled(cast, day="2026-11-28")).status_code == 303
    numbers = db.session.scalars(select(Incident.number).order_by(Incident.id)).all()
    assert [number.split("-")[0] for number in numbers] == ["261129", "261128"]


def test_times_go_on_past_midnight(as_user: AsUser, cast: Cast) -> None:
    night = {"accepted_1": "23.59", "en_route_1": "00.01", "on_scene_1": "00.09", "cleared_1": "", "closed": "01.00"}
    enter(as_user("komang"), filled(cast, day="2026-11-28", reported="23.50", **night))
    fire = the_incident()
    assert (fire.arrived_at, fire.closed_at) == (wib("00.09"), wib("01.00"))


def test_a_unit_that_was_not_cleared_is_free_with_the_closure(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast, cleared_1=""))
    assert db.session.scalars(select(Assignment.ended_at)).one() == wib("21.50")
    assert cast.unit("DAMKAR-01").status == "available"


def test_an_incident_without_a_unit_may_be_closed(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast, **NO_UNIT, outcome="nothing_found"))
    assert (the_incident().status, the_incident().accepted_at) == ("closed", None)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"number": " "}, "number", "misalnya W-01"),
        ({"number": "W" * 21}, "number", "20"),
        ({"day": ""}, "day", "Pilih hari laporan masuk"),
        ({"day": "2026-11-21"}, "day", "7 hari terakhir"),
        ({"day": "2026-11-30"}, "reported", "Sekarang pukul 22.10"),
        ({"reported": ""}, "reported", "Tulis kapan dilaporkan"),
        ({"reported": "9 malam"}, "reported", "misalnya 21.05"),
        ({"reported": "24.10"}, "reported", "misalnya 21.05"),
        ({"reported": "22.11"}, "reported", "Sekarang pukul 22.10"),
        ({"type": "", "type_id": ""}, "type", "Jenis kej"),
        ({"type": "qzxqzx", "type_id": ""}, "type", "Pilih jenis dari daftar"),
        ({"place": "", "latitude": "", "longitude": ""}, "place", "Tulis lokasinya"),
        ({"longitude": ""}, "longitude", "atau"),
        ({"latitude": "di sana"}, "latitude", "-7.74320"),
        ({"unit_1": ""}, "unit_1", "Pilih unit"),
        ({"unit_1": "99999999999999999999"}, "unit_1", "Pilih salah satu dari daftar"),
        ({"unit_1": "DAMKAR-01"}, "unit_1", "Pilih salah satu dari daftar"),
        ({"unit_2": "same"}, "unit_2", "tertulis dua kali"),
        ({"accepted_1": ""}, "accepted_1", "Tulis kapan DAMKAR-01 menerima"),
        ({"accepted_1": "21.04"}, "accepted_1", "langkah pukul 21.05"),
        ({"on_scene_1": "21.07"}, "on_scene_1", "langkah pukul 21.08"),
        ({"cleared_1": "22.30"}, "cleared_1", "Sekarang pukul 22.10"),
        ({"closed": "21.44"}, "closed", "langkah pukul 21.45"),
        ({"closed": ""}, "closed", "Tulis kapan ditutup"),
        ({"closed": "23.00"}, "closed", "Sekarang pukul 22.10"),
        ({"day": "2026-11-28", "closed": "10.00"}, "closed", "Antara dua langkah paling lama 12 jam"),
        ({"outcome": ""}, "outcome", "bagaimana"),
        ({"outcome": "handed_over"}, "outcome_note", "kepada siapa"),
        ({"ended": "open"}, "closed", "masih terbuka"),
        ({"ended": ""}, "ended-0", "Pilih apakah"),
        ({"id": "x"}, "id", "Buka kembali"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    as_user: AsUser, cast: Cast, given: dict[str, str], field: str, said: str
) -> None:
    same = {"unit_2": str(cast.unit("DAMKAR-01").id), "accepted_2": "21.06"} if "unit_2" in given else {}
    answer = enter(as_user("komang"), filled(cast, **given | same))
    assert answer.status_code == 422
    problems = answer.text.split('class="error-summary"')[1].split("</ul>")[0]
    assert re.search(rf'<a href="#{field}">[^<]*{re.escape(said)}', problems, re.IGNORECASE)
    assert "Api di dapur" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


@pytest.mark.parametrize("reported", ["", "23.00"], ids=["no time of the report", "one in the future"])
def test_all_that_is_wrong_is_said_at_once(as_user: AsUser, cast: Cast, reported: str) -> None:
    komang = as_user("komang")
    enter(komang, filled(cast))
    wrong = {"reported": reported, "place": "", "latitude": "", "longitude": "", "closed": "", "outcome": ""}
    rows = {
        "accepted_1": "",
        "unit_2": str(cast.unit("DAMKAR-01").id),
        "accepted_2": "21.06",
        "unit_3": "",
        "cleared_3": "21.30",
    }
    answer = enter(komang, filled(cast, **wrong, **rows))
    said = re.findall(r'<a href="#([^"]+)"', answer.text.split('class="error-summary"')[1].split("</ul>")[0])
    fields = {"number", "reported", "place", "closed", "outcome", "accepted_1", "unit_2", "unit_3"}
    assert (answer.status_code, set(said)) == (422, fields)


def test_each_unit_that_is_at_work_elsewhere_is_named_at_once(as_user: AsUser, cast: Cast) -> None:
    more = {"unit_2": str(cast.unit("TRAIL-01").id), "accepted_2": "21.06", "outcome_note": "Padam"}
    answer = enter(as_user("komang"), filled(cast, **STILL_OPEN, **more))
    said = answer.text.split('class="error-summary"')[1].split("</ul>")[0]
    for words in ("DAMKAR-01 sedang tidak bertugas", "TRAIL-01 sedang tidak bertugas", "masih terbuka"):
        assert words in said


def test_a_unit_that_is_at_work_elsewhere_is_refused_and_nothing_is_kept(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    other = report(cast, "sari", "fire")
    answer = enter(as_user("komang"), filled(cast, **STILL_OPEN))
    assert answer.status_code == 422
    assert f"DAMKAR-01 sedang menangani kejadian {other.number}" in answer.text
    assert db.session.scalars(select(Incident.number)).all() == [other.number]


def test_a_unit_off_duty_cannot_be_still_at_work(as_user: AsUser, cast: Cast) -> None:
    answer = enter(as_user("komang"), filled(cast, **STILL_OPEN))
    assert answer.status_code == 422
    assert "DAMKAR-01 sedang tidak bertugas" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_work_that_is_done_is_entered_whatever_the_unit_does_now(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    report(cast, "sari", "fire")
    assert enter(as_user("komang"), filled(cast)).status_code == 303
    assert cast.unit("DAMKAR-01").status == "offered"


def test_more_rows_keep_what_was_typed(as_user: AsUser, cast: Cast) -> None:
    page = enter(as_user("komang"), filled(cast, more="1"))
    assert page.status_code == 200
    assert 'name="unit_4"' in page.text
    assert 'value="2114"' in page.text
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_the_page_lists_what_is_entered(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast))
    page = as_user("maya").get("/board/catch-up").text
    assert f'<a href="/incidents/{the_incident().number}">' in page


def test_the_fire_brigade_finds_it_among_its_incidents(as_user: AsUser, cast: Cast) -> None:
    enter(as_user("komang"), filled(cast))
    assert as_user("dewi").get(f"/incidents/{the_incident().number}").status_code == 200
    assert as_user("rina").get(f"/incidents/{the_incident().number}").status_code == 404


def test_an_end_of_duty_is_no_obstacle(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "dewi", "DAMKAR-01")
    enter(as_user("komang"), filled(cast))
    agencies.end_duty(cast.dewi, AT)
    assert db.session.scalar(select(func.count()).where(Event.event_type == "offered")) == 0
    assert cast.unit(unit.call_sign).status == "off_duty"


@pytest.mark.parametrize(
    ("text", "means"),
    [("21.05", "21:05"), ("9.05", "09:05"), ("0010", "00:10"), ("24.00", ""), ("21.60", ""), ("21", ""), ("٢١.٠٥", "")],
)
def test_a_time_of_day_is_read_as_people_write_it(text: str, means: str) -> None:
    found = paper_times.clock_in(text)
    assert (f"{found:%H:%M}" if found else "") == means
