"""Seeing to the outbox: each item in its own transaction, after a pause once more if it fails, given up after a day."""

import logging
from collections.abc import Mapping
from datetime import datetime

from meteor.notices import rules as notices
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import Handler

log = logging.getLogger(__name__)

TOLD = {"dispatcher": "/incidents", "admin": "/admin/audit"}
"""Who is told of what was given up, and where they look for more."""


class Unattended(Exception):
    """No room sees to this topic."""


def deliver(handlers: Mapping[str, Handler], at: datetime) -> bool:
    """See to the items that are due, a batch at most; whether there may be more. Commits after each of them."""
    items = outbox.claim(at)
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
            _put_off(item, at, f"{type(problem).__name__}: {problem}")
    return len(items) == outbox.BATCH


def _handler(handlers: Mapping[str, Handler], topic: str) -> Handler:
    try:
        return handlers[topic]
    except KeyError:
        raise Unattended(topic) from None


def _put_off(item: outbox.Claimed, at: datetime, problem: str) -> None:
    if not outbox.put_off(item, at, problem):
        audit.record(None, "undelivered", f"outbox:{item.id}", key=item.key, problem=problem)
        for role, url in TOLD.items():
            notices.tell(f"undelivered:{item.id}:{role}", "undelivered", url, role=role, topic=item.topic)
    db.session.commit()
