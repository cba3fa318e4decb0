"""Incidents that a partner opens and reads: dispatched like any other, and seen by nobody else's client."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.integrations.reports import told
from tests.partners import Partner, wrong
from tests.scenes import at_once, on_duty, open_assignment, report


def opened(number: str) -> Incident:
    db.session.expire_all()
    return db.session.scalars(select(Incident).where(Incident.number == number)).one()


@pytest.mark.both_databases
def test_what_an_agent_wrote_down_is_dispatched(cast: Cast, partner: Partner) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    answer = partner.post("/api/v1/incidents", told(name="Bu Tutik", note="asap tebal", reference="A-1"))
    sent = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/incidents/{sent['number']}"
    assert (sent["type"]["code"], sent["priority"], sent["status"]) == ("fire", 1, "open")
    assert (sent["references"], sent["kelurahan"]) == (["A-1"], "Mayangan")
    assert open_assignment("DAMKAR-01").incident.number == sent["number"]
    alert = db.session.scalars(select(Alert)).one()
    assert (alert.source, alert.caller_phone, alert.caller_name) == ("api", "+6281234567890", "Bu Tutik")
    assert alert.note == "asap tebal"


@pytest.mark.both_databases
def test_the_same_reference_again_is_the_same_incident(app: Flask, cast: Cast, partner: Partner) -> None:
    answers = at_once(app, *[lambda n=n: partner.post("/api/v1/incidents", told(reference="A-1"), key=n) for n in "ab"])
    answers.append(partner.post("/api/v1/incidents", told(reference="A-1", note="asap tebal")))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.get_json()["number"] for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert db.session.scalars(select(Alert.note)).all() == [""]


def test_a_reference_that_a_partner_uses_anew_loses_nobody(cast: Cast, partner: Partner) -> None:
    first = opened(partner.post("/api/v1/incidents", told(reference="17")).get_json()["number"])
    db.session.scalars(select(Alert)).one().received_at -= timedelta(days=2)
    assert partner.post("/api/v1/incidents", told(reference="17")).status_code == 200  # it is still open
    incidents.close(first, "helped", "", now(), cast.komang)
    assert partner.post("/api/v1/incidents", told(reference="17")).status_code == 201
    assert partner.post("/api/v1/incidents", told(reference="17")).status_code == 200


def test_a_report_without_a_reference_or_of_another_client_is_another_incident(
    cast: Cast, partner: Partner, stranger: Partner
) -> None:
    reports = [(partner, {}), (partner, {}), (partner, {"reference": "A-1"}), (stranger, {"reference": "A-1"})]
    answers = [client.post("/api/v1/incidents", told(**given)) for client, given in reports]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.get_json()["number"] for answer in answers}) == 4


def test_words_alone_are_a_place_too(cast: Cast, partner: Partner) -> None:
    words = "di belakang gudang garam lama"
    sent = partner.post("/api/v1/incidents", told(location=None, place=words)).get_json()
    incident = opened(sent["number"])
    assert incident.place["words"] == words


def test_only_words_that_surely_mean_a_place_become_a_point(cast: Cast, partner: Partner) -> None:
    sure, perhaps = (
        partner.post("/api/v1/incidents", told(location=None, place=words)).get_json()
        for words in ("RT 3 RW 5 kelurahan Mayangan", "RT 3 RW 5")
    )
    assert sure["location"]["latitude"] == HOME[0]
    assert perhaps["location"] is None
    assert opened(perhaps["number"]).flags == ["no_position"]


def test_the_agent_says_how_urgent_it_is(cast: Cast, partner: Partner) -> None:
    assert partner.post("/api/v1/incidents", told(priority=3)).get_json()["priority"] == 3


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"type": "dragon"}, "type", "crime, disaster"),
        ({"phone": "hidden"}, "phone", "+6281234567890"),
        ({"location": {"latitude": 91, "longitude": 113}}, "location.latitude", "paling banyak 90"),
        ({"location": {"latitude": -7}}, "location.longitude", "harus ada"),
        ({"location": {"latitude": "x", "longitude": 113}}, "location.latitude", "angka"),
        ({"location": None}, "body", "place"),
        ({"location": None, "place": "  "}, "body", "place"),
        ({"priority": 5}, "priority", "paling banyak 4"),
        ({"priority": "1"}, "priority", "bilangan bulat"),
        ({"note": "x" * 2001}, "note", "2000"),
        ({"colour": "red"}, "colour", "Hapus"),
        ({"location": {"latitude": -7.7, "longitude": 113.2, "altitude": 3}}, "location.altitude", "Hapus"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    cast: Cast, partner: Partner, changes: dict[str, object], field: str, words: str
) -> None:
    answer = partner.post("/api/v1/incidents", told(**changes))
    assert answer.status_code == 422
    assert words in wrong(answer)[field]
    assert db.session.scalars(select(Alert)).all() == []


def test_an_incident_shows_its_timeline_without_people(cast: Cast, partner: Partner) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    number = partner.post("/api/v1/incidents", told(name="Bu Tutik", note="asap tebal")).get_json()["number"]
    incidents.note(opened(number), "pelapor mabuk", now(), cast.komang)
    incidents.close(opened(number), "helped", "sudah padam", now(), cast.komang)
    db.session.commit()
    answer = partner.get(f"/api/v1/incidents/{number}")
    sent = answer.get_json()
    assert (sent["status"], sent["outcome"]) == ("closed", "helped")
    assert [line["event"] for line in sent["timeline"]] == ["received", "closed"]
    for private in ("Tutik", "asap", "mabuk", "padam", "Komang", "81234567890"):
        assert private not in answer.text


def test_another_client_finds_nothing(cast: Cast, partner: Partner, stranger: Partner) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    assert partner.get(f"/api/v1/incidents/{number}").status_code == 200
    assert stranger.get(f"/api/v1/incidents/{number}").status_code == 404
    assert stranger.get("/api/v1/incidents.geojson").get_json()["features"] == []


@pytest.mark.both_databases
def test_what_came_of_a_clients_own_call_is_its_to_read(cast: Cast, partner: Partner, stranger: Partner) -> None:
    incident = report(cast)
    alert = db.session.scalars(select(Alert.id).where(Alert.incident_id == incident.id)).one()
    call = Call(client_id=partner.id, reference="r-1", received_at=now(), status="ended", alert_id=alert)
    db.session.add(call)
    db.session.commit()
    assert partner.get(f"/api/v1/calls/{call.id}").get_json()["incident"] == incident.number
    assert partner.get(f"/api/v1/incidents/{incident.number}").get_json()["references"] == ["r-1"]
    assert stranger.get(f"/api/v1/incidents/{incident.number}").status_code == 404


def test_an_incident_that_was_another_says_which_and_both_are_shown(cast: Cast, partner: Partner) -> None:
    other = report(cast, kind="fire")
    own = opened(partner.post("/api/v1/incidents", told()).get_json()["number"])
    number = own.number
    merging.merge(own, opened(other.number), now(), cast.komang)
    db.session.commit()
    assert partner.get(f"/api/v1/incidents/{number}").get_json()["merged_into"] == other.number
    assert partner.get(f"/api/v1/incidents/{other.number}").status_code == 200


def test_citizens_incidents_are_not_for_partners(cast: Cast, partner: Partner) -> None:
    assert partner.get(f"/api/v1/incidents/{report(cast).number}").status_code == 404


def test_the_wider_scope_shows_every_incident_but_drills(app: Flask, cast: Cast) -> None:
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    real, drill = report(cast).number, report(cast, who="wahyu", drill=True).number
    assert hospital.get(f"/api/v1/incidents/{real}").status_code == 200
    assert hospital.get(f"/api/v1/incidents/{drill}").status_code == 404


def test_the_wider_scope_alone_opens_nothing(app: Flask, cast: Cast) -> None:
    number = report(cast).number
    assert Partner(app, "RSUD", "incidents:read-all").get(f"/api/v1/incidents/{number}").status_code == 403


@pytest.mark.parametrize("number", ["261124-999", "x", "261124", "%00", "٢٦١١٢٤-٠٠١", "x" * 500])
def test_a_number_that_is_none_is_not_found(cast: Cast, partner: Partner, number: str) -> None:
    assert partner.get(f"/api/v1/incidents/{number}").status_code == 404


@settings(max_examples=60)
@given(
    phone=st.text(min_size=3, max_size=30) | st.from_regex(r"(\+62|0)8[0-9]{8,11}", fullmatch=True),
    place=st.text(max_size=80) | st.from_regex(r"[a-z ]{0,20} (rt|rw) [0-9]{1,3}", fullmatch=True),
    note=st.text(max_size=200),
)
def test_whatever_an_agent_writes_is_taken_or_refused_and_never_lost(
    partner: Partner, phone: str, place: str, note: str
) -> None:
    answer = partner.post("/api/v1/incidents", told(phone=phone, location=None, place=place, note=note))
    if answer.status_code == 422:
        assert set(wrong(answer)) <= {"phone", "body"}
        return
    assert answer.status_code == 201
    incident = opened(answer.get_json()["number"])
    assert incident.place["words"] == place.replace("\0", "")
    kept = db.session.scalars(select(Alert.note).where(Alert.incident_id == incident.id)).one()
    db.session.rollback()
    assert kept == note.replace("\0", "")


def features(client: Partner, **query: str) -> list[str]:
    answer = client.get("/api/v1/incidents.geojson", query_string=query)
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    return [feature["id"] for feature in answer.get_json(force=True)["features"]]


@pytest.mark.both_databases
def test_the_map_shows_what_is_in_the_box_and_in_the_time(app: Flask, cast: Cast) -> None:
    board = Partner(app, "Papan", "incidents:read", "incidents:read-all")
    number = report(cast).number
    latitude, longitude = HOME
    around = f"{longitude - 0.01},{latitude - 0.01},{longitude + 0.01},{latitude + 0.01}"
    beside = f"{longitude + 0.01},{latitude - 0.01},{longitude + 0.02},{latitude + 0.01}"
    hour = timedelta(hours=1)
    assert features(board, bbox=around) == [number]
    assert features(board, bbox=beside) == []
    assert features(board, bbox=f"170,-80,{longitude + 1},80") == [number]  # over the antimeridian
    assert features(board, since=(now() - hour).isoformat(), until=(now() + hour).isoformat()) == [number]
    assert features(board, since=(now() + hour).isoformat()) == []
    assert features(board, until=(now() - hour).isoformat()) == []
    assert features(board, status="open") == [number]
    assert features(board, status="closed") == []


@pytest.mark.parametrize(
    "until", ["5", "-6.1e-113", "1764460800", "2026-11-30", "2026-11-30T08:00:00", "2026-13-30T08:00Z"]
)
def test_a_time_is_written_with_its_date_and_zone(app: Flask, cast: Cast, until: str) -> None:
    board = Partner(app, "Papan", "incidents:read")
    refused = board.get("/api/v1/incidents.geojson", query_string={"until": until})
    assert (refused.status_code, "until" in refused.text) == (422, True)


def hiding(cast: Cast, why: str) -> Incident:
    """An incident in Mayangan where somebody must not be found."""
    if why == "held":
        cast.karto.suspended_until = now() + timedelta(days=1)
        return report(cast, "karto")
    given = {"violence": {"kind": "domestic_violence"}, "silent": {"silent": True}}.get(why, {})
    incident = report(cast, **given)
    if why == "premises":
        shop = Premises(
            name="Toko Emas Semeru", kind="gold_shop", address="Jl. Semeru", latitude=HOME[0], longitude=HOME[1]
        )
        db.session.add(shop)
        db.session.flush()
        incident.premises_id = shop.id
    if why == "stealth":
        incident.type.silent_approach = True
    codes = {"violence": ["noise"], "found": ["domestic_violence", "noise"]}
    for code in codes.get(why, []):  # violence at home it stays, whatever it is called later
        other = cast.incident_type(code)
        incidents.retype(incident, incidents.TypeRow.of(other, 4), now(), cast.komang)
    db.session.commit()
    return incident


@pytest.mark.both_databases
@pytest.mark.parametrize("why", ["violence", "found", "silent", "held", "premises", "stealth"])
def test_where_somebody_may_be_hiding_only_the_kelurahan_is_told(app: Flask, cast: Cast, why: str) -> None:
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    number = hiding(cast, why).number
    sent = hospital.get(f"/api/v1/incidents/{number}").get_json()
    assert (sent["location"], sent["kelurahan"]) == (None, "Mayangan")
    (feature,) = hospital.get("/api/v1/incidents.geojson").get_json(force=True)["features"]
    assert feature["geometry"] is None
    assert (feature["properties"]["radius"], feature["properties"]["kelurahan"]) == (None, "Mayangan")
    assert features(hospital, bbox="-180,-90,180,90") == []


def test_where_somebody_is_hiding_stays_hidden_in_what_was_merged_into_another(app: Flask, cast: Cast) -> None:
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    part, main = hiding(cast, "violence"), report(cast, "wahyu", "noise")
    merging.merge(part, main, now(), cast.komang)
    db.session.commit()
    for number in (part.number, main.number):
        assert hospital.get(f"/api/v1/incidents/{number}").get_json()["location"] is None


def test_who_reported_it_is_told_where_it_is(app: Flask, cast: Cast) -> None:
    crisis_line = Partner(app, "SAPA 129", "incidents:write", "incidents:read", "incidents:read-all")
    sent = crisis_line.post("/api/v1/incidents", told(type="domestic_violence")).get_json()
    assert sent["location"]["latitude"] == HOME[0]
    assert features(crisis_line, bbox="113,-8,114,-7") == [sent["number"]]


def test_the_map_gives_points_as_longitude_and_latitude(cast: Cast, partner: Partner) -> None:
    partner.post("/api/v1/incidents", told())
    partner.post("/api/v1/incidents", told(location=None, place="entah di mana itu"))
    features = partner.get("/api/v1/incidents.geojson").get_json(force=True)["features"]
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [HOME[1], HOME[0]]}
    assert features[1]["properties"]["radius"] == 30
    assert features[0]["geometry"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "a,b,c,d"}, "bbox"),
        ({"bbox": "113,-7,113.3,-8"}, "bbox"),
        ({"bbox": "nan,0,1,1"}, "bbox"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-24T10:00:00"}, "since"),
        ({"status": "lost"}, "status"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_to_the_map_is_named(cast: Cast, partner: Partner, query: dict[str, str], field: str) -> None:
    answer = partner.get("/api/v1/incidents.geojson", query_string=query)
    assert answer.status_code == 422
    assert list(wrong(answer)) == [field]


def test_times_at_the_ends_of_the_calendar_are_no_failure(cast: Cast, partner: Partner) -> None:
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        for name in ("since", "until"):
            answer = partner.get("/api/v1/incidents.geojson", query_string={name: at})
            assert answer.status_code in (200, 422)


def test_a_partner_that_may_only_write_is_answered_what_it_wrote(app: Flask, cast: Cast) -> None:
    writer = Partner(app, "Penulis", "incidents:write")
    number = writer.post("/api/v1/incidents", told()).get_json()["number"]
    assert writer.get(f"/api/v1/incidents/{number}").status_code == 403
