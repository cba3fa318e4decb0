"""Offering an incident to the nearest units: the first time, the next nearest, and what nobody accepts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from geopy.distance import geodesic
from sqlalchemy import insert, select, update

from meteor.agencies.models import Agency, Unit
from meteor.dispatch import candidates
from meteor.dispatch.models import Assignment
from meteor.dispatch.nearest import Choice, Pick, PlanLine, choose
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident, PlanItem
from meteor.notices import rules as notices
from meteor.store.database import db, serialise

OFFER_TIME = timedelta(seconds=30)
"""How long an offer stands (rule 4)."""

TOO_OLD = timedelta(minutes=60)
"""A deadline that was missed by more is reported, not acted on."""


class Waiting(NamedTuple):
    """What offering needs to know of an incident."""

    id: int
    number: str
    type_id: int
    priority: int
    latitude: float | None
    longitude: float | None
    lacking: str
    reopened_at: datetime | None


def offer_nearest(incident_id: int, at: datetime, *, also: bool = False) -> None:
    """Offer the incident to the nearest unit for each line of its response plan that nobody has.

    With `also` a line that is only offered, not accepted, is offered once more, to the next nearest beside the first.
    Held, closed and drill incidents are offered to nobody. What nobody is left to do stands in the incident's
    `lacking`, and the dispatchers are alarmed.
    """
    serialise()
    waiting = _waiting(incident_id)
    if waiting is None:
        return
    so_far = _so_far(waiting)
    lines = _missing(waiting.type_id, so_far, accepted_only=also)
    if lines:
        choice = _choose(waiting, lines, so_far, at)
        for pick in choice.picks:
            _offer(waiting, pick, choice, at)
        _tell_lacking(waiting, choice.lacking, at, silent=also)
    elif waiting.lacking:
        _tell_lacking(waiting, [], at)


def expire(at: datetime) -> int:
    """End the offers whose time is over and offer each incident to the next nearest; the number of ended offers.

    An offer that ran out more than TOO_OLD ago (nobody was watching the clock) is reported to the dispatchers instead
    of being followed by another.
    """
    serialise()
    over = db.session.execute(
        select(Assignment.id, Assignment.incident_id, Assignment.expires_at, Assignment.unit_id)
        .where(Assignment.status == "offered", Assignment.expires_at <= at)
        .order_by(Assignment.id)
    ).all()
    for offer in over:
        end(offer.id, "expired", at)
        call_sign = db.session.scalar(select(Unit.call_sign).where(Unit.id == offer.unit_id))
        late = at - offer.expires_at > TOO_OLD
        timeline.record(offer.incident_id, "offer_expired", at, unit=call_sign, late=late)
        if late:
            alarm("deadline_missed", offer.incident_id, f"offer:{offer.id}", role="dispatcher")
        else:
            offer_nearest(offer.incident_id, at)
    return len(over)


def serve_waiting(at: datetime) -> int:
    """Offer again what lacks units, most urgent first; the number of incidents that were looked at."""
    serialise()
    lacking = db.session.scalars(
        select(Incident.id)
        .where(Incident.status != "closed", Incident.lacking != "")
        .order_by(Incident.priority, Incident.opened_at)
    ).all()
    for incident_id in lacking:
        offer_nearest(incident_id, at)
    return len(lacking)


def end(
    assignment_id: int, status: str, at: datetime, reason: str = "", *, was: tuple[str, ...] = ("offered",)
) -> bool:
    """End an open assignment that is still in one of the states `was`, and free its unit. False if somebody was first."""
    ended = db.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.status.in_(was))
        .values(status=status, ended_at=at, reason=reason)
        .returning(Assignment.unit_id, Assignment.status)
    ).first()
    if ended is None:
        return False
    worked = was != ("offered",)
    idle = {"idle_since": at} if worked else {}
    db.session.execute(
        update(Unit).where(Unit.id == ended.unit_id, Unit.status != "off_duty").values(status="available", **idle)
    )
    return True


def offer_to(
    waiting: Waiting, unit_id: int, capability: str, metres: float | None, at: datetime, added_by: int | None = None
) -> int | None:
    """Offer an incident to one unit; the assignment's id, or None if the unit is no longer available."""
    taken = db.session.execute(
        update(Unit)
        .where(Unit.id == unit_id, Unit.status == "available")
        .values(status="offered")
        .returning(Unit.agency_id)
    ).first()
    if taken is None:
        return None
    incidents.involve(waiting.id, taken.agency_id)
    return db.session.scalar(
        insert(Assignment)
        .values(
            incident_id=waiting.id, unit_id=unit_id, capability=capability, distance=metres, offered_at=at,
            expires_at=at + OFFER_TIME, added_by_id=added_by,
        )
        .returning(Assignment.id)
    )  # fmt: skip


