"""The incidents behind the numbers of crime, load and the monthly report: as many as the number says."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from meteor.statistics.crime_statistics import TABLES as CRIME_TABLES
from meteor.statistics.crime_statistics import Crime
from meteor.statistics.figure_table import FigureTable
from meteor.statistics.incident_counts import IncidentCount
from meteor.statistics.load_page import TABLES
from meteor.statistics.load_statistics import Load
from meteor.statistics.monthly_report import MonthlyReport
from meteor.statistics.repeat_places import SQUARE
from meteor.statistics.views.monthly_report import TABLES as REPORT_TABLES
from meteor.statistics.views.names import namer
from meteor.store.database import READER, db, hang_up
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.statistics.closed_incidents import closed
from tests.statistics.test_load import heard
from tests.statistics.test_monthly_report import reached
from tests.store.plans import scans, statements

AsUser = Callable[[str], Browser]

SUNDAY_NIGHT = datetime(2026, 3, 8, 17, 30, tzinfo=UTC)
"""Monday, half past midnight (WIB)."""


def spring(cast: Cast) -> None:
    """Incidents of March and April 2026 that each table counts, and some that none does."""
    mayangan = cast.rt(3).rw.kelurahan_id
    heard(closed("crime", kelurahan_id=mayangan), 5, cast.komang)
    heard(closed("crime", at=SUNDAY_NIGHT), None)
    closed("crime", at=datetime(2026, 3, 31, 17, tzinfo=UTC), outcome="handed_over")
    closed("other", "false_alarm", premises_id=shop().id)
    closed("other", "prank")
    for place in (-1, 0, 1):
        closed(latitude=HOME[0] + place * SQUARE, longitude=HOME[1], accuracy=9.0)
    closed("crime", drill=True)
    closed("crime", merged_into_id=closed("crime", "nothing_found").id)
    reached(100)
    db.session.commit()


def counts(tables: dict[str, FigureTable]) -> Iterator[IncidentCount]:
    for table in tables.values():
        found = [cell for row in table.rows for cell in row if isinstance(cell, IncidentCount)]
        assert not found or any(found), table.name
        yield from found


def of_the_pages(app: Flask) -> dict[str, int]:
    """Each number other than 0 by the address that it leads to."""
    with app.test_request_context():
        crime = Crime(2026, date(2026, 4, 15), "id")
        load = Load([date(2026, month, 1) for month in (3, 4)], datetime(2026, 4, 15, tzinfo=UTC))
        tables = {f"crime-{name}": table(crime) for name, table in CRIME_TABLES.items()}
        tables |= {name: table(load) for name, table in TABLES.items()}
        report = MonthlyReport(date(2026, 3, 1), datetime(2026, 4, 15, tzinfo=UTC), namer)
        tables |= {f"report-{name}": table(report) for name, table in REPORT_TABLES.items()}
        return {each.address: int(each) for each in counts(tables) if each}


@pytest.mark.both_databases
def test_each_number_leads_to_as_many_incidents(app: Flask, as_user: AsUser, cast: Cast) -> None:
    spring(cast)
    komang, found = as_user("komang"), of_the_pages(app)
    listed = {}
    for address in found:
        page = komang.get(address)
        assert page.status_code == 200, address
        listed[address] = page.text.count('<th scope="row"><a href="/incidents/')
    assert listed == found
    assert {address.split("?")[0].rsplit("/", 1)[1] for address in found} == {
        "incidents", "cases", "opened", "false-alarms", "pranks", "alarms", "never-acknowledged", "cells",
    }  # fmt: skip


def test_the_page_says_what_it_lists(as_user: AsUser, cast: Cast) -> None:
    spring(cast)
    page = as_user("yusuf").get("/statistics/incidents/opened?since=2026-03&until=2026-03&weekday=0&hour=0")
    text = " ".join(page.text.split())
    assert "Maret 2026 · Hari: Senin · Jam: 00–01" in text
    assert 'href="/statistics/load?since=2026-03&amp;until=2026-03"' in text


def test_the_list_is_a_file_too(as_user: AsUser, cast: Cast) -> None:
    spring(cast)
    komang, query = as_user("komang"), "since=2026-03&until=2026-03&type=crime"
    assert (
        f'href="/statistics/incidents/cases.csv?{query.replace("&", "&amp;")}"'
        in komang.get(f"/statistics/incidents/cases?{query}").text
    )
    file = komang.get(f"/statistics/incidents/cases.csv?{query}")
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    head, first, *_ = csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";")
    assert head == ["Kejadian", "Jenis", "Prioritas", "Dibuka", "Selesai", "Hasil"]
    assert first[1:] == ["Kejahatan", "P2", "2026-03-09 00:30:00", "2026-03-09 01:00:00", "Ditolong"]
    assert komang.get("/statistics/incidents/cases.csv?type=treason").status_code == 422


def test_numbers_are_links_only_for_those_who_may_see_incidents(as_user: AsUser, cast: Cast) -> None:
    spring(cast)
    for address in ("/statistics/crime?year=2026", "/statistics/load?since=2026-03&until=2026-04"):
        assert re.search(r'<a href="/statistics/incidents/[a-z-]+\?', as_user("komang").get(address).text)
        assert "/statistics/incidents/" not in as_user("tuti").get(address).text
    assert as_user("tuti").get("/statistics/incidents/cases").status_code == 403


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("cases?since=2026-13", "Dari bulan: Isi bulan, misalnya 2026-11."),
        ("cases?type=treason", "Jenis: “treason” tidak dikenal."),
        ("cases?kelurahan=Mayangan", "Kelurahan: “Mayangan” tidak dikenal."),
        ("opened?weekday=7", "Hari: “7” tidak dikenal."),
        ("opened?hour=24", "Jam: “24” tidak dikenal."),
        ("opened?hour=x", "Jam: “x” tidak dikenal."),
        ("false-alarms?premises=999999", "Lokasi alarm: “999999” tidak dikenal."),
        ("false-alarms?premises=99999999999999999999", "“99999999999999999999” tidak dikenal."),
    ],
)
def test_a_bad_value_in_the_address_is_named_with_its_field(as_user: AsUser, cast: Cast, asked: str, said: str) -> None:
    page = as_user("komang").get(f"/statistics/incidents/{asked}")
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("asked", ["births", "cells", "cells?cell=x", "cells?cell=99.99", "opened?cell=0.0"])
def test_an_address_that_no_number_has_is_no_page(as_user: AsUser, cast: Cast, asked: str) -> None:
    assert as_user("komang").get(f"/statistics/incidents/{asked}").status_code == 404


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_list_reads_through_a_table_that_grows(app: Flask, as_user: AsUser, cast: Cast) -> None:
    spring(cast)
    addresses, komang = list(of_the_pages(app)), as_user("komang")
    db.session.remove()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for address in addresses:
            assert komang.get(address).status_code == 200
    assert scans(db.engines[READER], dict(asked)) == {}
