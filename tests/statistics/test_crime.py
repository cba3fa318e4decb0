"""Crime: the figures of the police, METEOR's cases, and that they are never one number."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from meteor.statistics import crime
from meteor.statistics.crime_models import CrimeFigure
from meteor.statistics.crime_statistics import Crime
from meteor.statistics.figure_table import FigureTable
from meteor.store.database import db
from meteor.territory.models import Kelurahan
from tests.cast import Cast
from tests.conftest import Browser
from tests.statistics.closed_incidents import closed

AsUser = Callable[[str], Browser]

DAY = date(2026, 11, 24)


def police(year: int, cases: int, **values: Any) -> CrimeFigure:
    """A figure of the police."""
    figure = CrimeFigure(year=year, cases=cases, **{"source": "Polres"} | values)
    db.session.add(figure)
    db.session.flush()
    return figure


def given(year: int, **part: Any) -> tuple[int, int] | None:
    """Cases and months that were added up."""
    found = crime.given(crime.figures_of([year]), year, **part)
    return (found.cases, found.months) if found else None


def shown(app: Flask, year: int = 2026, month: int = 0) -> Crime:
    return Crime(year, DAY, "id", month)


def row(table: FigureTable, name: str) -> list[Any]:
    """The cells of a table's row beside its name."""
    return next(list(cells[1:]) for cells in table.rows if cells[0] == name)


@pytest.fixture
def in_indonesian(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.both_databases
def test_a_new_city_has_the_figures_of_2021_and_2022_with_their_source(app: Flask) -> None:
    figures = db.session.scalars(select(CrimeFigure).order_by(CrimeFigure.year)).all()
    assert [(each.year, each.cases) for each in figures] == [(2021, 544), (2022, 886)]
    assert all("Polres Probolinggo Kota" in each.source for each in figures)


@pytest.mark.usefixtures("in_indonesian")
def test_change_and_rates_are_computed_from_the_figures_of_the_police(app: Flask) -> None:
    table = shown(app).by_year()
    cases, change, per_officer, per_people, counted, source = row(table, "2022")
    assert (cases, round(change, 1), counted) == (886, 62.9, None)
    assert (round(per_officer, 2), round(per_people, 1)) == (2.07, 369.2)
    assert source.startswith("Polres Probolinggo Kota")
    assert row(table, "2021")[1] is None
    assert row(table, "2023")[:2] == [None, None]


def test_parts_are_added_up_where_no_total_was_given(app: Flask) -> None:
    for month, cases in ((1, 40), (2, 50)):
        police(2025, cases, month=month)
    police(2025, 60, month=3, kind="Pencurian")
    assert given(2025) == (90, 2)
    assert given(2025, month=2) == (50, 0)
    assert given(2025, month=3) == (60, 0)
    assert given(2025, kind="pencurian") == (60, 1)
    assert given(2025, area="35.74.03.1001") is None
    police(2025, 1000)
    assert given(2025) == (1000, 0)


def test_two_ways_of_parting_are_never_added_up(app: Flask) -> None:
    police(2025, 70, kind="Pencurian")
    police(2025, 30, kind="Perkelahian")
    police(2025, 100, area="35.74.03.1001")
    assert given(2025) == (100, 0)


def test_a_sum_of_kinds_is_no_whole_year(app: Flask) -> None:
    police(2023, 70, kind="Pencurian")
    with app.test_request_context():
        cases, change, per_officer, *_, source = row(shown(app).by_year(), "2023")
    assert (cases, change, per_officer) == (70, None, None)
    assert source == "jumlah bagian: Polres"


def test_a_year_of_some_months_has_no_change_and_no_rate(app: Flask) -> None:
    police(2023, 80, month=1)
    with app.test_request_context():
        cases, change, per_officer, *_, source = row(shown(app).by_year(), "2023")
    assert (cases, change, per_officer) == (80, None, None)
    assert source == "1 bulan dari: Polres"


@pytest.mark.both_databases
def test_a_closed_incident_of_a_type_that_is_crime_is_a_case(cast: Cast) -> None:
    home = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    closed("crime", kelurahan_id=home.id)
    closed("domestic_violence", "handed_over", datetime(2026, 12, 31, 17, tzinfo=UTC))  # 2027 in WIB
    assert [(case.day, case.type, case.area) for case in crime.cases(2026, 2026)] == [
        (date(2026, 3, 10), "crime", "35.74.03.1001")
    ]
    assert len(crime.cases(2026, 2027)) == 2
    assert crime.cases_by_year(2024, 2027) == {2026: 1, 2027: 1}
    assert crime.cases_by_year(2026, 2026) == {2026: 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "prank"},
        {"outcome": "false_alarm"},
        {"outcome": "nothing_found"},
        {"outcome": "duplicate"},
        {"outcome": None, "status": "open"},
        {"drill": True},
        {"kind": "fire"},
        {"kind": "noise"},
    ],
)
def test_what_was_no_case_does_not_count(cast: Cast, wrong: dict[str, Any]) -> None:
    closed(**wrong)
    assert crime.cases(2026, 2026) == []


def test_a_part_that_was_merged_does_not_count(cast: Cast) -> None:
    closed(merged_into_id=closed().id)
    assert len(crime.cases(2026, 2026)) == 1


