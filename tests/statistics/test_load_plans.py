"""What the statistics ask of years of incidents: through indexes alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from meteor.statistics.crime_statistics import TABLES as CRIME_TABLES
from meteor.statistics.crime_statistics import Crime
from meteor.statistics.load_page import TABLES
from meteor.statistics.load_statistics import Load
from meteor.statistics.monthly_report import MonthlyReport
from meteor.store.database import READER, db, hang_up
from tests.cast import Cast
from tests.statistics.test_load import alert, call, closed
from tests.store.plans import scans, statements

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

DECEMBER = datetime(2026, 12, 31, tzinfo=UTC)
YEAR = Load([date(2026, month, 1) for month in range(1, 13)], DECEMBER)


def test_no_statement_reads_through_a_table_that_grows(app: Flask, cast: Cast) -> None:
    alert(closed())
    call(3, "prank")
    db.session.commit()
    db.session.remove()
    hang_up()
    with app.test_request_context(), statements(db.engine, db.engines[READER]) as asked:
        for table in TABLES.values():
            table(YEAR)
        shown = Crime(2026, DECEMBER.date(), "id")
        for of_crime in CRIME_TABLES.values():
            of_crime(shown)
        report = MonthlyReport(date(2026, 11, 1), DECEMBER, lambda dimension: str)
        for part in (report.headline, report.false_alarms, report.premises, report.offers, report.crime):
            part()
        report.by("type")
        seen = dict(asked)
        db.session.remove()
        hang_up()
    assert any("calls.received_at" in sql for sql in seen)
    of_cases = {sql: values for sql, values in seen.items() if "outcome NOT IN" in sql}
    assert len(of_cases) == 2
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for sql, values in of_cases.items():
            plan = str(driver.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
            assert "ix_incidents_type_opened (type_id=? AND opened_at>? AND opened_at<?)" in plan, plan
    assert scans(db.engine, seen) == {}
