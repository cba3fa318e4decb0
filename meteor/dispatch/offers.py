"""Offers of incidents to units: choosing the nearest, offering, ending an assignment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, insert, literal_column, select, update

from meteor.agencies.models import Unit
from meteor.dispatch import candidates
from meteor.dispatch.choice import Choice, LineChoice, PlanLine, Reason, Verdict
from meteor.dispatch.facts import NEARBY, Assigned, Facts, State, calls_all_nearby, most_needed, units_in_danger
from meteor.dispatch.models import Assignment
from meteor.geo import metres
from meteor.incidents import decisions, timeline
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.store.database import db, execute

OFFER_TIME = timedelta(seconds=30)
"""Lifetime of an offer (rule 4)."""

BATCH = 20
"""Highest number of offers or incidents in one turn of the scheduler: presses must not wait for long to write."""

TAKEABLE = ("accepted", "en_route")
"""The states from which P1 takes a unit away from P3 and P4."""


def offer_nearest(facts: Facts, lines: Sequence[PlanLine], at: datetime) -> tuple[Choice, list[int]]:
    """Offer the incident to the nearest units for these lines of its plan; the choice, and who lost a unit to it.

    These are the ids of incidents of P3 and P4, which wait for a unit again.
    """
    choice = choose(facts, lines, at)
    robbed = [offer_pick(facts, pick, line, at) for line in choice.lines for pick in line.picks]
    return choice, [lesser for lesser in robbed if lesser is not None]


def offer_pick(facts: Facts, pick: Verdict, line: LineChoice, at: datetime) -> int | None:
    """Offer it to the unit that was picked; the id of the incident that it was taken from, if it was."""
    unit, incident = pick.candidate, facts.incident
    lesser = _take_from_lesser(unit.id, unit.call_sign, incident.number, at) if unit.status != "available" else None
    if offer_to(incident, unit.id, line.line.capability, pick.distance, at) is None:
        return lesser  # the unit left in this very moment; the scheduler offers again
    timeline.record(
        incident.id, "offered", at,
        unit=unit.call_sign, capability=line.line.capability, distance=pick.distance, radius=incident.accuracy,
        considered=[verdict.detail() for verdict in line.verdicts],
    )  # fmt: skip
    return lesser


def choose(facts: Facts, lines: Sequence[PlanLine], at: datetime) -> Choice:
    """The nearest units not asked yet; if those are too few, also those whose pause after no answer is over."""
    incident, point = facts.incident, None
    taken_back = incident.endangered_unit_id is not None and incident.endangered_at is None
    if incident.latitude is not None and incident.longitude is not None:
        point = (incident.latitude, incident.longitude)
    nearest = partial(
        candidates.choose, db.session.connection(), point, lines, incident.priority, at,
        refused={each.unit_id for each in facts.current if each.ended_by_id is not None},
        in_danger={*units_in_danger(), *([incident.endangered_unit_id] if taken_back else ())},
    )  # fmt: skip
    silent = [each for each in facts.current if each.status == "expired"]
    resting = {each.unit_id for each in silent if each.rests(at)}
    choice = nearest(expired={each.unit_id for each in silent})
    return nearest(expired=resting) if choice.shortfall and len(resting) < len(silent) else choice


def offer_nearby(facts: Facts, at: datetime) -> None:
    """Offer the incident to every free unit near the officer in danger, whatever its plan asks for."""
    for verdict in uncalled_nearby(facts, at):
        unit = verdict.candidate
        capability = most_needed(facts, sorted(unit.capabilities))
        if offer_to(facts.incident, unit.id, capability, verdict.distance, at) is not None:
            timeline.record(
                facts.incident.id, "offered", at, unit=unit.call_sign, capability=capability,
                distance=verdict.distance, radius=facts.incident.accuracy, considered=[verdict.detail()],
            )  # fmt: skip


def uncalled_nearby(facts: Facts, at: datetime) -> list[Verdict]:
    """The free units within NEARBY of an officer in danger that are not asked and have not answered, nearest first.

    One that did not answer is asked again after its pause, and one whose offer was taken back at once.
    """
    incident = facts.incident
    if not calls_all_nearby(facts) or incident.held or incident.latitude is None or incident.longitude is None:
        return []
    known = {each.unit_id for each in facts.current if _is_done(each, at)} | units_in_danger().keys()
    point = (incident.latitude, incident.longitude)
    found = candidates.free_within(db.session.connection(), point, NEARBY, at)
    return [Verdict(unit, distance, Reason.NEAR_OFFICER) for distance, unit in found if unit.id not in known]


def withdraw_from_endangered(unit_id: int, except_id: int, at: datetime) -> int | None:
    """Take back the offer of another incident than `except_id` from a unit whose officer is in danger: it rings there.

    The id of that incident, which waits for a unit again; None without such an offer.
    """
    offer = execute(_OFFER_TO, unit=unit_id, incident=except_id).first()
    if offer is None or not end_assignment(offer.id, "withdrawn", at, "in_danger"):
        return None
    timeline.record(offer.incident_id, "withdrawn", at, unit=offer.call_sign, reason="in_danger", by="")
    return int(offer.incident_id)


def end_assignment(
    assignment_id: int,
    status: str,
    at: datetime,
    reason: str = "",
    *,
    was: tuple[str, ...] = ("offered",),
    retry_at: datetime | None = None,
) -> bool:
    """End an open assignment that is still in one of the states `was`, and free its unit. False for a latecomer.

    Only a unit that had accepted was not idle.
    """
    ended = db.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.status.in_(was))
        .values(status=status, ended_at=at, reason=reason, retry_at=retry_at)
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
    incident: State | Incident,
    unit_id: int,
    capability: str,
    away: float | None,
    at: datetime,
    added_by: int | None = None,
) -> int | None:
    """Offer an incident to one unit, `away` in metres; the assignment's id, or None if the unit is not available."""
    taken = execute(_TAKE, unit=unit_id).first()
    if taken is None:
        return None
    decisions.add_agency(incident.id, taken.agency_id)
    return execute(
        _ASSIGN,
        incident_id=incident.id, unit_id=unit_id, capability=capability, distance=away, offered_at=at,
        latitude=incident.latitude, longitude=incident.longitude, radius=incident.accuracy,
        expires_at=at + OFFER_TIME, added_by_id=added_by,
    ).scalar()  # fmt: skip


