"""How well the room answers: percentiles and shares, by hour, by class, by call-taker."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.calls.models import CLASSES, Call
from meteor.calls.waiting import STEPS
from meteor.store.database import db
from meteor.store.moments import WIB

PERCENTILES = (50, 90, 95, 99)


class Answers(NamedTuple):
    """How soon some calls were answered. `within`: of all that rang, how many within each of STEPS (seconds).

    `seconds` are the waits at PERCENTILES, of those that were answered.
    """

    name: Any
    rang: int
    answered: int
    abandoned: int
    within: tuple[int, ...]
    seconds: tuple[float | None, ...]

    def share(self, step: int) -> float | None:
        """The part of all that rang which was answered within the `step`-th of STEPS; None if nothing rang."""
        return self.within[step] / self.rang if self.rang else None


@dataclass(frozen=True)
class Figures:
    """The calls of a time: all, by hour of the day (WIB), by class (with those nobody classified), by call-taker."""

    total: Answers
    by_hour: Sequence[Answers]
    by_class: Sequence[tuple[str, int]]
    by_taker: Sequence[Answers]
    blocked: int


def figures(start: datetime, end: datetime) -> Figures:
    """The figures of the calls that came in from `start` until before `end`.

    Only what an exchange announced says how long somebody waited; calls written down by hand count in the classes.
    """
    rows = db.session.execute(
        select(
            Call.received_at, Call.answered_at, Call.status, Call.classified_as, Call.client_id, User.name,
            Call.called_back_at,
        )
        .outerjoin(User, User.id == Call.taken_by_id)
        .where(Call.received_at >= start, Call.received_at < end)
    ).all()  # fmt: skip
    rang = [row for row in rows if row.client_id is not None and row.status != "blocked"]
    hours: dict[int, list[Any]] = {}
    takers: dict[str, list[Any]] = {}
    for row in rang:
        hours.setdefault(row.received_at.astimezone(WIB).hour, []).append(row)
        if row.name and row.called_back_at is None:
            takers.setdefault(row.name, []).append(row)
    classes = Counter(row.classified_as or "" for row in rows if row.status != "blocked")
    return Figures(
        _answers("", rang),
        [_answers(hour, hours[hour]) for hour in sorted(hours)],
        [(name, classes[name]) for name in (*CLASSES, "") if classes[name]],
        [_answers(name, takers[name]) for name in sorted(takers)],
        sum(row.status == "blocked" for row in rows),
    )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The smallest of the values that so many percent are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def _answers(name: Any, rows: Sequence[Any]) -> Answers:
    waits = [max(0.0, (row.answered_at - row.received_at).total_seconds()) for row in rows if row.answered_at]
    missed = sum(row.status == "abandoned" or row.called_back_at is not None for row in rows)
    within = tuple(sum(wait <= step for wait in waits) for step in STEPS)
    return Answers(name, len(rows), len(waits), missed, within, tuple(percentile(waits, each) for each in PERCENTILES))