def still_missing(incident_id: int, capability: str) -> bool:
    """Whether the plan asks for more units with this capability than have accepted."""
    waiting = _waiting(incident_id)
    if waiting is None:
        return False
    lines = _missing(waiting.type_id, _so_far(waiting), accepted_only=True)
    return any(line.capability == capability for line in lines)


def distance(unit: Unit, incident: Incident) -> float | None:
    """Geodesic metres from the unit's last position, or else its base, to the incident; None without a place."""
    if incident.latitude is None or incident.longitude is None:
        return None
    here = (unit.latitude, unit.longitude) if unit.latitude is not None else (unit.base_latitude, unit.base_longitude)
    return metres(here, (incident.latitude, incident.longitude))


def metres(here: tuple[float | None, float | None], there: tuple[float | None, float | None]) -> float:
    """Geodesic metres between two points (degrees WGS-84)."""
    return geodesic(here, there).meters  # type: ignore[no-any-return]


def alarm(kind: str, incident_id: int, key: str, role: str) -> None:
    """Raise an on-screen alarm about an incident for one role, once per `key`."""
    number = db.session.scalar(select(Incident.number).where(Incident.id == incident_id))
    notices.tell(f"{kind}:{key}:{role}", kind, f"/incidents/{number}", role=role, number=number)


def waiting(incident: Incident) -> Waiting:
    """An incident, as offering sees it."""
    return Waiting(*(getattr(incident, column.key) for column in _COLUMNS))


_COLUMNS = (
    Incident.id, Incident.number, Incident.type_id, Incident.priority, Incident.latitude, Incident.longitude,
    Incident.lacking, Incident.reopened_at,
)  # fmt: skip


def _waiting(incident_id: int) -> Waiting | None:
    row = db.session.execute(
        select(*_COLUMNS).where(
            Incident.id == incident_id, Incident.status != "closed", ~Incident.held, ~Incident.drill
        )
    ).first()
    return Waiting(*row) if row else None


def _so_far(waiting: Waiting) -> Sequence[Any]:
    """The incident's assignments since it was opened (again)."""
    columns = (
        Assignment.unit_id,
        Assignment.capability,
        Assignment.status,
        Assignment.on_scene_at,
        Assignment.ended_by_id,
    )
    query = select(*columns).where(Assignment.incident_id == waiting.id)
    if waiting.reopened_at:
        query = query.where(Assignment.offered_at >= waiting.reopened_at)
    return db.session.execute(query).all()


def _missing(type_id: int, so_far: Sequence[Any], *, accepted_only: bool) -> list[PlanLine]:
    """The lines of the plan that are not covered. A unit that arrived and was cleared has done its line."""
    covering = {"accepted", "en_route", "on_scene"} | (set() if accepted_only else {"offered"})
    covered = Counter(
        row.capability
        for row in so_far
        if row.status in covering or (row.status == "cleared" and row.on_scene_at is not None)
    )
    plan = db.session.execute(
        select(PlanItem.capability, PlanItem.count).where(PlanItem.type_id == type_id).order_by(PlanItem.position)
    ).all()
    gaps = [PlanLine(item.capability, item.count - covered[item.capability]) for item in plan]
    return [line for line in gaps if line.count > 0]


