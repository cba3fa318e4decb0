"""The duty status of an officer: unit, crew, and freshness of the position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from meteor.accounts.models import User
from meteor.agencies import rules
from meteor.agencies.models import Unit


@dataclass(frozen=True)
class DutyStatus:
    """A unit on duty. `freshness` is a word of rules.freshness; `version` changes whenever any of this does."""

    unit: Unit
    crew: Sequence[str]
    freshness: str

    @property
    def version(self) -> str:
        """Without the age of the position: a page counts that itself."""
        unit = self.unit
        at = f"{unit.position_at.timestamp():.0f}" if unit.position_at else ""
        return "|".join([unit.status, at, self.freshness, str(unit.at_base), *self.crew])


def duty_status(user: User, at: datetime) -> DutyStatus | None:
    """The unit that `user` is on duty on; None off duty."""
    shift = rules.shift_of(user)
    if shift is None:
        return None
    return DutyStatus(shift.unit, rules.crews_of([shift.unit])[shift.unit_id], rules.freshness(shift.unit, at))
