"""An incident's page: what crews and the command centre learn of it, and who does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from meteor.alerts import cancelling
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari has pressed the button, and Agus on TRAIL-01 has been offered the job."""
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast, note="Dua orang di pintu belakang")


def page(client: Browser, incident: Incident) -> str:
    answer = client.get(f"/incidents/{incident.number}")
    assert answer.status_code == 200
    return answer.text


# --- what it shows ---


def test_a_note_of_any_length_is_refused_at_its_field_which_keeps_it(cast: Cast, as_user: AsUser) -> None:
    note = "Pagar " * 200_000
    body = f'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n{note}\r\n--x--\r\n'
    address = f"/incidents/{report(cast).number}/notes"
    answer = as_user("komang").post(address, data=body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, note.strip() in answer.text) == (422, True)


def test_the_page_says_what_where_and_who(as_user: AsUser, incident: Incident) -> None:
    text = page(as_user("agus"), incident)
    assert "<h1>Darurat</h1>" in text
    assert incident.number in text
    assert "RT 03 RW 05, Mayangan (perkiraan)" in text
    assert "Alun-alun Probolinggo" in text
    assert "Sari Wulandari" in text
    assert "Jl. Ikan Paus 3" in text
    assert "Dua orang di pintu belakang" in text


def test_a_tap_leads_there_and_another_calls_the_reporter(as_user: AsUser, incident: Incident) -> None:
    text = page(as_user("agus"), incident)
    assert 'href="geo:-7.733700,113.216600?q=-7.733700,113.216600"' in text
    assert 'href="tel:+6281330000001"' in text


@pytest.mark.parametrize(
    ("accuracy", "middle", "navigate"),
    [
        (100, True, "Navigasi<"),
        (1500, True, "Navigasi (ke tengah kelurahan)<"),
        (1500, False, "Navigasi (perkiraan)<"),
    ],
)
def test_the_way_to_a_place_that_is_known_coarsely_says_where_it_leads(
    as_user: AsUser, incident: Incident, accuracy: float, middle: bool, navigate: str
) -> None:
    incident.accuracy, area = accuracy, incident.kelurahan
    incident.latitude, incident.longitude = area.latitude + (0 if middle else 0.001), area.longitude
    db.session.commit()
    text = page(as_user("agus"), incident)
    assert navigate in text
    assert ("RT 03 RW 05, Mayangan" in text) == (accuracy == 100)
    assert ("lokasi tepat belum diketahui, tanyakan" in text) == (accuracy == 1500)


def test_a_position_is_as_exact_in_figures_as_it_is_known(as_user: AsUser, incident: Incident) -> None:
    incident.accuracy = 12
    db.session.commit()
    assert "-7.73370, 113.21660 ± 12 m" in page(as_user("agus"), incident)
    incident.accuracy = 1500
    db.session.commit()
    assert "-7.734, 113.217 ± 1,5 km" in page(as_user("agus"), incident)


