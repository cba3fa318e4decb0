"""Public figures: what is counted, from how many on, and that no choice of months tells more than the months do."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from meteor.incidents.models import Incident
from meteor.statistics.models import ResponseTimes
from meteor.statistics.public_counts import FEW, Area
from meteor.statistics.public_figures import PublicFigures, last_day, public_figures
from meteor.store.database import db
from meteor.territory import choices
from meteor.territory.models import Kelurahan
from tests.cast import Cast

DAY = date(2026, 11, 30)
YEAR = [f"2026-{month:02}" for month in range(1, 13)]


@pytest.fixture(autouse=True)
def _three_more_kelurahan(cast: Cast) -> None:
    known = choices.kelurahan()[0]
    for number, name in enumerate(("Jati", "Mangunharjo", "Wiroborang"), start=1):
        db.session.add(
            Kelurahan(
                code=f"35.74.03.200{number}", name=name, kecamatan=known.kecamatan, postcode="67219",
                latitude=known.latitude, longitude=known.longitude,
            )
        )  # fmt: skip
    db.session.commit()


def happened(cast: Cast, month: str, area: Area, times: Iterable[float | None], **values: Any) -> None:
    """Store an incident of the month's first day for each time of arrival; None: no unit came within the hour."""
    at = datetime.fromisoformat(f"{month}-01T05:00").replace(tzinfo=UTC)
    shared = {"type_id": cast.incident_type("fire").id, "priority": 1, "source": "panic", "kelurahan_id": area}
    for seconds in times:
        own = {"number": f"{at:%y%m%d}-{db.session.query(Incident).count():03}", "opened_at": at, "status": "closed"}
        query = insert(Incident).values(**own, closed_at=at, outcome="helped", **shared).returning(Incident.id)
        row = {
            "incident_id": db.session.execute(query).scalar_one(), "segment": 1, "month": month, "day": f"{month}-01",
            "hour": 12, "received_at": at, "on_scene_after": seconds, "closed_after": 3600.0, **shared,
        } | values  # fmt: skip
        db.session.execute(insert(ResponseTimes).values(row))
    db.session.commit()


def elsewhere(cast: Cast, *months: str) -> None:
    """Six incidents of each month in three kelurahan, which are joined."""
    for month in months:
        for area in areas()[-3:]:
            happened(cast, month, area, [100.0] * 2)


def areas() -> list[int]:
    return sorted(area.id for area in choices.kelurahan())


def shown(months: Sequence[str] = YEAR, day: date = DAY) -> PublicFigures:
    return public_figures(months, [*areas(), None], day)


@pytest.mark.both_databases
def test_the_share_is_of_those_reached_and_those_who_waited_longer(cast: Cast) -> None:
    happened(cast, "2026-03", areas()[0], [120.0] * 6 + [800.0] * 2 + [None] * 4)
    march = shown().months[0]
    assert (march.key, march.incidents, march.within) == ("2026-03", 12, (50, 66))


def test_what_was_over_within_three_minutes_without_a_unit_does_not_count(cast: Cast) -> None:
    happened(cast, "2026-03", None, [None] * 6, closed_after=100.0)
    happened(cast, "2026-03", None, [120.0] * 6)
    assert shown().months[0].incidents == 6


def test_what_is_open_counts_when_it_is_closed(cast: Cast) -> None:
    happened(cast, "2026-03", None, [120.0] * 6)
    happened(cast, "2026-03", None, [120.0] * 6, closed_after=None)
    assert shown().months[0].incidents == 6


def test_what_no_unit_reached_is_late_for_both_limits(cast: Cast) -> None:
    happened(cast, "2026-03", None, [600.0] * 5)
    happened(cast, "2026-03", None, [None] * 5, closed_after=480.0)
    assert (shown().months[0].incidents, shown().months[0].within) == (10, (0, 50))


def test_small_numbers_are_hidden_and_few_have_no_percentage(cast: Cast) -> None:
    happened(cast, "2026-01", None, [100.0] * 4)
    happened(cast, "2026-02", None, [100.0] * 5)
    happened(cast, "2026-03", None, [100.0] * 10)
    happened(cast, "2026-04", None, [100.0] * 20)
    said = [(row.incidents, row.within[0], row.p50, row.p90) for row in shown(YEAR[:4]).months]
    assert said == [(None, None, None, None), (5, None, None, None), (10, 100, 100, None), (20, 100, 100, 100)]


def test_a_month_of_few_is_in_no_sum(cast: Cast) -> None:
    happened(cast, "2026-01", None, [100.0] * 4)
    happened(cast, "2026-02", None, [100.0] * 12)
    found = shown()
    assert (found.total.incidents, found.split) == (12, ["2026-02"])


def test_a_kelurahan_has_the_months_in_which_it_is_shown(cast: Cast) -> None:
    first, second, *_ = areas()
    happened(cast, "2026-01", first, [100.0] * 10)
    happened(cast, "2026-02", first, [300.0] * 3)
    for month in ("2026-01", "2026-02"):
        happened(cast, month, second, [100.0] * 20)
    elsewhere(cast, "2026-01", "2026-02")
    found = shown()
    row = found.areas[0]
    assert (row.months, row.figures.incidents, row.figures.within[0]) == (1, 10, 100)
    assert row.counts == {"2026-01": 10, "2026-02": FEW}
    own = sum(each.figures.incidents or 0 for each in found.areas)
    assert own + (found.joined.incidents or 0) == found.total.incidents == 65


def test_one_month_more_says_of_a_kelurahan_what_that_month_says(cast: Cast) -> None:
    first, second, *_ = areas()
    for month, count in (("2026-01", 8), ("2026-02", 2), ("2026-03", 9)):
        happened(cast, month, first, [100.0] * count)
        happened(cast, month, second, [100.0] * 30)
        elsewhere(cast, month)
    before, with_small, after = (shown(YEAR[:count]).areas[0].figures.incidents for count in (1, 2, 3))
    assert (before, with_small, after) == (8, 8, 17)
    assert shown(["2026-02"]).areas[0].figures.incidents is None


def test_the_month_in_which_meteor_began_is_named_and_not_split(cast: Cast) -> None:
    happened(cast, "2026-10", areas()[0], [100.0] * 12, day="2026-10-20")
    happened(cast, "2026-11", areas()[0], [100.0] * 12)
    elsewhere(cast, "2026-11")
    found = shown()
    assert (found.partial, found.split, found.total.incidents) == ("2026-10", ["2026-11"], 30)
    assert found.areas[0].figures.incidents == 12
    assert shown(["2026-11"]).partial is None


def test_a_month_is_shown_two_days_after_its_end(cast: Cast) -> None:
    happened(cast, "2026-11", None, [100.0] * 12)
    days = {today: last_day(date(2026, *today)) for today in ((11, 30), (12, 1), (12, 2), (12, 31))}
    assert days == {
        (11, 30): date(2026, 10, 31), (12, 1): date(2026, 10, 31), (12, 2): DAY, (12, 31): DAY,
    }  # fmt: skip
    assert shown(day=date(2026, 10, 31)).months == []
    assert shown(day=DAY).months[0].incidents == 12
