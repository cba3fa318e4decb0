"""Which new passwords are refused, and why."""

from collections.abc import Callable

import pytest

from meteor.accounts import passwords, rules
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

SARI = ("Sari Wulandari", "sari", "+6281330000001")


@pytest.mark.parametrize("common", ["qwertyuiop", "1234567890", "1Q2W3E4R5T", "password12", " password123 "])
def test_a_common_password_is_known_in_any_case(common: str) -> None:
    assert passwords.is_common(common)


def test_three_words_and_the_password_of_the_demo_city_are_not_common() -> None:
    assert not passwords.is_common("tiga kata mudah")
    assert not passwords.is_common(PASSWORD)


@pytest.mark.parametrize(
    "made", ["sariwulandari", "Wulandari-1990", "081330000001", "+6281330000001", "sari.sari.sari"]
)
def test_a_password_made_of_name_user_name_or_phone_is_personal(made: str) -> None:
    assert passwords.is_personal(made, SARI)


@pytest.mark.parametrize("good", ["sari suka kopi", "tiga kata mudah", PASSWORD, "1990-mangga", "!?!?!?!?!?"])
def test_a_password_with_enough_of_its_own_is_not_personal(good: str) -> None:
    assert not passwords.is_personal(good, SARI)


@pytest.mark.parametrize(
    ("password", "why"), [("password12", "10.000 yang paling sering"), ("sariwulandari", "terdiri dari nama")]
)
@pytest.mark.parametrize("invited", [False, True])
def test_the_password_of_an_account_is_refused_with_the_reason_and_what_would_be_right(
    as_user: Callable[[str], Browser], cast: Cast, password: str, why: str, invited: bool
) -> None:
    before = cast.sari.password_hash
    address = f"/invitations/{rules.invite(cast.sari)}" if invited else "/account/password"
    form = {"current": PASSWORD, "password": password, "repeated": password}
    answer = as_user("" if invited else "sari").post(address, data=form)
    assert answer.status_code == 422
    error = answer.text.split('id="password-error"')[1].split("</p>")[0]
    assert why in error
    assert "Gunakan misalnya tiga kata yang tidak berhubungan" in error
    assert cast.sari.password_hash == before
