"""The swaps that wait for an answer, and of these the ones that still hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from meteor.accounts.models import User
from meteor.agencies.models import Member
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.rosters.overview import OFFICERS
from meteor.store.database import db

OPEN = ("offered", "agreed")

_GIVEN, _RETURNED = aliased(PlannedShift), aliased(PlannedShift)


def is_open(swap: ShiftSwap, at: datetime) -> bool:
    """Return whether the swap waits for an answer, with the same shifts and both officers."""
    return db.session.scalar(_open(_holds(at)).where(ShiftSwap.id == swap.id)) is not None


def of_officer(user_id: int, at: datetime) -> Sequence[ShiftSwap]:
    """The open swaps that an officer has offered or is asked about, the oldest first."""
    mine = or_(ShiftSwap.colleague_id == user_id, _GIVEN.user_id == user_id)
    return db.session.scalars(_open(_holds(at), mine)).all()


def waiting(at: datetime) -> Sequence[ShiftSwap]:
    """The swaps that wait for a planner, the oldest first."""
    return db.session.scalars(_open(_holds(at), ShiftSwap.status == "agreed")).all()


def over(at: datetime, most: int) -> Sequence[ShiftSwap]:
    """Swaps that wait although a shift has changed, was cancelled or has begun, or an officer left; `most` of them."""
    return db.session.scalars(_open(not_(_holds(at))).limit(most)).all()


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
    """Build the condition that shifts and officers are as offered, and no shift has begun."""
    officers = OFFICERS.where(Member.agency_id == _GIVEN.agency_id)
    return and_(
        _is_as_offered(_GIVEN, ShiftSwap.shift_revision, at),
        or_(ShiftSwap.return_shift_id.is_(None), _is_as_offered(_RETURNED, ShiftSwap.return_revision, at)),
        officers.where(User.id == _GIVEN.user_id).exists(),
        officers.where(User.id == ShiftSwap.colleague_id).exists(),
    )


def _is_as_offered(shift: Any, revision: Any, at: datetime) -> ColumnElement[bool]:
    return and_(shift.cancelled_at.is_(None), shift.revision == revision, shift.starts_at > at)
