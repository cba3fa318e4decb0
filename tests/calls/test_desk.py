"""A call's desk: who rings before the call is taken."""

import re
from collections.abc import Callable

import pytest

from meteor.store.database import db
from tests.calls.switchboard import prank, rings
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
AML = 'A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G'


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


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


def test_a_number_that_nobody_registered_says_so_while_it_rings(cast: Cast, as_user: AsUser) -> None:
    rings("085711112222")
    shown = words(as_user("maya").get("/calls/waiting").text)
    assert "Tidak terdaftar" in shown
    assert "Ponsel:" not in shown


def test_a_withheld_number_rings_without_facts(cast: Cast, as_user: AsUser) -> None:
    rings("anonymous")
    assert "Tidak terdaftar" not in as_user("maya").get("/calls/waiting").text
