"""The outbox: what is to be done after the commit, written down in the transaction that causes it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Executable, bindparam, delete, func, or_, select, text, true, update

from meteor.store.database import db, execute, execute_all, guarded_update, insert_into, insert_once
from meteor.store.models import OutboxItem
from meteor.store.moments import AHEAD

LEASE = timedelta(seconds=30)
"""Lease of a claimed item; afterwards it is due again."""

LONGEST_PAUSE = timedelta(minutes=10)
DEAD_AFTER = timedelta(days=1)
KEPT = timedelta(days=30)
BATCH = 50
"""Highest number of items that are claimed at once."""

LATE = timedelta(minutes=1)
"""An item that has waited for longer is left until those that came in time are done; then the newest goes first."""

URGENCIES = range(10)
AT_ONCE, RINGING, ORDINARY, QUIET = 0, 1, 5, 9
"""Some of the urgencies. An item about an incident has the incident's priority, 1 to 4."""

WAITS = OutboxItem.done_at.is_(None), OutboxItem.failed_at.is_(None)
"""Conditions: items that wait to be delivered."""

_destination = func.coalesce(OutboxItem.destination, OutboxItem.topic)


class Claimed(NamedTuple):
    """A claimed item. `attempts` includes this one, and identifies the claim."""

    id: int
    key: str
    topic: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int


def put(key: str, topic: str, *, destination: str | None = None, urgency: int = ORDINARY, **payload: Any) -> None:
    """Leave something for the scheduler to do. A `key` that was put before is not put again.

    `destination` names the server that it waits for; without one it is its topic's.
    """
    execute(insert_once(OutboxItem), key=key, topic=topic, destination=destination, urgency=urgency, payload=payload)


def ask(subject: str, topic: str, *, urgency: int, **payload: Any) -> None:
    """Queue one item for a subject, however often it is asked for before its delivery begins.

    The item that waits takes the newest urgency and payload. Writers come one after the other, so an item is not begun
    before what it was asked for can be seen.
    """
    asked = _asking(db.session.get_bind().dialect.name)
    execute(asked, key=f"{subject}:{uuid4()}", subject=subject, topic=topic, urgency=urgency, payload=payload)


def due_by_destination(at: datetime, topics: Collection[str]) -> dict[str, int]:
    """Number of due items of these topics for each destination with any."""
    due = select(_destination, func.count()).where(*_due(at), OutboxItem.topic.in_(topics)).group_by(_destination)
    return dict(db.session.execute(due).all())


def claim(
    at: datetime,
    only: Collection[str] = (),
    but: Collection[str] = (),
    most: int = BATCH,
    destination: str | None = None,
) -> Sequence[Claimed]:
    """Take the most urgent items that are due, for LEASE. Two who ask at once get different ones.

    Of one urgency those go first that have waited for longest, and after them what is LATE, the newest first.
    `only` and `but` restrict the topics, `destination` the server. The caller commits the claim before it delivers.
    """
    here = {"destination": destination} if destination else {}
    asked = {"at": at, "late": at - LATE, "most": most, **here}
    chosen = [
        row
        for late in (False, True)
        for row in execute(_claimable(tuple(only), tuple(but), bool(here), late=late), **asked)
    ]
    due = [row.id for row in sorted(chosen, key=lambda row: row.urgency)[:most]]
    rows = execute(_CLAIM, ids=due, lease=at + LEASE).all() if due else []
    return sorted(map(Claimed._make, rows), key=lambda item: due.index(item.id))


def next_due(only: Collection[str] = (), but: Collection[str] = ()) -> datetime | None:
    """Return when the first waiting item of these topics (or all `but` some) is due, or None."""
    first: datetime | None = execute(_next_due(tuple(only), tuple(but))).scalar()
    return first


def oldest(at: datetime) -> datetime | None:
    """Return when the oldest item was due that waits now, and for no other server."""
    return db.session.scalar(select(func.min(OutboxItem.due_at)).where(*_due(at), OutboxItem.destination.is_(None)))


def finish(item: Claimed, at: datetime) -> bool:
    """Mark the item as done. False if the lease ran out and another process has claimed it."""
    return _finish(item, done_at=at, problem=None)


def finish_all(items: Sequence[Claimed], at: datetime) -> bool:
    """Mark the items as done. False if the lease of one ran out: another process has claimed it."""
    ended = [{"item": item.id, "claim": item.attempts, "done": at} for item in items]
    return execute_all(_FINISH_ALL, ended) == len(items)


def give_back(items: Sequence[Claimed], at: datetime) -> None:
    """Make items due that were claimed and not begun; one that was never begun goes back to its place."""
    for item in items:
        due_at = item.created_at if item.attempts == 1 else at
        _finish(item, due_at=due_at, attempts=item.attempts - 1)


