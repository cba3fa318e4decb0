"""Numbers that the room has learnt to mistrust: called back first after three pranks, or blocked by the supervisor."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from meteor.accounts.models import User
from meteor.calls.models import Call, NumberMark
from meteor.store import audit
from meteor.store.database import db

PRANKS = 3
WITHIN = timedelta(days=30)
MARKED_FOR = timedelta(days=30)
LONGEST_BLOCK = 90
"""Days."""


class AlreadyLifted(Exception):
    """The mark was lifted before, or is over."""


def active(phones: Iterable[str | None], at: datetime) -> dict[str, NumberMark]:
    """The marks that stand now, by number; a block counts before "call back first"."""
    known = [phone for phone in phones if phone]
    query = select(NumberMark).where(NumberMark.phone.in_(known), *standing(at))
    # "blocked" sorts before "call_back_first", and the later of two replaces the earlier.
    return {mark.phone: mark for mark in db.session.scalars(query.order_by(NumberMark.kind.desc(), NumberMark.until))}


def blocked(phone: str, at: datetime) -> NumberMark | None:
    """The block that stands on a number now."""
    mark = active([phone], at).get(phone)
    return mark if mark and mark.kind == "blocked" else None


def pranks(phone: str, at: datetime) -> int:
    """How many of its calls were pranks within the last 30 days."""
    query = select(func.count()).where(
        Call.phone == phone, Call.classified_as == "prank", Call.received_at > at - WITHIN, Call.received_at <= at
    )
    return db.session.scalar(query) or 0


def count_pranks(phone: str, at: datetime) -> None:
    """Three pranks in 30 days put a number on the list "call back first" for 30 days; one more begins them anew."""
    if pranks(phone, at) < PRANKS:
        return
    renewed = db.session.execute(
        update(NumberMark)
        .where(NumberMark.phone == phone, NumberMark.kind == "call_back_first", *standing(at))
        .values(until=at + MARKED_FOR)
    )
    if not renewed.rowcount:  # type: ignore[attr-defined]
        db.session.add(NumberMark(phone=phone, kind="call_back_first", reason="", set_at=at, until=at + MARKED_FOR))


def forgive(phone: str, at: datetime, actor: User) -> None:
    """A call was no prank after all: with fewer than three left its number is not called back first any more."""
    if pranks(phone, at) >= PRANKS:
        return
    by_itself = select(NumberMark).where(
        NumberMark.phone == phone, NumberMark.kind == "call_back_first", NumberMark.set_by_id.is_(None), *standing(at)
    )
    for mark in db.session.scalars(by_itself).all():
        lift(mark, at, actor)


def block(phone: str, days: int, reason: str, at: datetime, supervisor: User) -> NumberMark:
    """Let a number (E.164) ring nowhere for so many days, with a reason. A block that stands is replaced.

    Raises ValueError for no reason, or more than LONGEST_BLOCK days.
    """
    if not reason.strip() or not 1 <= days <= LONGEST_BLOCK:
        raise ValueError(reason, days)
    old = db.session.scalars(select(NumberMark).where(NumberMark.phone == phone, NumberMark.kind == "blocked",
                                                      *standing(at)))  # fmt: skip
    for mark in old.all():
        mark.lifted_at, mark.lifted_by_id = at, supervisor.id
    mark = NumberMark(
        phone=phone, kind="blocked", reason=reason.strip(), set_at=at, set_by_id=supervisor.id,
        until=at + timedelta(days=days),
    )  # fmt: skip
    db.session.add(mark)
    db.session.flush()
    audit.record(supervisor, "number_blocked", f"number_marks:{mark.id}", phone=phone, days=days, reason=reason.strip())
    return mark


def lift(mark: NumberMark, at: datetime, supervisor: User) -> None:
    """End a mark before its time. Raises AlreadyLifted."""
    lifted = db.session.execute(
        update(NumberMark)
        .where(NumberMark.id == mark.id, *standing(at))
        .values(lifted_at=at, lifted_by_id=supervisor.id)
    )
    db.session.refresh(mark)
    if not lifted.rowcount:  # type: ignore[attr-defined]
        raise AlreadyLifted
    audit.record(supervisor, "number_mark_lifted", f"number_marks:{mark.id}", phone=mark.phone, kind=mark.kind)


def standing(at: datetime) -> list[ColumnElement[bool]]:
    """Conditions on the marks that stand at a moment."""
    return [NumberMark.lifted_at.is_(None), NumberMark.until > at]
