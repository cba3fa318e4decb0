"""Answering figures: percentiles and shares, by hour, by class and by call-taker."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import DateTime, select, type_coerce

from meteor.accounts.models import User
from meteor.calls.models import CLASSES, Call, believed
from meteor.calls.waiting import STEPS
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.store.types import Moment

PERCENTILES = (50, 90, 95, 99)

MISSED = "abandoned"
"""Added to CLASSES: calls without an answer or call-back, and ("") calls without a class."""

TEST = "test"
"""The class of a test of the line or a drill."""

_TIMES = (Call.received_at, Call.announced_at, Call.answered_at, Call.status, Call.client_id, Call.called_back_at)
_BARE_TIMES = [
    type_coerce(each, DateTime()).label(each.key) if isinstance(each.type, Moment) else each for each in _TIMES
]
"""Columns as the database stores them: only their differences count.

Making aware moments of them takes half of the time of a year's calls.
"""


class Answers(NamedTuple):
    """Answering times of some calls. `within` counts calls answered within each of STEPS (seconds).

    `seconds` are the waits at PERCENTILES of those that were answered, None if none was: how long the others would have
    waited nobody knows, they are in `abandoned`. `by_hand` more were written down without an exchange.
    """

    name: Any
    rang: int
    by_hand: int
    answered: int
    abandoned: int
    within: tuple[int, ...]
    seconds: tuple[float | None, ...]

    def percent(self, step: int) -> int | None:
        """Percentage of calls answered within the `step`-th of STEPS, rounded down; None without a call.

        Rounded down: 99.6 % is not all.
        """
        return self.within[step] * 100 // self.rang if self.rang else None


@dataclass(frozen=True)
class Figures:
    """The calls of a time: all, by hour of the day (WIB), by class (see MISSED), by call-taker.

    The hours add up to the total, and so do the classes. A call-taker's are what they took in time: calls back are not
    among them. `blocked` calls rang nowhere, and `tests` of the line were no calls: both count nowhere else.
    """

    total: Answers
    by_hour: Sequence[Answers]
    by_class: Sequence[Answers]
    by_taker: Sequence[Answers]
    blocked: int
    tests: int


def figures(start: datetime, end: datetime) -> Figures:
    """The figures of the calls that came in from `start` until before `end`."""
    rows = _calls(start, end)
    blocked = sum(row.status == "blocked" for row in rows)
    rang = [row for row in rows if row.status != "blocked" and row.classified_as != TEST]
    classes = _by(rang, _class)
    return Figures(
        _answers("", rang),
        [_answers(hour, found) for hour, found in sorted(_by(rang, _hour).items())],
        [_answers(name, classes[name]) for name in (*CLASSES, MISSED, "") if name in classes],
        [_answers(name, found) for (name, _), found in sorted(_by(rang, _taker).items())],
        blocked,
        len(rows) - blocked - len(rang),
    )


def total(start: datetime, end: datetime) -> Answers:
    """All calls that came in from `start` until before `end`, but tests of the line, without the parts of `figures`."""
    rang = Call.status != "blocked", Call.classified_as.is_distinct_from(TEST)
    query = select(*_BARE_TIMES).where(Call.received_at >= start, Call.received_at < end, *rang)
    return _answers("", db.session.execute(query).all())


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The smallest of the values that so many percent are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def _calls(start: datetime, end: datetime) -> Sequence[Any]:
    query = select(*_TIMES, Call.classified_as, User.name, User.id.label("taker_id"))
    taker = User.id == Call.taken_by_id
    return db.session.execute(
        query.outerjoin(User, taker).where(Call.received_at >= start, Call.received_at < end)
    ).all()


def _by(rows: Sequence[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """The rows by their key; those that have none (None) are left out."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    found.pop(None, None)
    return found


def _hour(row: Any) -> int:
    return row.received_at.astimezone(WIB).hour


def _class(row: Any) -> str:
    return row.classified_as or (MISSED if row.status == MISSED else "")


def _taker(row: Any) -> tuple[str, int] | None:
    return (row.name, row.taker_id) if row.taker_id and row.called_back_at is None else None


def _answers(name: Any, rows: Sequence[Any]) -> Answers:
    rang = [row for row in rows if row.client_id is not None]
    waits = [_wait(row) for row in rang if row.answered_at]
    within = tuple(sum(wait <= step for wait in waits) for step in STEPS)
    seconds = tuple(percentile(waits, each) for each in PERCENTILES)
    return Answers(name, len(rang), len(rows) - len(rang), len(waits), sum(map(_missed, rang)), within, seconds)


def _wait(row: Any) -> float:
    return max(0.0, (row.answered_at - believed(row.received_at, row.announced_at)).total_seconds())


def _missed(row: Any) -> bool:
    return row.status == MISSED or row.called_back_at is not None