@pytest.mark.usefixtures("in_indonesian")
def test_before_meteors_first_incident_its_cases_are_unknown_and_not_0(app: Flask) -> None:
    closed()
    police(2026, 7, month=3)
    page = shown(app)
    assert row(page.by_year(), "2026")[4] == 1
    assert row(page.by_year(), "2025")[4] is None
    months = page.by_month()
    assert [row(months, name) for name in ("Februari", "Maret", "April", "Desember")] == [
        [None, None], [7, 1], [None, 0], [None, None],
    ]  # fmt: skip


@pytest.mark.usefixtures("in_indonesian")
def test_the_two_counts_stand_side_by_side_in_two_columns(app: Flask) -> None:
    police(2026, 30, kind="kejahatan")
    police(2026, 20, kind="Curanmor")
    police(2026, 9, area="35.74.03.1001")
    closed()
    page = shown(app)
    assert [str(column.heading) for column in page.by_kind().columns] == ["Jenis", "Angka Polres", "Kasus di METEOR"]
    assert row(page.by_kind(), "kejahatan") == [30, 1]
    assert row(page.by_kind(), "Curanmor") == [20, None]
    assert row(page.by_kind(), "KDRT") == [None, 0]
    assert row(page.by_area(), "Mayangan") == [9, 0]
    assert row(page.by_area(), "Lokasi belum diketahui") == [None, 1]
    assert row(page.by_year(), "2026")[0] == 50
    assert row(page.by_year(), "2026")[4] == 1


@pytest.mark.usefixtures("in_indonesian")
def test_kinds_and_kelurahan_are_those_of_the_month_that_was_asked_for(app: Flask) -> None:
    mayangan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    for month, cases in ((3, 7), (4, 5)):
        police(2026, cases, month=month, kind="Pencurian", area=mayangan.code)
    police(2026, 30, kind="Curanmor")
    closed(kelurahan_id=mayangan.id)
    closed(at=datetime(2026, 3, 31, 17, tzinfo=UTC))  # April in WIB
    march, february = shown(app, month=3), shown(app, month=2)
    assert [row(march.by_kind(), name) for name in ("Pencurian", "Curanmor", "Kejahatan")] == [
        [7, None], [None, None], [None, 1],
    ]  # fmt: skip
    assert row(march.by_area(), "Mayangan") == [7, 1]
    assert row(february.by_area(), "Mayangan") == [None, None]
    assert row(shown(app).by_area(), "Mayangan") == [12, 1]
    assert row(march.by_month(), "April") == [5, 1]


def test_a_month_stands_in_the_address_of_the_page_and_of_its_files(as_user: AsUser) -> None:
    page = as_user("yusuf").get("/statistics/crime?year=2022&month=3")
    assert "<h2>Maret 2022</h2>" in page.text
    address = "/statistics/crime/kinds.csv?year=2022&month=3"
    assert f'href="{address.replace("&", "&amp;")}"' in page.text
    assert "kriminalitas-kinds-2022-03.csv" in as_user("yusuf").get(address).headers["Content-Disposition"]


@pytest.mark.parametrize("month", ["13", "0", "Maret"])
def test_a_month_that_is_none_is_named_beside_its_field_and_stays(as_user: AsUser, month: str) -> None:
    page = as_user("yusuf").get(f"/statistics/crime?year=2022&month={month}")
    assert page.status_code == 422
    assert "Bulan: Pilih bulan dari 1 sampai 12." in page.text
    assert f'<option selected value="{month}">' in page.text
    assert '<option selected value="2022">' in page.text


def test_the_chief_reads_the_page_and_the_file(as_user: AsUser, app: Flask) -> None:
    page = as_user("yusuf").get("/statistics/crime")
    assert page.status_code == 200
    for text in ("544", "886", "+62,9", "62,9 %", "60 %", "369,2", "Angka Polres", "Kasus di METEOR"):
        assert text in page.text
    assert "Impor angka Polres" not in page.text
    file = as_user("yusuf").get("/statistics/crime/years.csv")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert next(each for each in rows if each[0] == "2022")[:5] == ["2022", "886", "62,9", "2,1", "369,2"]


def test_the_entry_of_the_header_leads_to_the_page(as_user: AsUser) -> None:
    yusuf = as_user("yusuf")
    assert 'href="/statistics"' in yusuf.get("/board/chief").text
    assert yusuf.get("/statistics").status_code == 200


@pytest.mark.parametrize("year", ["2020", "abc", "", "99999999999999999999"])
def test_a_year_that_is_not_shown_is_named_beside_its_field(as_user: AsUser, year: str) -> None:
    page = as_user("yusuf").get(f"/statistics/crime?year={year}")
    assert page.status_code == 422
    assert "Tahun: Pilih tahun dari 2021 sampai" in page.text
    file = as_user("yusuf").get(f"/statistics/crime/months.csv?year={year}")
    assert (file.status_code, "Tahun: Pilih tahun dari 2021 sampai" in file.text) == (422, True)


@pytest.mark.parametrize("name", ["years", "months", "kinds", "areas"])
def test_each_table_is_a_file(as_user: AsUser, name: str) -> None:
    file = as_user("hadi").get(f"/statistics/crime/{name}.csv?year=2022")
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert f"kriminalitas-{name}-2022.csv" in file.headers["Content-Disposition"]


def test_a_city_without_figures_has_the_page_of_this_year(as_user: AsUser, app: Flask) -> None:
    db.session.execute(delete(CrimeFigure))
    assert as_user("yusuf").get("/statistics/crime").status_code == 200