def put_off(item: Claimed, at: datetime, problem: str, least: timedelta = timedelta()) -> bool:
    """Try again later, each time after twice as long a pause, after the `least` that was asked for at the earliest.

    False when that has gone on for DEAD_AFTER: given up.
    """
    if at - item.created_at >= DEAD_AFTER:
        _finish(item, failed_at=at, problem=problem)
        return False
    pause = min(max(timedelta(seconds=2 ** min(item.attempts, 20)), least), LONGEST_PAUSE)
    _finish(item, due_at=at + pause, problem=problem)
    return True


def unfinished(beginning: str, most: int = 50) -> Sequence[OutboxItem]:
    """The newest items whose keys have this `beginning` and that wait or were given up."""
    mine = OutboxItem.key.startswith(beginning, autoescape=True)
    query = select(OutboxItem).where(mine, OutboxItem.done_at.is_(None)).order_by(OutboxItem.id.desc())
    return db.session.scalars(query.limit(most)).all()


def revive(item_id: int, beginning: str, at: datetime) -> bool:
    """Retry an item that was given up. False without one with this key prefix."""
    dead = (OutboxItem.id == item_id) & OutboxItem.key.startswith(beginning, autoescape=True)
    again = {"failed_at": None, "created_at": at, "due_at": at, "attempts": 0}
    return guarded_update(OutboxItem, dead, OutboxItem.failed_at.is_not(None), **again)


def correct(at: datetime) -> None:
    """Make due what waits for a moment that it was given while the clock was ahead."""
    created, due = _ahead(at)
    db.session.execute(update(OutboxItem).where(*WAITS, created).values(created_at=at, due_at=at))
    db.session.execute(update(OutboxItem).where(*WAITS, due).values(due_at=at))


def needs_correction(at: datetime) -> bool:
    """Return whether an item was created, or is due, by a clock that was ahead."""
    found = select(OutboxItem.id).where(*WAITS, or_(*_ahead(at))).limit(1)
    return db.session.scalar(found) is not None


def forget(at: datetime) -> None:
    """Delete items done more than KEPT ago. Failed items stay as evidence."""
    db.session.execute(delete(OutboxItem).where(OutboxItem.done_at < at - KEPT))


def _due(at: Any) -> Sequence[ColumnElement[bool]]:
    return *WAITS, OutboxItem.due_at <= at


def _ahead(at: datetime) -> Sequence[ColumnElement[bool]]:
    """Build the conditions for items created, or due, by a clock that was ahead."""
    return OutboxItem.created_at > at + AHEAD, OutboxItem.due_at > at + LONGEST_PAUSE + AHEAD


_CLAIM = (
    update(OutboxItem)
    .where(OutboxItem.id.in_(bindparam("ids", expanding=True)))
    .values(due_at=bindparam("lease"), attempts=OutboxItem.attempts + 1)
    .returning(*(getattr(OutboxItem, name) for name in Claimed._fields))
)

_OURS = OutboxItem.id == bindparam("item"), OutboxItem.attempts == bindparam("claim"), OutboxItem.done_at.is_(None)
"""Conditions: the item is still claimed as it was."""

_FINISH_ALL = update(OutboxItem).where(*_OURS).values(done_at=bindparam("done"), problem=None)


def _finish(item: Claimed, **values: Any) -> bool:
    return execute(_finishing(*values), item=item.id, claim=item.attempts, **values).first() is not None


def _of_topics(only: Collection[str], but: Collection[str]) -> Sequence[ColumnElement[bool]]:
    return OutboxItem.topic.in_(only) if only else true(), OutboxItem.topic.not_in(but)


@cache
def _claimable(only: tuple[str, ...], but: tuple[str, ...], one_destination: bool, *, late: bool) -> Executable:
    """Build the statement that finds items to claim.

    In time: in the order of an index, since thousands may be due. Late: mostly nothing, sought in each urgency.
    """
    there, moment = _destination == bindparam("destination") if one_destination else true(), OutboxItem.due_at
    due = select(OutboxItem.id, OutboxItem.urgency).where(*_due(bindparam("at")), there, *_of_topics(only, but))
    if late:
        due = due.where(moment <= bindparam("late"), OutboxItem.urgency.in_(URGENCIES))
        due = due.order_by(OutboxItem.urgency, moment.desc(), OutboxItem.id.desc())
    else:
        due = due.where(moment > bindparam("late")).order_by(OutboxItem.urgency, moment, OutboxItem.id)
    return due.limit(bindparam("most"))


@cache
def _next_due(only: tuple[str, ...], but: tuple[str, ...]) -> Executable:
    return select(func.min(OutboxItem.due_at)).where(*WAITS, *_of_topics(only, but))


@cache
def _asking(dialect: str) -> Executable:
    item = insert_into(OutboxItem)
    return item.on_conflict_do_update(
        index_elements=[OutboxItem.subject],
        index_where=text("attempts = 0"),
        set_={"urgency": item.excluded.urgency, "payload": item.excluded.payload},
    )


@cache
def _finishing(*names: str) -> Executable:
    return update(OutboxItem).where(*_OURS).values({name: bindparam(name) for name in names}).returning(OutboxItem.id)
