"""The button's page, and what a phone keeps of it."""

import re

from flask import Flask

from meteor.panic.views.button import BUTTON_FILES, SILENT_FILES
from tests.cast import Cast
from tests.panic.conftest import As, press
from tests.sas.scenes import shop


def page(as_user: As, username: str) -> str:
    answer = as_user(username).get("/")
    assert answer.status_code == 200
    return answer.text


def test_signed_out_it_says_what_meteor_is_and_how_to_come_in(as_user: As) -> None:
    html = page(as_user, "")
    for address in ("tel:112", "/sign-in", "/sign-up"):
        assert f'href="{address}"' in html
    assert 'id="button"' not in html


def test_signed_in_it_is_a_form_that_works_by_itself(as_user: As) -> None:
    html = page(as_user, "sari")
    assert '<form id="press" method="post" action="/alerts"' in html
    assert re.search(r'name="id" value="[0-9a-f-]{36}"', html)
    assert len(re.findall(r'type="radio" name="kind"', html)) == 6


def test_every_opening_has_a_number_of_its_own(as_user: As) -> None:
    first, second = (re.search(r'name="id" value="(.*?)"', page(as_user, "sari")) for _ in range(2))
    assert first[1] != second[1]


def test_who_has_a_registered_home_is_told_that_it_counts(as_user: As) -> None:
    assert "rumah Anda yang terdaftar" in page(as_user, "sari")
    assert "rumah Anda yang terdaftar" not in page(as_user, "agus")


def test_an_open_alert_is_one_tap_away(as_user: As) -> None:
    answer = press(as_user("sari"))
    assert answer.json["url"] in page(as_user, "sari")
    assert answer.json["url"] not in page(as_user, "wahyu")


def test_a_drill_is_no_open_alert(as_user: As) -> None:
    assert press(as_user("sari"), "/drills").json["url"] not in page(as_user, "sari")


def test_it_loads_no_htmx(as_user: As) -> None:
    assert "htmx" not in page(as_user, "sari")


def test_what_it_is_drawn_with_comes_before_the_scripts(as_user: As) -> None:
    """On a slow network scripts would take the way of the sheets, and of the page itself."""
    html = page(as_user, "sari")
    assert html.index("<script") > max(html.rindex("<link"), html.rindex("</footer>"))
    assert len(re.findall("<script", html)) == 2, "the menu's, and one of all that the button needs"


def test_the_phone_keeps_every_file_that_the_buttons_load(app: Flask, cast: Cast, as_user: As) -> None:
    shop(cast)
    pages = page(as_user, "sari") + as_user("toko").get("/sas").text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', re.sub('<link rel="apple-touch-icon".*?>', "", pages)))
    script = as_user("").get("/service-worker.js")
    kept = set(re.findall(r'"(/static/[^"]+)"', script.text.partition("importScripts")[0]))
    assert kept == loaded | {app.jinja_env.globals["asset"]("vendor/font.woff2")}, "which the sheet loads"
    assert len(kept) == len(BUTTON_FILES) + len(SILENT_FILES)
    assert script.headers["Cache-Control"] == "no-cache"
    assert script.mimetype == "text/javascript"
