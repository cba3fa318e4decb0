"""Trackers and their tokens. Every change is in the audit log."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from meteor.agencies.models import Unit
from meteor.store import audit
from meteor.store.database import READER, db, execute
from meteor.store.sessionless import without_session
from meteor.trackers.models import Tracker


class NameTaken(Exception):
    """Another tracker has this name."""


class Withdrawn(Exception):
    """The tracker was withdrawn: it is given no new token."""


def new(name: str, unit: Unit, at: datetime, actor: Any) -> tuple[Tracker, str]:
    """Add a tracker of a unit; the tracker and its token. Raises NameTaken."""
    if db.session.scalar(select(Tracker.id).where(func.lower(Tracker.name) == name.lower())) is not None:
        raise NameTaken(name)
    token = _new_token()
    tracker = Tracker(name=name, unit=unit, digest=_digest(token), created_at=at)
    db.session.add(tracker)
    db.session.flush()
    audit.record(actor, "tracker_added", _subject(tracker), unit=unit.call_sign)
    return tracker, token


def rotate(tracker: Tracker, actor: Any) -> str:
    """Give a tracker a new token; the old one ends at once, since the phone is set up anew. Raises Withdrawn."""
    if tracker.withdrawn_at is not None:
        raise Withdrawn(tracker.name)
    token = _new_token()
    tracker.digest = _digest(token)
    audit.record(actor, "tracker_token_rotated", _subject(tracker))
    return token


def withdraw(tracker: Tracker, at: datetime, actor: Any) -> None:
    """Shut a tracker out, for good."""
    if tracker.withdrawn_at is None:
        tracker.withdrawn_at = at
        audit.record(actor, "tracker_withdrawn", _subject(tracker))


def authenticate(token: str) -> int | None:
    """The id of the tracker with this token, read outside of the request's transaction."""
    with without_session(db.engines[READER]):
        tracker_id: int | None = execute(_BY_DIGEST, token_digest=_digest(token)).scalar()
    return tracker_id


def _new_token() -> str:
    return secrets.token_urlsafe(24)


def _digest(token: str) -> str:
    # A fast hash is enough: a token is 192 random bits, and nobody guesses those.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _subject(tracker: Tracker) -> str:
    return f"trackers:{tracker.id}"


_BY_DIGEST = select(Tracker.id).where(Tracker.digest == bindparam("token_digest"), Tracker.withdrawn_at.is_(None))
