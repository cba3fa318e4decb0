"""The board's bottom strip: alarms that nobody has acknowledged, and 112 calls that ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from meteor.calls.models import Call, believed
from meteor.incidents.models import Escalation, Incident
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.sas import monitor
from meteor.store.database import execute
from meteor.store.versions import version_of

MOST = 12
"""Number of alarms, and of calls, shown one by one. Further ones are counted."""


class RingingCall(NamedTuple):
    """A call that nobody has taken; `caller` is the number as the exchange gave it, `phone` the same in E.164."""

    phone: str | None
    caller: str
    waits_since: datetime


@dataclass(frozen=True)
class Strip:
    """Alarms, the most urgent first, and calls, the longest first, MOST of each, with how many there are.

    An alarm is a row of `number`, `priority`, `began_at`, `premises` (their name, if it is at some), and its type's
    `name_id` and `name_en`. `unwell` names what stands still, of "scheduler" and "receiver".
    """

    alarms: Sequence[Row[Any]]
    alarms_count: int
    calls: Sequence[RingingCall]
    calls_count: int
    unwell: Sequence[str]
    version: str


def strip(at: datetime) -> Strip:
    """The strip at a moment. Also in front of Flask: the statements need no session."""
    alarms, calls = execute(_ALARMS).all(), [_call(row) for row in execute(_CALLS)]
    counts = execute(_ALARMS_COUNT).scalar_one(), execute(_CALLS_COUNT).scalar_one()
    unwell = monitor.unwell(at)
    shown = {"alarms": [tuple(row) for row in alarms], "calls": calls, "counts": counts, "unwell": unwell}
    return Strip(alarms, counts[0], calls, counts[1], unwell, version_of(shown))


def _call(row: Row[Any]) -> RingingCall:
    return RingingCall(row.phone, row.caller, believed(row.received_at, row.announced_at))


_UNACKNOWLEDGED = (Incident.is_open, Escalation.acknowledged_at.is_(None))
_RINGING = Call.status == "ringing"
_ALARMS = (
    select(
        Incident.number,
        Incident.priority,
        Escalation.began_at,
        Premises.name.label("premises"),
        IncidentType.name_id,
        IncidentType.name_en,
    )
    .join(Incident, Incident.id == Escalation.incident_id)
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .outerjoin(Premises, Premises.id == Incident.premises_id)
    .where(*_UNACKNOWLEDGED)
    .order_by(Incident.priority, Incident.endangered_at.is_(None), Escalation.began_at)
    .limit(MOST)
)
_ALARMS_COUNT = (
    select(func.count())
    .select_from(Escalation)
    .join(Incident, Incident.id == Escalation.incident_id)
    .where(*_UNACKNOWLEDGED)
)
_CALLS = (
    select(Call.phone, Call.caller, Call.received_at, Call.announced_at)
    .where(_RINGING)
    .order_by(Call.announced_at, Call.id)
    .limit(MOST)
)
_CALLS_COUNT = select(func.count()).select_from(Call).where(_RINGING)