def _choose(waiting: Waiting, lines: list[PlanLine], so_far: Sequence[Any], at: datetime) -> Choice:
    point = None
    if waiting.latitude is not None and waiting.longitude is not None:
        point = (waiting.latitude, waiting.longitude)
    known = candidates.around(point, [line.capability for line in lines], at)
    reserve = {}
    if waiting.priority >= 3:
        reserve = dict(db.session.execute(select(Agency.id, Agency.reserve).where(Agency.reserve > 0)).tuples().all())
    return choose(
        point, known, lines, waiting.priority,
        refused={row.unit_id for row in so_far if row.ended_by_id is not None},
        expired={row.unit_id for row in so_far if row.status == "expired"},
        reserve=reserve,
    )  # fmt: skip


def _offer(waiting: Waiting, pick: Pick, choice: Choice, at: datetime) -> None:
    unit_id = pick.candidate.id
    if pick.candidate.status != "available":
        _take_from_lesser(unit_id, waiting.number, at)
    offered = offer_to(waiting, unit_id, pick.capability, pick.distance, at)
    if offered is None:
        return  # the unit left in this very moment; the clock offers again
    timeline.record(
        waiting.id, "offered", at,
        unit=pick.candidate.call_sign, capability=pick.capability, distance=pick.distance,
        considered=[asdict(verdict) for verdict in choice.verdicts_for(pick)],
    )  # fmt: skip


def _take_from_lesser(unit_id: int, number: str, at: datetime) -> None:
    """Rule 4: P1 takes a unit that is on its way to P3 or P4, and that incident is dispatched anew."""
    lesser = db.session.execute(
        select(Assignment.id, Assignment.incident_id).where(
            Assignment.unit_id == unit_id, Assignment.status.in_(("accepted", "en_route"))
        )
    ).first()
    if lesser and end(lesser.id, "withdrawn", at, number, was=("accepted", "en_route")):
        call_sign = db.session.scalar(select(Unit.call_sign).where(Unit.id == unit_id))
        timeline.record(lesser.incident_id, "taken_for_p1", at, unit=call_sign, by=number)
        db.session.execute(
            update(Incident).where(Incident.id == lesser.incident_id).values(waiting_since=at, escalated=0)
        )
        settle(lesser.incident_id)
        offer_nearest(lesser.incident_id, at)


def settle(incident_id: int) -> None:
    """Let the incident's status follow its units: on scene once one has arrived, dispatched if one has accepted."""
    waiting = _waiting(incident_id)
    if waiting is None:
        return
    so_far = _so_far(waiting)
    stages = {row.status for row in so_far if row.status != "cleared" or row.on_scene_at is not None}
    if "on_scene" in stages:
        status = "on_scene"
    elif stages & {"accepted", "en_route"}:
        status = "dispatched"
    elif "cleared" in stages:
        status = "on_scene"
    else:
        status = "reopened" if waiting.reopened_at else "open"
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(status=status))


def _tell_lacking(waiting: Waiting, lines: Sequence[PlanLine], at: datetime, *, silent: bool = False) -> None:
    """Keep what nobody is left to do on the incident, and say so when it became more. (`silent`: a second offer.)"""
    lacking = ", ".join(f"{line.capability}×{line.count}" for line in lines)
    if silent or lacking == waiting.lacking:
        return
    db.session.execute(update(Incident).where(Incident.id == waiting.id).values(lacking=lacking))
    if lacking:
        timeline.record(waiting.id, "nobody_left", at, lacking=lacking)
        alarm("nobody_left", waiting.id, f"{waiting.id}:{at.isoformat()}", role="dispatcher")
