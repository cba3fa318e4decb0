"""Swaps of planned shifts between two officers of an agency: offered, agreed, approved by a planner.

Approval cancels the shifts and plans them for the other officer, so that both calendars learn of it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from meteor.accounts.models import User
from meteor.rosters import swap_notices
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.rosters.open_swaps import OPEN, is_open, over
from meteor.rosters.overview import officers_of
from meteor.rosters.replacements import draft_of
from meteor.rosters.rest import Violation, fingerprint
from meteor.rosters.rules import NotPlannable, cancel, plan, problems
from meteor.store.database import db, guarded_update

AT_ONCE = 100
"""Swaps that are ended in one transaction."""


class SwapOver(Exception):
    """The swap is not open any more, or was decided by somebody else."""


class OwnSwap(Exception):
    """The planner is one of the two officers: another planner decides."""


class NotSwappable(Exception):
    """The shift cannot be offered: it is over, cancelled or promised already, or the colleague is of another agency."""


def offer(shift: PlannedShift, colleague: User, in_return: PlannedShift | None, at: datetime) -> ShiftSwap:
    """Offer a shift to a colleague, for one of theirs or for nothing.

    Raises NotSwappable; NotPlannable where no planner could approve it.
    """
    officers = officers_of(shift.agency)
    fits = in_return is None or (in_return.user_id == colleague.id and in_return.agency_id == shift.agency_id)
    shifts = [one for one in (shift, in_return) if one]
    if (
        colleague.id == shift.user_id
        or not {colleague.id, shift.user_id} <= officers.keys()
        or not fits
        or not all(_is_ahead(one, at) for one in shifts)
        or is_promised(shift)
    ):
        raise NotSwappable
    swap = ShiftSwap(
        shift=shift, shift_revision=shift.revision, colleague=colleague, return_shift=in_return,
        return_revision=in_return.revision if in_return else None, offered_at=at,
    )  # fmt: skip
    if never := [one for one in violations_of(swap, at) if not one.confirmable]:
        raise NotPlannable(never)
    db.session.add(swap)
    db.session.flush()
    swap_notices.offered(swap, at)
    return swap


def is_promised(shift: PlannedShift) -> bool:
    """Whether the shift is offered already, or promised in return for another one."""
    offered = and_(ShiftSwap.shift_id == shift.id, ShiftSwap.status.in_(OPEN))
    agreed_in_return = and_(ShiftSwap.return_shift_id == shift.id, ShiftSwap.status == "agreed")
    return db.session.scalar(select(ShiftSwap.id).where(or_(offered, agreed_in_return)).limit(1)) is not None


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
    """A planner does not approve the swap. Raises SwapOver, OwnSwap."""
    _check_decider(swap, actor)
    _step(swap, ("agreed",), "refused", actor)
    swap_notices.decided(swap, "swap_refused", at)


def approve(swap: ShiftSwap, at: datetime, actor: User, *, confirmed: str = "") -> None:
    """Plan each shift for the other officer. `confirmed` is the fingerprint of the short rests that are accepted.

    Raises SwapOver, OwnSwap, NotPlannable, OtherAgency.
    """
    _check_decider(swap, actor)
    _check(swap, at)
    found = violations_of(swap, at)
    if found and not (confirmed == fingerprint(found) and all(one.confirmable for one in found)):
        raise NotPlannable(found)
    _step(swap, ("agreed",), "approved", actor)
    given = [(shift, taker, _problems(shift, taker, other, at)) for shift, taker, other in _moves(swap)]
    for shift, _taker, _found in given:
        cancel(shift, at, actor)
    db.session.flush()
    for shift, taker, short in given:
        plan(shift.agency, taker, draft_of(shift), at, actor, confirmed=fingerprint(short))
    swap_notices.decided(swap, "swap_approved", at)


def violations_of(swap: ShiftSwap, at: datetime) -> list[Violation]:
    """The rules that the swap would break for both officers."""
    return [one for shift, taker, other in _moves(swap) for one in _problems(shift, taker, other, at)]


def end_over(at: datetime) -> bool:
    """End swaps of which a shift has changed, was cancelled or has begun, or an officer left. True if more may be."""
    found = over(at, AT_ONCE)
    for swap in found:
        was = swap.status
        _step(swap, OPEN, "over")
        swap_notices.over(swap, was, at)
    return len(found) == AT_ONCE


def _moves(swap: ShiftSwap) -> list[tuple[PlannedShift, User, PlannedShift | None]]:
    """Each shift with the officer who takes it, and the shift that this officer gives."""
    moves: list[tuple[PlannedShift, User, PlannedShift | None]] = [(swap.shift, swap.colleague, swap.return_shift)]
    return [*moves, (swap.return_shift, swap.shift.user, swap.shift)] if swap.return_shift else moves


def _problems(shift: PlannedShift, taker: User, gives: PlannedShift | None, at: datetime) -> list[Violation]:
    return problems(taker, draft_of(shift).period, at, but=gives)


def _is_ahead(shift: PlannedShift, at: datetime) -> bool:
    """Return whether a shift is planned and has not begun."""
    return shift.cancelled_at is None and shift.starts_at > at


def _check(swap: ShiftSwap, at: datetime) -> None:
    if not is_open(swap, at):
        raise SwapOver


def _check_decider(swap: ShiftSwap, actor: User) -> None:
    if actor.id in (swap.shift.user_id, swap.colleague_id):
        raise OwnSwap


def _step(swap: ShiftSwap, before: Sequence[str], after: str, actor: User | None = None) -> None:
    """Change the status once. Raises SwapOver if somebody else was first."""
    values = {"status": after, "decided_by_id": actor.id if actor else None}
    if not guarded_update(ShiftSwap, ShiftSwap.id == swap.id, ShiftSwap.status.in_(before), **values):
        raise SwapOver
    db.session.refresh(swap)
