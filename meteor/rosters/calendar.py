"""The private calendar of an officer: its token, and the shifts as iCalendar (RFC 5545)."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.rosters.models import PlannedShift, RosterCalendar
from meteor.store import audit
from meteor.store.database import db

if TYPE_CHECKING:
    from icalendar import Event

PAST, AHEAD = timedelta(days=31), timedelta(days=186)
"""Time that a calendar reaches back and ahead."""


def renew(user: User, at: datetime) -> str:
    """Give the officer's calendar a new token, and return it; an address that was given out before ends at once."""
    token = secrets.token_urlsafe(24)
    known = calendar_of(user)
    if known is None:
        db.session.add(RosterCalendar(user_id=user.id, digest=_digest(token), created_at=at))
    else:
        known.digest, known.created_at = _digest(token), at
    audit.record(user, "roster_calendar_renewed", f"users:{user.id}")
    return token


def revoke(user: User) -> None:
    """End the address of the officer's calendar."""
    known = calendar_of(user)
    if known is not None:
        db.session.delete(known)
        audit.record(user, "roster_calendar_revoked", f"users:{user.id}")


def calendar_of(user: User) -> RosterCalendar | None:
    """The officer's calendar, if it has an address."""
    return db.session.get(RosterCalendar, user.id)


def owner_of(token: str) -> User | None:
    """The officer whose calendar this token opens; None for an unknown one, and for who is no officer any more."""
    known = db.session.scalar(
        select(RosterCalendar).options(joinedload(RosterCalendar.user)).where(RosterCalendar.digest == _digest(token))
    )
    return known.user if known and known.user.active and known.user.has("officer") else None


def shifts_in_calendar(user: User, at: datetime) -> Sequence[PlannedShift]:
    """The officer's shifts from PAST to AHEAD, also cancelled ones, by start."""
    return db.session.scalars(
        select(PlannedShift)
        .options(joinedload(PlannedShift.unit))
        .where(
            PlannedShift.user_id == user.id, PlannedShift.starts_at >= at - PAST, PlannedShift.starts_at < at + AHEAD
        )
        .order_by(PlannedShift.starts_at, PlannedShift.id)
    ).all()


def icalendar(shifts: Sequence[PlannedShift], name: str) -> bytes:
    """The shifts as a calendar of this name. Times are in UTC. A cancelled shift has the status CANCELLED."""
    from icalendar import Calendar  # here, since loading it takes most of a second, and few processes need it

    calendar = Calendar()
    calendar.add("prodid", "-//Kota Probolinggo//METEOR rosters//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for shift in shifts:
        calendar.add_component(_event(shift))
    return calendar.to_ical()


def _event(shift: PlannedShift) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{shift.id}-{shift.planned_at:%Y%m%dT%H%M%SZ}@planned-shifts.meteor")
    event.add("dtstamp", shift.changed_at)
    event.add("last-modified", shift.changed_at)
    event.add("sequence", shift.revision)
    event.add("status", "CANCELLED" if shift.cancelled_at else "CONFIRMED")
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", f"{shift.shift_type.name} · {shift.unit.call_sign}" if shift.unit else shift.shift_type.name)
    place = shift.post or (shift.unit.base_name if shift.unit else "")
    if place:
        event.add("location", place)
    return event


def _digest(token: str) -> str:
    # A fast hash is enough: a token is 192 random bits, and nobody guesses those.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