def distance(unit: Unit, incident: State | Incident) -> float | None:
    """Geodesic metres from the unit's last position, or else its base, to the incident; None without a place."""
    if incident.latitude is None or incident.longitude is None:
        return None
    here = (unit.base_latitude, unit.base_longitude)
    if unit.latitude is not None and unit.longitude is not None:
        here = (unit.latitude, unit.longitude)
    return metres(here, (incident.latitude, incident.longitude))


def alarm(kind: str, number: str, key: str, role: str, *, anew: bool = False) -> None:
    """Raise an on-screen alarm about an incident for one role, once per `key`.

    With `anew` it rings again where it was acknowledged, so that there is one for each incident and role.
    """
    tell = notices.tell_anew if anew else notices.tell
    tell(f"{kind}:{key}:{role}", kind, f"/incidents/{number}", role=role, number=number)


def _is_done(each: Assigned, at: datetime) -> bool:
    """Return whether the unit has its offer, answered, was taken off by a person, was there, or rests."""
    return each.ended_at is None or each.ended_by_id is not None or each.status == "cleared" or each.rests(at)


def _take_from_lesser(unit_id: int, call_sign: str, number: str, at: datetime) -> int | None:
    """Take a unit for P1 that is on its way to P3 or P4 (rule 4). Returns the id of that incident."""
    lesser = db.session.execute(
        select(Assignment.id, Assignment.incident_id).where(
            Assignment.unit_id == unit_id, Assignment.status.in_(TAKEABLE)
        )
    ).first()
    if lesser is None or not end_assignment(lesser.id, "withdrawn", at, number, was=TAKEABLE):
        return None
    timeline.record(lesser.incident_id, "taken_for_p1", at, unit=call_sign, by=number)
    return lesser.incident_id


_TAKE = (
    update(Unit)
    .where(Unit.id == bindparam("unit"), Unit.status == "available")
    .values(status="offered")
    .returning(Unit.agency_id)
)
_OFFER_TO = (
    select(Assignment.id, Assignment.incident_id, Unit.call_sign)
    .join(Unit, Unit.id == Assignment.unit_id)
    .where(Assignment.unit_id == bindparam("unit"), Assignment.status == literal_column("'offered'"))  # as in the index
    .where(Assignment.incident_id != bindparam("incident"))
)
_ASSIGN = insert(Assignment).returning(Assignment.id)
