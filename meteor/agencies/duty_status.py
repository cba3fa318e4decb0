"""The duty status of an officer: unit, crew, and freshness of the position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.agencies import rules
from meteor.agencies.models import Shift, Unit
from meteor.store.database import execute


@dataclass(frozen=True)
class DutyStatus:
    """A unit on duty. `freshness` is a word of rules.freshness; `version` changes whenever any of this does."""

    unit: Unit
    crew: Sequence[str]
    freshness: str
    version: str


def duty_status(user: User, at: datetime) -> DutyStatus | None:
    """The unit that `user` is on duty on; None off duty."""
    shift = rules.shift_of(user)
    if shift is None:
        return None
    unit, crew = shift.unit, rules.crews_of([shift.unit])[shift.unit_id]
    return DutyStatus(unit, crew, rules.freshness(unit, at), _version(unit, crew, at))


def duty_version(user_id: int, at: datetime) -> str | None:
    """The version of a user's duty status; None off duty. One statement: nearly all polls ask for nothing else."""
    rows = execute(_DUTY, user=user_id).all()
    return _version(rows[0], [row.name for row in rows], at) if rows else None


def _version(unit: Any, crew: Sequence[str], at: datetime) -> str:
    """The version, without the age of the position, which a page counts itself."""
    moved = f"{unit.position_at.timestamp():.0f}" if unit.position_at else ""
    return "|".join([unit.status, moved, rules.freshness(unit, at), str(unit.at_base), *crew])


_own = aliased(Shift)
_DUTY = (
    select(Unit.status, Unit.position_at, Unit.at_base, User.name)
    .join(_own, _own.unit_id == Unit.id)
    .join(Shift, Shift.unit_id == Unit.id)
    .join(User, User.id == Shift.user_id)
    .where(_own.user_id == bindparam("user"), _own.ended_at.is_(None), Shift.ended_at.is_(None))
    .order_by(Shift.started_at)
)
