"""Figures for everybody: how soon the first unit arrived, by month and by kelurahan, and how often it was needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from meteor.statistics.figures import LIMITS, Step, spread
from meteor.statistics.models import ResponseTimes
from meteor.statistics.public_counts import FEWEST, Area, Split, split
from meteor.store.database import db

LEAST, LEAST_FOR_P90 = 10, 20
"""Incidents of which shares and P50, or P90, are shown: of fewer they are chance."""

DAYS_LATER = 2
"""Days after which a day counts. The page must not show that an alarm was raised while its sender is in danger."""

_LIMITS = LIMITS["on_scene"]


class PublicRow(NamedTuple):
    """Figures of a month or an area. `incidents` is None for fewer than FEWEST; what is not shown is None.

    `within` are percentages within 3 and 15 minutes, `p50` and `p90` are seconds from the receipt to the arrival.
    """

    key: Any
    incidents: int | None
    within: tuple[int | None, ...] = (None, None)
    p50: float | None = None
    p90: float | None = None


class AreaRow(NamedTuple):
    """Figures of an area from the months in which its count is shown, and what is shown of each month."""

    figures: PublicRow
    months: int
    counts: Mapping[str, int | str]


@dataclass(frozen=True)
class PublicFigures:
    """Figures of months in their order; the `partial` one is the last, None if all are complete.

    Months with fewer than FEWEST incidents are in no sum. `areas` and `joined`, which has what is not shown by area,
    are about the other complete months, which are `split`.
    """

    months: Sequence[PublicRow]
    partial: str | None
    total: PublicRow
    split: Sequence[str]
    areas: Sequence[AreaRow]
    joined: PublicRow


def last_day(today: date) -> date:
    """The last day that counts."""
    return today - timedelta(days=DAYS_LATER)


def partial_month(day: date) -> str | None:
    """The month that is not over with its last counted day, None if that ends a month."""
    return None if (day + timedelta(days=1)).day == 1 else f"{day:%Y-%m}"


def began() -> str | None:
    """The first month with a figure."""
    return db.session.scalar(select(func.min(ResponseTimes.month)))


def public_figures(months: Sequence[str], areas: Sequence[Area], day: date) -> PublicFigures:
    """The figures of `months` until the last counted `day`, for all `areas` of the city, in their order."""
    first, partial = began(), partial_month(day)
    counted = [month for month in months if first and first <= month <= f"{day:%Y-%m}"]
    found = _steps(counted, day)
    large = [month for month in counted if _number(found[month]) >= FEWEST]
    whole = [month for month in large if month != partial]
    splits = {
        month: split({area: len(steps) for area, steps in found[month].items()}, areas) for month in whole
    }  # fmt: skip
    hidden = [found[month][area] for month in whole for area in areas if area not in splits[month].shown]
    return PublicFigures(
        [_row(month, found[month].values()) for month in counted],
        partial if partial in counted else None,
        _row(None, [steps for month in large for steps in found[month].values()]),
        whole,
        [_area(area, splits, found) for area in areas],
        _row(None, hidden),
    )


Steps = Mapping[Area, Sequence[Step]]


def _area(area: Area, splits: Mapping[str, Split], found: Mapping[str, Steps]) -> AreaRow:
    shown = [month for month in splits if area in splits[month].shown]
    counts = {month: each.of(area) for month, each in splits.items()}
    return AreaRow(_row(area, [found[month][area] for month in shown]), len(shown), counts)


def _row(key: Any, parts: Iterable[Sequence[Step]]) -> PublicRow:
    steps = [step for part in parts for step in part]
    if len(steps) < FEWEST:
        return PublicRow(key, None)
    figures = spread(steps, _LIMITS)
    within = tuple(
        figures.percent(place) if decided >= LEAST else None for place, decided in enumerate(figures.decided)
    )  # fmt: skip
    p50 = figures.p50 if figures.known >= LEAST else None
    return PublicRow(key, len(steps), within, p50, figures.p90 if figures.known >= LEAST_FOR_P90 else None)


def _number(steps: Steps) -> int:
    return sum(map(len, steps.values()))


def _steps(months: Sequence[str], day: date) -> Mapping[str, Steps]:
    """The arrivals of all incidents that a unit reached or that lasted longer than 3 minutes, by month and area.

    An incident that is open after DAYS_LATER has lasted long enough.
    """
    found: dict[str, dict[Area, list[Step]]] = {month: defaultdict(list) for month in months}
    if not months:
        return found
    it = ResponseTimes
    query = select(it.month, it.kelurahan_id, it.on_scene_after, it.closed_after).where(
        it.month.between(months[0], months[-1]),
        it.day <= day.isoformat(),
        or_(it.on_scene_after.is_not(None), it.closed_after.is_(None), it.closed_after > _LIMITS[0]),
    )
    for month, area, arrived, closed in db.session.execute(query):
        found[month][area].append(Step(arrived, inf if closed is None else closed))
    return found
