"""Reports of hazards: what citizens say, what is refused in which words, and what becomes an alert at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.response import STATES, response_to
from meteor.hazards import handling, labels, places, rules
from meteor.hazards.limits import MESSAGES
from meteor.hazards.models import HazardPhoto, HazardReport
from meteor.hazards.rules import IncomingHazard
from meteor.hazards.views.following import link_to
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast, user
from tests.conftest import Browser
from tests.hazards.reports import HERE, JSON, PHONE, none, only, reported, send
from tests.hazards.scenes import hazard
from tests.premises.places import image
from tests.test_limits import use_up

AsUser = Callable[[str], Browser]
ALUN_ALUN = (-7.7430, 113.2155)


@pytest.mark.both_databases
def test_a_report_gets_a_number_and_a_page_that_says_what_happens_now(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    answer = send(sari, severity="2", note="Air masuk rumah", **HERE)
    report = only()
    assert (answer.status_code, answer.location) == (303, f"/hazards/reports/{report.id}")
    assert (report.reporter_id, report.kind, report.severity, report.water_level) == (cast.sari.id, "flood", 2, 45)
    assert (report.status, report.alert_id, report.note) == ("received", None, "Air masuk rumah")
    page = sari.get(answer.location).text
    assert report.number in page
    assert "Target: dijawab dalam 15 menit" in page
    assert "hubungi 112" in page
    assert report.number in sari.get("/hazards").text


def test_numbers_count_within_a_day_of_the_city(app: Flask) -> None:
    def number(at: datetime) -> str:
        return rules.receive(IncomingHazard(uuid4(), "flood", None, "+6281234567890", note="Banjir"), at).number

    late, early = datetime(2026, 11, 28, 16, 59, tzinfo=UTC), datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
    assert [number(late), number(late), number(early)] == ["B-261128-001", "B-261128-002", "B-261129-001"]


def test_a_report_that_arrives_twice_is_one_report(as_user: AsUser) -> None:
    sari, once = as_user("sari"), {"id": str(uuid4()), "note": "Banjir", "danger": "rising"}
    first, again = (send(sari, image(), headers=JSON, **once) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    report = only()
    assert len(report.photos) == 1
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 1


def test_a_uuid_that_is_someone_elses_makes_a_report_of_its_own(as_user: AsUser, cast: Cast) -> None:
    once = {"id": str(uuid4()), "note": "Banjir"}
    first, other = reported(as_user("sari"), **once), reported(as_user("wahyu"), **once)
    assert first.id != other.id
    assert other.reporter_id == cast.wahyu.id
    assert send(as_user("wahyu"), headers=JSON, **once).json["number"] == other.number


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "", "note": "Banjir"}, ">Bahaya apa? Pilih jenisnya.<"),
        ({"kind": "tsunami"}, "Pilih jenisnya"),
        ({}, "Sebutkan lokasinya"),
        ({"note": "x" * 2001}, "paling banyak 2000 karakter"),
    ],
)
def test_what_is_missing_is_named_by_its_field_and_what_was_typed_stays(
    as_user: AsUser, fields: dict[str, str], says: str
) -> None:
    answer = send(as_user("sari"), severity="3", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="3" checked' in answer.text
    assert fields.get("note", "") in answer.text
    assert none()


def test_a_program_reads_what_is_missing(as_user: AsUser) -> None:
    answer = send(as_user("sari"), headers=JSON)
    assert answer.status_code == 422
    assert "Sebutkan lokasinya" in answer.json["detail"]


@pytest.mark.parametrize("severity", ["", "9", "parah"])
def test_how_bad_it_is_may_be_left_out(as_user: AsUser, severity: str) -> None:
    report = reported(as_user("sari"), note="Banjir", severity=severity)
    assert (report.severity, report.water_level) == (None, None)


def test_only_floods_have_a_level_of_water(as_user: AsUser) -> None:
    assert reported(as_user("sari"), kind="fallen_tree", note="Pohon", severity="3").water_level is None


def test_four_photos_at_once_are_refused(as_user: AsUser) -> None:
    answer = send(as_user("sari"), *[image()] * 4, note="Banjir")
    assert (answer.status_code, "paling banyak 3 foto" in answer.text) == (422, True)


def test_photos_that_were_taken_need_not_be_chosen_again(as_user: AsUser) -> None:
    sari, report_id = as_user("sari"), str(uuid4())
    refused = send(sari, image(), b"bukan foto", id=report_id, note="Banjir")
    assert refused.status_code == 422
    assert "foto-2.jpg: Ini bukan foto" in refused.text
    ticket = refused.text.split('name="kept" value="')[1].split('"')[0]
    send(sari, id=report_id, note="Banjir", kept=ticket)
    assert len(only().photos) == 1


def test_a_photo_that_was_kept_belongs_to_one_report(as_user: AsUser) -> None:
    sari, report_id = as_user("sari"), str(uuid4())
    refused = send(sari, image(), id=report_id)
    ticket = refused.text.split('name="kept" value="')[1].split('"')[0]
    for kept in (ticket, ticket + "x", "palsu"):
        assert reported(as_user("wahyu"), note="Banjir", kept=kept).photos == []


# --- urgent ---


@pytest.mark.both_databases
@pytest.mark.parametrize("danger", ["trapped", "rising"])
def test_what_is_dangerous_now_becomes_an_alert_and_leads_to_its_page(as_user: AsUser, cast: Cast, danger: str) -> None:
    sari = as_user("sari")
    answer = send(sari, danger=danger, **HERE)
    report, alert = only(), db.session.scalars(select(Alert)).one()
    assert answer.location == f"/alerts/{alert.id}"
    assert (report.alert_id, alert.id, alert.source) == (alert.id, report.id, "hazard")
    assert (alert.kind, alert.reporter_id, alert.place_source) == ("disaster", cast.sari.id, "device")
    assert danger in alert.flags
    assert report.number in sari.get(answer.location).text
    assert "langsung diteruskan ke 112" in sari.get(f"/hazards/reports/{report.id}").text


def test_an_urgent_report_has_the_citys_own_type_of_incident(app: Flask, as_user: AsUser) -> None:
    like = db.session.scalars(select(IncidentType).where(IncidentType.code == "disaster")).one()
    db.session.add(
        IncidentType(code="flood", kind=None, name_id="Banjir", name_en="Flood", priority=3, agency_id=like.agency_id)
    )
    reported(as_user("sari"), danger="trapped", **HERE)
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.type.code, incident.priority) == ("flood", 1)


ELSEWHERE = {"latitude": "-7.7790", "longitude": "113.2010", "accuracy": "12", "place_source": "map"}


@pytest.mark.both_databases
def test_urgent_reports_of_two_places_are_two_incidents(as_user: AsUser) -> None:
    sari = as_user("sari")
    reported(sari, kind="fallen_tree", danger="rising", **HERE)
    reported(sari, kind="fire", **ELSEWHERE)
    incidents = db.session.scalars(select(Incident).order_by(Incident.id)).all()
    assert [incident.type.kind == "fire" for incident in incidents] == [False, True]


@pytest.mark.both_databases
def test_urgent_reports_of_one_hazard_are_one_incident_of_the_highest_priority(as_user: AsUser) -> None:
    sari = as_user("sari")
    reported(sari, danger="rising", **HERE)
    assert db.session.scalars(select(Incident)).one().priority > 1
    reported(sari, danger="trapped", **HERE)
    db.session.expire_all()
    assert db.session.scalars(select(Incident)).one().priority == 1


def test_an_urgent_report_of_a_place_in_words_is_read_with_an_earlier_incident(as_user: AsUser) -> None:
    sari = as_user("sari")
    reported(sari, danger="rising", **HERE)
    reported(sari, danger="rising", place="depan rumah saya")
    assert len(db.session.scalars(select(Incident)).all()) == 1


@pytest.mark.parametrize("kind", ["flood", "fallen_tree", "landslide", "fire"])
def test_somebody_trapped_is_life_at_risk_whatever_the_hazard(as_user: AsUser, kind: str) -> None:
    reported(as_user("sari"), kind=kind, danger="trapped", **HERE)
    assert db.session.scalars(select(Incident)).one().priority == 1


def test_a_fire_is_an_alert_whatever_else_is_said(as_user: AsUser) -> None:
    reported(as_user("sari"), kind="fire", note="Gudang terbakar")
    assert db.session.scalars(select(Alert.kind)).one() == "fire"


@pytest.mark.parametrize("kind", ["earthquake", "eruption", "flood", "fallen_tree"])
def test_without_danger_a_report_is_only_a_report(as_user: AsUser, kind: str) -> None:
    reported(as_user("sari"), kind=kind, note="Terasa kuat")
    assert db.session.scalars(select(Alert)).all() == []


def test_what_is_dangerous_is_taken_whatever_is_missing_or_wrong(as_user: AsUser) -> None:
    sari = as_user("sari")
    answer = send(sari, b"bukan foto", kind="", danger="trapped", note="x" * 3000)
    report, alert = only(), db.session.scalars(select(Alert)).one()
    assert (report.kind, len(report.note), report.severity) == ("other", 2000, None)
    assert "note_cut" in alert.flags
    assert alert.place_source == "home"
    assert "Ini bukan foto" in sari.get(answer.location).text


@pytest.mark.parametrize("wrong", ["nothing", "note", "photo", "photos"])
def test_a_fire_is_taken_whatever_is_missing_or_wrong(as_user: AsUser, wrong: str) -> None:
    files = {"photo": [b"bukan foto"], "photos": [image()] * 4}.get(wrong, [])
    answer = send(as_user("sari"), *files, kind="fire", note="x" * 3000 if wrong == "note" else "")
    assert answer.location == f"/alerts/{db.session.scalars(select(Alert.id)).one()}"


def test_a_device_that_knows_the_region_only_does_not_replace_the_home_of_an_alert(as_user: AsUser) -> None:
    reported(as_user("sari"), danger="trapped", **{**HERE, "latitude": "-7.9", "accuracy": "20000"})
    alert = db.session.scalars(select(Alert)).one()
    assert (alert.place_source, "coarse_position" in alert.flags) == ("home", True)


def test_the_reporter_reads_what_is_so_of_the_help_and_what_bpbd_decided(as_user: AsUser) -> None:
    sari = as_user("sari")
    report = reported(sari, danger="rising", **HERE)
    incident = db.session.scalars(select(Incident)).one()
    page = sari.get(f"/hazards/reports/{report.id}").text
    assert str(labels.HELP[response_to(incident).state]) in page
    report.status = "verified"
    db.session.commit()
    assert "BPBD menindaklanjuti" in sari.get(f"/hazards/reports/{report.id}").text


def test_every_state_of_a_response_has_words_for_its_reporter() -> None:
    assert set(labels.HELP) == set(STATES)


# --- without an account ---


def test_without_an_account_a_phone_number_is_asked_for(as_user: AsUser) -> None:
    for phone in ("", "tidak tahu"):
        answer = send(as_user(""), note="Banjir", phone=phone)
        assert answer.status_code == 422
        assert 'id="phone-error"' in answer.text
    assert none()


def test_without_an_account_a_link_leads_to_what_became_of_it(as_user: AsUser) -> None:
    answer = send(as_user(""), image(), note="Banjir", **PHONE)
    report = only()
    assert (report.reporter_id, report.phone) == (None, "+6281234567890")
    assert answer.location.startswith("/hazards/follow/")
    page = as_user("").get(answer.location).text
    assert "tanpa akun" in page
    assert "hanya lewat alamat ini" in page
    photo = as_user("").get(f"{answer.location}/photos/{report.photos[0].id}")
    assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")


def test_a_link_cannot_be_guessed_and_opens_no_report_of_an_account(as_user: AsUser, app: Flask) -> None:
    own = reported(as_user("sari"), image(), note="Banjir")
    with app.test_request_context():
        link = link_to(own)
    other = send(as_user(""), note="Banjir", **PHONE).location
    for address in (link, other[:-1], f"{other}x", "/hazards/follow/a.b", f"{other}/photos/{own.photos[0].id}"):
        assert as_user("").get(address).status_code == 404
    assert as_user("").post(f"{link}/withdrawal").status_code == 404


def test_an_urgent_report_without_an_account_is_an_alert_with_an_unverified_number(as_user: AsUser) -> None:
    answer = send(as_user(""), danger="rising", place="Alun-alun Probolinggo", **PHONE)
    alert = db.session.scalars(select(Alert)).one()
    assert (alert.reporter_id, alert.caller_phone) == (None, "+6281234567890")
    assert {"no_account", "rising"} <= set(alert.flags)
    assert "diteruskan ke 112 dan pusat komando" in as_user("").get(answer.location).text
    incident = db.session.scalars(select(Incident.number)).one()
    assert "nomor telepon belum diverifikasi" in as_user("komang").get(f"/incidents/{incident}").text
    callers = as_user("komang").get(f"/incidents/{incident}/callers").text
    assert "tel:+6281234567890" in callers
    assert "nomor belum diverifikasi" in callers


def test_a_page_without_an_account_has_no_map_and_names_its_device(as_user: AsUser) -> None:
    answer = as_user("").get("/hazards/new")
    assert "data-map" not in answer.text
    assert "meteor_device" in answer.headers["Set-Cookie"]
    assert "data-map" in as_user("sari").get("/hazards/new").text
    assert as_user("").get("/hazards").location == "/hazards/new"


# --- the place ---


def at(fix: tuple[float, float] | None = None, source: str = "device", words: str = "") -> places.Found:
    typed = {"latitude": str(fix[0]), "longitude": str(fix[1]), "accuracy": "10"} if fix else {}
    return places.found({**typed, "place_source": source}, words, [(-7.75, 113.21)])


def test_the_best_place_counts(app: Flask) -> None:
    found = {
        "pin": at(HOME, "map", "Alun-alun Probolinggo"),
        "device": at(HOME, words="depan pasar"),
        "words": at(words="Alun-alun Probolinggo"),
        "photo": at(words="depan rumah saya"),
    }
    assert {name: place.source for name, place in found.items()} == {name: name for name in found}
    assert (found["words"].latitude, found["words"].longitude) == ALUN_ALUN
    assert (found["device"].latitude, found["device"].words) == (HOME[0], "depan pasar")
    assert places.found({}, "depan rumah saya").source == "words"
    assert places.found({}, "").source == "none"


def test_words_that_mean_another_place_count_more_than_where_the_reporter_is_by_now(app: Flask) -> None:
    assert at(HOME, words="Alun-alun Probolinggo").source == "words"
    assert at((ALUN_ALUN[0] + 0.001, ALUN_ALUN[1]), words="Alun-alun Probolinggo").source == "device"


def test_a_device_that_knows_the_region_only_counts_least(app: Flask) -> None:
    coarse = {"latitude": str(HOME[0]), "longitude": str(HOME[1]), "accuracy": "20000"}
    assert places.found(coarse, "", [(-7.75, 113.21)]).source == "photo"
    assert places.found(coarse, "").source == "device"


def test_a_report_knows_its_kelurahan(as_user: AsUser) -> None:
    kelurahan = reported(as_user("sari"), **HERE).kelurahan
    assert kelurahan is not None
    assert kelurahan.name == "Mayangan"


# --- afterwards ---


def version(page: str) -> str:
    return page.split('data-version="')[1].split('"')[0]


def ask(report: HazardReport, question: str = "Setinggi apa?") -> None:
    """BPBD asks."""
    handling.ask(report, question, now(), user("bagas"))
    db.session.commit()


@pytest.mark.both_databases
def test_a_question_is_answered_with_words_and_a_photo(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    ask(report)
    assert "Setinggi apa?" in sari.get(f"/hazards/reports/{report.id}").text
    data = {"text": "Selutut", "photos": (BytesIO(image()), "foto.jpg")}
    assert sari.post(f"/hazards/reports/{report.id}/messages", data=data).status_code == 303
    report = only()
    assert (report.status, report.messages[-1].kind, report.messages[-1].text) == ("received", "answered", "Selutut")
    assert len(report.photos) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_answer_with_a_photo_that_is_sent_again_is_kept_once(as_user: AsUser, *, signed_in: bool) -> None:
    browser = as_user("sari" if signed_in else "")
    address = send(browser, note="Banjir", **({} if signed_in else PHONE)).location
    ask(only())
    for picture in (image(), image(), image("PNG")):
        data = {"text": "Selutut", "photos": (BytesIO(picture), "foto.jpg"), "form_key": "a"}
        assert browser.post(f"{address}/messages", data=data).location == address
    db.session.expire_all()
    assert len(only().photos) == 2, "another photo in the same form is another message"


def test_a_message_that_was_refused_may_be_sent_again_under_its_key(as_user: AsUser) -> None:
    address = send(as_user("sari"), note="Banjir").location
    data = {"text": "", "form_key": "a"}
    answers = [as_user("sari").post(f"{address}/messages", data=data).status_code for _time in range(2)]
    assert answers == [422, 422]


def test_a_message_that_was_kept_is_never_too_late_nor_one_too_many(as_user: AsUser, cast: Cast) -> None:
    sari, report = as_user("sari"), hazard(cast)
    address, data = f"/hazards/reports/{report.id}", {"text": "Selutut", "form_key": "a"}
    sari.post(f"{address}/messages", data=data)
    use_up(f"user:{cast.sari.id}", MESSAGES)
    for status in ("verified", "rejected"):
        report.status = status
        assert sari.post(f"{address}/messages", data=data).status_code == 303
        page = sari.get(address).text
        assert "Kiriman pertama Anda sudah diterima" in page
        assert "sudah diputuskan" not in page


def test_a_question_is_answered_by_the_link(as_user: AsUser) -> None:
    link = send(as_user(""), note="Banjir", **PHONE).location
    ask(only())
    assert as_user("").post(f"{link}/messages", data={"text": "Selutut"}).location == link
    assert (only().status, only().messages[-1].author_id) == ("received", None)


@pytest.mark.both_databases
def test_what_bpbd_asks_and_decides_comes_to_the_open_page_by_itself(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    address = f"/hazards/reports/{report.id}"
    shown = version(sari.get(address).text)
    assert sari.get(f"{address}/state?v={shown}").status_code == 204
    ask(report)
    asked = sari.get(f"{address}/state?v={shown}").text
    assert "Setinggi apa?" in asked
    assert "<form" not in asked
    shown = version(asked)
    assert sari.get(f"{address}/state?v={shown}").status_code == 204
    handling.verify(report, now(), user("bagas"))
    db.session.commit()
    verified = sari.get(f"{address}/state?v={shown}").text
    assert "BPBD menindaklanjuti" in verified
    handling.confirm(report, now(), user("bagas"))
    db.session.commit()
    assert "memastikan bahaya masih ada" in sari.get(f"{address}/state?v={version(verified)}").text


def test_the_page_of_a_link_is_polled_too_and_a_closed_report_is_not(as_user: AsUser) -> None:
    link, nobody = send(as_user(""), note="Banjir", **PHONE).location, as_user("")
    page = nobody.get(link).text
    assert f'hx-get="{link}/state"' in page
    assert nobody.get(f"{link}/state?v={version(page)}").status_code == 204
    handling.reject(only(), "Tidak ada banjir", now(), user("bagas"))
    db.session.commit()
    assert "Tidak ada banjir" in nobody.get(f"{link}/state?v={version(page)}").text
    assert "hx-get" not in nobody.get(link).text


def test_the_help_of_an_urgent_report_is_part_of_its_version(as_user: AsUser, cast: Cast) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), danger="rising", **HERE)
    address = f"/hazards/reports/{report.id}"
    shown = version(sari.get(address).text)
    dispatch.close(db.session.scalars(select(Incident)).one(), "helped", "", now(), cast.komang)
    db.session.commit()
    assert str(labels.HELP["closed"]) in sari.get(f"{address}/state?v={shown}").text


def test_the_state_of_a_report_is_its_reporters_alone(as_user: AsUser) -> None:
    report = reported(as_user("sari"), note="Banjir")
    assert as_user("wahyu").get(f"/hazards/reports/{report.id}/state").status_code == 404


def test_an_empty_answer_is_refused(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    answer = sari.post(f"/hazards/reports/{report.id}/messages", data={"text": " "})
    assert (answer.status_code, "Tulis sesuatu atau pilih foto" in answer.text) == (422, True)


def test_no_more_photos_are_kept_than_anybody_looks_at(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), *[image()] * 3, note="Banjir")
    address = f"/hazards/reports/{report.id}"
    for text in ("", "Selutut"):
        data = {"text": text, "photos": [(BytesIO(image()), f"{n}.jpg") for n in range(4)]}
        sari.post(f"{address}/messages", data=data)
    assert db.session.scalar(select(func.count()).select_from(HazardPhoto)) == 6
    assert sari.get(address).text.count("sudah memuat foto sebanyak yang dapat disimpan") == 1 + 4


def test_photos_of_a_message_that_is_refused_need_not_be_chosen_again(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    address = f"/hazards/reports/{report.id}/messages"
    data = {"text": "x" * 2001, "photos": (BytesIO(image()), "foto.jpg")}
    refused = sari.post(address, data=data)
    assert refused.status_code == 422
    ticket = refused.text.split('name="kept" value="')[1].split('"')[0]
    assert sari.post(address, data={"text": "", "kept": ticket}).status_code == 303
    assert len(only().photos) == 1


@pytest.mark.both_databases
def test_a_report_is_taken_back_while_bpbd_has_not_answered(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    assert sari.post(f"/hazards/reports/{report.id}/withdrawal").status_code == 303
    assert only().status == "withdrawn"
    assert "Laporan Anda tarik kembali" in sari.get(f"/hazards/reports/{report.id}").text


@pytest.mark.parametrize("status", ["asked", "verified", "rejected", "resolved", "withdrawn"])
def test_what_bpbd_has_begun_is_not_taken_back(as_user: AsUser, status: str) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    report.status = status
    answer = sari.post(f"/hazards/reports/{report.id}/withdrawal")
    assert "sudah diputuskan" in sari.get(answer.location).text
    assert only().status == status


def test_an_urgent_report_is_taken_back_as_an_alert_alone(as_user: AsUser) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), danger="rising")
    sari.post(f"/hazards/reports/{report.id}/withdrawal")
    assert only().status == "received"


@pytest.mark.parametrize("status", ["rejected", "resolved", "withdrawn"])
def test_a_closed_report_hears_nothing_more(as_user: AsUser, status: str) -> None:
    sari, report = as_user("sari"), reported(as_user("sari"), note="Banjir")
    report.status = status
    answer = sari.post(f"/hazards/reports/{report.id}/messages", data={"text": "Masih banjir"})
    assert answer.status_code == 303
    assert len(only().messages) == 1


@pytest.mark.parametrize("username", ["wahyu", "agus", "bagas", "tuti"])
def test_a_report_is_its_reporters_page_alone(as_user: AsUser, username: str) -> None:
    report = reported(as_user("sari"), note="Banjir")
    other, address = as_user(username), f"/hazards/reports/{report.id}"
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/withdrawal").status_code == 404
    assert other.post(f"{address}/messages", data={"text": "Halo"}).status_code == 404
    assert report.number not in other.get("/hazards").text


def test_the_citizen_finds_the_form_from_the_button(as_user: AsUser) -> None:
    for username in ("sari", ""):
        assert 'href="/hazards/new"' in as_user(username).get("/").text
    assert 'href="/hazards"' in as_user("sari").get("/").text


def test_citizens_find_the_public_page_of_hazards(as_user: AsUser) -> None:
    assert 'href="/hazards/public"' in as_user("").get("/").text
    assert 'href="/hazards/public"' in as_user("sari").get("/hazards").text


def test_the_form_is_light(as_user: AsUser) -> None:
    assert len(as_user("sari").get("/hazards/new").data) < 30_000


def test_uuid_of_the_form_is_kept_while_it_is_corrected(as_user: AsUser) -> None:
    report_id = str(uuid4())
    assert f'name="id" value="{report_id}"' in send(as_user("sari"), id=report_id).text
    assert isinstance(reported(as_user("sari"), id="bukan UUID", note="Banjir").id, UUID)
