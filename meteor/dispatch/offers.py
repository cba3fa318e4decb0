"""Offers of incidents to the nearest units, expired offers, and shortfalls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from meteor.agencies.models import Unit
from meteor.dispatch import candidates
from meteor.dispatch.choice import Choice, LineChoice, PlanLine, Verdict
from meteor.dispatch.geography import metres
from meteor.dispatch.models import Assignment
from meteor.dispatch.plans import TAKEABLE, Waiting, missing, servable, so_far, update_status, waiting_of
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import read, written
from meteor.notices import rules as notices
from meteor.store.database import db, execute, serialise
from meteor.store.moments import AHEAD
from meteor.store.work import TOO_OLD, within_share

OFFER_TIME = timedelta(seconds=30)
"""Lifetime of an offer (rule 4)."""

BATCH = 20
"""Highest number of offers or incidents in one turn of the scheduler: presses must not wait for long to write."""


def offer_nearest(incident_id: int, at: datetime, *, also: bool = False) -> None:
    """Offer the incident to the nearest unit for each open line of its response plan.

    With `also` a line that is only offered, not accepted, is offered once more, to the next nearest beside the first.
    Held, closed and drill incidents are offered to nobody. What nobody is left to do stands in the incident's
    `shortfall`, and the dispatchers are alarmed.
    """
    serialise()
    waiting = waiting_of(incident_id)
    if waiting is not None:
        _offer_missing(waiting, so_far(waiting), at, also=also)


def offer_first(waiting: Waiting, at: datetime) -> None:
    """Offer an incident that was opened just now."""
    serialise()
    _offer_missing(waiting, (), at)


def _offer_missing(waiting: Waiting, taken: Sequence[Any], at: datetime, *, also: bool = False) -> None:
    lines = missing(waiting.type_id, taken, accepted_only=also)
    if lines:
        choice = _choose(waiting, lines, taken, at)
        robbed = [_offer(waiting, pick, line, at) for line in choice.lines for pick in line.picks]
        _record_shortfall(waiting, choice.shortfall, at, beside=also)
        for lesser in robbed:  # only now: what was chosen for this one is not free for those
            if lesser is not None:
                offer_nearest(lesser, at)
    elif waiting.shortfall:
        _record_shortfall(waiting, [], at)


def expire(at: datetime) -> int:
    """End the offers whose time is over, the most urgent first, and offer each incident to the next nearest.

    How many: as a job's share of the time allows, BATCH at most. An offer that ran out more than TOO_OLD ago (nobody
    was watching the scheduler) is reported to the dispatchers instead of being followed by another, after all others.
    """
    serialise()
    offered, longest = Assignment.status == "offered", at + OFFER_TIME
    db.session.execute(  # the clock was ahead when the offer was made, and went back since
        update(Assignment).where(offered, Assignment.expires_at > longest + AHEAD).values(expires_at=longest)
    )
    over = db.session.execute(
        select(Assignment.id, Assignment.incident_id, Assignment.expires_at, Assignment.unit_id)
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.status == "offered", Assignment.expires_at <= at)
        .order_by(Assignment.expires_at < at - TOO_OLD, Incident.priority, Assignment.id)
        .limit(BATCH)
    ).all()
    done = 0
    for offer in within_share(over):
        done += 1
        end_assignment(offer.id, "expired", at)
        call_sign = db.session.scalar(select(Unit.call_sign).where(Unit.id == offer.unit_id))
        late = at - offer.expires_at > TOO_OLD
        timeline.record(offer.incident_id, "offer_expired", at, unit=call_sign, late=late)
        if late:
            alarm("deadline_missed", offer.incident_id, f"offer:{offer.id}", role="dispatcher")
        else:
            offer_nearest(offer.incident_id, at)
    return done


def serve_waiting(at: datetime) -> None:
    """Offer again what lacks units, most urgent first, BATCH at most, where there is now a unit to offer it to."""
    serialise()
    for incident_id in within_share(servable(at, BATCH)):
        offer_nearest(incident_id, at)


def end_assignment(
    assignment_id: int, status: str, at: datetime, reason: str = "", *, was: tuple[str, ...] = ("offered",)
) -> bool:
    """End an open assignment that is still in one of the states `was`, and free its unit. False for a latecomer.

    Only a unit that had accepted was not idle.
    """
    ended = db.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.status.in_(was))
        .values(status=status, ended_at=at, reason=reason)
        .returning(Assignment.unit_id, Assignment.accepted_at)
    ).first()
    if ended is None:
        return False
    idle = {"idle_since": at} if ended.accepted_at else {}
    db.session.execute(
        update(Unit).where(Unit.id == ended.unit_id, Unit.status != "off_duty").values(status="available", **idle)
    )
    return True


def offer_to(
    waiting: Waiting, unit_id: int, capability: str, away: float | None, at: datetime, added_by: int | None = None
) -> int | None:
    """Offer an incident to one unit, `away` in metres; the assignment's id, or None if the unit is not available."""
    taken = execute(_TAKE, unit=unit_id).first()
    if taken is None:
        return None
    incidents.add_agency(waiting.id, taken.agency_id)
    return execute(
        _ASSIGN,
        incident_id=waiting.id, unit_id=unit_id, capability=capability, distance=away, offered_at=at,
        expires_at=at + OFFER_TIME, added_by_id=added_by,
    ).scalar()  # fmt: skip


