"""The table of response times: whatever happens, in any order, it is what the stored rows say."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select, update

from meteor.alerts import merging
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.statistics import jobs, rollup
from meteor.statistics.models import ResponseTimes
from meteor.store.database import db
from meteor.store.moments import WIB, now
from tests.cast import HOME, Cast
from tests.conftest import Backend, Sqlite
from tests.scenes import report
from tests.test_any_order import City

OTHER_TESTS = (
    "to_derive_it_all_again_changes_nothing", "until_a_job_is_due_its_turn_changes_nothing",
    "a_unit_is_where_its_assignment_says", "no_unit_that_could_go_is_left_where_one_is_missing",
    "what_is_closed_asks_for_nothing", "every_open_alarm_is_acknowledged_or_rings", "every_press_is_kept_and_handled",
)  # fmt: skip
"""What tests/test_any_order.py asks of the same city."""


def kept_up() -> None:
    """The scheduler's turns until the table knows every event; commits each."""
    more = True
    while more:
        more = rollup.extend(now())
        db.session.commit()
    db.session.expire_all()


def table() -> list[dict[str, Any]]:
    """The rows of the table."""
    rows = db.session.execute(select(*ResponseTimes.__table__.columns).order_by(*ResponseTimes.__table__.primary_key))
    return [row._asdict() for row in rows]


def of_all_incidents() -> list[dict[str, Any]]:
    """The rows that all incidents should have."""
    every = db.session.scalars(select(Incident).order_by(Incident.id)).all()
    return [row for incident in every for row in rollup.rows_of(incident)]


def test_an_incident_that_is_gone_once_its_event_was_read_is_passed_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    incident = report(cast)
    monkeypatch.setattr(rollup, "within_share", lambda items: [(items[0][0], 999_999), *items])
    kept_up()
    assert [row["incident_id"] for row in table()] == [incident.id]


class Story(City):
    """The city of tests/test_any_order.py, whose scheduler also keeps the table."""

    for name in OTHER_TESTS:
        locals()[name] = None
    del name

    @invariant()
    def the_table_is_what_the_stored_rows_say(self) -> None:
        kept_up()
        assert table() == of_all_incidents()
        db.session.rollback()


@pytest.mark.both_databases
def test_the_table_is_what_the_stored_rows_say_whatever_happens(backend: Backend, app: Any) -> None:
    story = type("Story", (Story,), {"backend": backend})
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=8 if isinstance(backend, Sqlite) else 2, stateful_step_count=20,
            derandomize=True, database=None,
        ),
    )  # fmt: skip


def test_a_second_turn_without_events_changes_nothing(cast: Cast) -> None:
    report(cast)
    kept_up()
    before = table()
    assert len(before) == 1
    kept_up()
    assert table() == before


def test_month_day_and_hour_are_the_citys(cast: Cast) -> None:
    row = incidents.type_for("fire")
    night = now().astimezone(WIB).replace(year=2026, month=11, day=1, hour=0, minute=5)
    incident_id, _ = incidents.open_incident(incidents.Opening(row, "call", incidents.Place()), night)
    incidents.note(db.session.get_one(Incident, incident_id), "Ya", night + timedelta(seconds=1), cast.maya)
    kept_up()
    (stored,) = table()
    assert (stored["month"], stored["day"], stored["hour"]) == ("2026-11", "2026-11-01", 0)


def test_a_turn_gives_the_right_to_write_back_and_goes_on_where_it_left(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in ("sari", "wahyu", "endang"):
        report(cast, who)
    monkeypatch.setattr("meteor.store.work.SHARE", 0.0)
    turns = 0
    while rollup.extend(now()):
        db.session.commit()
        turns += 1
    assert turns > 1
    assert table() == of_all_incidents()


def test_the_scheduler_keeps_the_table(app: Flask) -> None:
    assert [job.name for job in jobs.JOBS] == ["statistics.response_times"]
    assert jobs.JOBS[0] in app.config["JOBS"]


def test_what_is_noted_on_a_merged_part_counts_for_the_incident_that_handles_it(cast: Cast) -> None:
    part, main = report(cast), report(cast, "wahyu", "fire", longitude=HOME[1] + 0.01)
    made = merging.merge(part, main, now() + timedelta(minutes=9), cast.maya)
    kept_up()
    incidents.note(made.incident, "Sudah ditelepon", now() + timedelta(minutes=2), cast.maya)
    kept_up()
    assert [row["incident_id"] for row in table()] == [main.id]
    assert table() == of_all_incidents()


def test_a_rule_that_has_changed_is_applied_to_all_incidents(app: Flask, cast: Cast) -> None:
    report(cast)
    kept_up()
    before = table()
    db.session.execute(update(ResponseTimes).values(source="fax"))
    db.session.commit()
    assert rollup.due(now()) is None
    app.test_cli_runner().invoke(args=["rebuild-response-times"])
    assert rollup.due(now()) is not None
    assert len(table()) == len(before)  # until its turn: no figure is of a part
    kept_up()
    assert table() == before
