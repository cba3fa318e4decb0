"""Delivery of the outbox: several items in a transaction, retried after a pause, given up after a day."""

import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.group_commit import together
from meteor.store.moments import now
from meteor.store.outgoing import Refused
from meteor.store.work import Handler, Note, PartnerHandler, within_share

T = TypeVar("T")

log = logging.getLogger(__name__)

FEW = 20
"""Items that `deliver` claims at once: what is more urgent, and comes meanwhile, waits for them."""

SLOW = 1.0
"""Seconds after which a server is too slow for more of the items that were claimed with the first."""

TOLD = {"dispatcher": "/incidents", "admin": "/admin/audit"}
"""Roles notified of an undelivered item, each with the page for details."""

TOLD_OF_PARTNERS = {"open311": "/admin/open311-endpoints"}
"""Pages for the administrator about partners' items, by topic where it is not that of the API clients."""


class Unattended(Exception):
    """No package handles this topic."""


class TooSlow(Exception):
    """The lease of the item ran out: another process delivers it."""


def deliver(handlers: Mapping[str, Handler], at: datetime, elsewhere: Collection[str] = ()) -> bool:
    """Deliver the due items, FEW at most. Returns whether there may be more. Commits.

    The topics `elsewhere` belong to other jobs.
    """
    return _see_to_all(outbox.claim(at, but=elsewhere, most=FEW), FEW, handlers, at)


def deliver_pushes(handlers: Mapping[str, Handler], at: datetime) -> bool:
    """Deliver the due items of these topics only, so that they do not wait behind others."""
    return _see_to_all(outbox.claim(at, only=handlers.keys()), outbox.BATCH, handlers, at)


def deliver_to_partners(
    handlers: Mapping[str, PartnerHandler], at: datetime, destination: str | None = None, most: int = 1
) -> int:
    """Deliver items of topics that wait for a partner's server, for any destination or for one. Commits.

    Returns the number of items that were seen to, `most` at most. When the server is SLOW, the rest of what was claimed
    goes back: a claimed item must not wait behind a slow one.
    """
    items = outbox.claim(at, only=handlers.keys(), most=most, destination=destination)
    db.session.commit()
    until, notes, seen_to = monotonic() + SLOW, [], 0
    try:
        for item in items:
            if seen_to and monotonic() > until:
                break
            seen_to += 1
            note = _deliver_to_partner(item, handlers, at)
            if note is not None:
                notes.append((item, note))
    finally:
        _note(notes)
        outbox.give_back(items[seen_to:], now())
        db.session.commit()
    return seen_to


def _deliver_to_partner(item: outbox.Claimed, handlers: Mapping[str, PartnerHandler], at: datetime) -> Note | None:
    """Deliver one item. Without a note the item is ended or put off here. Commits."""
    try:
        note = _handler(handlers, item.topic)(item.payload, at)
        if note is not None:
            return note
        if not outbox.finish(item, now()):
            raise TooSlow(item.key)
    except TooSlow:
        db.session.rollback()
    except Exception as problem:
        db.session.rollback()
        _put_off_of_partner(item, at, problem)
    db.session.commit()
    return None


def _note(notes: Sequence[tuple[outbox.Claimed, Note]]) -> None:
    """Write the outcomes and end their items, in one transaction. If that fails, each alone. Commits."""
    outcomes: dict[Callable[[Sequence[Any]], None], list[Any]] = {}
    for _, note in notes:
        outcomes.setdefault(note.write, []).append(note.outcome)
    try:
        for write, several in outcomes.items():
            write(several)
        if not outbox.finish_all([item for item, _ in notes], now()):
            raise TooSlow
        db.session.commit()
    except Exception as problem:
        db.session.rollback()
        if len(notes) == 1:
            _not_noted(notes[0][0], problem)
        else:
            for each in notes:
                _note([each])


def _not_noted(item: outbox.Claimed, problem: Exception) -> None:
    """Put off a delivered item that could not be ended, unless another scheduler has it. Commits."""
    if not isinstance(problem, TooSlow):
        _put_off_of_partner(item, now(), problem)
        db.session.commit()


def _see_to_all(items: Sequence[outbox.Claimed], most: int, handlers: Mapping[str, Handler], at: datetime) -> bool:
    """Deliver several items in each transaction, within a job's share of time. A failing item fails alone."""
    db.session.commit()
    waiting = deque(items)
    while waiting:
        outcomes = together(within_share([partial(_do, item, handlers, at) for item in waiting]))
        for outcome in outcomes:
            item = waiting.popleft()
            if isinstance(outcome, Exception) and not isinstance(outcome, TooSlow):
                _put_off(item, at, outcome, TOLD)
                db.session.commit()
    return len(items) == most


def _do(item: outbox.Claimed, handlers: Mapping[str, Handler], at: datetime) -> None:
    _handler(handlers, item.topic)(item.payload, at)
    if not outbox.finish(item, now()):
        raise TooSlow(item.key)


def _handler(handlers: Mapping[str, T], topic: str) -> T:
    try:
        return handlers[topic]
    except KeyError:
        raise Unattended(topic) from None


def _put_off_of_partner(item: outbox.Claimed, at: datetime, problem: Exception) -> None:
    _put_off(item, at, problem, {"admin": TOLD_OF_PARTNERS.get(item.topic, "/admin/clients")})


def _put_off(item: outbox.Claimed, at: datetime, problem: Exception, told: Mapping[str, str]) -> None:
    log.error("Outbox item %s failed", item.key, exc_info=problem)
    said = f"{type(problem).__name__}: {problem}"
    asked = problem.pause if isinstance(problem, Refused) else timedelta()
    if not outbox.put_off(item, at, said, asked):
        audit.record(None, "undelivered", f"outbox:{item.id}", key=item.key, problem=said)
        for role, url in told.items():
            notices.tell(f"undelivered:{item.id}:{role}", "undelivered", url, role=role, topic=item.topic)
