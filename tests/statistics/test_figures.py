"""Figures of response times: percentiles, shares, filters, and groups."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select

from meteor.incidents.models import Incident
from meteor.statistics.figures import DIMENSIONS, NOWHERE, Question, Step, counted, figures, spread
from meteor.statistics.models import ResponseTimes
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.territory.models import Kelurahan
from tests.cast import Cast

NOVEMBER = Question("2026-11", "2026-11")
AT = datetime(2026, 11, 30, 12, tzinfo=WIB)


def test_percentiles_and_shares_of_100_000_rows_with_blanks_are_numpys() -> None:
    chance = random.Random(1)
    seconds = [None if chance.random() < 0.2 else round(chance.lognormvariate(5, 1), 3) for _ in range(100_000)]
    known = np.array([each for each in seconds if each is not None])
    found = spread([Step(each) for each in seconds], (10, 180, 900))
    assert found.known == len(known) < 100_000
    assert found.p50 == np.percentile(known, 50, method="inverted_cdf")
    assert found.p90 == np.percentile(known, 90, method="inverted_cdf")
    assert found.within == tuple(int((known <= limit).sum()) for limit in (10, 180, 900))


@pytest.mark.parametrize("count", range(1, 25))
def test_percentiles_of_few_rows_are_numpys_too_and_those_of_very_few_are_not_given(count: int) -> None:
    known = list(range(count))
    found = spread([*map(Step, known), Step(None)], (0,))
    p50, p90 = np.percentile(known, (50, 90), method="inverted_cdf")
    assert (found.p50, found.p90) == (p50 if count >= 5 else None, p90 if count >= 10 else None)


def test_without_a_value_there_is_no_figure() -> None:
    nothing = spread([Step(None), Step(None)], (10,))
    assert (nothing.known, nothing.p50, nothing.p90, nothing.within) == (0, None, None, (0,))
    assert nothing.percent(0) is None


def test_whoever_no_unit_reached_is_late_and_not_left_out() -> None:
    found = spread([Step(120.0), *[Step(None, 3600.0)] * 9], (180,))
    assert (found.known, found.within, found.decided, found.percent(0)) == (1, (1,), (10,), 10)


def test_what_can_still_be_in_time_or_was_closed_before_is_not_late() -> None:
    found = spread([Step(120.0), Step(None, 180.0)], (180,))
    assert (found.decided, found.percent(0)) == ((1,), 100)


def test_almost_all_is_not_all() -> None:
    assert spread([Step(1.0)] * 999 + [Step(11.0)], (10,)).percent(0) == 99


def stored(cast: Cast, rows: Iterator[dict[str, Any]]) -> None:
    """Store rows of the table, each with an incident of its own."""
    for number, row in enumerate(rows, start=1):
        values = {
            "type_id": cast.incident_type("fire").id, "priority": 1, "source": "panic",
            "received_at": datetime(2026, 11, 3, 12, tzinfo=WIB), "month": "2026-11", "kelurahan_id": None,
            "segment": 1,
        } | row  # fmt: skip
        received = values["received_at"]
        shared = {name: values[name] for name in ("type_id", "priority", "source")}
        incident_id = db.session.execute(
            insert(Incident).values(number=f"261103-{number:03}", opened_at=received, **shared).returning(Incident.id)
        ).scalar_one()
        values |= {"incident_id": incident_id, "day": f"{received:%Y-%m-%d}", "hour": received.hour}
        db.session.execute(insert(ResponseTimes).values(values))
    db.session.commit()


@pytest.mark.both_databases
def test_each_step_counts_the_incidents_that_have_it(cast: Cast) -> None:
    stored(cast, iter([
        {"seen_after": 5, "accepted_after": 20, "on_scene_after": 170},
        {"seen_after": 12, "accepted_after": 31, "on_scene_after": 800},
        {"seen_after": 10, "accepted_after": 30},
        {},
    ]))  # fmt: skip
    total = figures(NOVEMBER, "month", AT).total
    assert total.segments == 4
    assert (total.seen.known, total.seen.within, total.seen.p50) == (3, (2,), None)
    assert (total.accepted.known, total.accepted.within, total.accepted.decided) == (3, (2,), (4,))
    assert (total.on_scene.known, total.on_scene.within, total.on_scene.p90) == (2, (1, 2), None)
    assert total.on_scene.decided == (4, 4)


@pytest.mark.both_databases
def test_an_incident_without_a_unit_is_late_once_it_has_lasted_longer(cast: Cast) -> None:
    open_for = {"received_at": AT - timedelta(seconds=200)}
    stored(cast, iter([{"closed_after": 170.0}, {"closed_after": 190.0}, open_for]))
    assert figures(NOVEMBER, "month", AT).total.on_scene.decided == (2, 0)


def test_paper_is_not_measured_by_seconds_nor_a_reopening_by_who_saw_it(cast: Cast) -> None:
    stored(cast, iter([{"from_paper": True, "accepted_after": 0.0, "on_scene_after": 120.0}, {"segment": 2}]))
    total = figures(NOVEMBER, "month", AT).total
    assert (total.seen.decided, total.accepted.decided, total.on_scene.decided) == ((0,), (1,), (2, 2))


@pytest.mark.both_databases
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_groups_of_every_dimension_add_up(cast: Cast, dimension: str) -> None:
    mayangan = db.session.scalars(select(Kelurahan.id).where(Kelurahan.name == "Mayangan")).one()
    stored(cast, iter([
        {"on_scene_after": 60},
        {"on_scene_after": 61, "type_id": cast.incident_type("crime").id, "priority": 2, "source": "call"},
        {"on_scene_after": 62, "kelurahan_id": mayangan, "received_at": datetime(2026, 11, 3, 7, tzinfo=WIB)},
        {"on_scene_after": 63, "month": "2026-12"},
    ]))  # fmt: skip
    found = figures(Question("2026-11", "2026-12"), dimension, AT)
    assert found.total.segments == sum(row.segments for row in found.rows) == 4
    assert len(found.rows) == 2
    for row in found.rows:
        alone = Question("2026-11", "2026-12", {dimension: NOWHERE if row.key is None else row.key})
        if dimension == "month":
            alone = Question(row.key, row.key)
        assert figures(alone, "hour", AT).total.segments == row.segments
        assert len(db.session.scalars(counted(alone)).all()) == row.segments


@pytest.mark.both_databases
def test_other_months_are_not_counted(cast: Cast) -> None:
    stored(cast, iter([{"month": "2026-10"}, {"month": "2026-12"}]))
    assert figures(NOVEMBER, "month", AT).total.segments == 0
