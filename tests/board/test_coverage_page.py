"""The page of the coverage: what it shows, when it has something new, and what the board includes of it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, render_template

from meteor.agencies.models import Shift
from meteor.board.cover_state import city_coverage
from meteor.board.units import units_shown
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty

AsUser = Callable[[str], Browser]

AREA = re.compile(r'data-area="\d+" data-cover="(\w+)"')


def version(text: str) -> str:
    found = re.search(r'data-version="(\w+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("username", ["komang", "hadi", "yusuf"])
def test_command_and_chief_read_the_number_and_each_kelurahan(as_user: AsUser, cast: Cast, username: str) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    page = as_user(username).get("/board/coverage").text
    assert "<strong>1/2</strong>" in page
    assert AREA.findall(page) == ["near", "none"]
    assert "1 dari 2 terjangkau" in page
    assert "TRAIL-01" in page


def test_what_is_assumed_stands_on_the_page(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02").at_base = False
    db.session.commit()
    page = as_user("komang").get("/board/coverage").text
    assert "Unit siap yang dihitung: 1 (Sepeda motor)" in page
    assert "tidak dihitung: TRAIL-02" in page
    assert "40 km/jam, dengan jalan 1,3 kali garis lurus; 3 menit setara 1,5 km garis lurus" in page
    assert "batas diketahui untuk 0 dari 2 kelurahan" in page


def test_a_suggestion_is_told_in_numbers_and_orders_nobody(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02").base_latitude = -7.7355
    db.session.commit()
    page = as_user("komang").get("/board/coverage").text
    moves = page[page.index('id="moves"') : page.index("coverage-table")]
    assert "TRAIL-02 → titik tengah Kelurahan Sukabumi" in moves
    for fact in ("Pos TRAIL-02", "sekitar 4 menit", "1,6 km", "<dd>Sukabumi</dd>", "METEOR hanya menyarankan"):
        assert fact in moves
    assert "<form" not in moves
    assert "<button" not in moves


@pytest.mark.parametrize(
    ("crews", "words"),
    [
        ({}, "Tidak ada sepeda motor siap yang dapat dipindahkan."),
        ({"agus": "TRAIL-01"}, "Tidak ada satu pemindahan pun"),
        ({"agus": "TRAIL-02"}, "Semua kelurahan terjangkau."),
    ],
)
def test_a_page_without_suggestions_says_why(as_user: AsUser, cast: Cast, crews: dict[str, str], words: str) -> None:
    cast.unit("TRAIL-02").in_service = "TRAIL-02" in crews.values()  # out of service, its base is no post
    for username, call_sign in crews.items():
        on_duty(cast, username, call_sign)
    assert words in as_user("komang").get("/board/coverage").text


def test_the_version_changes_with_the_distance_that_is_shown(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    unit = on_duty(cast, "bayu", "TRAIL-02")
    versions = []
    for degrees in (-7.7351, -7.7352, -7.7353):  # 1.7, 1.6 and 1.6 km from its post
        unit.base_latitude = degrees
        db.session.commit()
        state = city_coverage(now())
        assert [move.minutes for move, _ in state.suggestions] == [4]
        versions.append(state.version)
    assert [versions.index(each) for each in versions] == [0, 1, 1]


def test_a_unit_that_was_put_out_of_service_a_moment_ago_does_not_count(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    before = units_shown(now())
    monkeypatch.setattr("meteor.board.cover_state.units_shown", lambda at: before)
    cast.unit("TRAIL-01").in_service = False
    db.session.commit()
    assert city_coverage(now()).free == 0


def test_the_poll_answers_only_what_is_new(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    shown = version(komang.get("/board/coverage").text)
    assert komang.get(f"/board/coverage/rows?v={shown}").status_code == 204
    on_duty(cast, "agus", "TRAIL-01")
    answer = komang.get(f"/board/coverage/rows?v={shown}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert AREA.findall(answer.text) == ["near", "none"]
    assert komang.get(f"/board/coverage/rows?v={version(answer.text)}").status_code == 204


def test_a_crew_that_goes_off_duty_is_something_new(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    komang = as_user("komang")
    shown = version(komang.get("/board/coverage").text)
    db.session.query(Shift).update({"ended_at": now()})
    unit.status = "off_duty"
    assert AREA.findall(komang.get(f"/board/coverage/rows?v={shown}").text) == ["none", "none"]


def test_a_page_in_english_is_not_the_one_in_indonesian(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    assert "Tidak terjangkau" in komang.get("/board/coverage/rows").text
    cast.komang.language = "en"
    assert "Not covered" in komang.get("/board/coverage/rows").text


@pytest.mark.parametrize("username", ["sari", "agus", "maya", "tuti", "endang", "toko"])
@pytest.mark.parametrize("address", ["/board/coverage", "/board/coverage/rows"])
def test_nobody_else_reads_it(as_user: AsUser, cast: Cast, username: str, address: str) -> None:
    assert as_user(username).get(address).status_code == 403


def test_the_board_includes_a_number_and_the_states_for_its_map(app: Flask, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    with app.test_request_context("/board"):
        text = render_template("board/_coverage.html", coverage=city_coverage(now()))
    assert "Jangkauan 1/2 kelurahan" in text
    assert 'href="/board/coverage"' in text
    assert AREA.findall(text) == ["near", "none"]
