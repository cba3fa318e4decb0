"""Changes that time brings: offers that run out, incidents that wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, literal_column, or_, select, update

from meteor.agencies.models import Unit
from meteor.dispatch import offers, shortfall_notices
from meteor.dispatch.models import Assignment
from meteor.dispatch.offers import BATCH, OFFER_TIME, end_assignment
from meteor.dispatch.reconciliation import offer_beside, reconcile
from meteor.dispatch.waiting import ENDANGERED, servable
from meteor.incidents import timeline
from meteor.incidents.models import Incident, Shortfall
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute
from meteor.store.moments import AHEAD
from meteor.store.work import TOO_OLD, within_share


class Step(NamedTuple):
    """A step `after` that waiting time: an offer to the next nearest unit, or a notice to a role."""

    after: timedelta
    role: str | None


STEPS = (
    Step(timedelta(seconds=15), None),
    Step(timedelta(seconds=30), "dispatcher"),
    Step(timedelta(seconds=60), "supervisor"),
)


def expire(at: datetime) -> int:
    """End the offers whose time is over, the most urgent first, and offer each incident to the next nearest.

    How many: as a job's share of the time allows, BATCH at most. An offer that ran out more than TOO_OLD ago (nobody
    was watching the scheduler) is reported to the dispatchers instead of being followed by another, after all others.
    """
    longest = at + OFFER_TIME
    execute(_CORRECT_EXPIRY, longest=longest, ahead=longest + AHEAD)  # the clock was ahead, and went back since
    over = execute(_EXPIRED, at=at, too_old=at - TOO_OLD).all()
    by_incident: dict[int, list[Any]] = {}
    for offer in over:
        by_incident.setdefault(offer.incident_id, []).append(offer)
    done = 0
    for incident_id, of_it in within_share(by_incident.items()):
        done += len(of_it)
        late = [_end(offer, at) for offer in of_it]
        if not all(late):
            reconcile(incident_id, at)
    return done


def next_expiry(at: datetime) -> datetime | None:
    """Return the moment at which the first offer runs out; `at` if one was made while the clock was ahead."""
    found = execute(_EXPIRIES).one()
    return at if found.last and found.last > at + OFFER_TIME + AHEAD else found.first


def serve_waiting(at: datetime) -> None:
    """Offer again what lacks units, most urgent first, BATCH at most, where there is now a unit to offer it to."""
    for incident_id in within_share(servable(at, BATCH)):
        reconcile(incident_id, at)


def next_served(at: datetime) -> datetime | None:
    """`at` if a unit is free for an incident that lacks one, else when the next unit that did not answer is asked."""
    if servable(at, 1):
        return at
    rests = select(func.min(Assignment.retry_at)).where(Assignment.status == "expired", Assignment.retry_at > at)
    lacking = rests.join(Shortfall, Shortfall.incident_id == Assignment.incident_id)
    endangered = rests.where(Assignment.incident_id.in_(ENDANGERED))
    found = [db.session.scalar(query) for query in (lacking, endangered)]
    return min((each for each in found if each), default=None)


def escalate(at: datetime) -> int:
    """Take the next of STEPS for each incident that has waited for it, most urgent first.

    How many: as a job's share of the time allows, BATCH at most. Each step is taken once for each time that the
    incident waits. A step that was due more than TOO_OLD ago (no scheduler ran) is reported to the
    dispatchers, with those after it, instead of being taken, after all others.
    """
    execute(_CORRECT_WAITING, now=at, ahead=at + AHEAD)  # the clock was ahead, and went back since
    due = {f"due{done}": at - step.after for done, step in enumerate(STEPS)}
    overdue = execute(_OVERDUE, too_old=at - TOO_OLD, **due).all()
    done = 0
    for row in within_share(overdue):
        done += 1
        _escalate(row, at)
    return done


def next_step(at: datetime) -> datetime | None:
    """Return when the next of STEPS is due; `at` if an incident began to wait while the clock was ahead."""
    rows: Sequence[Any] = execute(_WAITING).all()
    if any(last > at + AHEAD for _, _, last in rows):
        return at
    return min((first + STEPS[done].after for done, first, _ in rows if done < len(STEPS)), default=None)


def _end(offer: Any, at: datetime) -> bool:
    """End an offer that was not answered; whether it is reported because that is too long ago."""
    end_assignment(offer.id, "expired", at, retry_at=at + timedelta(seconds=offer.offer_again_after))
    late = at - offer.expires_at > TOO_OLD
    timeline.record(offer.incident_id, "offer_expired", at, unit=offer.call_sign, late=late)
    if late:
        offers.alarm("deadline_missed", offer.number, f"offer:{offer.id}", role="dispatcher")
    return late


def _escalate(row: Any, at: datetime) -> None:
    step = STEPS[row.escalated]
    late = at - row.waiting_since - step.after > TOO_OLD
    number = len(STEPS) if late else row.escalated + 1
    before = {"done": row.escalated, "since": row.waiting_since}
    if execute(_TAKE_STEP, incident=row.id, step=number, **before).first() is None:
        return
    timeline.record(row.id, "escalated", at, step=number, seconds=int(step.after.total_seconds()), late=late)
    key = f"{row.id}:{row.waiting_since.isoformat()}"
    if late:
        offers.alarm("deadline_missed", row.number, key, role="dispatcher")
    elif step.role == "dispatcher" and shortfall_notices.ringing(row.id):
        return  # they are told already, and of more
    elif step.role:
        offers.alarm("unaccepted", row.number, str(row.id), role=step.role, anew=True)
    else:
        offer_beside(row.id, at)


_OFFERED = Assignment.status == literal_column("'offered'")  # as in the index
_CORRECT_EXPIRY = (
    update(Assignment)
    .where(_OFFERED, Assignment.expires_at > bindparam("ahead"))
    .values(expires_at=bindparam("longest"))
)
_EXPIRIES = select(func.min(Assignment.expires_at).label("first"), func.max(Assignment.expires_at).label("last")).where(
    _OFFERED
)
_EXPIRED = (
    select(
        Assignment.id,
        Assignment.incident_id,
        Incident.number,
        Assignment.expires_at,
        Unit.call_sign,
        IncidentType.offer_again_after,
    )
    .join(Incident, Incident.id == Assignment.incident_id)
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .join(Unit, Unit.id == Assignment.unit_id)
    .where(_OFFERED, Assignment.expires_at <= bindparam("at"))
    .order_by(Assignment.expires_at < bindparam("too_old"), Incident.priority, Assignment.id)
    .limit(BATCH)
)
_OPEN = Incident.is_open, Incident.waiting_since.is_not(None)
_CORRECT_WAITING = (
    update(Incident).where(*_OPEN, Incident.waiting_since > bindparam("ahead")).values(waiting_since=bindparam("now"))
)
_WAITING = (
    select(Incident.escalated, func.min(Incident.waiting_since), func.max(Incident.waiting_since))
    .where(*_OPEN)
    .group_by(Incident.escalated)
)
_OVERDUE = (
    select(Incident.id, Incident.number, Incident.waiting_since, Incident.escalated)
    .where(
        *_OPEN,
        or_(
            *(
                and_(Incident.escalated == done, Incident.waiting_since <= bindparam(f"due{done}"))
                for done in range(len(STEPS))
            )
        ),
    )
    .order_by(Incident.waiting_since < bindparam("too_old"), Incident.priority, Incident.waiting_since)
    .limit(BATCH)
)
_TAKE_STEP = (
    update(Incident)
    .where(
        Incident.id == bindparam("incident"),
        Incident.escalated == bindparam("done"),
        Incident.waiting_since == bindparam("since"),
    )
    .values(escalated=bindparam("step"))
    .returning(Incident.id)
)
