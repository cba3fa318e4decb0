"""Escalation of alarms: roles are notified one after the other until a named person acknowledges."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.incidents import timeline
from meteor.incidents.models import Escalation, Incident
from meteor.notices import rules as notices
from meteor.premises.models import Premises
from meteor.protocols.escalation import DEFAULT
from meteor.protocols.models import EscalationStep, IncidentType
from meteor.store.database import db, execute, guarded_update, insert_once
from meteor.store.moments import AHEAD
from meteor.store.work import TOO_OLD, within_share

SIREN = 3
"""The lowest priority with the command centre's siren."""

BATCH = 50

JOB = "alarms.escalation"
"""The scheduler's job that takes the steps."""


class AlreadyAcknowledged(Exception):
    """The incident was acknowledged before, by `who` (METEOR after an automatic closure) at `at`."""

    def __init__(self, who: str, at: datetime) -> None:
        super().__init__(f"{who} at {at}")
        self.who, self.at = who, at


class NothingToAcknowledge(Exception):
    """No chain has begun for this incident."""


class Changed(Exception):
    """Type or priority have changed since the user's page was rendered."""


class DueStep(NamedTuple):
    """The telling of all in `role`, `after` so many seconds, at the moment `at`."""

    role: str
    after: int
    at: datetime


def start(incident_id: int, at: datetime) -> bool:
    """Begin the chain of the incident's type; the steps due at once are taken. False if it has begun before."""
    first = insert_once(Escalation, Escalation.incident_id)
    return bool(execute(first, incident_id=incident_id, began_at=at, next_at=at).scalar()) and go_on(incident_id, at)


def restart(incident_id: int, at: datetime) -> bool:
    """Start the chain again for a more severe incident. It must be acknowledged again.

    So does a chain that has told everybody and reached nobody. One that still runs goes on as it was, only with the
    steps of the type as it is now. False if nobody had to be told.
    """
    execute(
        _RESTART, incident=incident_id, before=at,
        began_at=at, step=0, told={}, next_at=at, acknowledged_at=None, acknowledged_by_id=None, merge_id=None,
    )  # fmt: skip
    return start(incident_id, at) or go_on(incident_id, at)


def rise(incident_id: int, before: int, after: int, at: datetime) -> None:
    """Start the chain again if the new priority is P1."""
    if after == 1 < before and _has_begun(incident_id):
        restart(incident_id, at)


def resume(incident_id: int, priority: int, at: datetime) -> None:
    """Start the chain again for a reopened incident, since the closure ended it."""
    if priority <= SIREN and _has_begun(incident_id):
        restart(incident_id, at)


def acknowledge(incident_id: int, user: User, at: datetime, shown: str = "") -> None:
    """Acknowledge the incident: the chain and all sirens end. `shown` is the `severity` on the user's page.

    Raises AlreadyAcknowledged for whoever comes second, NothingToAcknowledge; Changed where it is another one by now.
    """
    run = execute(_RUN, incident=incident_id).first()
    if run is None:
        raise _known(incident_id)
    if shown not in ("", severity(run.priority, run.type)):
        raise Changed
    timeline.record(incident_id, "acknowledged", at, user, seconds=stop(incident_id, user, at))


def stop(incident_id: int, user: User | None, at: datetime) -> int | None:
    """End the chain, as acknowledged by `user`. A closure does so.

    Without a `user` METEOR closed it, since there was nothing to see to any more. How many seconds after the alarm;
    None if the chain had ended or never begun.
    """
    began_at = db.session.scalar(
        update(Escalation)
        .where(Escalation.incident_id == incident_id, Escalation.acknowledged_at.is_(None))
        .values(acknowledged_at=at, acknowledged_by_id=user and user.id, next_at=None)
        .returning(Escalation.began_at)
    )
    if began_at is None:
        return None
    notices.acknowledge_all(_key(incident_id), user, at)
    return int((at - began_at).total_seconds())


def severity(priority: int, type_code: str) -> str:
    """Priority and type of an alarm as its acknowledge button carries them: "1:hold_up"."""
    return f"{priority}:{type_code}"


def escalate(at: datetime) -> int:
    """Take the steps that are due of every chain that runs, the longest due first; of how many chains.

    As many as a job's share of the time allows, BATCH at most. Steps that are only reported, being too old, come last.
    """
    db.session.execute(  # the clock was ahead when the chain began, and went back since
        update(Escalation)
        .where(Escalation.next_at > at + AHEAD, Escalation.began_at > at + AHEAD)
        .values(began_at=at, next_at=at)
    )
    due = select(Escalation.incident_id).where(Escalation.next_at <= at)
    found = db.session.scalars(due.order_by(Escalation.next_at < at - TOO_OLD, Escalation.next_at).limit(BATCH)).all()
    done = 0
    for incident_id in within_share(found):
        done += 1
        go_on(incident_id, at)
    return done


