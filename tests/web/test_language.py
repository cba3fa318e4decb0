"""Indonesian first, English on request; times in WIB."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from flask_babel import force_locale
from wtforms import Form, IntegerField

from meteor.web import language
from tests.cast import user
from tests.conftest import Browser

NOW = datetime(2026, 11, 24, 7, 3, 5, tzinfo=UTC)


def test_a_stranger_is_spoken_to_in_indonesian_whatever_the_browser_prefers(visitor: FlaskClient) -> None:
    assert '<html lang="id"' in visitor.get("/sign-in", headers={"Accept-Language": "en"}).text


def test_a_choice_is_kept_in_the_browser_and_leads_back_to_the_page(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    answer = visitor.post("/language", data={"language": "en", "next": "/sign-in?next=/account"})
    assert answer.location == "/sign-in?next=/account"
    assert '<html lang="en"' in visitor.get("/sign-in").text


def test_a_choice_goes_with_the_account(as_user: Callable[[str], Browser], app: Flask) -> None:
    as_user("sari").post("/language", data={"language": "en"})
    assert user("sari").language == "en"
    assert '<html lang="en"' in as_user("sari").get("/account").text


def test_signed_in_the_language_is_chosen_in_the_menu_alone(as_user: Callable[[str], Browser]) -> None:
    page = as_user("sari").get("/account").text
    menu = page.split('<details class="menu">')[1].split("</details>")[0]
    assert page.count('action="/language"') == menu.count('action="/language"') == 1


def test_signed_out_the_language_is_chosen_in_the_header(visitor: FlaskClient) -> None:
    header = visitor.get("/sign-in").text.split("<header")[1].split("</header>")[0]
    assert 'action="/language"' in header
    assert "<details" not in header


@pytest.mark.parametrize("wish", ["", "de", "../en"])
def test_a_language_that_is_not_spoken_is_refused(visitor: FlaskClient, wish: str) -> None:
    with visitor.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    assert visitor.post("/language", data={"language": wish}).status_code == 400


def test_a_cookie_that_names_no_language_is_ignored(visitor: FlaskClient) -> None:
    visitor.set_cookie("language", "xx_YY")
    assert '<html lang="id"' in visitor.get("/sign-in").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(visitor: FlaskClient, elsewhere: str) -> None:
    with visitor.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    assert visitor.post("/language", data={"language": "en", "next": elsewhere}).location == "/"


@pytest.mark.parametrize(
    ("spoken", "moment", "clock"),
    [("id", "24 Nov 2026 14.03 WIB", "14.03.05"), ("en", "24 Nov 2026 14:03 WIB", "14:03:05")],
)
def test_times_are_written_in_wib(site: Flask, spoken: str, moment: str, clock: str) -> None:
    with site.test_request_context(), force_locale(spoken):
        assert (language.moment(NOW), language.clock(NOW)) == (moment, clock)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 detik lalu"), (0, "0 detik lalu"), (5, "5 detik lalu"), (59, "59 detik lalu"), (60, "1 menit lalu"),
        (90, "1 menit lalu"), (3599, "59 menit lalu"), (5400, "1 jam lalu"), (86_399, "23 jam lalu"),
        (86_400, "1 hari lalu"), (3 * 86_400, "3 hari lalu"), (14 * 86_400, "14 hari lalu"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_words(site: Flask, seconds: int, words: str) -> None:
    with site.test_request_context(), time_machine.travel(NOW, tick=False):
        assert language.ago(NOW - timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-3, "0:00"), (7, "0:07"), (134, "2:14"), (3734, "1:02:14"), (97_200, "27:00:00")]
)
def test_an_age_runs_like_a_clock(seconds: int, shown: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert language.age(NOW - timedelta(seconds=seconds)) == shown


def test_machines_read_utc() -> None:
    assert language.iso(NOW) == "2026-11-24T07:03:05Z"


@pytest.mark.parametrize(("spoken", "name"), [("id", "Kebakaran"), ("en", "Fire")])
def test_a_thing_is_named_in_the_language_that_is_spoken(site: Flask, spoken: str, name: str) -> None:
    with site.test_request_context(), force_locale(spoken):
        assert language.named(SimpleNamespace(name_id="Kebakaran", name_en="Fire")) == name


def test_what_forms_say_by_themselves_is_translated(site: Flask) -> None:
    class Count(Form):
        number = IntegerField()

    with site.test_request_context("/", method="POST", data={"number": "many"}):
        form = Count(request.form)
        assert not form.validate()
        assert list(form.number.errors) == ["Isi dengan angka bulat."]


def test_a_template_speaks_each_language_in_its_turn(app: Flask) -> None:
    said = []
    for spoken in ("en", "id", "en"):
        with app.app_context(), force_locale(spoken):
            said.append(
                render_template_string(
                    '{{ _("Closed") }}, {{ ngettext("%(num)d open incident", "%(num)d open incidents", 2) }}'
                )
            )
    assert said == ["Closed, 2 open incidents", "Selesai, 2 kejadian terbuka", "Closed, 2 open incidents"]
