"""Duties: shifts of an officer that follow one another without a break, on whatever units."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from meteor.agencies.models import Shift
from meteor.store.database import db
from meteor.store.types import Moment

BREAK = timedelta(hours=1)
"""Time without duty that ends a duty: who changes the unit or rests for less goes on with the same."""

AROUND = timedelta(days=3)
"""Time before a moment in which the shifts of a duty that reaches it are looked for."""


@dataclass(frozen=True)
class Duty:
    """A duty that an officer has done. One that still `runs` has as its end the moment at which this was asked."""

    starts_at: datetime
    ends_at: datetime
    runs: bool = False


class SecondsBetween(GenericFunction[int]):
    """The whole seconds from one moment to another."""

    type = Integer()
    inherit_cache = True
    name = "seconds_between"


@compiles(SecondsBetween)
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (compiler.process(clause, **how) for clause in element.clauses)
    return f"cast(round(extract(epoch from ({last} - {first}))) as integer)"


@compiles(SecondsBetween, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (compiler.process(clause, **how) for clause in element.clauses)
    return f"cast(round((julianday({last}) - julianday({first})) * 86400) as integer)"


def done_since(since: datetime, user_ids: Collection[int], at: datetime) -> Mapping[int, Sequence[Duty]]:
    """The duties of these officers that end after a moment, by officer. One statement, none for a moment to come."""
    found: dict[int, list[Duty]] = defaultdict(list)
    if since < at:
        running = case((Shift.ended_at.is_(None), 1), else_=0)
        around = Shift.started_at.between(since - AROUND, at)
        done = duties(at, Shift.user_id.in_(user_ids), around, running=running).subquery().c
        rows = db.session.execute(
            select(done.user_id, done.starts_at, done.ends_at, done.running)
            .where(done.ends_at > since)
            .order_by(done.starts_at)
        )
        for user_id, starts_at, ends_at, runs in rows:
            found[user_id].append(Duty(starts_at, ends_at, bool(runs)))
    return found


def duties(at: datetime, *which: ColumnElement[bool], **sums: ColumnElement[int]) -> Select[Any]:
    """Asks for the duties that shifts of this kind make: `user_id`, `starts_at`, `ends_at`, `worked` and `rest`.

    `worked` is the time on units, `rest` the time since the duty before, in seconds; None for the first. A shift that
    still runs counts until `at`. `sums` are columns of a shift, which are added up over the duty.
    """
    by_officer: dict[str, Any] = {"partition_by": Shift.user_id, "order_by": (Shift.started_at, Shift.id)}
    ends_at = end_of_shift(at)
    before = func.lag(ends_at, type_=Moment()).over(**by_officer)
    shifts = select(
        Shift.id, Shift.user_id, Shift.started_at, ends_at.label("ends_at"),
        func.seconds_between(before, Shift.started_at).label("rest"),
        *(column.label(name) for name, column in sums.items()),
    ).where(*which).subquery()  # fmt: skip
    begins = case((shifts.c.rest < BREAK.total_seconds(), 0), else_=1)
    in_order: dict[str, Any] = {"partition_by": shifts.c.user_id, "order_by": (shifts.c.started_at, shifts.c.id)}
    joined = select(*shifts.c, begins.label("begins"), func.sum(begins).over(**in_order).label("duty")).subquery()
    of = joined.c
    return select(
        of.user_id, func.min(of.started_at).label("starts_at"), func.max(of.ends_at).label("ends_at"),
        func.sum(func.seconds_between(of.started_at, of.ends_at)).label("worked"),
        func.max(case((of.begins == 1, of.rest))).label("rest"),
        *(func.sum(of[name]).label(name) for name in sums),
    ).group_by(of.user_id, of.duty)  # fmt: skip


def end_of_shift(at: datetime) -> ColumnElement[datetime]:
    """The end of a shift, `at` while it runs."""
    return func.coalesce(Shift.ended_at, literal(at, Moment()))
