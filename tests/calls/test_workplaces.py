"""Who calls from premises: their name, what is dangerous there and what is open, before the second sentence."""

from collections.abc import Callable

import pytest

from meteor.premises.models import Premises
from meteor.store.moments import now
from tests.calls.switchboard import taken
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop

AsUser = Callable[[str], Browser]


@pytest.fixture
def gold(cast: Cast) -> Premises:
    alarm_types(cast)
    return shop(cast)


def beside(as_user: AsUser, cast: Cast, phone: str) -> str:
    """What stands beside a call from this number."""
    call = taken(cast, caller=phone)
    return as_user("maya").get(f"/calls/{call.id}/known").text


@pytest.mark.parametrize("phone", ["+62335420001", "+6281330001002", "+6281330000015"])
def test_the_premises_of_their_own_number_a_contacts_and_a_users_are_known(
    cast: Cast, as_user: AsUser, gold: Premises, phone: str
) -> None:
    text = beside(as_user, cast, phone)
    for words in ("Toko Emas Semeru", "Brankas di lantai dua", "Jl. Dr. Soetomo 12"):
        assert words in text


@pytest.mark.both_databases
def test_what_is_open_there_stands_beside_it(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    says(panel_of(gold), "BA", now(), "003")
    assert incidents()[0].number in beside(as_user, cast, "+62335420001")


def test_a_stranger_brings_no_premises(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    assert "Toko Emas Semeru" not in beside(as_user, cast, "+6281234567890")


def test_premises_that_are_no_more_are_not_shown(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    gold.active = False
    assert "Brankas" not in beside(as_user, cast, "+62335420001")


def test_an_alarm_meanwhile_changes_what_is_shown(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    call = taken(cast, caller="+62335420001")
    maya = as_user("maya")
    page = maya.get(f"/calls/{call.id}/known")
    version = page.text.split('data-version="')[1].split('"')[0]
    assert maya.get(f"/calls/{call.id}/known?v={version}").status_code == 204
    says(panel_of(gold), "HA", now(), "001")
    assert incidents()[0].number in maya.get(f"/calls/{call.id}/known?v={version}").text
