"""Minimum strengths as a planner keeps them: every change is in the audit log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.rosters.models import MinimumStrength
from meteor.rosters.strength import windows
from meteor.store import audit
from meteor.store.database import db

_FORTNIGHT = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 19, tzinfo=UTC))


class Overlaps(Exception):
    """Another minimum of the same agency and kecamatan has some of these hours already."""


def values_of(minimum: MinimumStrength) -> dict[str, Any]:
    """The editable values, by field."""
    names = ("agency_id", "kecamatan_id", "days", "starts", "ends", "officers")
    return {name: getattr(minimum, name) for name in names}


def save(minimum: MinimumStrength, values: Mapping[str, Any], actor: User) -> None:
    """Give a minimum, or a new one, these values (see values_of). Raises Overlaps."""
    _check(MinimumStrength(id=minimum.id, **values))
    before = _recorded(minimum) if minimum.id else {}
    for name, value in values.items():
        setattr(minimum, name, value)
    audit.keep(minimum, "minimum_strength", before, _recorded, actor)


def remove(minimum: MinimumStrength, actor: User) -> None:
    """Remove a minimum. The warnings of its gaps end with the next turn of the job."""
    audit.record_change(actor, "minimum_strength_removed", f"agencies:{minimum.agency_id}", _recorded(minimum), {})
    db.session.delete(minimum)


def _check(wanted: MinimumStrength) -> None:
    same = (
        MinimumStrength.agency_id == wanted.agency_id,
        MinimumStrength.kecamatan_id.is_not_distinct_from(wanted.kecamatan_id),
        MinimumStrength.id.is_distinct_from(wanted.id),
    )
    hours = list(windows(wanted, *_FORTNIGHT))
    for other in db.session.scalars(select(MinimumStrength).where(*same)).all():
        for taken in windows(other, *_FORTNIGHT):
            if any(one.starts_at < taken.ends_at and one.ends_at > taken.starts_at for one in hours):
                raise Overlaps(other.id)


def _recorded(minimum: MinimumStrength) -> dict[str, Any]:
    """The values as the audit log has them."""
    values = values_of(minimum)
    return values | {name: f"{values[name]:%H:%M}" for name in ("starts", "ends")}
