"""The duty status of an officer: unit, crew, and freshness of the position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.agencies import positions
from meteor.agencies.models import Shift, Unit
from meteor.store.database import execute


@dataclass(frozen=True)
class DutyStatus:
    """A unit on duty. `freshness` is a word of positions.freshness; `version` changes whenever any of this does.

    `unit` is a row of `call_sign`, `base_name`, `status`, `at_base`, `position_at` (UTC) and `position_source`.
    """

    unit: Row[Any]
    crew: Sequence[str]
    freshness: str
    version: str


def duty_status(user_id: int, at: datetime) -> DutyStatus | None:
    """The unit that the user is on duty on; None off duty. One statement: hundreds of tablets poll it."""
    rows = execute(_DUTY, user=user_id).all()
    if not rows:
        return None
    unit, crew = rows[0], [row.name for row in rows]
    freshness = positions.freshness(unit, at)
    return DutyStatus(unit, crew, freshness, _version(unit, crew, freshness))


def duty_version(user_id: int, at: datetime) -> str | None:
    """The version of a user's duty status; None off duty."""
    on_duty = duty_status(user_id, at)
    return on_duty.version if on_duty else None


def _version(unit: Row[Any], crew: Sequence[str], freshness: str) -> str:
    """The version, without the age of the position, which a page counts itself."""
    moved = f"{unit.moved_at.timestamp():.0f}" if unit.moved_at else ""
    return "|".join([unit.call_sign, unit.base_name, unit.status, moved, freshness, str(unit.at_base), *crew])


_own = aliased(Shift)
_DUTY = (
    select(
        Unit.call_sign,
        Unit.base_name,
        Unit.status,
        Unit.position_at,
        Unit.position_source,
        Unit.moved_at,
        Unit.at_base,
        User.name,
    )
    .join(_own, _own.unit_id == Unit.id)
    .join(Shift, Shift.unit_id == Unit.id)
    .join(User, User.id == Shift.user_id)
    .where(_own.user_id == bindparam("user"), _own.ended_at.is_(None), Shift.ended_at.is_(None))
    .order_by(Shift.started_at)
)
