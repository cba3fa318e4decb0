"""Response times in figures: how many, P50, P90, and how many within the limits, in all and by one dimension."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from meteor.calls.figures import percentile
from meteor.protocols.models import IncidentType
from meteor.statistics.models import ResponseTimes
from meteor.store.database import db

DIMENSIONS: dict[str, Any] = {
    "month": ResponseTimes.month,
    "hour": ResponseTimes.hour,
    "agency": IncidentType.agency_id,
    "type": ResponseTimes.type_id,
    "priority": ResponseTimes.priority,
    "kelurahan": ResponseTimes.kelurahan_id,
    "source": ResponseTimes.source,
}
"""Columns that the figures are grouped and narrowed by."""

LIMITS = {"seen": (10,), "accepted": (30,), "on_scene": (180, 900)}
"""Seconds from the receipt within which each step is wanted."""

NOWHERE = 0
"""The kelurahan of incidents without one."""


class Question(NamedTuple):
    """Which segments are asked for: of the months `since` to `until` ("2026-11"), with these values of DIMENSIONS."""

    since: str
    until: str
    values: dict[str, Any] = {}

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions of a statement over ResponseTimes and IncidentType."""
        yield ResponseTimes.month.between(self.since, self.until)
        for name, value in self.values.items():
            yield DIMENSIONS[name] == (None if name == "kelurahan" and value == NOWHERE else value)


class Spread(NamedTuple):
    """A step's seconds after the receipt: of the `known` segments that have it; `within` each limit how many."""

    known: int
    p50: float | None
    p90: float | None
    within: tuple[int, ...]

    def percent(self, limit: int) -> int | None:
        """Percentage within the `limit`-th limit, rounded down, since 99.6 % is not all; None without a segment."""
        return self.within[limit] * 100 // self.known if self.known else None


class Row(NamedTuple):
    """The figures of one value of a dimension (`key`), or of all `segments`, also those without a step."""

    key: Any
    segments: int
    seen: Spread
    accepted: Spread
    on_scene: Spread


@dataclass(frozen=True)
class Figures:
    """The figures of all that was asked for, and by each value of the dimension."""

    total: Row
    rows: Sequence[Row]


def figures(question: Question, dimension: str) -> Figures:
    """The figures. Months and hours come in their order, other values by their number of segments."""
    segments = db.session.execute(_segments(question, DIMENSIONS[dimension])).all()
    by_key: dict[Any, list[Sequence[Any]]] = defaultdict(list)
    for key, *seconds in segments:
        by_key[key].append(seconds)
    rows = [_row(key, found) for key, found in by_key.items()]
    in_order = dimension in ("month", "hour", "priority")
    rows.sort(key=lambda row: row.key if in_order else -row.segments)
    return Figures(_row(None, [seconds for found in by_key.values() for seconds in found]), rows)


def counted(question: Question) -> Select[Any]:
    """The segments that the figures count."""
    joined = select(ResponseTimes).join(IncidentType, IncidentType.id == ResponseTimes.type_id)
    return joined.where(*question.conditions())


def spread(seconds: Sequence[float | None], limits: Sequence[int]) -> Spread:
    """The figures of a step. A segment without it (None) counts nowhere. Percentiles by the nearest rank."""
    known = sorted(each for each in seconds if each is not None)
    within = tuple(sum(each <= limit for each in known) for limit in limits)
    return Spread(len(known), percentile(known, 50), percentile(known, 90), within)


def _segments(question: Question, dimension: Any) -> Select[Any]:
    columns = select(dimension, *(getattr(ResponseTimes, f"{step}_after") for step in LIMITS))
    return columns.join(IncidentType, IncidentType.id == ResponseTimes.type_id).where(*question.conditions())


def _row(key: Any, segments: Sequence[Sequence[float | None]]) -> Row:
    """The figures of segments, each with its seconds for the steps of LIMITS."""
    steps = zip(*segments, strict=True) if segments else [() for step in LIMITS]
    return Row(
        key, len(segments), *(spread(seconds, limits) for seconds, limits in zip(steps, LIMITS.values(), strict=True))
    )