def next_step(at: datetime) -> datetime | None:
    """Return when the next step of any chain is due; `at` if a chain began by a clock ahead."""
    first = select(func.min(Escalation.next_at), func.max(Escalation.began_at)).where(Escalation.next_at.is_not(None))
    next_at, began_at = db.session.execute(first).one()
    return at if began_at and began_at > at + AHEAD else next_at


def go_on(incident_id: int, at: datetime) -> bool:
    """Take what is due of one chain, each step once; whether a step was taken.

    A role is told once in a run, whatever becomes of the type and its chain meanwhile.
    """
    run = execute(_RUN, incident=incident_id).first()
    if run is None:
        return False
    waiting = [step for step in steps(incident_id, run.began_at) if step.role not in run.told]
    due = [step for step in waiting if step.at <= at]
    late = bool(due) and at - due[0].at > TOO_OLD
    following = None if late else next((step.at for step in waiting if step.at > at), None)
    mine = guarded_update(
        Escalation,
        Escalation.incident_id == incident_id,
        Escalation.step == run.step,
        Escalation.began_at == run.began_at,
        Escalation.acknowledged_at.is_(None),
        step=run.step + len(due),
        told=run.told | ({} if late else {step.role: at.isoformat() for step in due}),
        next_at=following,
    )
    if not mine:
        return False
    if late:
        _report(run, at)
    for number, step in enumerate([] if late else due, start=run.step + 1):
        _tell(run, step, number, at)
    return bool(due) and not late


def steps(incident_id: int, began_at: datetime) -> Sequence[DueStep]:
    """The chain that runs since `began_at`, in its order."""
    own = [(row.role, row.after) for row in execute(_STEPS, incident=incident_id)]
    return [DueStep(role, after, began_at + timedelta(seconds=after)) for role, after in own or DEFAULT]


def _tell(run: Any, step: DueStep, number: int, at: datetime) -> None:
    timeline.record(run.incident_id, "alarm_told", at, role=step.role, seconds=step.after, step=number)
    page = f"/incidents/{run.number}"
    notices.tell(
        f"{_key(run.incident_id)}{run.began_at.isoformat()}:{step.role}",
        "officer_alarm" if run.unit else "alarm_at" if run.premises else "alarm",
        "/sas/monitor" if run.premises else page,
        role=step.role, number=run.number, premises=run.premises, unit=run.unit,
        pressed_by=run.reporter_id if run.unit else None,  # whoever attacks them must not hear their own tablet
        acknowledgement=f"{page}/acknowledgement",
        shown=severity(run.priority, run.type),
    )  # fmt: skip


def _report(run: Any, at: datetime) -> None:
    timeline.record(run.incident_id, "alarm_late", at)
    key = f"{_key(run.incident_id)}{run.began_at.isoformat()}:late"
    page = f"/incidents/{run.number}"
    notices.tell(key, "deadline_missed", page, role="dispatcher", number=run.number)


def _has_begun(incident_id: int) -> bool:
    return db.session.scalar(select(Escalation.incident_id).where(Escalation.incident_id == incident_id)) is not None


def _known(incident_id: int) -> Exception:
    row = db.session.execute(
        select(User.name, Escalation.acknowledged_at)
        .outerjoin(User, User.id == Escalation.acknowledged_by_id)
        .where(Escalation.incident_id == incident_id)
    ).first()
    return AlreadyAcknowledged(row.name or "METEOR", row.acknowledged_at) if row else NothingToAcknowledge()


def _key(incident_id: int) -> str:
    """Prefix of the keys of a chain's notices."""
    return f"alarm:{incident_id}:"


# Bound, as rows and not as objects: what was written in this very transaction is seen without being loaded anew.
_RUN = (
    select(
        Escalation.incident_id, Escalation.began_at, Escalation.step, Escalation.told, Incident.number,
        Incident.priority, Incident.reporter_id, IncidentType.code.label("type"), Premises.name.label("premises"),
        Unit.call_sign.label("unit"),
    )
    .join(Incident, Incident.id == Escalation.incident_id)
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .outerjoin(Premises, Premises.id == Incident.premises_id)
    .outerjoin(Unit, Unit.id == Incident.endangered_unit_id)
    .where(Escalation.incident_id == bindparam("incident"), Escalation.acknowledged_at.is_(None))
)  # fmt: skip
_RESTART = update(Escalation).where(
    Escalation.incident_id == bindparam("incident"),
    Escalation.acknowledged_at.is_not(None)
    | (Escalation.next_at.is_(None) & (Escalation.began_at < bindparam("before"))),
)
_STEPS = (
    select(EscalationStep.role, EscalationStep.after)
    .join(Incident, Incident.type_id == EscalationStep.type_id)
    .where(Incident.id == bindparam("incident"))
    .order_by(EscalationStep.after, EscalationStep.id)
)
