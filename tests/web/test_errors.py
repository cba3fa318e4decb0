"""Refusals and failures are said in words, to whoever asked, in their language."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import Form, PasswordField

from meteor.web.errors import NEVER_REPEATED, WORDS

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("code", sorted(set(WORDS) - {500}))
def test_every_refusal_is_a_page_that_says_what_to_do(visitor: FlaskClient, code: int) -> None:
    answer = visitor.get(f"/refuse/{code}")
    assert answer.status_code == code
    assert '<html lang="id"' in answer.text
    assert 'href="tel:112"' in answer.text
    assert f"Kesalahan {code}" in answer.text


def test_too_large_says_how_much_this_address_takes(visitor: FlaskClient) -> None:
    assert "paling banyak 8 MB" in visitor.get("/refuse/413").text
    assert "paling banyak 20 MB" in visitor.get("/refuse-large").text


@pytest.mark.parametrize("code", [429, 503])
def test_nobody_in_the_112_room_is_told_to_call_112(visitor: FlaskClient, code: int) -> None:
    answer = visitor.get(f"/refuse-in-the-112-room/{code}")
    assert "oba lagi" in answer.text
    assert "112" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_an_unknown_address_is_a_404_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/no-such-page")
    assert answer.status_code == 404
    assert "<h1>Halaman tidak ditemukan</h1>" in answer.text


def test_english_is_spoken_to_who_asked_for_it(visitor: FlaskClient) -> None:
    visitor.set_cookie("language", "en")
    assert "<h1>This page was not found</h1>" in visitor.get("/no-such-page").text


def test_a_machine_gets_problem_details(visitor: FlaskClient) -> None:
    answer = visitor.get("/no-such-page", headers=JSON)
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json(force=True) | {"detail": ""} == {
        "type": "about:blank",
        "title": "Halaman tidak ditemukan",
        "status": 404,
        "detail": "",
    }


def test_htmx_gets_a_line_and_never_a_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/refuse/403", headers=HTMX)
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")
    assert "<" not in answer.text


def test_a_view_may_refuse_in_its_own_words(visitor: FlaskClient) -> None:
    assert "TRAIL-02 accepted first, at 14.03.05." in visitor.get("/own-words").text


def test_a_redirect_stays_a_redirect(visitor: FlaskClient) -> None:
    answer = visitor.get("/moved")
    assert (answer.status_code, answer.location) == (302, "/elsewhere")


def test_a_wrong_method_says_which_are_right(visitor: FlaskClient) -> None:
    answer = visitor.post("/moved")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("headers", "mimetype"), [({}, "text/html"), (JSON, "application/problem+json"), (HTMX, "text/plain")]
)
def test_a_failure_is_a_500_that_names_112_and_tells_nothing_else(
    site: Flask, headers: dict[str, str], mimetype: str
) -> None:
    answer = site.test_client().get("/crash", headers=headers)
    assert (answer.status_code, answer.mimetype) == (500, mimetype)
    assert "112" in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_failure_is_told_without_the_database(site: Flask) -> None:
    visitor = site.test_client()
    with visitor.session_transaction() as session:
        session["_user_id"] = "1:1"  # there is no table of users
    answer = visitor.get("/told")
    assert answer.status_code == 500
    assert "Terjadi gangguan di sistem kami" in answer.text


def test_a_failure_speaks_the_language_of_the_browser(visitor: FlaskClient) -> None:
    visitor.set_cookie("language", "en")
    assert "Something went wrong on our side" in visitor.get("/crash").text


def test_a_form_that_was_open_too_long_can_be_sent_again_with_all_that_was_typed(visitor: FlaskClient) -> None:
    typed = {"name": 'Sari "Ayu" <W>', "needs": ["1", "2"], "csrf_token": "old"}
    answer = visitor.post("/typed?step=2", data=typed, headers=SAME_SITE, csrf=False)
    assert answer.status_code == 400
    assert 'action="/typed?step=2"' in answer.text
    assert 'name="name" value="Sari &#34;Ayu&#34; &lt;W&gt;"' in answer.text
    assert answer.text.count('name="needs"') == 2
    assert 'value="old"' not in answer.text


@pytest.mark.parametrize("from_where", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sent_is_never_offered_again(visitor: FlaskClient, from_where: dict[str, str]) -> None:
    answer = visitor.post("/typed", data={"name": "Eve"}, headers=from_where, csrf=False)
    assert answer.status_code == 400
    assert "Eve" not in answer.text


def test_a_password_is_never_written_into_a_page(visitor: FlaskClient) -> None:
    answer = visitor.post("/typed", data={"password": "rahasia-sekali"}, headers=SAME_SITE, csrf=False)
    assert answer.status_code == 400
    assert "rahasia-sekali" not in answer.text


def test_what_is_typed_hidden_is_never_written_into_a_page(visitor: FlaskClient) -> None:
    forms, hidden = [Form], set()
    while forms:  # whoever has the application has imported every form
        form = forms.pop()
        forms += form.__subclasses__()
        hidden |= {name for name, it in vars(form).items() if getattr(it, "field_class", None) is PasswordField}
    assert {"password", "pin"} < hidden <= set(NEVER_REPEATED)


def test_a_form_with_its_token_is_taken(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    assert visitor.post("/typed", data={"name": "Sari"}).json == {"name": "Sari"}
