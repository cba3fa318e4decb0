"""The escalation chain of an alarm for screens: notified roles, next roles, and the acknowledgement."""

from dataclasses import dataclass
from datetime import datetime

from meteor.incidents import escalation
from meteor.incidents.escalation import DueStep
from meteor.incidents.models import Escalation
from meteor.store.database import db


@dataclass(frozen=True)
class Chain:
    """A chain as it stands. `told` is when each role was told; `waiting` are the steps that are still to come.

    `acknowledged_by` is the name of who sees to it since `acknowledged_at`, empty where METEOR ended it by itself.
    `severity` is what is read of the incident here, and goes along with the answer that somebody sees to it.
    """

    began_at: datetime
    told: dict[str, datetime]
    waiting: tuple[DueStep, ...]
    acknowledged_at: datetime | None
    acknowledged_by: str
    severity: str


def of_incident(incident_id: int) -> Chain | None:
    """The chain of an incident, None if none has begun."""
    run = db.session.get(Escalation, incident_id, populate_existing=True)
    return chain(run) if run else None


def chain(run: Escalation) -> Chain:
    """The chain of a run, for screens."""
    told = {role: datetime.fromisoformat(at) for role, at in run.told.items()}
    steps = [] if run.next_at is None else escalation.steps(run.incident_id, run.began_at)
    return Chain(
        run.began_at,
        told,
        tuple(step for step in steps if step.role not in told),
        run.acknowledged_at,
        run.acknowledged_by.name if run.acknowledged_by else "",
        escalation.severity(run.incident.priority, run.incident.type.code),
    )
