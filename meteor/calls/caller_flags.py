"""Flags of callers' numbers: call back first after three pranks, or blocked by a supervisor."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, func, select, update

from meteor.accounts.models import User
from meteor.calls.models import Call, CallerFlag
from meteor.store import audit
from meteor.store.database import db, guarded_update

PRANKS = 3
WITHIN = timedelta(days=30)
MARKED_FOR = timedelta(days=30)
LONGEST_BLOCK = 90
"""Days."""


class AlreadyLifted(Exception):
    """The flag was lifted before, or is over."""


def active(phones: Iterable[str | None], at: datetime) -> dict[str, CallerFlag]:
    """The flags that stand now, by number; a block counts before "call back first"."""
    known = [phone for phone in phones if phone]
    query = select(CallerFlag).where(CallerFlag.phone.in_(known), *active_at(at))
    # "blocked" sorts before "call_back_first", and the later of two replaces the earlier.
    return {flag.phone: flag for flag in db.session.scalars(query.order_by(CallerFlag.kind.desc(), CallerFlag.until))}


def blocked(phone: str, at: datetime) -> CallerFlag | None:
    """The block that stands on a number now."""
    flag = active([phone], at).get(phone)
    return flag if flag and flag.kind == "blocked" else None


def pranks(phone: str, at: datetime) -> int:
    """Number of pranks of the number within the last 30 days."""
    return pranks_of([phone], at).get(phone, 0)


def pranks_of(phones: Iterable[str], at: datetime) -> dict[str, int]:
    """Number of pranks of each number within the last 30 days; numbers without one are left out."""
    query = select(Call.phone, func.count()).where(
        Call.phone.in_(phones), Call.classified_as == "prank", Call.received_at > at - WITHIN, Call.received_at <= at
    )
    return {str(phone): count for phone, count in db.session.execute(query.group_by(Call.phone))}


def count_pranks(phone: str, at: datetime) -> None:
    """Flag a number "call back first" for 30 days after three pranks in 30 days. Another prank restarts the 30 days."""
    if pranks(phone, at) < PRANKS:
        return
    renewed = db.session.execute(
        update(CallerFlag)
        .where(CallerFlag.phone == phone, CallerFlag.kind == "call_back_first", *active_at(at))
        .values(until=at + MARKED_FOR)
    )
    if not renewed.rowcount:  # type: ignore[attr-defined]
        db.session.add(CallerFlag(phone=phone, kind="call_back_first", reason="", set_at=at, until=at + MARKED_FOR))


def forgive(phone: str, at: datetime, actor: User) -> None:
    """A call was no prank after all: with fewer than three left its number is not called back first any more."""
    if pranks(phone, at) >= PRANKS:
        return
    by_itself = select(CallerFlag).where(
        CallerFlag.phone == phone, CallerFlag.kind == "call_back_first", CallerFlag.set_by_id.is_(None), *active_at(at)
    )
    for flag in db.session.scalars(by_itself).all():
        lift(flag, at, actor)


def block(phone: str, days: int, reason: str, at: datetime, supervisor: User) -> CallerFlag:
    """Let a number (E.164) ring nowhere for so many days, with a reason. A block that stands is replaced.

    Raises ValueError for no reason, or more than LONGEST_BLOCK days.
    """
    if not reason.strip() or not 1 <= days <= LONGEST_BLOCK:
        raise ValueError(reason, days)
    old = db.session.scalars(select(CallerFlag).where(CallerFlag.phone == phone, CallerFlag.kind == "blocked",
                                                      *active_at(at)))  # fmt: skip
    for flag in old.all():
        flag.lifted_at, flag.lifted_by_id = at, supervisor.id
    flag = CallerFlag(
        phone=phone, kind="blocked", reason=reason.strip(), set_at=at, set_by_id=supervisor.id,
        until=at + timedelta(days=days),
    )  # fmt: skip
    db.session.add(flag)
    db.session.flush()
    audit.record(supervisor, "number_blocked", f"caller_flags:{flag.id}", phone=phone, days=days, reason=reason.strip())
    return flag


def lift(flag: CallerFlag, at: datetime, supervisor: User) -> None:
    """End a flag before its time. Raises AlreadyLifted."""
    still = CallerFlag.id == flag.id, *active_at(at)
    lifted = guarded_update(CallerFlag, *still, lifted_at=at, lifted_by_id=supervisor.id)
    db.session.refresh(flag)
    if not lifted:
        raise AlreadyLifted
    audit.record(supervisor, "caller_flag_lifted", f"caller_flags:{flag.id}", phone=flag.phone, kind=flag.kind)


def active_at(at: datetime | BindParameter[datetime]) -> list[ColumnElement[bool]]:
    """Conditions on the flags that stand at a moment."""
    return [CallerFlag.lifted_at.is_(None), CallerFlag.until > at]
