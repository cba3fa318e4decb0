"""A year of incidents: its table of response times is what its rows say, and every page of it comes within a second."""

from collections.abc import Callable
from time import perf_counter

import pytest
from flask import Flask

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


@pytest.mark.alone
@pytest.mark.both_databases
def test_every_page_of_a_year_of_20_000_incidents_comes_within_a_second(as_user: AsUser) -> None:
    browser = as_user("komang")
    for address in PAGES:
        browser.get(address)  # templates and statements are compiled once
    a_year(20_000)
    took = {}
    for address in PAGES:
        began = perf_counter()
        page = browser.get(address)
        took[address] = perf_counter() - began
        assert page.status_code == 200
    assert max(took.values()) < 1.0, took
