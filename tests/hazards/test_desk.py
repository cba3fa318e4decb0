"""The desk of the disaster agency: what it lists, in which order, when it changes, and what a report's page says."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.hazards import handling, rules, waiting
from meteor.hazards.desk import Filters, listing
from meteor.hazards.models import HazardReport
from meteor.hazards.raising import make_incident
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.hazards.scenes import answers, hazard, photo_of
from tests.scenes import report as cry
from tests.store.plans import scans, statements

AsUser = Callable[[str], Browser]


def numbers(client: Browser, query: str = "") -> list[str]:
    """The numbers of the reports on the desk, from top to bottom."""
    return re.findall(r'id="open-([\w-]+)"', client.get(f"/hazards/desk{query}").text)


def version(page: str) -> str:
    return re.findall(r'data-version="([^"]+)"', page)[0]


# --- the list ---


def test_the_officer_of_bpbd_begins_work_at_the_desk(as_user: AsUser, cast: Cast) -> None:
    bagas = as_user("bagas")
    assert bagas.get("/start").headers["Location"] == "/hazards/desk"
    assert 'href="/hazards/desk"' in bagas.get("/account").text


@pytest.mark.both_databases
def test_reports_that_wait_stand_first_oldest_first_then_verified_ones_newest_first(
    as_user: AsUser, cast: Cast
) -> None:
    older, newer = hazard(cast, minutes=20), hazard(cast, minutes=5)
    long_ago, lately = (hazard(cast, minutes=age, status="verified") for age in (90, 30))
    asked = hazard(cast, minutes=60, status="asked")
    hazard(cast, status="rejected")
    shown = numbers(as_user("bagas"))
    assert shown == [it.number for it in (older, newer, asked, lately, long_ago)]


def test_a_report_without_an_answer_for_fifteen_minutes_is_late_in_word_and_mark(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, minutes=16)
    page = as_user("bagas").get("/hazards/desk").text
    assert re.search(r'data-late-after="900" data-late', page)
    assert "terlambat" in page
    handling.ask(report, "Seberapa dalam?", now(), cast.bagas)
    db.session.commit()
    assert "data-late-after" not in as_user("bagas").get("/hazards/desk").text


def test_an_answered_question_is_late_fifteen_minutes_after_the_answer(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, minutes=80)
    handling.ask(report, "Seberapa dalam?", now() - timedelta(minutes=60), cast.bagas)
    rules.add(report, "Selutut", (), now() - timedelta(minutes=16), cast.sari)
    db.session.commit()
    for page in ("/hazards/desk", f"/hazards/desk/{report.number}"):
        assert re.search(r'data-late-after="900" data-late', as_user("bagas").get(page).text)
    assert listing(Filters()).rows[0].waits_since == report.messages[-1].at


def test_a_row_says_kind_severity_place_photo_and_how_many_report_the_same(as_user: AsUser, cast: Cast) -> None:
    main = hazard(cast, severity=3)
    hazard(cast, "wahyu", same_as_id=main.id)
    photo = photo_of(main)
    page = as_user("komang").get("/hazards/desk").text
    for said in ("Banjir", "Jl. Ikan Paus", "Kelurahan Mayangan", f"/hazards/photos/{photo.id}", "+1"):
        assert said in page
    assert 'data-mark="incident"' in page
    assert 'data-priority="1"' in page
    assert numbers(as_user("komang")) == [main.number]


def test_a_report_whose_reporter_has_answered_says_so(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    handling.ask(report, "Seberapa dalam?", now(), cast.bagas)
    db.session.commit()
    assert "Kabar dari pelapor" not in as_user("bagas").get("/hazards/desk").text
    answers(report, "Selutut")
    assert "Kabar dari pelapor" in as_user("bagas").get("/hazards/desk").text


@pytest.mark.both_databases
@pytest.mark.parametrize("status", ["received", "verified"])
def test_what_a_joined_reporter_says_and_shows_is_news_of_the_hazard(as_user: AsUser, cast: Cast, status: str) -> None:
    bagas, main, part = as_user("bagas"), hazard(cast, minutes=10), hazard(cast, "wahyu")
    handling.join(part, main, now(), cast.bagas)
    main.status = part.status = status
    db.session.commit()
    assert "Kabar dari pelapor" not in bagas.get("/hazards/desk").text
    address = f"/hazards/desk/{main.number}/state"
    shown = version(bagas.get(address).text)
    photo = photo_of(part)
    shown = version(bagas.get(f"{address}?v={shown}").text)
    rules.add(part, "Air sudah sepinggang", (), now(), cast.wahyu)
    db.session.commit()
    page = bagas.get(f"{address}?v={shown}").text
    assert "Air sudah sepinggang" in page
    assert f"/hazards/photos/{photo.id}" in page
    assert page.count("Digabung") == 1
    assert "Kabar dari pelapor" in bagas.get("/hazards/desk").text


# --- filters ---


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=rejected", [2]),
        ("?kind=fire", [1]),
        ("?kind=flood", [0]),
        ("?kelurahan=999", []),
        ("?status=x", [0, 1]),
    ],
)
def test_the_address_says_what_is_shown(as_user: AsUser, cast: Cast, query: str, expected: list[int]) -> None:
    three = hazard(cast, minutes=3), hazard(cast, kind="fire"), hazard(cast, status="rejected")
    assert numbers(as_user("bagas"), query) == [three[at].number for at in expected]


def test_a_kelurahan_narrows_the_list(as_user: AsUser, cast: Cast) -> None:
    here = hazard(cast)
    hazard(cast, kelurahan_id=None)
    assert numbers(as_user("bagas"), f"?kelurahan={here.kelurahan_id}") == [here.number]


def test_an_empty_desk_says_so(as_user: AsUser, cast: Cast) -> None:
    assert "Tidak ada laporan" in as_user("bagas").get("/hazards/desk").text
    assert "Tidak ada laporan yang cocok" in as_user("bagas").get("/hazards/desk?kind=fire").text


# --- polls ---


def test_an_unchanged_list_is_204_and_a_decision_a_report_and_an_incident_change_it(
    app: Flask, as_user: AsUser, cast: Cast
) -> None:
    bagas, report = as_user("bagas"), hazard(cast)

    def changed(shown: str) -> str:
        answer = bagas.get(f"/hazards/desk/rows?v={shown}")
        assert answer.status_code == 200
        return version(answer.text)

    shown = version(bagas.get("/hazards/desk").text)
    assert bagas.get(f"/hazards/desk/rows?v={shown}").status_code == 204
    hazard(cast)
    shown = changed(shown)
    handling.verify(report, now(), cast.bagas)
    db.session.commit()
    shown = changed(shown)
    incident = make_incident(report, None, now(), cast.bagas)
    db.session.commit()
    shown = changed(shown)
    dispatch.close(incident, "helped", "", now(), cast.komang)
    db.session.commit()
    changed(shown)


def test_the_state_of_a_report_is_204_until_something_happens(as_user: AsUser, cast: Cast) -> None:
    bagas, report = as_user("bagas"), hazard(cast)
    address = f"/hazards/desk/{report.number}/state"
    shown = version(bagas.get(address).text)
    assert bagas.get(f"{address}?v={shown}").status_code == 204
    handling.verify(report, now(), cast.bagas)
    db.session.commit()
    assert bagas.get(f"{address}?v={shown}").status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_list_of_the_desk_reads_through_all_reports(app: Flask, cast: Cast) -> None:
    for status in ("received", "verified", "resolved"):
        hazard(cast, status=status)
    as_bagas = app.test_client().of("bagas")  # type: ignore[attr-defined]
    db.session.rollback()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for query in ("", "?status=resolved", "?kind=flood", "?kelurahan=1"):
            as_bagas.get(f"/hazards/desk{query}")
        as_bagas.get(f"/hazards/desk/{listing(Filters()).rows[0].report.number}")
        as_bagas.get("/hazards/public")
        waiting.ask_if_over(now())
    assert scans(db.engine, dict(asked)) == {}


# --- one report ---


def test_the_page_of_a_report_says_what_was_reported_and_how_to_call_back(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, water_level=45)
    page = as_user("bagas").get(f"/hazards/desk/{report.number}").text
    for said in ("Sari Wulandari", "tel:+6281330000001", "Air masuk rumah", "45 cm", "posisi ponsel"):
        assert said in page


def test_a_reporter_without_an_account_has_a_number_and_no_name(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, None, phone="+6281330000099")
    page = as_user("bagas").get(f"/hazards/desk/{report.number}").text
    assert "Tanpa akun" in page
    assert "tel:+6281330000099" in page


def test_a_report_shows_the_incident_that_its_danger_raised_and_offers_no_second_one(
    as_user: AsUser, cast: Cast
) -> None:
    incident = cry(cast, "sari", "disaster", source="hazard")
    alert = db.session.query(Alert).filter_by(incident_id=incident.id).one()
    report = hazard(cast, danger="trapped", alert_id=alert.id)
    page = as_user("bagas").get(f"/hazards/desk/{report.number}").text
    assert incident.number in page
    assert "/incident" not in page


def warning_link(client: Browser, report: HazardReport) -> str:
    """The address of the draft of a warning that a report's page leads to; empty if it has none."""
    found = re.findall(r'id="make-warning" href="([^"]+)"', client.get(f"/hazards/desk/{report.number}").text)
    return unescape(found[0]) if found else ""


