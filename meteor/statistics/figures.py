"""Response times in figures: how many, P50, P90, and how many within the limits, in all and by one dimension."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
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

FEWEST = {50: 5, 90: 10}
"""Number of incidents with a step from which on its percentiles are given."""

NOWHERE = 0
"""The kelurahan of incidents without one."""


class Question(NamedTuple):
    """The segments asked for: `since` to `until` ("2026-11"), with values of DIMENSIONS."""

    since: str
    until: str
    values: dict[str, Any] = {}

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions of a statement over ResponseTimes and IncidentType."""
        yield ResponseTimes.month.between(self.since, self.until)
        for name, value in self.values.items():
            yield DIMENSIONS[name] == (None if name == "kelurahan" and value == NOWHERE else value)


class Step(NamedTuple):
    """The seconds from a segment's receipt to a step, and the seconds that the segment `lasted` where it has none.

    A segment that the step is not measured of has neither.
    """

    seconds: float | None
    lasted: float = 0.0


class Spread(NamedTuple):
    """A step's seconds after the receipt, of the `known` segments that have it.

    `within` are those within each limit, `decided` those of which that is decided: segments with the step, and segments
    without it that lasted longer. An incident that no unit reached is late, not left out.
    """

    known: int
    p50: float | None
    p90: float | None
    within: tuple[int, ...]
    decided: tuple[int, ...]

    def percent(self, limit: int) -> int | None:
        """Percentage within the `limit`-th limit, rounded down, since 99.6 % is not all; None if none is decided."""
        return self.within[limit] * 100 // self.decided[limit] if self.decided[limit] else None


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


def figures(question: Question, dimension: str, at: datetime) -> Figures:
    """The figures at a moment. Months and hours come in their order, other values by their number of segments."""
    by_key: dict[Any, list[Sequence[Step]]] = defaultdict(list)
    for row in db.session.execute(_segments(question, DIMENSIONS[dimension])):
        by_key[row.key].append(_steps(row, at))
    rows = [_row(key, found) for key, found in by_key.items()]
    in_order = dimension in ("month", "hour", "priority")
    rows.sort(key=lambda row: row.key if in_order else -row.segments)
    return Figures(_row(None, [steps for found in by_key.values() for steps in found]), rows)


def counted(question: Question) -> Select[Any]:
    """The segments that the figures count."""
    joined = select(ResponseTimes).join(IncidentType, IncidentType.id == ResponseTimes.type_id)
    return joined.where(*question.conditions())


def spread(steps: Sequence[Step], limits: Sequence[int]) -> Spread:
    """The figures of a step. Percentiles by the nearest rank."""
    known = sorted(each.seconds for each in steps if each.seconds is not None)
    lasted = [each.lasted for each in steps if each.seconds is None]
    within = tuple(sum(each <= limit for each in known) for limit in limits)
    decided = tuple(len(known) + sum(each > limit for each in lasted) for limit in limits)
    return Spread(len(known), _percentile(known, 50), _percentile(known, 90), within, decided)


def _percentile(known: Sequence[float], percent: int) -> float | None:
    """The percentile of sorted seconds, None of too few: nine tenths of three incidents are the slowest one."""
    return percentile(known, percent) if len(known) >= FEWEST[percent] else None


def _segments(question: Question, dimension: Any) -> Select[Any]:
    it = ResponseTimes
    shown = it.segment, it.from_paper, it.received_at, it.closed_after
    columns = select(dimension.label("key"), *shown, *(getattr(it, f"{step}_after") for step in LIMITS))
    return columns.join(IncidentType, IncidentType.id == it.type_id).where(*question.conditions())


def _steps(row: Any, at: datetime) -> Sequence[Step]:
    """The steps of LIMITS of a segment.

    Paper says minutes: it is not measured by seconds. Staff reopen an incident: there is nothing to be seen.
    """
    lasted = row.closed_after if row.closed_after is not None else (at - row.received_at).total_seconds()
    offered = not row.from_paper
    return (
        Step(row.seen_after, lasted) if offered and row.segment == 1 else Step(None),
        Step(row.accepted_after, lasted) if offered else Step(None),
        Step(row.on_scene_after, lasted),
    )


def _row(key: Any, segments: Sequence[Sequence[Step]]) -> Row:
    """The figures of segments, each with the steps of LIMITS."""
    steps = zip(*segments, strict=True) if segments else [() for step in LIMITS]
    return Row(
        key, len(segments), *(spread(found, limits) for found, limits in zip(steps, LIMITS.values(), strict=True))
    )
