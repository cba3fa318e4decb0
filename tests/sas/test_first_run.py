"""The first run of the silent button: known and tested before it says that it is ready."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from meteor.premises.models import Premises, PremisesUser
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, shop
from tests.sas.test_button import press, sign

AsUser = Callable[[str], Browser]


@pytest.fixture
def gold(cast: Cast) -> Premises:
    """Toko Emas Semeru, which Toko has just been given."""
    alarm_types(cast)
    premises = shop(cast)
    premises.users[0].tested_at = None
    db.session.commit()
    return premises


def corner(browser: Browser) -> str:
    """The mark in the corner of the button's page."""
    return re.search(r'id="sign"[^>]*>([^<]*)<', browser.get("/sas").text)[1]


@pytest.mark.usefixtures("gold")
def test_the_first_sign_in_shows_what_the_dark_page_is(as_user: AsUser) -> None:
    toko = as_user("toko")
    assert toko.get("/sas/start").location == "/sas/help"
    page = toko.get("/sas/help").text
    for words in ("Kenali halamannya", "Kirim uji coba pertama", "dark-page"):
        assert words in page


@pytest.mark.usefixtures("gold")
def test_it_says_that_it_is_ready_only_after_a_test_that_arrived(as_user: AsUser) -> None:
    toko = as_user("toko")
    assert (corner(toko), sign(toko)) == ("10", "untested")
    toko.post("/sas/test", data={"id": str(uuid4())})
    assert (corner(toko), sign(toko)) == ("1", "ready")
    assert toko.get("/sas/start").location == "/sas"
    assert "Kenali halamannya" not in toko.get("/sas/help").text


def test_an_alarm_is_taken_though_nothing_was_tested(as_user: AsUser, gold: Premises) -> None:
    toko = as_user("toko")
    assert press(toko, premises=gold.id).status_code == 201
    assert sign(toko) == "arrived"
    db.session.expire_all()
    assert gold.users[0].tested_at, "it has arrived"


def test_the_own_word_says_that_it_is_ready_and_nothing_else_does(as_user: AsUser, gold: Premises) -> None:
    toko = as_user("toko")
    toko.post("/sas/word", data={"word": "  beras,   telur "})
    assert corner(toko) == "10"
    toko.post("/sas/test", data={"id": str(uuid4())})
    assert corner(toko) == "beras, telur"
    press(toko, premises=gold.id)
    assert corner(toko) == "3"
    assert 'value="beras, telur"' in toko.get("/sas/help").text


@pytest.mark.usefixtures("gold")
def test_an_empty_word_brings_the_number_back(as_user: AsUser) -> None:
    toko = as_user("toko")
    for word in ("beras", ""):
        toko.post("/sas/word", data={"word": word})
    toko.post("/sas/test", data={"id": str(uuid4())})
    assert corner(toko) == "1"


@pytest.mark.parametrize("word", ["x" * 25, "3", " 0 "])
def test_a_word_that_is_too_long_or_means_something_else_is_refused(as_user: AsUser, gold: Premises, word: str) -> None:
    answer = as_user("toko").post("/sas/word", data={"word": word})
    assert answer.status_code == 422
    assert 'id="word-error"' in answer.text
    assert db.session.get_one(PremisesUser, (gold.id, gold.users[0].user_id)).ready_word == ""


def test_without_premises_there_is_no_word(as_user: AsUser, cast: Cast) -> None:
    assert as_user("toko").post("/sas/word", data={"word": "beras"}).status_code == 404
