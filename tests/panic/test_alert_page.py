"""The alert's page: what its reporter sees and says, and that it is nobody else's."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from meteor.accounts import rules as accounts
from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.alerts import merging
from meteor.alerts.models import Alert, AlertFix, Rating
from meteor.dispatch import overdue
from meteor.dispatch import rules as dispatch
from meteor.incidents import shortfall, timeline
from meteor.incidents.places import Place
from meteor.incidents.shortfall import Gap
from meteor.neighbourhood import view
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.panic.conftest import JSON, As, press, the_alert, the_offer
from tests.scenes import report

pytestmark = pytest.mark.usefixtures("agus_is_on_duty")

Raised = Callable[..., Alert]


def page(as_user: As, alert: Alert, who: str = "sari") -> str:
    answer = as_user(who).get(f"/alerts/{alert.id}")
    assert answer.status_code == 200
    return answer.text


def event_types(alert: Alert) -> list[str]:
    db.session.rollback()
    return [event.event_type for event in timeline.of_incident(alert.incident_id)]


def steps_done(html: str) -> list[str]:
    """The steps that the page ticks."""
    steps = html.split('<ol class="steps"')[1].split("</ol>")[0]
    return re.findall(r'<li class="done"[^>]*>.*?</svg>(.*?)</li>', steps)


def help_arrives(cast: Cast) -> None:
    dispatch.accept(the_offer(), now(), cast.agus)
    dispatch.arrive(the_offer(), now(), cast.agus)


def close(alert: Alert, cast: Cast, outcome: str = "helped") -> None:
    dispatch.close(alert.incident, outcome, "", now(), cast.agus)
    db.session.commit()


@pytest.mark.parametrize(("radius", "said"), [(1500.0, True), (20.0, False)])
def test_an_alert_from_a_vague_call_says_why_its_times_are_wide(
    as_user: As, cast: Cast, radius: float, said: bool
) -> None:
    place = Place(*HOME, radius, "call", "dekat pasar")
    report(cast, source="call", place=place, accuracy=radius)
    dispatch.accept(the_offer(), now(), cast.agus)
    db.session.commit()
    why = "Lokasi baru diketahui dalam radius 1,5 km, karena itu"
    assert (why in page(as_user, db.session.query(Alert).one())) == said


# --- whose it is ---


@pytest.mark.parametrize("who", ["wahyu", "endang", "agus", "komang", "tuti"])
def test_nobody_but_its_reporter_finds_it(as_user: As, raised: Raised, who: str) -> None:
    alert = raised()
    browser = as_user(who)
    for address in ("", "/status"):
        assert browser.get(f"/alerts/{alert.id}{address}").status_code == 404
    for address in ("/kind", "/position", "/place", "/notes", "/cancellation", "/rating"):
        assert browser.post(f"/alerts/{alert.id}{address}", data={"reason": "safe"}).status_code == 404
    assert event_types(alert) == ["received", "offered"]


def test_an_alert_that_is_none_is_not_found(as_user: As) -> None:
    assert as_user("sari").get(f"/alerts/{uuid4()}").status_code == 404


def test_signed_out_it_leads_to_sign_in_and_back(as_user: As, raised: Raised) -> None:
    alert = raised()
    answer = as_user("").get(f"/alerts/{alert.id}")
    assert answer.location == f"/sign-in?next=%2Falerts%2F{alert.id}"


def test_what_is_said_later_needs_its_token(as_user: As, raised: Raised) -> None:
    alert = raised()
    for address in ("/kind", "/position", "/place", "/notes", "/cancellation", "/rating"):
        assert as_user("sari").post(f"/alerts/{alert.id}{address}", csrf=False).status_code == 400


# --- what is happening ---


def test_received_says_its_number_and_that_a_unit_is_looked_for(as_user: As, raised: Raised) -> None:
    html = page(as_user, alert := raised())
    assert alert.incident.number in html
    assert "Unit terdekat sedang dicari" in html
    assert 'data-stage="received"' in html


def test_after_thirty_seconds_without_acceptance_it_says_so(as_user: As, raised: Raised) -> None:
    alert = raised()
    with time_machine.travel(now() + timedelta(seconds=31)):
        html = page(as_user, alert)
    assert "lebih lama dari biasanya" in html
    assert 'href="tel:112"' in html


def test_without_a_free_unit_it_says_so(as_user: As, raised: Raised) -> None:
    html = page(as_user, raised(kind="medical"))
    assert "Belum ada unit yang siap" in html


def test_a_suspended_reporter_sees_what_everybody_sees(as_user: As, raised: Raised, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    html = page(as_user, raised("karto"), "karto")
    assert "Unit terdekat sedang dicari" in html


def test_accepted_says_who_is_coming_and_how_soon(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    html = page(as_user, alert)
    assert 'data-stage="accepted"' in html
    for said in ("sekitar 2 menit", "Sepeda motor TRAIL-01", "Agus S.", "Polres Probolinggo Kota", "590 m"):
        assert said in html
    assert "posisi diperbarui" in html


def test_who_is_known_only_coarsely_is_promised_no_minute(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised(accuracy="1000")
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    html = page(as_user, alert)
    assert "sekitar 1–4 menit" in html
    assert "0–1,6 km" in html
    assert 'class="sketch"' not in html


def test_an_old_position_of_the_unit_is_said_in_a_word(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    old = r'<time [^>]* data-late [^>]*>11 menit lalu</time><span class="late-word">\(lama\)</span>'
    assert not re.search(old, page(as_user, alert))
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert re.search(old, page(as_user, alert))


def test_on_the_way_is_ticked_when_the_unit_has_departed(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    offer = the_offer()
    dispatch.accept(offer, now(), cast.agus)
    html = page(as_user, alert)
    assert "Unit telah menerima tugas" in html
    assert html.count('<li class="done"') == 1
    dispatch.depart(offer, now(), cast.agus)
    html = page(as_user, alert)
    assert 'data-stage="coming"' in html
    assert html.count('<li class="done"') == 2


def test_a_unit_without_a_position_is_measured_from_its_base_and_this_is_said(
    as_user: As, raised: Raised, cast: Cast
) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    assert "diukur dari posnya" in page(as_user, alert)


@pytest.mark.both_databases
def test_when_some_units_are_lacking_it_says_that_more_is_needed(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised(kind="crime")  # asks for two
    dispatch.accept(the_offer(), now(), cast.agus)
    assert "lebih banyak daripada yang siap" in page(as_user, alert)


def test_arrived_says_so(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    dispatch.arrive(the_offer(), now(), cast.agus)
    assert 'data-stage="arrived"' in page(as_user, alert)


def test_when_nobody_is_there_any_more_it_does_not_say_that_help_is_there(
    as_user: As, raised: Raised, cast: Cast
) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    dispatch.arrive(there := the_offer(), now(), cast.agus)
    assert "Bantuan sudah tiba" in page(as_user, alert)
    dispatch.clear(there, now(), cast.agus)
    db.session.commit()
    html = page(as_user, alert)
    assert "Bantuan sudah tiba" not in html
    assert "Jika Anda masih memerlukan bantuan, telepon 112." in html


def test_closed_says_how_it_ended(as_user: As, raised: Raised, cast: Cast) -> None:
    close(alert := raised(), cast, "nothing_found")
    html = page(as_user, alert)
    assert 'data-stage="closed"' in html
    assert "tidak menemukan siapa pun" in html
    assert "tahu posisi Anda" not in html


@pytest.mark.parametrize(("accuracy", "said"), [("0", "±3 m"), ("1.2", "±3 m"), ("12", "±12 m")])
def test_a_position_is_never_told_as_more_exact_than_a_phone_can_be(
    as_user: As, raised: Raised, accuracy: str, said: str
) -> None:
    assert f"akurasi {said}" in page(as_user, raised(accuracy=accuracy))


@pytest.mark.parametrize(("accuracy", "rough"), [("150", False), ("1200", True)])
def test_a_vague_position_is_not_told_as_known(as_user: As, raised: Raised, accuracy: str, rough: bool) -> None:
    html = page(as_user, raised(accuracy=accuracy))
    assert ("hanya tahu posisi Anda kira-kira: ± 1,2 km" in html) == rough
    assert ('<a href="#note">Tulis di mana tepatnya' in html) == rough
    assert (f"akurasi ±{accuracy} m" in html) != rough


def test_closed_with_nobody_sent_ticks_no_step_of_help_and_asks_for_no_rating(
    as_user: As, raised: Raised, cast: Cast
) -> None:
    close(alert := raised(), cast)
    browser = as_user("sari")
    html = page(as_user, alert)
    assert steps_done(html) == ["Diterima", "Selesai"]
    assert "rating" not in html
    browser.post(f"/alerts/{alert.id}/rating", data={"stars": "5"})
    assert "Tidak ada unit yang berangkat" in browser.get(f"/alerts/{alert.id}").text
    assert db.session.query(Rating).count() == 0


@pytest.mark.parametrize("left", [True, False])
def test_a_crew_that_was_withdrawn_on_its_way_has_not_helped(
    as_user: As, raised: Raised, cast: Cast, left: bool
) -> None:
    alert = raised()
    dispatch.accept(first := the_offer(), now(), cast.agus)
    if left:
        dispatch.depart(first, now(), cast.agus)
    dispatch.withdraw(first, "dipakai di tempat lain", now(), cast.komang)
    assert steps_done(page(as_user, alert)) == ["Diterima"]
    close(alert, cast)
    html = page(as_user, alert)
    assert steps_done(html) == ["Diterima", "Selesai"]
    assert "rating" not in html


def test_who_was_helped_sees_every_step_and_may_rate(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    help_arrives(cast)
    close(alert, cast)
    html = page(as_user, alert)
    assert len(steps_done(html)) == 4
    assert 'id="rating"' in html


def test_who_turned_back_because_it_was_closed_was_on_the_way_and_never_there(
    as_user: As, raised: Raised, cast: Cast
) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    dispatch.depart(the_offer(), now(), cast.agus)
    close(alert, cast)
    assert len(steps_done(page(as_user, alert))) == 3


def test_a_neighbour_who_is_there_is_told(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    view.confirm_presence(alert.incident, now(), cast.endang)
    assert "Endang Lestari (tetangga) sudah di lokasi" in page(as_user, alert)


def test_what_was_doubtful_is_told(as_user: As, raised: Raised) -> None:
    html = page(as_user, raised(latitude="x", longitude="x", kind="robbery", note="a" * 2001))
    assert "Posisi yang diberikan ponsel Anda tidak dapat dipakai" in html
    assert "Jenis bantuan yang Anda perlukan tidak terbaca" in html
    assert "Catatan Anda sangat panjang" in html
    assert "alamat rumah Anda yang terdaftar" in html


def test_a_place_outside_the_city_is_told(as_user: As, raised: Raised) -> None:
    assert "di luar Kota Probolinggo" in page(as_user, raised(latitude="-7.25", longitude="112.75"))


def test_a_reporter_without_position_and_home_is_asked_for_the_place(as_user: As, raised: Raised) -> None:
    alert = raised("agus", latitude="", longitude="", accuracy="")
    assert "Pusat komando tidak tahu tempat Anda" in page(as_user, alert, "agus")


def test_the_page_renews_itself_without_scripts_until_it_is_told_to_stop(as_user: As, raised: Raised) -> None:
    alert = raised()
    assert 'http-equiv="refresh"' in page(as_user, alert)
    assert 'http-equiv="refresh"' not in as_user("sari").get(f"/alerts/{alert.id}?still=1").text


def test_without_scripts_a_closed_alert_is_not_renewed(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    help_arrives(cast)
    close(alert, cast)
    html = page(as_user, alert)
    assert 'http-equiv="refresh"' not in html
    assert "<noscript>" not in html


# --- the poll ---


def version_of(html: str) -> str:
    return html.split('data-version="')[1].split('"')[0]


def test_an_unchanged_poll_is_empty(as_user: As, raised: Raised) -> None:
    alert = raised()
    version = version_of(page(as_user, alert))
    assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 204


def test_a_change_is_polled(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    version = version_of(page(as_user, alert))
    dispatch.accept(the_offer(), now(), cast.agus)
    answer = as_user("sari").get(f"/alerts/{alert.id}/status?v={version}")
    assert answer.status_code == 200
    assert 'data-stage="accepted"' in answer.text
    assert "<form" not in answer.text


def test_who_else_is_asked_and_told_is_not_polled(as_user: As, raised: Raised, cast: Cast) -> None:
    agencies.start_duty(cast.bayu, cast.unit("TRAIL-02"), now())
    alert = raised()
    version = version_of(page(as_user, alert))
    asked = alert.received_at + timedelta(seconds=16)
    assert overdue.escalate(asked)
    db.session.commit()
    assert event_types(alert)[-2:] == ["escalated", "offered"]
    assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 204


def test_a_unit_that_moves_is_polled(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    version = version_of(page(as_user, alert))
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 200


def test_where_the_phone_is_now_is_polled(as_user: As, raised: Raised) -> None:
    alert = raised()
    version = version_of(page(as_user, alert))
    here = {"latitude": "-7.7400", "longitude": "113.2160", "accuracy": "10"}
    assert as_user("sari").post(f"/alerts/{alert.id}/position", data=here).status_code == 204
    assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 200


def test_what_is_missing_is_polled_though_nothing_happened(as_user: As, raised: Raised) -> None:
    alert = raised()
    version = version_of(page(as_user, alert))
    shortfall.keep(alert.incident_id, [Gap("patrol", 1, "none")], before=())
    db.session.commit()
    assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 200


def test_lateness_is_polled_though_nothing_happened(as_user: As, raised: Raised) -> None:
    alert = raised()
    version = version_of(page(as_user, alert))
    with time_machine.travel(now() + timedelta(seconds=31)):
        assert as_user("sari").get(f"/alerts/{alert.id}/status?v={version}").status_code == 200


# --- what is said later ---


def test_the_kind_can_be_said_afterwards(as_user: As, raised: Raised) -> None:
    alert = raised()
    answer = as_user("sari").post(f"/alerts/{alert.id}/kind", data={"kind": "fire"})
    assert (answer.status_code, answer.location) == (303, f"/alerts/{alert.id}")
    assert the_alert(alert.id).incident.type.code == "fire"
    assert the_alert(alert.id).kind == "emergency"  # the alert stays as it came in


def test_a_kind_that_is_none_is_refused(as_user: As, raised: Raised) -> None:
    alert = raised()
    answer = as_user("sari").post(f"/alerts/{alert.id}/kind", data={"kind": "noise"})
    assert answer.status_code == 422
    assert "Jenis: pilih salah satu" in answer.text


@pytest.mark.both_databases
def test_the_first_position_says_where_it_is(as_user: As, raised: Raised) -> None:
    alert = raised(latitude="", longitude="", accuracy="")
    fix = {"latitude": "-7.7400", "longitude": "113.2150", "accuracy": "5"}
    assert as_user("sari").post(f"/alerts/{alert.id}/position", data=fix).status_code == 204
    incident = the_alert(alert.id).incident
    assert (incident.latitude, incident.accuracy, incident.place_source) == (-7.74, 5.0, "device")
    assert db.session.query(AlertFix).count() == 1


def test_a_later_position_that_is_none_is_refused_by_name(as_user: As, raised: Raised) -> None:
    alert = raised()
    answer = as_user("sari").post(f"/alerts/{alert.id}/position", data={"latitude": "x"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["detail"].startswith("Posisi:")


def test_help_is_needed_where_the_phone_is_now(as_user: As, raised: Raised) -> None:
    alert = raised()
    fix = {"latitude": "-7.7400", "longitude": "113.2150", "accuracy": "5", "words": ""}
    browser = as_user("sari")
    answer = browser.post(f"/alerts/{alert.id}/place", data=fix)
    assert (answer.status_code, answer.location) == (303, f"/alerts/{alert.id}")
    assert the_alert(alert.id).incident.latitude == -7.74
    assert "Bantuan sekarang diarahkan ke tempat Anda" in browser.get(f"/alerts/{alert.id}").text


@pytest.mark.parametrize("words", ["", "rumah Bu Yati"])
def test_without_a_position_or_words_for_it_that_help_is_needed_here_is_told_all_the_same(
    as_user: As, raised: Raised, words: str
) -> None:
    alert = raised()
    browser = as_user("sari")
    browser.post(f"/alerts/{alert.id}/place", data={"latitude": "", "longitude": "", "accuracy": "", "words": words})
    assert "Sebutkan tempat Anda dalam catatan" in browser.get(f"/alerts/{alert.id}").text
    assert event_types(alert)[-1] == "needs_help_here"
    assert timeline.of_incident(alert.incident_id)[-1].detail["note"] == words


def test_words_that_surely_mean_one_place_are_where_help_is_needed(as_user: As, raised: Raised) -> None:
    alert = raised()
    as_user("sari").post(f"/alerts/{alert.id}/place", data={"words": "Alun-alun Probolinggo"})
    incident = the_alert(alert.id).incident
    assert (incident.latitude, incident.place["words"]) == (-7.7430, "Alun-alun Probolinggo")


def test_of_a_fix_that_only_knows_the_region_and_words_the_words_say_where_help_is_needed(
    as_user: As, raised: Raised
) -> None:
    alert = raised()
    coarse = {"latitude": "-7.9000", "longitude": "113.0000", "accuracy": "20000"}
    browser = as_user("sari")
    browser.post(f"/alerts/{alert.id}/place", data=coarse | {"words": "rumah Bu Yati"})
    assert the_alert(alert.id).incident.latitude == HOME[0]
    shown = browser.get(f"/alerts/{alert.id}").text
    assert "Sebutkan tempat Anda dalam catatan" in shown
    assert "Bantuan sekarang diarahkan" not in shown
    browser.post(f"/alerts/{alert.id}/place", data=coarse | {"words": "Alun-alun Probolinggo"})
    assert the_alert(alert.id).incident.latitude == -7.7430


def test_one_of_several_reporters_is_told_that_the_incident_stays(as_user: As, raised: Raised) -> None:
    alert = raised()
    raised("wahyu").incident_id = alert.incident_id
    db.session.commit()
    fix = {"latitude": "-7.7400", "longitude": "113.2150", "accuracy": "5"}
    browser = as_user("sari")
    browser.post(f"/alerts/{alert.id}/place", data=fix)
    shown = browser.get(f"/alerts/{alert.id}").text
    assert "Mereka melihat tempat Anda sekarang" in shown
    assert "Bantuan sekarang diarahkan" not in shown


def test_who_has_gone_elsewhere_is_told_where_the_incident_is_and_not_that_help_goes_there(
    as_user: As, raised: Raised
) -> None:
    alert = raised()
    fix = {"latitude": "-7.7400", "longitude": "113.2166", "accuracy": "5"}
    as_user("sari").post(f"/alerts/{alert.id}/position", data=fix)
    html = page(as_user, alert)
    assert "Tempat kejadian berjarak 700 m dari Anda" in html
    assert "menuju" not in html


def test_a_note_reaches_the_timeline(as_user: As, raised: Raised) -> None:
    alert = raised()
    as_user("sari").post(f"/alerts/{alert.id}/notes", data={"note": "Pintu belakang"})
    assert timeline.of_incident(alert.incident_id)[-1].detail["note"] == "Pintu belakang"


@pytest.mark.parametrize(("note", "problem"), [("", "Tulis apa yang perlu"), ("a" * 2001, "paling banyak 2000")])
def test_a_note_that_is_none_or_too_long_is_asked_for_again(
    as_user: As, raised: Raised, note: str, problem: str
) -> None:
    alert = raised()
    answer = as_user("sari").post(f"/alerts/{alert.id}/notes", data={"note": note})
    assert answer.status_code == 422
    assert problem in answer.text
    assert note in answer.text
    assert "note" not in event_types(alert)


@pytest.mark.parametrize(("reason", "said"), [("safe", "sudah aman"), ("mistake", "salah tekan")])
def test_a_cancellation_is_seen_and_leaves_the_alert_open(as_user: As, raised: Raised, reason: str, said: str) -> None:
    alert = raised()
    assert as_user("sari").post(f"/alerts/{alert.id}/cancellation", data={"reason": reason}).status_code == 303
    assert f"Anda menyatakan {said}" in page(as_user, alert)
    assert the_alert(alert.id).incident.status == "open"


def test_what_was_taken_back_is_said_once_and_shouts_no_more(as_user: As, raised: Raised) -> None:
    alert = raised(kind="medical")  # of which no unit is there
    as_user("sari").post(f"/alerts/{alert.id}/cancellation", data={"reason": "safe"})
    html = page(as_user, alert)
    assert html.count("Anda menyatakan sudah aman") == 1
    assert not any(said in html for said in ("TERKIRIM</p>", "Belum ada unit", "sedang dicari"))


def advice_in(html: str) -> list[str]:
    return re.findall(r"<li>(.*?)</li>", html.partition('<section class="advice">')[2].partition("</section>")[0])


def test_who_waits_reads_what_can_be_done_until_then_by_kind(as_user: As, raised: Raised) -> None:
    alert = raised()
    assert advice_in(page(as_user, alert))[0] == "Pergilah ke tempat yang aman, bila bisa."
    as_user("sari").post(f"/alerts/{alert.id}/kind", data={"kind": "fire"})
    assert advice_in(page(as_user, alert))[1] == "Jangan masuk lagi untuk mengambil apa pun."


@pytest.mark.parametrize("given", [{"silent": "1"}, {"kind": "domestic_violence"}])
def test_a_page_that_somebody_else_may_read_gives_no_advice_and_draws_nothing(
    as_user: As, raised: Raised, cast: Cast, given: dict[str, str]
) -> None:
    alert = raised(**given)
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    html = page(as_user, alert)
    assert "sekitar 2 menit" in html
    assert advice_in(html) == []
    assert 'class="sketch"' not in html


def test_only_who_is_there_sees_where_the_units_are(as_user: As, raised: Raised, cast: Cast) -> None:
    own, other = raised(), raised("wahyu")
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    if other.incident_id != own.incident_id:
        merging.merge(other.incident, own.incident, now(), cast.maya)
    db.session.commit()
    assert 'class="sketch"' in page(as_user, own)
    assert 'class="sketch"' not in page(as_user, other, "wahyu")


def test_the_sketch_says_in_words_what_its_shapes_mean(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    db.session.commit()
    legend = page(as_user, alert).partition("<figcaption>")[2].partition("</figcaption>")[0]
    assert re.findall(r'class="(\w+)".*?</svg> (.*?)</span>', legend) == [
        ("place", "Anda"), ("unit", "Unit yang menuju Anda"), ("ring", "500 m dari Anda"),
    ]  # fmt: skip


def test_minutes_are_said_only_while_the_position_is_recent(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    positions.report_position(cast.unit("TRAIL-01"), -7.7390, 113.2160, 10, now(), now())
    dispatch.accept(the_offer(), now(), cast.agus)
    dispatch.depart(the_offer(), now(), cast.agus)
    html = page(as_user, alert)
    assert "sekitar 2 menit" in html
    version = re.search(r'data-version="([^"]*)"', html)
    assert version
    with time_machine.travel(now() + timedelta(minutes=2, seconds=1)):
        answer = as_user("sari").get(f"/alerts/{alert.id}/status?v={version[1]}")
    assert "sekitar" not in answer.text
    assert "590 m" in answer.text


@pytest.mark.parametrize("over", ["cancelled", "arrived", "closed"])
def test_who_waits_no_more_reads_no_advice(as_user: As, raised: Raised, cast: Cast, over: str) -> None:
    alert = raised(kind="fire")
    if over == "cancelled":
        as_user("sari").post(f"/alerts/{alert.id}/cancellation", data={"reason": "safe"})
    elif over == "arrived":
        help_arrives(cast)
    else:
        close(alert, cast)
    assert advice_in(page(as_user, alert)) == []


@pytest.mark.parametrize(("reason", "said"), [("safe", "sudah aman"), ("mistake", "salah tekan")])
def test_a_new_press_after_it_is_answered_as_a_cry_and_takes_the_mark_away(
    as_user: As, raised: Raised, cast: Cast, reason: str, said: str
) -> None:
    first = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    as_user("sari").post(f"/alerts/{first.id}/cancellation", data={"reason": reason})
    shown = ("/incidents", f"/incidents/{first.incident.number}", "/unit/offers")
    mark = {"safe": "Pelapor mengatakan: sudah aman", "mistake": "Pelapor mengatakan: tidak sengaja"}[reason]
    for who, address in [("komang", shown[0]), ("komang", shown[1]), *(("agus", each) for each in shown)]:
        assert mark in as_user(who).get(address).text.split("timeline-title")[0]
    second = raised()
    for alert in (first, second):
        html = page(as_user, alert)
        assert f"Anda menyatakan {said}" not in html
        assert 'data-stage="accepted"' in html
    for who, address in [("komang", shown[0]), ("komang", shown[1]), *(("agus", each) for each in shown)]:
        assert mark not in as_user(who).get(address).text.split("timeline-title")[0]
    assert "meminta bantuan lagi" in as_user("agus").get("/unit/offers").text
    assert "meminta bantuan lagi" in as_user("komang").get("/notices").text


def test_a_cancellation_without_its_reason_is_refused(as_user: As, raised: Raised) -> None:
    alert = raised()
    answer = as_user("sari").post(f"/alerts/{alert.id}/cancellation", data={"reason": "bored"})
    assert answer.status_code == 422
    assert "Alasan:" in answer.text
    assert "cancelled" not in event_types(alert)


def test_who_has_a_pin_is_asked_for_it(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    assert 'name="pin"' not in page(as_user, alert)
    accounts.set_pin(cast.sari, "2468")
    assert 'name="pin"' in page(as_user, alert)


def test_a_wrong_pin_is_answered_like_the_right_one_and_alarms_the_dispatcher(
    as_user: As, raised: Raised, cast: Cast
) -> None:
    alert = raised()
    accounts.set_pin(cast.sari, "2468")
    answers = []
    for pin in ("2468", "1111"):
        browser = as_user("sari")
        answer = browser.post(f"/alerts/{alert.id}/cancellation", data={"reason": "safe", "pin": pin})
        shown = browser.get(f"/alerts/{alert.id}/status").text
        still = re.sub(r"<time.*?</time>", "", shown.replace(version_of(shown), ""))  # a second may pass in between
        answers.append((answer.status_code, answer.location, still))
    assert answers[0] == answers[1]
    assert [notice.kind for notice in db.session.query(Notice) if notice.kind == "forced"] == ["forced"]


def test_the_help_is_rated_after_closing_and_can_be_rated_anew(as_user: As, raised: Raised, cast: Cast) -> None:
    alert = raised()
    help_arrives(cast)
    close(alert, cast)
    for stars, comment in (("2", "Lama"), ("5", "Terima kasih")):
        as_user("sari").post(f"/alerts/{alert.id}/rating", data={"stars": stars, "comment": comment})
    rating = db.session.query(Rating).one()
    assert (rating.stars, rating.comment) == (5, "Terima kasih")
    assert "Sangat baik" in page(as_user, alert)


@pytest.mark.parametrize("stars", ["", "0", "6", "many"])
def test_a_rating_without_stars_is_asked_for_again(as_user: As, raised: Raised, cast: Cast, stars: str) -> None:
    alert = raised()
    help_arrives(cast)
    close(alert, cast)
    answer = as_user("sari").post(f"/alerts/{alert.id}/rating", data={"stars": stars, "comment": "Cepat sekali"})
    assert answer.status_code == 422
    assert "Cepat sekali" in answer.text
    assert db.session.query(Rating).count() == 0


def test_nothing_is_rated_before_it_is_closed(as_user: As, raised: Raised) -> None:
    alert = raised()
    browser = as_user("sari")
    browser.post(f"/alerts/{alert.id}/rating", data={"stars": "5"})
    assert "dapat dinilai setelah" in browser.get(f"/alerts/{alert.id}").text
    assert db.session.query(Rating).count() == 0


@pytest.mark.parametrize(
    ("address", "data"), [("kind", {"kind": "fire"}), ("cancellation", {"reason": "safe"}), ("place", {})]
)
def test_too_late_for_a_closed_alert_is_said(
    as_user: As, raised: Raised, cast: Cast, address: str, data: dict[str, str]
) -> None:
    close(alert := raised(), cast)
    browser = as_user("sari")
    assert browser.post(f"/alerts/{alert.id}/{address}", data=data).status_code == 303
    assert "sudah ditutup" in browser.get(f"/alerts/{alert.id}").text
    assert event_types(alert)[-1] == "closed"


# --- drills, and the list ---


def test_a_drill_says_that_nobody_was_sent_and_asks_for_nothing(as_user: As, raised: Raised) -> None:
    html = page(as_user, raised(address="/drills"))
    assert "Ini percobaan. Tidak ada yang dikirim" in html
    for address in ("/cancellation", "/rating", "/notes", "/kind"):
        assert f'{address}"' not in html


@pytest.mark.both_databases
def test_a_drill_is_not_rated(as_user: As, raised: Raised) -> None:
    alert = raised(address="/drills")
    as_user("sari").post(f"/alerts/{alert.id}/rating", data={"stars": "5"})
    assert db.session.query(Rating).count() == 0


def test_ones_own_alerts_are_listed_the_newest_first(as_user: As, raised: Raised) -> None:
    drill, alert = raised(address="/drills"), raised()
    press(as_user("wahyu"))
    html = as_user("sari").get("/alerts").text
    assert html.count('href="/alerts/') == 2
    assert html.index(str(alert.id)) < html.index(str(drill.id))
    assert "Percobaan" in html


def test_who_raised_none_is_told_so(as_user: As) -> None:
    assert "Anda belum pernah mengirim laporan" in as_user("sari").get("/alerts").text
