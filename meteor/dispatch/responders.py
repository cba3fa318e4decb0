"""Telling those who handle an incident what changes there now: its crews and the dispatchers, with sound."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from meteor.agencies.models import Shift
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db, execute

KINDS = ("needs_help_here", "called_again", "called_after_all", "place_corrected")
"""The kinds of notices that stand on a crew's page beside its job."""

WELFARE = "welfare_check"
"""The kind of notice that asks a crew on scene whether all is well, with a key of its assignment and reader."""

KNOWN_FOR = timedelta(minutes=1)
"""Pause until the same notice rings again for a reader who has acknowledged it."""


def tell(kind: str, incident_id: int, number: str, at: datetime, *, anew: bool = False) -> None:
    """Ring the crews that are on the incident and the dispatchers, once for each reader until they say that they know.

    With `anew` a reader who has just said so is rung again all the same: it is something else by now.
    """
    tell_crews(kind, incident_id, number, at, anew=anew)
    _ring(kind, incident_id, number, "dispatcher", {"role": "dispatcher"}, at, anew=anew)


def tell_crews(kind: str, incident_id: int, number: str, at: datetime, *, anew: bool = False) -> None:
    """The same for the crews alone."""
    for user_id in execute(_CREW, incident=incident_id).scalars():
        _ring(kind, incident_id, number, f"{user_id}", {"user_id": user_id}, at, anew=anew)


def have_come_forward(incident_id: int) -> bool:
    """Return whether there is a crew to tell: one whose unit has accepted."""
    return execute(_CREW, incident=incident_id).first() is not None


def of_crew(user_id: int, assignment: Assignment) -> list[Notice]:
    """The crew member's unacknowledged notices of the job."""
    keys = [f"{_beginning(kind, assignment.incident_id)}{user_id}" for kind in KINDS]
    keys.append(f"{WELFARE}:{assignment.id}:{user_id}")
    told = select(Notice).where(Notice.key.in_(keys), Notice.acknowledged_at.is_(None))
    return list(db.session.scalars(told.order_by(Notice.id)))


def acknowledge_all(incident_id: int, at: datetime, kinds: Collection[str] = KINDS) -> None:
    """Acknowledge the incident's notices of these kinds for everybody."""
    for kind in kinds:
        notices.acknowledge_all(_beginning(kind, incident_id), None, at)


def _ring(
    kind: str, incident_id: int, number: str, name: str, reader: dict[str, Any], at: datetime, *, anew: bool
) -> None:
    key = f"{_beginning(kind, incident_id)}{name}"
    if _may_ring(key, at, anew=anew):
        notices.tell(key, kind, f"/incidents/{number}", **reader, number=number)


def _may_ring(key: str, at: datetime, *, anew: bool) -> bool:
    """Return whether the key is free; one that its reader has known for long enough is freed."""
    told = execute(_TOLD, key=key).first()
    if told is None:
        return True
    if told.acknowledged_at is None or not (anew or at - told.acknowledged_at > KNOWN_FOR):
        return False
    notices.file(told.id)
    return True


def _beginning(kind: str, incident_id: int) -> str:
    return f"{kind}:{incident_id}:"


_CREW = (
    select(Shift.user_id)
    .join(Assignment, Assignment.unit_id == Shift.unit_id)
    .where(Assignment.incident_id == bindparam("incident"), Assignment.status.in_(UNDER_WAY), Shift.ended_at.is_(None))
    .distinct()
)
_TOLD = select(Notice.id, Notice.acknowledged_at).where(Notice.key == bindparam("key"))
