"""The public page of response times, its files, and what caches may keep of them."""

import gzip
import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from meteor.config import PROJECT
from meteor.statistics import public_figures, rollup
from meteor.statistics.models import ResponseTimesProgress
from meteor.statistics.public_figures import PublicFigures
from meteor.statistics.views import public
from meteor.store.database import READER, db, hang_up
from meteor.territory import choices
from tests.cast import Cast
from tests.conftest import Browser
from tests.statistics.test_public_figures import areas, happened
from tests.statistics.test_response_times_page import AsUser, text_of
from tests.store.plans import scans, statements

FILES = ("/statistics/public.csv", "/statistics/public.geojson")
ADDRESSES = ("/statistics/public", *FILES)


@pytest.fixture
def somebody(app: Flask) -> Browser:
    """A browser that has not been here yet: it has no cookie."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "today", lambda: date(2026, 12, 2))
    public_figures._kept.cache_clear()


def a_quarter(cast: Cast) -> None:
    """Incidents of three months; in November few of them in the second kelurahan."""
    first, second = areas()
    for month, count in (("2026-09", 25), ("2026-10", 30), ("2026-11", 3)):
        happened(cast, month, first, [150.0] * 20)
        happened(cast, month, second, [400.0] * count)
        happened(cast, month, None, [100.0] * 15)


def test_everybody_reads_how_often_help_came_in_time(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    page = text_of(somebody.get("/statistics/public"))
    assert "Dalam 3 menit: <strong>64 %</strong> dari 163 kejadian" in page
    assert "September 2026" in page
    assert "Kota memiliki angka sejak September 2026." in page
    assert "Latihan, uji coba" in page


def test_small_numbers_stand_on_no_page_and_in_no_file(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    second = choices.kelurahan()[1].name
    assert "&lt; 5" in text_of(somebody.get("/statistics/public"))
    november = '"2026-11";"yes";"1";'
    lines = [line for line in somebody.get(FILES[0]).text.splitlines() if november in line]
    assert [line.split(";")[2] + line.split(";")[6] for line in lines[1:]] == [
        '"Mayangan""20"', f'"{second}""< 5"', '"unknown place""joined"'
    ]  # fmt: skip
    (mayangan, other) = somebody.get(FILES[1]).json["features"]
    assert [each["properties"]["incidents_by_month"]["2026-11"] for each in (mayangan, other)] == [20, "few"]
    assert [each["properties"]["incidents"] for each in (mayangan, other)] == [60, 55]


def test_caches_keep_the_page_of_a_reader_without_a_cookie(somebody: Browser, as_user: AsUser) -> None:
    for address in ADDRESSES:
        answer = somebody.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        assert "Set-Cookie" not in answer.headers
        assert "csrf_token" not in answer.text
    own = as_user("sari").get("/statistics/public")
    assert own.headers["Cache-Control"] == "no-store"
    assert "Cookie" in own.headers["Vary"]


def test_a_file_that_has_not_changed_is_not_sent_again(somebody: Browser) -> None:
    for address in FILES:
        tag = somebody.get(address).headers["ETag"]
        assert somebody.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["public", "public.csv", "public.geojson"])
def test_a_network_has_its_pace_and_less_of_one_that_chooses_months(
    somebody: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(public, "PACE", "3 per minute")
    chosen = [somebody.get(f"/statistics/{path}?year=x").status_code for _ in range(121)]
    assert chosen == [422] * 120 + [429]
    assert [somebody.get(f"/statistics/{path}").status_code for _ in range(4)] == [200] * 3 + [429]


def test_what_many_readers_ask_for_is_computed_once_until_the_table_changes(
    somebody: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    computed = []

    def compute(*asked: Any) -> PublicFigures:
        computed.append(asked)
        return figures_of(*asked)

    figures_of = public_figures.public_figures
    monkeypatch.setattr(public_figures, "public_figures", compute)
    a_quarter(cast)
    db.session.add(ResponseTimesProgress(id=1, event_id=0))
    db.session.commit()
    addresses = [f"{address}?year=2026" for address in ADDRESSES]
    assert ["163" in text_of(somebody.get(address)) for address in addresses] == [True] * 3
    assert len(computed) == 1
    happened(cast, "2026-09", areas()[0], [150.0] * 10)
    assert ["173" in text_of(somebody.get(address)) for address in addresses] == [True] * 3
    assert len(computed) == 2
    rollup.rebuild()
    db.session.commit()
    assert ["173" in text_of(somebody.get(address)) for address in addresses] == [True] * 3
    assert len(computed) == 3


def test_months_that_have_no_figures_are_computed_no_more_often(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    for query in ("year=2026", "since=2026-09&until=2026-11", "since=2026-09&until=2027-09", "since=2026-01"):
        assert "163 kejadian" in text_of(somebody.get(f"/statistics/public?{query}"))
    assert public_figures._kept.cache_info().misses == 1


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("year=besok", "Isi tahun, misalnya 2026."), ("year=2026&since=2026-01", "Isi tahun atau bulan"),
        ("year=%D9%A2%D9%A0%D9%A2%D9%A6", "Isi tahun, misalnya 2026."),
        ("since=2026-13", "2026-11"), ("until=x", "2026-11"), ("since=2026-05&until=2026-04", "Bulan terakhir"),
        ("since=2020-01&until=2026-01", "13"), ("since=2026-1", "2026-11"),
    ],
)  # fmt: skip
def test_a_bad_choice_is_refused_in_words(somebody: Browser, query: str, problem: str) -> None:
    for address in ADDRESSES:
        answer = somebody.get(f"{address}?{query}")
        assert answer.status_code == 422
        assert problem in text_of(answer)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_year_and_months_are_shown_alone(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    lines = somebody.get("/statistics/public.csv?since=2026-09&until=2026-10").text
    assert '"2026-10"' in lines
    assert '"2026-11"' not in lines
    assert "Belum ada angka" in text_of(somebody.get("/statistics/public?year=2025"))
    assert "163 kejadian" in text_of(somebody.get("/statistics/public?year=2026"))
    assert "163 kejadian" in text_of(somebody.get("/statistics/public?since=&until="))


def test_the_last_twelve_complete_months_are_shown(app: Flask) -> None:
    with app.test_request_context():
        form = public.PublicForm(MultiDict(), date(2026, 11, 30))
        assert form.validate()
        assert (form.since.data, form.until.data) == ("2025-12", "2026-11")


def test_geojson_has_the_boundary_that_was_imported(somebody: Browser, cast: Cast) -> None:
    square = {"type": "Polygon", "coordinates": [[[113.2, -7.7], [113.3, -7.7], [113.3, -7.6], [113.2, -7.7]]]}
    choices.kelurahan()[0].boundary = json.dumps(square)
    db.session.commit()
    answer = somebody.get("/statistics/public.geojson")
    assert answer.mimetype == "application/geo+json"
    assert [each["geometry"] for each in answer.json["features"]] == [square, None]


def test_a_spreadsheet_calculates_no_name(somebody: Browser, cast: Cast) -> None:
    choices.kelurahan()[0].name = "=1+1"
    db.session.commit()
    assert """;"'=1+1";""" in somebody.get("/statistics/public.csv").text


def test_files_name_each_column_and_property_in_the_documents(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    page = (PROJECT / "docs" / "statistics.md").read_text()
    columns = [cell.strip('"') for cell in somebody.get(FILES[0]).data.decode("utf-8-sig").splitlines()[0].split(";")]
    collection = somebody.get(FILES[1]).json
    names = {*columns, *collection, *collection["features"][0]["properties"], *collection["months"][0]}
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_files_are_the_same_in_every_language(app: Flask, somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    english = app.test_client()
    english.set_cookie("language", "en")
    for address in FILES:
        assert english.get(address).data == somebody.get(address).data


def test_no_statement_reads_through_the_table(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    db.session.remove()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for address in ADDRESSES:
            assert somebody.get(address).status_code == 200
    assert scans(db.engines[READER], dict(asked)) == {}


def test_the_page_is_light(somebody: Browser, cast: Cast) -> None:
    a_quarter(cast)
    assert len(gzip.compress(somebody.get("/statistics/public").data)) < 8_000


def test_staff_and_everybody_else_find_it(as_user: AsUser, somebody: Browser) -> None:
    for page in (as_user("komang").get("/statistics"), as_user("sari").get("/"), somebody.get("/")):
        assert 'href="/statistics/public"' in page.text


def test_a_page_that_says_nothing_of_an_alarm_does_not_name_it(as_user: AsUser) -> None:
    assert "/statistics/public" not in as_user("toko").get("/sas").text