def test_a_verified_hazard_leads_to_a_warning_with_its_kind_its_kelurahan_and_no_word_of_the_reporter(
    as_user: AsUser, cast: Cast
) -> None:
    report, bagas = hazard(cast, status="verified", water_level=45, note="Suami saya memukul"), as_user("bagas")
    bagas.post("/language", data={"language": "en"})
    page = bagas.get(warning_link(bagas, report)).text
    assert "Flood" in page
    said = "Dilaporkan warga dan diverifikasi BPBD: Banjir. Lokasi: Kelurahan Mayangan. Tinggi air sekitar 45 cm"
    assert said in page
    assert re.search(rf'name="kelurahan" id="kelurahan-\d+" value="{report.kelurahan_id}" checked', page)
    assert "memukul" not in page
    assert "Ikan Paus" not in page


def test_a_warning_says_the_highest_water_of_all_reports_of_the_hazard(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast, status="verified", water_level=20)
    hazard(cast, "wahyu", status="verified", water_level=90, same_as_id=report.id)
    hazard(cast, "wahyu", status="verified", water_level=None, same_as_id=report.id)
    assert "sekitar%2090%20cm" in warning_link(as_user("bagas"), report).replace("+", "%20")


def test_a_fallen_tree_is_another_hazard_of_warnings_and_an_unknown_place_is_left_out(
    as_user: AsUser, cast: Cast
) -> None:
    report = hazard(cast, kind="fallen_tree", status="verified", kelurahan_id=None)
    address = warning_link(as_user("bagas"), report)
    assert "hazard=other" in address
    assert "kelurahan=" not in address
    assert "Pohon tumbang" in as_user("bagas").get(address).text


