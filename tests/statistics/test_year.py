"""A year of incidents: its table of response times is what its rows say, and every page of it comes within a second."""

import os
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import text

from meteor.store.database import db
from tests.conftest import Browser
from tests.statistics.a_year import a_year
from tests.statistics.test_rollup import of_all_incidents, table

AsUser = Callable[[str], Browser]

PAGES = (
    "/statistics", "/statistics?group=kelurahan", "/statistics.csv", "/statistics/incidents",
    "/statistics/incidents.csv", "/statistics/crime", "/statistics/load", "/statistics/load/cells.csv",
    "/statistics/incidents/opened", "/statistics/incidents/cases", "/statistics/report", "/statistics/public",
    "/statistics/public.csv",
)  # fmt: skip


@pytest.mark.both_databases
def test_the_table_of_a_year_is_what_its_rows_say(app: Flask) -> None:
    a_year(300)
    found = table()
    assert len(found) == 300
    assert found == of_all_incidents()


def processor_seconds() -> float:
    """The seconds of a processor that METEOR has had, with those of PostgreSQL's processes for it."""
    if db.engine.dialect.name != "postgresql":
        return process_time()
    pids = db.session.scalars(text("select pid from pg_stat_activity where datname = current_database()")).all()
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return process_time() + sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@pytest.mark.alone
@pytest.mark.both_databases
def test_every_page_of_a_year_of_20_000_incidents_comes_within_a_second(as_user: AsUser) -> None:
    browser = as_user("komang")
    for address in PAGES:
        browser.get(address)  # templates and statements are compiled once
    a_year(20_000)
    took = {}
    for address in PAGES:
        began = processor_seconds()
        page = browser.get(address)
        took[address] = processor_seconds() - began
        assert page.status_code == 200
    assert max(took.values()) < 1.0, took
