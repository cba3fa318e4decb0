"""What the statistics ask of years of incidents: through indexes alone."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from meteor.statistics.crime_tables import Crime
from meteor.statistics.load_page import TABLES
from meteor.statistics.load_tables import Load
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
        Crime(2026, DECEMBER.date(), "id").tables()
        report = MonthlyReport(date(2026, 11, 1), DECEMBER, lambda dimension: str)
        for part in (report.headline, report.false_alarms, report.premises, report.offers, report.crime):
            part()
        report.by("type")
        seen = dict(asked)
        db.session.remove()
        hang_up()
    assert any("calls.received_at" in sql for sql in seen)
    assert scans(db.engine, seen) == {}
