"""Seeing to the outbox: each item done or not at all, after a pause once more if it fails, given up after a day."""

import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db, serialise
from meteor.store.moments import now
from meteor.store.outgoing import Refused
from meteor.store.work import Handler, within_share

log = logging.getLogger(__name__)

TOLD = {"dispatcher": "/incidents", "admin": "/admin/audit"}
"""Who is told of what was given up, and where they look for more."""

TOLD_OF_PARTNERS = {"admin": "/admin/clients"}


class Unattended(Exception):
    """No package handles this topic."""


class TooSlow(Exception):
    """The lease of this item ran out: another has seen to it, or is about to."""


def deliver(handlers: Mapping[str, Handler], at: datetime, elsewhere: Collection[str] = ()) -> bool:
    """See to the items that are due, a batch at most; whether there may be more. Commits.

    Other jobs see to the topics `elsewhere`.
    """
    serialise()
    return _see_to_all(outbox.claim(at, but=elsewhere), handlers, at)


def deliver_pushes(handlers: Mapping[str, Handler], at: datetime) -> bool:
    """The same for the topics of these handlers alone, which wait for nothing that presses have left."""
    return _see_to_all(outbox.claim(at, only=handlers.keys()), handlers, at)


def deliver_to_partners(handlers: Mapping[str, Handler], at: datetime, destination: str | None = None) -> bool:
    """Deliver one item of topics that wait for a partner's server, for any destination or for one.

    One at a time, so that none is kept waiting behind another that is already ours.
    """
    items = outbox.claim(at, only=handlers.keys(), most=1, destination=destination)
    db.session.commit()
    for item in items:
        try:
            _do(item, handlers, at)
        except TooSlow:
            db.session.rollback()
        except Exception as problem:
            db.session.rollback()
            _put_off(item, at, problem, TOLD_OF_PARTNERS)
        db.session.commit()
    return bool(items)


def _see_to_all(items: Sequence[outbox.Claimed], handlers: Mapping[str, Handler], at: datetime) -> bool:
    """Several items in each transaction, as many as a job's share of the time allows; what fails fails alone."""
    db.session.commit()
    waiting = deque(items)
    while waiting:
        serialise()
        db.session.connection()  # waits for the right to write, before the share begins
        for item in within_share(list(waiting)):
            _see_to(item, handlers, at)
            waiting.popleft()
        db.session.commit()
    return len(items) == outbox.BATCH


def _see_to(item: outbox.Claimed, handlers: Mapping[str, Handler], at: datetime) -> None:
    try:
        with db.session.begin_nested():
            _do(item, handlers, at)
    except TooSlow:
        pass
    except Exception as problem:
        _put_off(item, at, problem, TOLD)


def _do(item: outbox.Claimed, handlers: Mapping[str, Handler], at: datetime) -> None:
    _handler(handlers, item.topic)(item.payload, at)
    if not outbox.finish(item, now()):
        raise TooSlow(item.key)


def _handler(handlers: Mapping[str, Handler], topic: str) -> Handler:
    try:
        return handlers[topic]
    except KeyError:
        raise Unattended(topic) from None


def _put_off(item: outbox.Claimed, at: datetime, problem: Exception, told: Mapping[str, str]) -> None:
    log.error("Outbox item %s failed", item.key, exc_info=problem)
    said = f"{type(problem).__name__}: {problem}"
    asked = problem.pause if isinstance(problem, Refused) else timedelta()
    if not outbox.put_off(item, at, said, asked):
        audit.record(None, "undelivered", f"outbox:{item.id}", key=item.key, problem=said)
        for role, url in told.items():
            notices.tell(f"undelivered:{item.id}:{role}", "undelivered", url, role=role, topic=item.topic)
