"""Figures for everybody: how soon the first unit arrived, by month and by kelurahan, and how often it was needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import inf
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from meteor.statistics.figures import LIMITS, Step, spread
from meteor.statistics.models import ResponseTimes, ResponseTimesProgress
from meteor.statistics.public_counts import FEWEST, Area, Split, split
from meteor.store.database import db

LEAST, LEAST_FOR_P90 = 10, 20
"""Incidents of which shares and P50, or P90, are shown: of fewer they are chance."""

DAYS_LATER = 2
"""Days after its end from which a month is shown.

The page must not show that an alarm was raised, or ended, while its sender is in danger: a month that grows would.
"""

_LIMITS = LIMITS["on_scene"]

_ONE_AT_A_TIME = Lock()
"""Held while figures are computed: of all who ask at once, the first computes them for the others."""


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
    """Figures of months in their order; in the `partial` one, the first of all, METEOR began. None if it is not shown.

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
    """The last day that counts: the end of the last month that has been over for DAYS_LATER."""
    first_of_month = (today - timedelta(days=DAYS_LATER - 1)).replace(day=1)
    return first_of_month - timedelta(days=1)


def began() -> date | None:
    """The first day with a figure."""
    month = select(func.min(ResponseTimes.month)).scalar_subquery()
    day = db.session.scalar(select(func.min(ResponseTimes.day)).where(ResponseTimes.month == month))
    return date.fromisoformat(day) if day else None


def kept_figures(months: Sequence[str], areas: Sequence[Area], day: date) -> PublicFigures:
    """The same as `public_figures`, computed once for each state of the table: many readers ask for the same."""
    counted = _counted(months, began(), day)
    number = select(func.count()).where(ResponseTimes.month.in_(counted))
    known = select(ResponseTimesProgress.event_id, ResponseTimesProgress.rebuilds)
    state = (db.session.scalar(number), *(db.session.execute(known).one_or_none() or ()))
    with _ONE_AT_A_TIME:
        return _kept(tuple(counted), tuple(areas), day, state)


@lru_cache(maxsize=100)
def _kept(months: Sequence[str], areas: Sequence[Area], day: date, state: tuple[int, ...]) -> PublicFigures:
    return public_figures(months, areas, day)


def public_figures(months: Sequence[str], areas: Sequence[Area], day: date) -> PublicFigures:
    """The figures of `months` until the last counted `day`, for all `areas` of the city, in their order."""
    first = began()
    counted = _counted(months, first, day)
    partial = f"{first:%Y-%m}" if first and first.day > 1 else None
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


def _counted(months: Sequence[str], first: date | None, day: date) -> Sequence[str]:
    """Return the months from the `first` day with a figure to the last counted `day`."""
    return [month for month in months if first and f"{first:%Y-%m}" <= month <= f"{day:%Y-%m}"]


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
    """The arrivals of closed incidents that a unit reached or that lasted longer than 3 minutes, by month and area.

    One that no unit reached is late for every limit, so that all percentages are of the same incidents.
    """
    found: dict[str, dict[Area, list[Step]]] = {month: defaultdict(list) for month in months}
    if not months:
        return found
    it = ResponseTimes
    query = select(it.month, it.kelurahan_id, it.on_scene_after).where(
        it.month.between(months[0], months[-1]),
        it.day <= day.isoformat(),
        it.closed_after.is_not(None),
        or_(it.on_scene_after.is_not(None), it.closed_after > _LIMITS[0]),
    )
    for month, area, arrived in db.session.execute(query):
        found[month][area].append(Step(arrived, inf))
    return found
