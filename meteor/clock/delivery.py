"""Seeing to the outbox: each item in its own transaction, after a pause once more if it fails, given up after a day."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import Handler

log = logging.getLogger(__name__)

TOLD = {"dispatcher": "/incidents", "admin": "/admin/audit"}
"""Who is told of what was given up, and where they look for more."""

TOLD_OF_PARTNERS = {"admin": "/admin/clients"}
PARTNERS_BATCH = 5
"""So few that even where each takes as long as it may, all are seen to before their lease ends."""


class Unattended(Exception):
    """No room sees to this topic."""


def deliver(handlers: Mapping[str, Handler], at: datetime, elsewhere: Collection[str] = ()) -> bool:
    """See to the items that are due, a batch at most; whether there may be more. Commits after each of them.

    Another job sees to the topics `elsewhere`.
    """
    return _see_to(outbox.claim(at, but=elsewhere), outbox.BATCH, handlers, TOLD, at)


def deliver_to_partners(handlers: Mapping[str, Handler], at: datetime) -> bool:
    """The same for topics that wait for somebody else's server: it may be slow, and delays nothing of ours."""
    items = outbox.claim(at, only=handlers.keys(), most=PARTNERS_BATCH)
    return _see_to(items, PARTNERS_BATCH, handlers, TOLD_OF_PARTNERS, at)


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
            _put_off(item, at, f"{type(problem).__name__}: {problem}", told)
    return len(items) == most


def _handler(handlers: Mapping[str, Handler], topic: str) -> Handler:
    try:
        return handlers[topic]
    except KeyError:
        raise Unattended(topic) from None


def _put_off(item: outbox.Claimed, at: datetime, problem: str, told: Mapping[str, str]) -> None:
    if not outbox.put_off(item, at, problem):
        audit.record(None, "undelivered", f"outbox:{item.id}", key=item.key, problem=problem)
        for role, url in told.items():
            notices.tell(f"undelivered:{item.id}:{role}", "undelivered", url, role=role, topic=item.topic)
    db.session.commit()
