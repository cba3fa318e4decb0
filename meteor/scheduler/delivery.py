"""Delivery of the outbox: each item in one transaction, retried after a pause, given up after a day."""

import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.group_commit import together
from meteor.store.moments import now
from meteor.store.outgoing import Refused
from meteor.store.work import Handler, within_share

log = logging.getLogger(__name__)

FEW = 20
"""Items that `deliver` claims at once: what is more urgent, and comes meanwhile, waits for them."""

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


def deliver_to_partners(handlers: Mapping[str, Handler], at: datetime, destination: str | None = None) -> bool:
    """Deliver one item of topics that wait for a partner's server, for any destination or for one.

    One item at a time: a claimed item must not wait behind a slow one.
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
            _put_off(item, at, problem, {"admin": TOLD_OF_PARTNERS.get(item.topic, "/admin/clients")})
        db.session.commit()
    return bool(items)


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
