"""The board's bottom strip: alarms that nobody has acknowledged, and 112 calls that ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from meteor.calls.models import Call
from meteor.incidents.models import Escalation, Incident
from meteor.sas import monitor
from meteor.store.database import db
from meteor.store.versions import version_of

MOST = 12
"""Number of alarms, and of calls, shown one by one. Further ones are counted."""


@dataclass(frozen=True)
class Strip:
    """Alarms, the most urgent first, and calls, the longest first, MOST of each, with how many there are.

    `unwell` names what stands still, of "scheduler" and "receiver".
    """

    alarms: Sequence[Escalation]
    alarms_count: int
    calls: Sequence[Call]
    calls_count: int
    unwell: Sequence[str]
    version: str


def strip(at: datetime) -> Strip:
    """The strip at a moment."""
    alarms = db.session.scalars(
        select(Escalation)
        .join(Escalation.incident)
        .where(*_UNACKNOWLEDGED)
        .order_by(Incident.priority, Escalation.began_at)
        .options(joinedload(Escalation.incident).joinedload(Incident.premises))
        .limit(MOST)
    ).all()
    ringing = Call.status == "ringing"
    calls = db.session.scalars(select(Call).where(ringing).order_by(Call.announced_at, Call.id).limit(MOST)).all()
    counts = (_count(select(func.count()).select_from(Escalation).join(Escalation.incident).where(*_UNACKNOWLEDGED)),
              _count(select(func.count()).select_from(Call).where(ringing)))  # fmt: skip
    unwell = monitor.unwell(at)
    shown = {
        "alarms": [(it.incident.number, it.incident.type_id, it.incident.priority, it.began_at) for it in alarms],
        "calls": [(call.id, call.phone, call.waits_since) for call in calls],
        "counts": counts,
        "unwell": unwell,
    }
    return Strip(alarms, counts[0], calls, counts[1], unwell, version_of(shown))


def _count(query: object) -> int:
    return db.session.scalar(query) or 0  # type: ignore[call-overload]


_UNACKNOWLEDGED = (Incident.is_open, Escalation.acknowledged_at.is_(None))