def test_nobody_is_led_to_call_a_silent_reporter(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    text = page(as_user("agus"), report(cast, silent=True))
    assert "Senyap: jangan menelepon" in text
    assert "tel:+62" not in text


def test_without_a_position_there_is_no_way_to_lead_to(as_user: AsUser, cast: Cast) -> None:
    text = page(as_user("komang"), report(cast, "bayu", latitude=None, longitude=None))
    assert "Lokasi belum diketahui" in text
    assert "Tanpa posisi" in text
    assert "geo:" not in text


def test_a_place_outside_of_the_city_is_marked(as_user: AsUser, cast: Cast) -> None:
    assert "Di luar kota" in page(as_user("komang"), report(cast, latitude=-8.1, longitude=113.7))


def test_a_place_that_is_only_the_registered_home_is_marked(as_user: AsUser, cast: Cast) -> None:
    assert "Di rumah terdaftar" in page(as_user("komang"), report(cast, latitude=None, longitude=None))


def test_a_reporter_whom_the_rt_does_not_know_is_marked(as_user: AsUser, cast: Cast) -> None:
    assert "Belum diverifikasi RT" in page(as_user("komang"), report(cast, "wahyu"))
    assert "Belum diverifikasi RT" not in page(as_user("komang"), report(cast, "sari"))


def test_a_number_that_no_code_has_verified_is_marked_beside_the_phone(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    for browser in (as_user("komang"), as_user("maya")):
        head, _, after = page(browser, incident).partition("Telepon pelapor")
        assert "Nomor belum terverifikasi" in after
        assert "Nomor belum terverifikasi" not in head
    cast.sari.phone_verified_at = now()
    assert "Nomor belum terverifikasi" not in page(as_user("komang"), incident)


def test_a_crew_reads_that_the_number_is_not_verified(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert "Nomor belum terverifikasi" in page(as_user("agus"), report(cast))


def test_a_reporter_without_a_number_has_none_to_be_verified(as_user: AsUser, cast: Cast) -> None:
    cast.sari.phone = None
    assert "Nomor belum terverifikasi" not in page(as_user("komang"), report(cast))


@pytest.mark.both_databases
def test_who_needs_more_help_in_the_household_is_told_with_consent_only(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    sari = db.session.query(Resident).filter_by(user_id=cast.sari.id).one()
    sari.needs = "elderly infant"
    assert "lansia" not in page(as_user("agus"), incident)
    sari.needs_consent_at = now()
    assert "lansia, bayi" in page(as_user("agus"), incident)


def test_what_the_reporter_says_of_their_health_is_read_by_crews_while_it_is_open(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    db.session.query(Resident).filter_by(user_id=cast.sari.id).one().health = "Alergi penisilin"
    assert "Alergi penisilin" in page(as_user("agus"), incident)
    incident.status = "closed"
    assert "Alergi penisilin" not in page(as_user("agus"), incident)


def test_doubts_about_the_alert_are_said_in_words(as_user: AsUser, cast: Cast) -> None:
    text = page(as_user("komang"), report(cast, flags=["sent_late", "never_heard_of"]))
    assert "laporan lebih lama daripada kelihatannya" in text
    assert "Sebagian laporan meragukan: tanyakan kepada pelapor" in text
    assert "never" not in text.partition("<main")[2]


def test_a_press_that_waited_in_the_phone_says_how_long(as_user: AsUser, cast: Cast) -> None:
    timeline = page(as_user("komang"), report(cast, waited=860.0, flags=["sent_late"])).partition('id="event-')[2]
    assert "tertahan di ponsel selama 14 menit, menurut jam ponsel" in timeline
    assert "laporan lebih lama daripada kelihatannya" not in timeline
    assert "menurut jam ponsel" not in page(as_user("komang"), report(cast, "wahyu", waited=30.0))


def test_a_drill_says_so_and_offers_no_action(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, drill=True)
    assert "Latihan" in page(as_user("komang"), incident)
    units = as_user("komang").get(f"/incidents/{incident.number}/units").text
    assert "/closure" not in units
    assert "/reopening" not in units


def test_what_nobody_is_left_to_do_stands_there_in_words(as_user: AsUser, cast: Cast) -> None:
    assert "Belum ada unit yang siap: 1 × patrol" in page(as_user("komang"), report(cast))


def test_a_closed_incident_says_how_it_ended_and_officers_cannot_reach_its_reporter_any_more(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    dispatch.close(incident, "handed_over", "Polsek Mayangan", now(), cast.komang)
    text = page(as_user("agus"), incident)
    assert "Diserahkan" in text
    assert "Polsek Mayangan" in text
    assert "Sari Wulandari" in text
    assert "tel:+62" not in text
    assert "Jl. Ikan Paus" not in text
    assert "tel:+6281330000001" in page(as_user("komang"), incident)


def test_a_wrong_pin_is_seen_by_everyone_who_goes_there(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    alert = db.session.query(Alert).filter_by(incident_id=incident.id).one()
    cancelling.cancel(alert, "safe", now(), cast.sari, forced=True)
    assert "mungkin dipaksa" in page(as_user("agus"), incident)


# --- the timeline ---


def test_the_newest_stands_first_with_who_and_when(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    text = page(as_user("agus"), incident).split('class="timeline"')[1]
    accepted, offered = text.index("TRAIL-01 menerima"), text.index("Ditawarkan kepada TRAIL-01")
    assert accepted < offered
    assert "Agus Santoso" in text[accepted:offered]
    assert "METEOR" in text[offered:]


def test_every_choice_can_be_explained(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    text = page(as_user("agus"), report(cast)).split("Mengapa unit ini?")[1]
    assert text.index("dipilih: yang terdekat") < text.index("lebih jauh")
    assert "160 m" in text
    assert "700 m" in text
    assert "di posnya" in text


def test_an_action_without_a_sentence_breaks_no_page(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    timeline.record(incident.id, "dog_found", now(), cast.agus)
    text = page(as_user("agus"), incident)
    assert "Catatan tanpa keterangan" in text
    assert "dog" not in text


def test_what_somebody_wrote_is_shown_as_it_was_written(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    text = page(as_user("agus"), report(cast, note="<script>alert(1)</script>"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


# --- polling ---


def test_a_poll_brings_the_state_only_when_something_happened(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    agus, address = as_user("agus"), f"/incidents/{incident.number}/state"
    version = timeline.version_of(incident.id)
    assert agus.get(address, query_string={"v": version}).status_code == 204
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    answer = agus.get(address, query_string={"v": version})
    assert answer.status_code == 200
    assert f'data-version="{timeline.version_of(incident.id)}"' in answer.text
    assert "<form" not in answer.text
    assert "<input" not in answer.text
    assert "hx-" not in answer.text


def test_the_first_paint_is_what_is_polled(as_user: AsUser, incident: Incident) -> None:
    agus = as_user("agus")
    first, polled = page(agus, incident), agus.get(f"/incidents/{incident.number}/state").text
    assert polled.split('class="timeline"')[1] in first


# --- late marks ---


def test_what_is_late_is_said_and_not_only_coloured(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assert 'data-late-after="30"' in page(as_user("agus"), incident)
    assert "belum diterima dalam 30 dtk" in page(as_user("agus"), incident)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    assert "belum tiba dalam 3 mnt" in page(as_user("agus"), incident)
    dispatch.arrive(open_assignment("TRAIL-01"), incident.opened_at + timedelta(minutes=4), cast.agus)
    assert "terlambat tiba" in page(as_user("agus"), incident)


def test_who_was_in_time_is_not_late(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    dispatch.arrive(open_assignment("TRAIL-01"), incident.opened_at + timedelta(minutes=2), cast.agus)
    text = page(as_user("agus"), incident)
    assert "terlambat tiba" not in text
    assert "data-late" not in text


# --- notes ---


def test_a_note_stands_on_the_timeline_for_everyone(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = as_user("agus").post(f"/incidents/{incident.number}/notes", data={"note": "Pagar belakang terkunci"})
    assert (answer.status_code, answer.location) == (303, f"/incidents/{incident.number}")
    text = page(as_user("komang"), incident)
    assert "Pagar belakang terkunci" in text
    assert "Agus Santoso" in text


@pytest.mark.parametrize("note", ["", "   ", "x" * 2001])
def test_a_note_that_says_nothing_or_too_much_is_refused_and_kept(
    as_user: AsUser, incident: Incident, note: str
) -> None:
    answer = as_user("agus").post(f"/incidents/{incident.number}/notes", data={"note": note})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert note in answer.text
    assert 'id="write" open' in answer.text


# --- who sees it ---


@pytest.mark.parametrize("who", ["maya", "komang", "hadi", "yusuf", "agus"])
def test_the_room_and_the_agency_see_it(as_user: AsUser, incident: Incident, who: str) -> None:
    client = as_user(who)
    for address in ("", "/state", "/units"):
        assert client.get(f"/incidents/{incident.number}{address}").status_code == 200


@pytest.mark.parametrize("who", ["rina", "dewi"])
@pytest.mark.parametrize("address", ["", "/state", "/units"])
def test_another_agency_does_not_know_that_it_exists(
    as_user: AsUser, incident: Incident, who: str, address: str
) -> None:
    assert as_user(who).get(f"/incidents/{incident.number}{address}").status_code == 404


def test_another_agency_writes_no_note_on_it(as_user: AsUser, incident: Incident) -> None:
    assert as_user("rina").post(f"/incidents/{incident.number}/notes", data={"note": "x"}).status_code == 404


@pytest.mark.parametrize("who", ["sari", "endang", "tuti", "toko", "bagas"])
@pytest.mark.parametrize("address", ["", "/state", "/units"])
def test_it_is_not_for_other_roles(as_user: AsUser, incident: Incident, who: str, address: str) -> None:
    assert as_user(who).get(f"/incidents/{incident.number}{address}").status_code == 403


def test_the_chief_reads_and_writes_nothing(as_user: AsUser, incident: Incident) -> None:
    yusuf = as_user("yusuf")
    assert 'id="write"' not in page(yusuf, incident)
    assert yusuf.post(f"/incidents/{incident.number}/notes", data={"note": "x"}).status_code == 403
    assert "formaction" not in yusuf.get(f"/incidents/{incident.number}/units").text


def test_an_incident_that_is_none_is_not_found(as_user: AsUser, cast: Cast) -> None:
    for number in ("261124-999", "rows2", "'; drop table incidents", "%00"):
        assert as_user("komang").get(f"/incidents/{number}").status_code == 404


def test_signed_out_a_poll_is_told_to_sign_in(as_user: AsUser, incident: Incident) -> None:
    answer: Any = as_user("").get(f"/incidents/{incident.number}/state", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"
