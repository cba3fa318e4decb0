"""Unanswered offers of an incident whose place was corrected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from meteor.dispatch import offers
from meteor.dispatch.choice import Choice, PlanLine
from meteor.dispatch.facts import Assigned, Facts, calls_all_nearby
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.store.database import db


def withdraw_misplaced(facts: Facts, at: datetime) -> list[PlanLine]:
    """Take back METEOR's unanswered offers to units that it would not choose for the place as it is now.

    Returns what these were offered for. An offer to a unit that is still chosen stays, with the time that it has left.
    So do a person's choice, and everything where an officer is in danger.
    """
    asked = [each for each in facts.current if each.status == "offered" and each.added_by_id is None]
    if not asked or calls_all_nearby(facts):
        return []
    choice = _chosen_anew(facts, asked, at)
    stay = {(pick.candidate.id, line.line.capability) for line in choice.lines for pick in line.picks}
    gone: Counter[str] = Counter()
    for each in asked:
        if (each.unit_id, each.capability) in stay:
            continue
        if offers.end_assignment(each.id, "withdrawn", at, "place_corrected"):
            timeline.record(facts.incident.id, "withdrawn", at, unit=each.call_sign, reason="place_corrected", by="")
            gone[each.capability] += 1
    return _lines(gone)


def measure_anew(incident_id: int) -> None:
    """Store how far it is now to the place for those who have not answered."""
    offered = select(Assignment).where(Assignment.incident_id == incident_id, Assignment.status == "offered")
    for offer in db.session.scalars(offered):
        offer.distance = offers.distance(offer.unit, offer.incident)


def _chosen_anew(facts: Facts, asked: Sequence[Assigned], at: datetime) -> Choice:
    """The choice as if these units had not been asked yet: their offers are only taken back to find it out."""
    lines = _lines(Counter(each.capability for each in asked))
    as_if = db.session.begin_nested()
    for each in asked:
        offers.end_assignment(each.id, "withdrawn", at)
    choice = offers.choose(facts, lines, at)
    as_if.rollback()
    return choice


def _lines(counts: Mapping[str, int]) -> list[PlanLine]:
    return [PlanLine(capability, count) for capability, count in counts.items()]
