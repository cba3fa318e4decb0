"""The silent button: a press is never refused, a test sends nobody, and nothing on its page says what it is."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.accounts.models import UserRole
from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.dispatch.rules import accept
from meteor.incidents import rules as incident_rules
from meteor.incidents import timeline
from meteor.incidents.models import Escalation
from meteor.premises.models import Premises
from meteor.sas import testing
from meteor.sas.models import MonthlyTest, TestMode
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import SHOP, alarm_types, incidents, panel_of, says, shop
from tests.scenes import on_duty, open_assignment

AsUser = Callable[[str], Browser]
JSON = {"Accept": "application/json"}


@pytest.fixture
def gold(cast: Cast) -> Premises:
    """Toko Emas Semeru, where Toko sells gold; Agus is on his motorbike."""
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    return shop(cast)


def press(browser: Browser, **fields: Any) -> Any:
    return browser.post("/sas/alarms", data={"id": str(uuid4())} | fields, headers=JSON, csrf=False)


def text(browser: Browser, url: str) -> str:
    return browser.get(url).get_data(as_text=True)


def sign(browser: Browser) -> str:
    return str(browser.get("/sas/sign", headers=JSON).json["sign"])


# --- a press ---


def test_a_press_is_a_hold_up_at_the_premises_with_a_unit_and_a_siren(as_user: AsUser, gold: Premises) -> None:
    answer = press(as_user("toko"), premises=gold.id)
    (incident,) = incidents()
    assert answer.status_code == 201
    assert answer.json["number"] == incident.number
    assert answer.json["sign"] == "arrived"
    assert (incident.type.code, incident.priority, incident.silent, incident.source) == ("hold_up", 1, True, "sas")
    assert (incident.premises_id, incident.latitude, incident.longitude) == (gold.id, *SHOP)
    assert db.session.get(Escalation, incident.id) is not None
    assert db.session.scalars(select(Assignment.status)).all() == ["offered"]


def test_a_press_that_arrives_twice_is_one_alarm(as_user: AsUser, gold: Premises) -> None:
    press_id, browser = str(uuid4()), as_user("toko")
    assert [press(browser, id=press_id, premises=gold.id).status_code for _ in range(3)] == [201, 200, 200]
    assert len(db.session.scalars(select(Alert)).all()) == 1


def test_the_phones_position_stands_beside_the_premises_and_moves_nothing(as_user: AsUser, gold: Premises) -> None:
    press(as_user("toko"), premises=gold.id, latitude="-7.7500", longitude="113.2166", accuracy="20")
    (incident,) = incidents()
    assert (incident.latitude, incident.place_source) == (SHOP[0], "premises")
    line = timeline.last(incident.id, "phone_at")
    assert line is not None
    assert (line.detail["latitude"], line.detail["accuracy"]) == (-7.75, 20.0)
    assert 600 < line.detail["away"] < 800
    assert db.session.scalars(select(Alert.latitude)).one() == -7.75


def test_the_dispatcher_reads_where_the_phone_is(as_user: AsUser, gold: Premises) -> None:
    press(as_user("toko"), premises=gold.id, latitude="-7.7500", longitude="113.2166", accuracy="20")
    page = text(as_user("komang"), f"/incidents/{incidents()[0].number}")
    assert "Ponsel yang mengirim alarm berjarak 700 m, di -7.75000, 113.21660, akurasi ±20 m" in page


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"id=no-uuid&premises=x&latitude=north", b'{"id": 5, "premises": [1]}',
        b"a=" + b"b" * 2_000_000,
    ],
)  # fmt: skip
def test_no_form_can_refuse_a_press(as_user: AsUser, gold: Premises, body: bytes) -> None:
    assert as_user("toko").post("/sas/alarms", data=body, headers=JSON, csrf=False).status_code == 201
    assert [incident.premises_id for incident in incidents()] == [gold.id]


def test_without_javascript_a_press_leads_back_to_the_same_page(as_user: AsUser, gold: Premises) -> None:
    answer = as_user("toko").post("/sas/alarms", data={"id": str(uuid4()), "premises": gold.id}, csrf=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sas")


def test_a_page_of_another_site_cannot_press(as_user: AsUser, gold: Premises) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = as_user("toko").post("/sas/alarms", data={"premises": gold.id}, headers=foreign, csrf=False)
    assert answer.status_code == 403
    assert incidents() == []


def test_who_is_signed_out_is_told_so_without_a_page(as_user: AsUser, gold: Premises) -> None:
    assert press(as_user(""), premises=gold.id).status_code == 401


def test_the_premises_of_others_cannot_be_named(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    other = shop(cast, "Pegadaian Mayangan", users=("wahyu",))
    press(as_user("toko"), premises=other.id)
    (incident,) = incidents()
    assert incident.premises_id == gold.id
    assert "premises_guessed" in incident.flags


def test_of_two_premises_the_one_that_was_named_is_meant(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    second = shop(cast, "Cabang Pasar Baru")
    press(as_user("toko"), premises=second.id)
    (incident,) = incidents()
    assert (incident.premises_id, incident.flags) == (second.id, [])


def test_who_has_no_premises_any_more_is_helped_where_their_phone_is(as_user: AsUser, gold: Premises) -> None:
    gold.active = False
    press(as_user("toko"), premises=gold.id, latitude="-7.7500", longitude="113.2166", accuracy="20")
    (incident,) = incidents()
    assert (incident.type.code, incident.priority, incident.premises_id, incident.latitude) == (
        "hold_up",
        1,
        None,
        -7.75,
    )
    assert "no_premises" in incident.flags
    assert incident.silent
    assert db.session.get(Escalation, incident.id) is not None


def test_a_page_left_open_of_premises_that_were_switched_off_sends_the_unit_to_where_the_phone_is(
    cast: Cast, as_user: AsUser, gold: Premises
) -> None:
    branch = shop(cast, "Cabang Pasar Baru")
    branch.latitude, branch.active = SHOP[0] + 0.01, False  # 1.1 km to the north
    db.session.commit()
    press(as_user("toko"), premises=branch.id, latitude=str(branch.latitude), longitude=str(SHOP[1]), accuracy="20")
    (incident,) = incidents()
    assert (incident.premises_id, incident.latitude) == (None, branch.latitude)
    assert "no_premises" in incident.flags


@pytest.mark.parametrize(
    ("north", "accuracy", "taken"), [("-7.7432", "20", True), ("-7.7390", "20", False), ("-7.7390", "500", True)]
)  # 55 m and 410 m from the second of two, which is 110 m from the first
def test_of_premises_that_are_not_named_those_are_meant_that_the_phone_is_at(
    cast: Cast, as_user: AsUser, gold: Premises, north: str, accuracy: str, taken: bool
) -> None:
    second = shop(cast, "Zamrud Perhiasan")
    second.latitude = SHOP[0] + 0.001
    db.session.commit()
    press(as_user("toko"), premises="0", latitude=north, longitude=str(SHOP[1]), accuracy=accuracy)
    (incident,) = incidents()
    assert incident.premises_id == (second.id if taken else None)
    assert incident.flags == ["premises_guessed" if taken else "no_premises"]


def test_a_suspended_user_still_has_a_shop_that_is_robbed(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    cast.toko.suspended_until = now() + timedelta(days=7)
    press(as_user("toko"), premises=gold.id)
    (incident,) = incidents()
    assert not incident.held
    assert db.session.scalars(select(Assignment.status)).all() == ["offered"]


def test_a_press_joins_what_the_panel_has_said(as_user: AsUser, gold: Premises) -> None:
    says(panel_of(gold), "BA", now(), "003")
    press(as_user("toko"), premises=gold.id)
    (incident,) = incidents()
    assert (incident.type.code, incident.priority) == ("hold_up", 1)


def test_a_press_does_not_join_what_the_same_person_called_for_elsewhere(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    browser.post("/alerts", data={"id": str(uuid4()), "kind": "medical"}, headers=JSON)
    press(browser, premises=gold.id)
    assert [incident.source for incident in incidents()] == ["panic", "sas"]


# --- what gives nothing away ---


def test_the_page_says_nothing_of_an_alarm(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    press(browser, premises=gold.id)
    for words in (text(browser, "/sas"), text(browser, "/sas?lang=en")):
        shown = re.sub(r"<(?:script|link|meta|form|input)[^>]*>|href=\"[^\"]*\"", "", words).lower()
        assert "<title>catatan</title>" in shown
        for word in (
            "alarm",
            "meteor",
            "darurat",
            "emergency",
            "polisi",
            "police",
            "112",
            "senyap",
            "silent",
            gold.name.lower(),
        ):
            assert word not in shown


@pytest.mark.both_databases
def test_the_citizens_pages_keep_silent_about_it_as_well(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    number = press(browser, premises=gold.id).json["number"]
    assert number not in text(browser, "/")
    assert number not in text(browser, "/alerts")


def test_the_sign_says_what_the_owner_must_know(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    assert sign(browser) == "ready"
    press(browser, premises=gold.id)
    assert sign(browser) == "arrived"
    incident_rules.close(incidents()[0], "helped", "", now(), cast.komang)
    assert sign(browser) == "ready"
    testing.begin_test(gold, None, timedelta(minutes=30), "", now(), cast.tuti)
    assert sign(browser) == "test"


def test_a_business_begins_at_its_button(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("")
    answer = browser.post("/sign-in", data={"username": "toko", "password": "meteor-demo"})
    assert browser.get(answer.location).location == "/sas"


# --- several premises ---


def test_who_has_several_premises_chooses_once(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    second, browser = shop(cast, "Cabang Pasar Baru"), as_user("toko")
    assert browser.get("/sas").headers["Location"] == "/sas/places"
    assert browser.post("/sas/places", data={"premises": second.id}).headers["Location"] == "/sas"
    assert f'name="premises" value="{second.id}"' in text(browser, "/sas")


def test_premises_of_others_cannot_be_chosen(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    other, browser = shop(cast, "Pegadaian Mayangan", users=("wahyu",)), as_user("toko")
    assert browser.post("/sas/places", data={"premises": other.id}).status_code == 422


def test_who_has_none_is_told_whom_to_ask(cast: Cast, as_user: AsUser) -> None:
    browser = as_user("toko")
    assert browser.get("/sas").headers["Location"] == "/sas/places"
    assert "Minta administrator" in text(browser, "/sas/places")
    assert browser.get("/sas/sign", headers=JSON).status_code == 404
    assert browser.post("/sas/test").status_code == 404


# --- the test ---


def test_a_test_arrives_sends_nobody_and_counts_for_the_month(as_user: AsUser, gold: Premises) -> None:
    answer = as_user("toko").post("/sas/test", data={"id": str(uuid4())}, headers=JSON)
    (incident,) = incidents()
    assert (answer.status_code, answer.json["number"]) == (201, incident.number)
    assert (incident.drill, incident.status, incident.premises_id) == (True, "closed", gold.id)
    assert db.session.scalar(select(Assignment.id)) is None
    assert db.session.get(Escalation, incident.id) is None
    assert db.session.scalars(select(MonthlyTest.result)).all() == ["passed"]


def test_without_javascript_the_test_says_on_its_page_that_it_arrived(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    assert "Uji coba terakhir Anda" not in text(browser, "/sas/test")
    assert browser.post("/sas/test", data={"id": str(uuid4())}).headers["Location"] == "/sas/test"
    page = text(browser, "/sas/test")
    assert incidents()[0].number in page
    assert "Uji coba terakhir Anda" in page


def test_the_buttons_test_does_not_stand_for_the_panels(as_user: AsUser, gold: Premises) -> None:
    panel_of(gold)
    as_user("toko").post("/sas/test", data={"id": str(uuid4())}, headers=JSON)
    assert db.session.scalars(select(MonthlyTest.result)).all() == ["asked"]


def test_in_test_a_press_is_kept_as_a_test_and_says_so(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    testing.begin_test(gold, None, timedelta(minutes=30), "", now(), cast.toko)
    assert press(as_user("toko"), premises=gold.id).json["sign"] == "test"
    (incident,) = incidents()
    assert (incident.drill, incident.status) == (True, "closed")
    assert db.session.scalars(select(MonthlyTest.result)).all() == ["passed"]


def test_a_press_joins_what_is_open_at_the_premises_whatever_is_in_test(
    cast: Cast, as_user: AsUser, gold: Premises
) -> None:
    browser = as_user("toko")
    first = press(browser, premises=gold.id).json["number"]
    db.session.add(TestMode(premises_id=gold.id, until=now() + timedelta(hours=4)))
    db.session.commit()
    again = press(browser, premises=gold.id).json
    assert (again["number"], again["sign"]) == (first, "arrived")


def test_a_hold_up_is_not_marked_as_of_somebody_whom_the_rt_does_not_know(as_user: AsUser, gold: Premises) -> None:
    press(as_user("toko"), premises=gold.id)
    (incident,) = incidents()
    shown = text(as_user("komang"), f"/incidents/{incident.number}")
    assert gold.name in shown
    assert "Belum diverifikasi RT" not in shown


@pytest.mark.parametrize("page", ["/sas/test", "/sas/history", "/sas/help", "/sas/places"])
def test_nothing_that_a_browser_remembers_says_alarm(as_user: AsUser, gold: Premises, page: str) -> None:
    (title,) = re.findall("<title>(.*)</title>", as_user("toko").get(page).text)
    assert title
    assert not re.search("alarm|senyap|meteor", title, re.IGNORECASE)


# --- the history ---


def test_the_history_has_the_alarms_and_tests_of_ones_own_premises_only(
    cast: Cast, as_user: AsUser, gold: Premises
) -> None:
    other, at = shop(cast, "Pegadaian Mayangan", users=("wahyu",)), now()
    says(panel_of(other, "1235"), "HA", at, "001")
    says(panel_of(gold), "BA", at, "003")
    browser = as_user("toko")
    browser.post("/sas/test", data={"id": str(uuid4())})
    page = text(browser, "/sas/history")
    assert "Panel 1234 · Pintu belakang (003)" in page
    assert page.count("Toko Emas Semeru") >= 2
    assert "Pegadaian" not in page


def test_what_a_panel_said_in_test_is_in_the_history(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    testing.begin_test(gold, None, timedelta(minutes=30), "", now(), cast.tuti)
    says(panel_of(gold), "HA", now(), "001")
    assert "Toko Emas Semeru · Perampokan · zona 001" in text(as_user("toko"), "/sas/history")


def test_after_a_merge_each_business_reads_of_its_own_alarm_alone(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    db.session.add(UserRole(user_id=cast.wahyu.id, role="business"))
    bank = shop(cast, "Bank Mayangan", users=("wahyu",))
    toko, wahyu = as_user("toko"), as_user("wahyu")
    press(toko, premises=gold.id)
    press(wahyu, premises=bank.id)
    ours, theirs = incidents()
    merging.merge(theirs, ours, now(), cast.komang)
    db.session.commit()
    press(wahyu, premises=bank.id)  # the incident that it joins is the gold shop's by now
    assert (sign(toko), sign(wahyu)) == ("arrived", "arrived")
    shown, shown_there = text(toko, "/sas/history"), text(wahyu, "/sas/history")
    row = re.compile(r'<th scope="row">(.*?)</th>')
    assert (row.findall(shown), row.findall(shown_there)) == ([gold.name], [bank.name] * 2)
    assert "Wahyu Hidayat" not in shown


@pytest.mark.parametrize("page", ["/sas", "/sas/sign", "/sas/test", "/sas/history", "/sas/help", "/sas/places"])
def test_nobody_but_a_business_opens_these_pages(cast: Cast, as_user: AsUser, gold: Premises, page: str) -> None:
    assert as_user("sari").get(page).status_code == 403
    assert as_user("komang").get(page).status_code == 403
    assert as_user("toko").get(page).status_code == 200


# --- wherever a phone is, an incident at premises stays there ---


AWAY = {"latitude": str(SHOP[0] + 0.036), "longitude": str(SHOP[1]), "accuracy": "8"}
"""Four kilometres from the shop."""


@pytest.fixture
def robbed(as_user: AsUser, cast: Cast, gold: Premises) -> Alert:
    """Toko has pressed the silent button; the units of a hold-up wait at a staging point."""
    cast.incident_type("hold_up").silent_approach = True
    gold.entrance_latitude, gold.entrance_longitude = SHOP[0] + 0.0002, SHOP[1]
    press(as_user("toko"), premises=gold.id)
    return db.session.scalars(select(Alert)).one()


def places() -> list[tuple[float | None, ...]]:
    return [(it.latitude, it.longitude, it.staging_latitude, it.staging_longitude) for it in incidents()]


@pytest.mark.parametrize("address", ["position", "place"])
def test_whoever_looks_at_an_alarm_of_premises_moves_neither_it_nor_its_staging_point(
    as_user: AsUser, robbed: Alert, address: str
) -> None:
    before = places()
    assert before[0][2] is not None
    assert as_user("toko").post(f"/alerts/{robbed.id}/{address}", data=AWAY).status_code == 404
    assert places() == before


def test_the_page_of_an_alarm_of_premises_asks_no_phone_where_it_is(as_user: AsUser, robbed: Alert) -> None:
    page = text(as_user("toko"), f"/alerts/{robbed.id}")
    assert "place" not in re.findall(r"js/(\w+)[.-]", page)
    assert "/place" not in page


def test_its_owner_who_calls_for_help_elsewhere_has_an_incident_of_their_own(as_user: AsUser, robbed: Alert) -> None:
    alarm = robbed.incident.number
    before = places()
    at_home = as_user("toko").post("/alerts", data=AWAY, headers=JSON, csrf=False).json["number"]
    assert at_home != alarm
    assert before[0] in places()
    again = as_user("toko").post("/alerts", data=AWAY, headers=JSON, csrf=False).json["number"]
    assert again == at_home


def test_its_user_who_calls_for_help_without_a_position_is_not_taken_to_be_at_home(
    as_user: AsUser, cast: Cast, gold: Premises
) -> None:
    db.session.add(UserRole(user_id=cast.sari.id, role="business"))
    second = shop(cast, "Toko Emas Bromo", users=("sari",))
    alarm = press(as_user("sari"), premises=second.id).json["number"]
    again = as_user("sari").post("/alerts", data={"id": str(uuid4())}, headers=JSON, csrf=False).json["number"]
    assert again == alarm
    assert [it.premises_id for it in incidents()] == [second.id]


def test_its_owner_who_calls_for_help_there_joins_it_and_it_stays(as_user: AsUser, robbed: Alert) -> None:
    before = places()
    there = {"latitude": str(SHOP[0] + 0.001), "longitude": str(SHOP[1]), "accuracy": "3"}
    answer = as_user("toko").post("/alerts", data=there, headers=JSON, csrf=False)
    assert answer.json["number"] == robbed.incident.number
    fix = as_user("toko").post(f"/alerts/{answer.json['id']}/position", data=there)
    here = as_user("toko").post(f"/alerts/{answer.json['id']}/place", data=AWAY)
    assert (fix.status_code, here.status_code) == (204, 303)
    assert places() == before


def test_the_premises_stand_first_in_the_offer_the_job_and_the_rows(as_user: AsUser, cast: Cast, robbed: Alert) -> None:
    number = robbed.incident.number

    def first_words(who: str, address: str, beginning: str) -> str:
        said = text(as_user(who), address).split(beginning)[1].split("Kelurahan")[0]
        return re.sub(r"<[^>]*>|\s+", " ", said)

    for who, address, beginning in (
        ("agus", "/unit/offers", 'class="offer-place"'), ("agus", "/incidents/rows", 'class="where"'),
        ("komang", "/incidents/rows", 'class="where"'), ("komang", f"/incidents/{number}", 'class="where"'),
        ("komang", f"/incidents/{number}/paper", 'class="place"'),
    ):  # fmt: skip
        said = first_words(who, address, beginning)
        assert said.index("Toko Emas Semeru") < said.index("Jl. Dr. Soetomo 12"), address
    accept(open_assignment("TRAIL-01"), now(), cast.agus)
    assert "Toko Emas Semeru" in text(as_user("agus"), "/unit/offers")
