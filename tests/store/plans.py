"""How SQLite answers what METEOR asks: every statement as it gets it, and the tables that it reads through."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from meteor.store.database import db

BOUNDED = frozenset(
    {
        "adjacent_authorities", "agencies", "api_clients", "board_filters", "callouts", "capabilities",
        "client_tokens", "crime_figures", "escalation_steps", "evacuation_routes", "forward_endpoints",
        "gathering_points", "hazard_days", "heartbeats", "incident_days", "incident_types", "incident_viewers",
        "invitations", "kecamatan", "kelurahan", "landmarks", "leases", "leave", "members", "minimum_strengths",
        "monthly_tests", "panels", "phone_codes", "plan_items", "premises", "premises_contacts",
        "premises_pictures", "premises_users", "quotas", "recovery_requests", "remembered_devices",
        "response_times_progress", "roster_calendars", "rt", "rw", "search_progress", "seen_ciphertexts",
        "session_clock", "shift_types", "shortfalls", "street_levels", "street_sources", "streets",
        "test_modes", "trackers", "type_advice", "type_questions", "unit_capabilities", "unit_kinds", "units",
        "warning_drafts", "warning_feed_entries", "warning_feeds", "zones",
    }
)  # fmt: skip
"""Tables that may be read through: a city has a few thousand at most, they are of what is open or soon forgotten, or
they are read once after each import."""

Statements = dict[str, Any]
"""Statements in SQLite's own SQL, each with the values of its last execution."""

_asked: Statements = {}
_NEWEST = re.compile(r"SELECT ((?!\sWHERE\s).)*( DESC\s+LIMIT .*|max\(\w+\.id\) AS \w+\s+FROM \w+)", re.DOTALL)


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        _asked[sql] = parameters
        return super().execute(sql, parameters)


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        _asked[sql] = parameters
        return super().execute(sql, parameters)


@contextmanager
def statements(*engines: Engine) -> Iterator[Statements]:
    """What these engines' connections are asked; none may be open when it begins."""

    def connect(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
        options["factory"] = _Connection

    for engine in engines:
        event.listen(engine, "do_connect", connect)
    _asked.clear()
    try:
        yield _asked
    finally:
        for engine in engines:
            event.remove(engine, "do_connect", connect)


def scans(engine: Engine, asked: Statements) -> dict[str, str]:
    """The statements that read through a table that grows, or through a whole index of it, each with what it reads.

    An index of some rows only, such as of those that are open, may be read through, and who asks for the newest of all
    rows may be given it. METEOR collects no statistics in SQLite, so its ways do not depend on how many rows there are.
    """
    found, grows = {}, db.metadata.tables.keys() - BOUNDED
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        partial = {name for (name,) in driver.execute(indexes).fetchall()}
        for sql, values in asked.items():
            if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", sql) and not _NEWEST.fullmatch(sql):
                named = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", sql)}
                plan = driver.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
                read = (re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", detail) for *_, detail in plan)
                through = [it[0] for it in read if it and it[2] not in partial and named.get(it[1], it[1]) in grows]
                if through:
                    found[sql] = "; ".join(through)
    return found
