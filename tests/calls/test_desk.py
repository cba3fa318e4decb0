"""A call's desk: who rings before the call is taken, its clock, the phone's place, and where the focus goes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor import geo
from meteor.calls import knowledge, rules
from meteor.calls.models import Call
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import enough, prank, rings, taken, typed
from tests.cast import HOME, Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
AML = 'A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G'
WARNING = "dari ponsel penelepon"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def focused(html: str) -> list[str]:
    """The ids of what gets the focus."""
    tags = re.findall(r"<[^>]*\bautofocus\b[^>]*>", html)
    return [name for tag in tags for name in re.findall(r'(?<![\w-])id="([\w-]+)"', tag)]


@pytest.mark.both_databases
def test_who_rings_is_known_without_taking_the_call(cast: Cast, as_user: AsUser) -> None:
    for _ in range(2):
        prank(cast, caller=cast.sari.phone)
    call = rings(cast.sari.phone, aml=AML)
    shown = words(as_user("maya").get("/calls/waiting").text)
    for known in (
        "Sari Wulandari", "Jl. Ikan Paus 3, RT 03 RW 05 Mayangan", "2 panggilan iseng dalam 30 hari",
        "Nomor belum terverifikasi", "Ponsel: ", "± 52 m",
    ):  # fmt: skip
        assert known in shown
    assert shown.index("Sari Wulandari") < shown.index("Sedang ditangani")
    db.session.refresh(call)
    assert (call.status, call.taken_by_id) == ("ringing", None)


@pytest.mark.parametrize("caller", ["+6281300000000", "+6281330000001"])
def test_the_home_is_known_by_the_number_of_the_account_and_by_that_of_the_register(
    cast: Cast, as_user: AsUser, caller: str
) -> None:
    assert cast.sari.phone == "+6281330000001"  # as in the register
    cast.sari.phone = "+6281300000000"
    db.session.commit()
    rings(caller)
    assert "Jl. Ikan Paus 3" in as_user("maya").get("/calls").text


def test_a_home_that_the_rt_leader_has_rejected_is_not_the_callers(cast: Cast, as_user: AsUser) -> None:
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    resident.rejected_at = now()
    db.session.commit()
    rings(cast.sari.phone)
    shown = words(as_user("maya").get("/calls/waiting").text)
    assert "Sari Wulandari" in shown
    assert "Jl. Ikan Paus 3" not in shown


def test_a_number_that_nobody_registered_says_so_while_it_rings(cast: Cast, as_user: AsUser) -> None:
    rings("085711112222")
    shown = words(as_user("maya").get("/calls/waiting").text)
    assert "Tidak terdaftar" in shown
    assert "Ponsel:" not in shown


def test_a_withheld_number_rings_without_facts(cast: Cast, as_user: AsUser) -> None:
    rings("anonymous")
    assert "Tidak terdaftar" not in as_user("maya").get("/calls/waiting").text


def test_the_clock_of_a_call_runs_since_its_answer_and_ends_with_it(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    answered = call.received_at + timedelta(seconds=2)
    rules.exchange_event(call, "answered", answered)
    db.session.commit()
    maya = as_user("maya")
    clock = re.search(r'id="clock">(.*?)</p>', maya.get(f"/calls/{call.id}").text, re.DOTALL)
    assert clock
    assert 'class="age"' in clock[1]
    assert answered.isoformat()[:19] in clock[1]
    rules.exchange_event(call, "ended", answered + timedelta(seconds=75))
    db.session.commit()
    assert "Berakhir 0:01:15" in words(maya.get(f"/calls/{call.id}/known").text)


def test_a_place_far_from_the_phone_is_asked_about_and_sent_all_the_same(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast, aml=AML)
    fields = enough(cast)
    typed(cast, call, **fields | {"latitude": "-7.7858", "longitude": "113.2157"})
    maya = as_user("maya")
    for address in (f"/calls/{call.id}", f"/calls/{call.id}/known"):
        assert "4,7 km dari ponsel penelepon." in words(maya.get(address).text)
    assert maya.post(f"/calls/{call.id}/incident", data={"version": "1"}).status_code == 303
    assert db.session.query(Incident).count() == 1


@pytest.mark.parametrize(("metres", "asked"), [(1200, False), (1340, False), (1360, True)])
def test_a_place_is_far_a_kilometre_beyond_what_both_are_unsure_of(cast: Cast, metres: int, asked: bool) -> None:
    call = Call(latitude=HOME[0], longitude=HOME[1], radius=50.0)
    latitude, longitude = geo.destination(HOME, metres, 90)
    far = knowledge.far_from_phone(call, Place(latitude, longitude, 300.0, "call"))
    assert far == (pytest.approx(metres, abs=0.01) if asked else None)


def test_without_the_position_of_phone_or_place_nothing_is_asked(cast: Cast, as_user: AsUser) -> None:
    maya = as_user("maya")
    unknown, words_alone, phones_own = taken(cast), taken(cast, aml=AML), taken(cast, aml=AML)
    typed(cast, unknown, **enough(cast) | {"latitude": "-7.7858", "longitude": "113.2157"})
    typed(cast, words_alone, place="rumah cat hijau")
    for call in (unknown, words_alone, phones_own):
        assert WARNING not in maya.get(f"/calls/{call.id}").text


@pytest.mark.parametrize(
    ("left_out", "first"),
    [(("type_id", "place", "phone"), "type"), (("place", "phone"), "place"), (("phone",), "phone")],
)
def test_after_an_error_the_first_field_at_fault_has_the_focus_and_its_reason(
    cast: Cast, as_user: AsUser, left_out: tuple[str, ...], first: str
) -> None:
    call = rings("anonymous")
    gone = dict.fromkeys((*left_out, *(("latitude", "longitude") if "place" in left_out else ())), " ")
    answer = as_user("maya").post(f"/calls/{call.id}/incident", data={"version": "0"} | enough(cast) | gone)
    assert answer.status_code == 422
    assert focused(answer.text) == [first]
    field = re.search(rf'<input[^>]* id="{first}"[^>]*>', answer.text)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert re.search(rf'aria-describedby="{first}-error', field[0])
    assert f'id="{first}-error"' in answer.text


def test_a_missing_reason_and_a_missing_class_have_the_focus(cast: Cast, as_user: AsUser) -> None:
    address = f"/calls/{taken(cast).id}/classification"
    maya = as_user("maya")
    refused = maya.post(address, data={"version": "0", "class": "prank"})
    assert focused(refused.text) == ["reason"]
    assert 'aria-describedby="reason-error"' in refused.text
    refused = maya.post(address, data={"version": "0"})
    assert re.findall(r'<input type="radio" name="class" value="(\w+)"[^>]*autofocus', refused.text) == ["information"]
    assert focused(refused.text) == []


def test_a_correction_without_a_reason_keeps_the_class_that_was_chosen(cast: Cast, as_user: AsUser) -> None:
    address = f"/calls/{prank(cast).id}/reclassification"
    refused = as_user("hadi").post(address, data={"version": "0", "class": "test", "reason": ""})
    assert focused(refused.text) == ["reason"]
    assert '<option value="test" selected>' in refused.text


def test_a_problem_of_no_field_has_the_focus_itself(cast: Cast, as_user: AsUser) -> None:
    call = prank(cast)
    refused = as_user("maya").post(f"/calls/{call.id}/classification", data={"version": "0", "class": "ghost"})
    assert refused.status_code == 422
    assert focused(refused.text) == ["problem"]


def test_before_any_error_the_type_has_the_focus_and_then_what_else_is_said(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    maya = as_user("maya")
    assert focused(maya.get(f"/calls/{call.id}").text) == ["type"]
    maya.post(f"/calls/{call.id}/incident", data={"version": "0"} | enough(cast))
    assert focused(maya.get(f"/calls/{call.id}").text) == ["more"]


def test_a_number_that_is_not_blocked_says_why_at_the_field(cast: Cast, as_user: AsUser) -> None:
    hadi = as_user("hadi")
    data = {"phone": "081234567890", "days": "7", "reason": ""}
    assert focused(hadi.post("/calls/numbers", data=data).text) == ["reason"]
    assert focused(hadi.post("/calls/numbers", data=data | {"phone": "x"}).text) == ["phone"]
    assert focused(hadi.get("/calls/numbers").text) == []


def test_a_place_is_taken_from_beside_only_while_there_is_a_field_for_it(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast, caller=cast.sari.phone, aml=AML)
    maya = as_user("maya")
    page = maya.get(f"/calls/{call.id}/known").text
    assert 'id="at-home"' in page
    assert 'id="at-phone"' in page
    maya.post(f"/calls/{call.id}/incident", data={"version": "0"} | enough(cast))
    assert "data-choice-of" not in maya.get(f"/calls/{call.id}/known").text