def test_only_a_verified_hazard_leads_to_a_warning_and_only_for_those_who_write_one(
    as_user: AsUser, cast: Cast
) -> None:
    assert warning_link(as_user("bagas"), hazard(cast)) == ""
    assert warning_link(as_user("hadi"), hazard(cast, status="verified")) == ""


def test_those_who_only_read_see_no_action(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    page = as_user("hadi").get(f"/hazards/desk/{report.number}").text
    assert "Sari Wulandari" in page
    assert f"/hazards/desk/{report.number}/verification" not in page


def test_an_unknown_number_is_not_found(as_user: AsUser, cast: Cast) -> None:
    assert as_user("bagas").get("/hazards/desk/B-261129-999").status_code == 404
    assert as_user("bagas").post("/hazards/desk/B-261129-999/verification").status_code == 404


# --- the same hazard ---


def test_reports_near_in_place_and_time_are_proposed_and_others_are_not(as_user: AsUser, cast: Cast) -> None:
    report = hazard(cast)
    near = hazard(cast, "wahyu", minutes=8, latitude=HOME[0] + 0.0005)
    others = [
        hazard(cast, "endang", latitude=HOME[0] + 0.03),
        hazard(cast, "endang", kind="fire"),
        hazard(cast, "endang", minutes=300),
        hazard(cast, "endang", status="rejected"),
    ]
    page = as_user("bagas").get(f"/hazards/desk/{report.number}").text
    assert f'id="candidate-{near.number}"' in page
    assert not [it for it in others if f'id="candidate-{it.number}"' in page]


def test_a_flood_and_a_tidal_flood_may_be_one_and_an_eruption_and_an_earthquake_may_not(
    as_user: AsUser, cast: Cast
) -> None:
    report, tidal = hazard(cast), hazard(cast, "wahyu", kind="tidal_flood")
    assert f"candidate-{tidal.number}" in as_user("bagas").get(f"/hazards/desk/{report.number}").text
    quake, _eruption = hazard(cast, kind="earthquake"), hazard(cast, "wahyu", kind="eruption")
    assert 'id="candidate-' not in as_user("bagas").get(f"/hazards/desk/{quake.number}").text


def test_a_joined_report_is_proposed_as_the_one_that_stands_for_it(as_user: AsUser, cast: Cast) -> None:
    main = hazard(cast, minutes=90)
    hazard(cast, "wahyu", minutes=40, same_as_id=main.id)
    report = hazard(cast, "endang")
    page = as_user("bagas").get(f"/hazards/desk/{report.number}").text
    assert re.findall(r'id="candidate-([\w-]+)"', page) == [main.number]


def test_late_is_only_what_nobody_has_answered(cast: Cast) -> None:
    hazard(cast, reported_at=now() - timedelta(hours=1))
    hazard(cast, reported_at=now() - timedelta(hours=1), status="asked", answered_at=now())
    assert [row.waits_since is not None for row in listing(Filters()).rows] == [True, False]
