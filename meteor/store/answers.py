"""Kept answers: a request or form that is sent again is done once and answered again."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from meteor.store.database import db, execute, insert_once
from meteor.store.models import KeptAnswer

KEPT = timedelta(days=2)


class OtherRequest(Exception):
    """This key came with another request before."""


class Answer(NamedTuple):
    """A status, a JSON body and the address of what was made."""

    status: int
    body: Any
    location: str | None = None


def fingerprint(*parts: Any) -> str:
    """SHA-256 of a request, independent of the order of its fields."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def claim(owner: str, key: str, request: str, at: datetime) -> Answer | None:
    """The earlier answer to `owner` for this key; None if the key is new and now reserved.

    Of two who ask at once, one waits for the other's commit. `request` is a fingerprint; raises OtherRequest if it is
    not the one that the key came with first.
    """
    new = execute(insert_once(KeptAnswer, KeptAnswer.key), owner=owner, key=key, request=request, created_at=at).first()
    if new:
        return None
    kept = db.session.scalars(select(KeptAnswer).where(KeptAnswer.owner == owner, KeptAnswer.key == key)).one()
    if kept.request != request or kept.status is None:
        raise OtherRequest(key)
    return Answer(kept.status, kept.body, kept.location)


def find(owner: str, key: str) -> Answer | None:
    """The committed answer for this key; None for a new one, which is not reserved."""
    kept = db.session.get(KeptAnswer, (owner, key))
    return Answer(kept.status, kept.body, kept.location) if kept and kept.status else None


def keep(owner: str, key: str, answer: Answer) -> None:
    """Keep the answer for a claimed key, in the transaction of what it speaks of."""
    mine = (KeptAnswer.owner == owner) & (KeptAnswer.key == key)
    db.session.execute(update(KeptAnswer).where(mine).values(**answer._asdict()))


def forget(at: datetime) -> None:
    """Delete expired answers."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < at - KEPT))
