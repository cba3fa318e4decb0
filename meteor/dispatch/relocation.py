"""Unanswered offers of an incident whose place has moved: measured anew, and chosen anew where it is known better."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from meteor.dispatch import offers
from meteor.dispatch.choice import Choice, PlanLine, Verdict
from meteor.dispatch.facts import Assigned, Facts, State, calls_all_nearby, missing
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.store.database import db
from meteor.territory.rules import is_sharp


def has_moved(facts: Facts) -> bool:
    """Return whether an unanswered offer was measured to another place than the incident's."""
    return any(each.status == "offered" and not _is_measured(each, facts.incident) for each in facts.current)


def follow_place(facts: Facts, at: datetime, *, corrected: bool) -> list[int]:
    """Measure unanswered offers to the place as it is now; the ids of incidents that lost a unit to this one.

    METEOR's offers are chosen anew where staff `corrected` the place, or where it was vague and is known better. Not so
    where an officer is in danger, and a phone's drift about a place that was exact changes no offer.
    """
    asked = [each for each in facts.current if each.status == "offered" and each.added_by_id is None]
    robbed = []
    if (corrected or any(_was_vaguer(each, facts.incident) for each in asked)) and not calls_all_nearby(facts):
        robbed = _replace_misplaced(facts, asked, at)
    _measure(facts.incident)
    return robbed


def _is_measured(each: Assigned, incident: State) -> bool:
    known = (incident.latitude, incident.longitude, incident.accuracy)
    return (each.latitude, each.longitude, each.radius) == known


def _was_vaguer(each: Assigned, incident: State) -> bool:
    """Return whether the place was unknown or vague when the offer was measured, and is known better now."""
    if each.latitude is None:
        return incident.latitude is not None
    return not is_sharp(each.radius) and (incident.accuracy or 0.0) < (each.radius or 0.0)


def _replace_misplaced(facts: Facts, asked: Sequence[Assigned], at: datetime) -> list[int]:
    """Give the lines of units that would not be chosen now to those that would, one by one.

    A unit that would be chosen, for whichever line, keeps its offer and the time that it has left. So does one without
    a successor: no offer is taken back for nobody, nor for a unit that did not answer before.
    """
    choice = _chosen_anew(facts, asked, at)
    chosen = {pick.candidate.id for pick in choice.picks}
    misplaced = [each for each in asked if each.unit_id not in chosen]
    known = {each.unit_id for each in facts.current if each.status in ("offered", "expired")}
    robbed = []
    for line in choice.lines:
        for pick in line.picks:
            old = None if pick.candidate.id in known else _predecessor(pick, line.line.capability, misplaced)
            if old is None:
                continue
            misplaced.remove(old)
            if _withdraw(old, facts, at):
                line_of_old = replace(line, line=PlanLine(old.capability, 1))
                robbed.append(offers.offer_pick(facts, pick, line_of_old, at))
    return [lesser for lesser in robbed if lesser is not None]


def _predecessor(pick: Verdict, capability: str, misplaced: Sequence[Assigned]) -> Assigned | None:
    """The offer that the unit takes over: for the line it was chosen for, else for another that it can do."""
    able = [each for each in misplaced if each.capability in pick.candidate.capabilities]
    return min(able, key=lambda each: each.capability != capability, default=None)


def _withdraw(old: Assigned, facts: Facts, at: datetime) -> bool:
    withdrawn = offers.end_assignment(old.id, "withdrawn", at, "place_corrected")
    if withdrawn:
        timeline.record(facts.incident.id, "withdrawn", at, unit=old.call_sign, reason="place_corrected", by="")
    return withdrawn


def _measure(incident: State) -> None:
    offered = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.status == "offered")
    for offer in db.session.scalars(offered.execution_options(populate_existing=True)):
        offer.distance = offers.distance(offer.unit, incident)
        offer.latitude, offer.longitude, offer.radius = incident.latitude, incident.longitude, incident.accuracy
    db.session.flush()


def _chosen_anew(facts: Facts, asked: Sequence[Assigned], at: datetime) -> Choice:
    """The choice for all that nobody has accepted, as if these units had not been asked yet.

    Their offers are only taken back to find it out.
    """
    counts = Counter(each.capability for each in asked)
    counts.update({line.capability: line.count for line in missing(facts)})
    as_if = db.session.begin_nested()
    for each in asked:
        offers.end_assignment(each.id, "withdrawn", at)
    choice = offers.choose(facts, [PlanLine(capability, count) for capability, count in counts.items()], at)
    as_if.rollback()
    return choice