def distance(unit: Unit, incident: Incident) -> float | None:
    """Geodesic metres from the unit's last position, or else its base, to the incident; None without a place."""
    if incident.latitude is None or incident.longitude is None:
        return None
    here = (unit.base_latitude, unit.base_longitude)
    if unit.latitude is not None and unit.longitude is not None:
        here = (unit.latitude, unit.longitude)
    return metres(here, (incident.latitude, incident.longitude))


def alarm(kind: str, incident_id: int, key: str, role: str) -> None:
    """Raise an on-screen alarm about an incident for one role, once per `key`."""
    number = db.session.scalar(select(Incident.number).where(Incident.id == incident_id))
    notices.tell(f"{kind}:{key}:{role}", kind, f"/incidents/{number}", role=role, number=number)


def _choose(waiting: Waiting, lines: list[PlanLine], taken: Sequence[Any], at: datetime) -> Choice:
    point = None
    if waiting.latitude is not None and waiting.longitude is not None:
        point = (waiting.latitude, waiting.longitude)
    return candidates.choose(
        db.session.connection(), point, lines, waiting.priority, at,
        refused={row.unit_id for row in taken if row.ended_by_id is not None},
        expired={row.unit_id for row in taken if row.status == "expired"},
    )  # fmt: skip


def _offer(waiting: Waiting, pick: Verdict, line: LineChoice, at: datetime) -> int | None:
    """Offer it to the unit that was picked; the id of the incident that it was taken from, if it was."""
    unit = pick.candidate
    lesser = _take_from_lesser(unit.id, unit.call_sign, waiting.number, at) if unit.status != "available" else None
    if offer_to(waiting, unit.id, line.line.capability, pick.distance, at) is None:
        return lesser  # the unit left in this very moment; the scheduler offers again
    timeline.record(
        waiting.id, "offered", at,
        unit=unit.call_sign, capability=line.line.capability, distance=pick.distance,
        considered=[verdict.detail() for verdict in line.verdicts],
    )  # fmt: skip
    return lesser


def _take_from_lesser(unit_id: int, call_sign: str, number: str, at: datetime) -> int | None:
    """Take a unit for P1 that is on its way to P3 or P4 (rule 4). Returns the id of that incident, to be dispatched."""
    lesser = db.session.execute(
        select(Assignment.id, Assignment.incident_id).where(
            Assignment.unit_id == unit_id, Assignment.status.in_(TAKEABLE)
        )
    ).first()
    if lesser is None or not end_assignment(lesser.id, "withdrawn", at, number, was=TAKEABLE):
        return None
    timeline.record(lesser.incident_id, "taken_for_p1", at, unit=call_sign, by=number)
    db.session.execute(update(Incident).where(Incident.id == lesser.incident_id).values(waiting_since=at, escalated=0))
    update_status(lesser.incident_id, at)
    return lesser.incident_id


def _record_shortfall(waiting: Waiting, lines: Sequence[PlanLine], at: datetime, *, beside: bool = False) -> None:
    """Store the incident's shortfall, and notify the dispatchers if it has grown.

    An offer made `beside` another lacks nothing: somebody has been asked.
    """
    shortfall = written({line.capability: line.count for line in lines})
    if beside or shortfall == waiting.shortfall:
        return
    db.session.execute(update(Incident).where(Incident.id == waiting.id).values(shortfall=shortfall))
    before = read(waiting.shortfall)
    if any(line.count > before.get(line.capability, 0) for line in lines):
        timeline.record(waiting.id, "nobody_left", at, shortfall=shortfall)
        alarm("nobody_left", waiting.id, f"{waiting.id}:{at.isoformat()}", role="dispatcher")


_TAKE = (
    update(Unit)
    .where(Unit.id == bindparam("unit"), Unit.status == "available")
    .values(status="offered")
    .returning(Unit.agency_id)
)
_ASSIGN = insert(Assignment).returning(Assignment.id)
