"""Seeing to the outbox: each item in its own transaction, after a pause once more if it fails, given up after a day."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.outgoing import Refused
from meteor.store.work import Handler

log = logging.getLogger(__name__)

TOLD = {"dispatcher": "/incidents", "admin": "/admin/audit"}
"""Who is told of what was given up, and where they look for more."""

TOLD_OF_PARTNERS = {"admin": "/admin/clients"}


class Unattended(Exception):
    """No room sees to this topic."""


def deliver(handlers: Mapping[str, Handler], at: datetime, elsewhere: Collection[str] = ()) -> bool:
    """See to the items that are due, a batch at most; whether there may be more. Commits after each of them.

    Another job sees to the topics `elsewhere`.
    """
    return _see_to(outbox.claim(at, but=elsewhere), outbox.BATCH, handlers, TOLD, at)


def deliver_to_partners(handlers: Mapping[str, Handler], at: datetime, lane: str | None = None) -> bool:
    """The same for one item of topics that wait for somebody else's server: of any lane, or of one.

    One at a time, so that none is kept waiting behind another that is already ours.
    """
    return _see_to(outbox.claim(at, only=handlers.keys(), most=1, lane=lane), 1, handlers, TOLD_OF_PARTNERS, at)


def _see_to(
    items: Sequence[outbox.Claimed], most: int, handlers: Mapping[str, Handler], told: Mapping[str, str], at: datetime
) -> bool:
    db.session.commit()
    for item in items:
        try:
            _handler(handlers, item.topic)(item.payload, at)
            if outbox.finish(item, now()):
                db.session.commit()
            else:
                db.session.rollback()  # we were too slow, and another has seen to it or is about to
        except Exception as problem:
            db.session.rollback()
            log.exception("Outbox item %s failed", item.key)
            _put_off(item, at, problem, told)
    return len(items) == most


def _handler(handlers: Mapping[str, Handler], topic: str) -> Handler:
    try:
        return handlers[topic]
    except KeyError:
        raise Unattended(topic) from None


def _put_off(item: outbox.Claimed, at: datetime, problem: Exception, told: Mapping[str, str]) -> None:
    said = f"{type(problem).__name__}: {problem}"
    asked = problem.pause if isinstance(problem, Refused) else timedelta()
    if not outbox.put_off(item, at, said, asked):
        audit.record(None, "undelivered", f"outbox:{item.id}", key=item.key, problem=said)
        for role, url in told.items():
            notices.tell(f"undelivered:{item.id}:{role}", "undelivered", url, role=role, topic=item.topic)
    db.session.commit()
