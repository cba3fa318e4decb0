"""Swaps of planned shifts between two officers of an agency: offered, agreed, approved by a planner.

Approval cancels the shifts and plans them for the other officer, so that both calendars learn of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from meteor.accounts.models import User
from meteor.agencies.models import Member
from meteor.rosters import swap_notices
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.rosters.overview import OFFICERS, officers_of
from meteor.rosters.replacements import draft_of
from meteor.rosters.rest import Violation, fingerprint
from meteor.rosters.rules import NotPlannable, cancel, plan, problems
from meteor.store.database import db, guarded_update

OPEN = ("offered", "agreed")

AT_ONCE = 100
"""Swaps that are ended in one transaction."""

_GIVEN, _RETURNED = aliased(PlannedShift), aliased(PlannedShift)


class SwapOver(Exception):
    """The swap is not open any more, or was decided by somebody else."""


class NotSwappable(Exception):
    """The shift cannot be offered: it is over, cancelled or offered already, or the colleague is of another agency."""


def offer(shift: PlannedShift, colleague: User, in_return: PlannedShift | None, at: datetime) -> ShiftSwap:
    """Offer a shift to a colleague, for one of theirs or for nothing. Raises NotSwappable."""
    known = select(ShiftSwap.id).where(ShiftSwap.shift_id == shift.id, ShiftSwap.status.in_(OPEN))
    officers = officers_of(shift.agency)
    fits = in_return is None or (in_return.user_id == colleague.id and in_return.agency_id == shift.agency_id)
    shifts = [one for one in (shift, in_return) if one]
    if (
        colleague.id == shift.user_id
        or not {colleague.id, shift.user_id} <= officers.keys()
        or not fits
        or not all(_is_ahead(one, at) for one in shifts)
        or db.session.scalar(known) is not None
    ):
        raise NotSwappable
    swap = ShiftSwap(
        shift=shift, shift_revision=shift.revision, colleague=colleague, return_shift=in_return,
        return_revision=in_return.revision if in_return else None, offered_at=at,
    )  # fmt: skip
    db.session.add(swap)
    db.session.flush()
    swap_notices.offered(swap, at)
    return swap


def agree(swap: ShiftSwap, at: datetime) -> None:
    """The colleague agrees. Raises SwapOver."""
    _check(swap, at)
    _step(swap, ("offered",), "agreed")
    swap_notices.agreed(swap, at)


def decline(swap: ShiftSwap, at: datetime) -> None:
    """The colleague does not want it, or no longer. Raises SwapOver."""
    _step(swap, OPEN, "declined")
    swap_notices.declined(swap, at)


def withdraw(swap: ShiftSwap, at: datetime) -> None:
    """The officer takes the offer back. Raises SwapOver."""
    _step(swap, OPEN, "withdrawn")
    swap_notices.end(swap, at)


def refuse(swap: ShiftSwap, at: datetime, actor: User) -> None:
    """A planner does not approve the swap. Raises SwapOver."""
    _step(swap, ("agreed",), "refused", actor)
    swap_notices.decided(swap, "swap_refused", at)


def approve(swap: ShiftSwap, at: datetime, actor: User, *, confirmed: str = "") -> None:
    """Plan each shift for the other officer. `confirmed` is the fingerprint of the short rests that are accepted.

    Raises SwapOver, NotPlannable, OtherAgency.
    """
    _check(swap, at)
    found = violations_of(swap)
    if found and not (confirmed == fingerprint(found) and all(one.confirmable for one in found)):
        raise NotPlannable(found)
    _step(swap, ("agreed",), "approved", actor)
    given = [(shift, taker, _problems(shift, taker, other)) for shift, taker, other in _moves(swap)]
    for shift, _taker, _found in given:
        cancel(shift, at, actor)
    db.session.flush()
    for shift, taker, short in given:
        plan(shift.agency, taker, draft_of(shift), at, actor, confirmed=fingerprint(short))
    swap_notices.decided(swap, "swap_approved", at)


def violations_of(swap: ShiftSwap) -> list[Violation]:
    """The rules that the swap would break for both officers."""
    return [one for shift, taker, other in _moves(swap) for one in _problems(shift, taker, other)]


def is_open(swap: ShiftSwap, at: datetime) -> bool:
    """Whether the swap waits for an answer, its shifts are still those that were offered, and both officers are."""
    return db.session.scalar(_open(_holds(at)).where(ShiftSwap.id == swap.id)) is not None


def of_officer(user_id: int, at: datetime) -> Sequence[ShiftSwap]:
    """The open swaps that an officer has offered or is asked about, the oldest first."""
    mine = or_(ShiftSwap.colleague_id == user_id, _GIVEN.user_id == user_id)
    return db.session.scalars(_open(_holds(at), mine)).all()


def waiting(at: datetime) -> Sequence[ShiftSwap]:
    """The swaps that wait for a planner, the oldest first."""
    return db.session.scalars(_open(_holds(at), ShiftSwap.status == "agreed")).all()


def end_over(at: datetime) -> bool:
    """End swaps of which a shift has changed, was cancelled or has begun, or an officer left. True if more may be."""
    found = db.session.scalars(_open(not_(_holds(at))).limit(AT_ONCE)).all()
    for swap in found:
        was = swap.status
        _step(swap, OPEN, "over")
        swap_notices.over(swap, was, at)
    return len(found) == AT_ONCE


def _open(*conditions: ColumnElement[bool]) -> Select[ShiftSwap]:
    """Swaps that wait for an answer, with what their pages and notices show."""
    # literals, so that the partial index of open swaps serves the statement
    status = ShiftSwap.status.in_([literal_column(f"'{status}'") for status in OPEN])
    given, back = ShiftSwap.shift.of_type(_GIVEN), ShiftSwap.return_shift.of_type(_RETURNED)
    return (
        select(ShiftSwap)
        .join(_GIVEN, _GIVEN.id == ShiftSwap.shift_id)
        .outerjoin(_RETURNED, _RETURNED.id == ShiftSwap.return_shift_id)
        .options(
            joinedload(ShiftSwap.colleague), contains_eager(back).joinedload(_RETURNED.unit),
            contains_eager(given).options(joinedload(_GIVEN.user), joinedload(_GIVEN.unit), joinedload(_GIVEN.agency)),
        )
        .where(status, *conditions)
        .order_by(ShiftSwap.id)
    )  # fmt: skip


def _holds(at: datetime) -> ColumnElement[bool]:
    """Whether the shifts are those that were offered and have not begun, and both are officers of the agency."""
    officers = OFFICERS.where(Member.agency_id == _GIVEN.agency_id)
    return and_(
        _is_as_offered(_GIVEN, ShiftSwap.shift_revision, at),
        or_(ShiftSwap.return_shift_id.is_(None), _is_as_offered(_RETURNED, ShiftSwap.return_revision, at)),
        officers.where(User.id == _GIVEN.user_id).exists(),
        officers.where(User.id == ShiftSwap.colleague_id).exists(),
    )


def _is_as_offered(shift: Any, revision: Any, at: datetime) -> ColumnElement[bool]:
    return and_(shift.cancelled_at.is_(None), shift.revision == revision, shift.starts_at > at)


def _moves(swap: ShiftSwap) -> list[tuple[PlannedShift, User, PlannedShift | None]]:
    """Each shift with the officer who takes it, and the shift that this officer gives."""
    moves: list[tuple[PlannedShift, User, PlannedShift | None]] = [(swap.shift, swap.colleague, swap.return_shift)]
    return [*moves, (swap.return_shift, swap.shift.user, swap.shift)] if swap.return_shift else moves


def _problems(shift: PlannedShift, taker: User, gives: PlannedShift | None) -> list[Violation]:
    return problems(taker, draft_of(shift).period, but=gives)


def _is_ahead(shift: PlannedShift, at: datetime) -> bool:
    """Whether a shift is planned and has not begun."""
    return shift.cancelled_at is None and shift.starts_at > at


def _check(swap: ShiftSwap, at: datetime) -> None:
    if not is_open(swap, at):
        raise SwapOver


def _step(swap: ShiftSwap, before: Sequence[str], after: str, actor: User | None = None) -> None:
    """Change the status once. Raises SwapOver if somebody else was first."""
    values = {"status": after, "decided_by_id": actor.id if actor else None}
    if not guarded_update(ShiftSwap, ShiftSwap.id == swap.id, ShiftSwap.status.in_(before), **values):
        raise SwapOver
    db.session.refresh(swap)
