"""The dispatcher's override: units that a person chooses, another type, a held incident that may go."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.dispatch import offers, responders, rules
from meteor.dispatch.facts import Facts, facts_of, missing, most_needed
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, staging, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place, place_of
from meteor.incidents.rules import TypeRow
from meteor.store.database import db


class UnitBusy(Exception):
    """The unit has an open assignment or is off duty; `where` is the number of the incident it is on, if any."""

    def __init__(self, call_sign: str, status: str, where: str | None) -> None:
        super().__init__(f"{call_sign} is {status} ({where})")
        self.call_sign, self.status, self.where = call_sign, status, where


class ChoiceReason(NamedTuple):
    """The reason for which a person chose a unit.

    `standard` is a key of labels.STANDARD_REASONS, `text` the person's own words.
    """

    text: str = ""
    standard: str = ""


def add(
    incident: Incident, units: Sequence[Unit], reason: ChoiceReason, at: datetime, actor: User
) -> Sequence[UnitBusy]:
    """Offer the incident to units that a person chose; a held one is released by that. Returns the refused ones.

    The units with the fewest of the missing capabilities choose their lines of the plan first. Raises
    incidents.AlreadyClosed.
    """
    _still_open(incident)
    chosen = Unit.id.in_([unit.id for unit in units])
    free = select(Unit.id).where(chosen, Unit.status == "available").order_by(Unit.id)
    db.session.execute(free.with_for_update(key_share=True))  # in this order, or two dispatchers wait for each other
    refused = []
    for unit in _specialists_first(units, facts_of(incident.id)):
        try:
            _offer_chosen(incident, unit, reason, at, actor)
        except UnitBusy as busy:
            refused.append(busy)
    reconcile(incident.id, at)
    return refused


def reassign(assignment: Assignment, unit: Unit, reason: ChoiceReason, at: datetime, actor: User) -> None:
    """Put another unit in this one's place, both or neither. Raises TooLate, UnitBusy."""
    db.session.refresh(unit)
    if unit.status != "available":
        raise busy(unit)
    rules.end_assignment(assignment, "withdrawn", rules.OPEN, at, actor, reason.text, standard=reason.standard)
    _offer_chosen(assignment.incident, unit, reason, at, actor)
    reconcile(assignment.incident_id, at)


def hold(incident: Incident, at: datetime, actor: User) -> None:
    """Ask no unit until a person releases the incident or sends one. Unanswered offers go back; who accepted goes on.

    One more alert that need not wait releases it as well. Raises incidents.AlreadyClosed.
    """
    _still_open(incident)
    if not incident.held:
        incidents.hold(incident, at, actor)
        reconcile(incident.id, at)


def release(incident: Incident, at: datetime, actor: User | None) -> None:
    """Let a held alert go to a unit: a call-taker does, or one more alert that need not wait.

    It counts also where something that was merged into the incident has released it before.
    """
    db.session.refresh(incident)
    if decisions.view_of(incident.id, alone=True).held:
        incidents.release(incident, at, actor)
        reconcile(incident.id, at)


def offer_again(incident: Incident, at: datetime, actor: User) -> None:
    """Ask those who did not answer without waiting for the pause to be over. Raises incidents.AlreadyClosed."""
    _still_open(incident)
    silent = (Assignment.incident_id == incident.id, Assignment.status == "expired", Assignment.retry_at > at)
    if db.session.execute(update(Assignment).where(*silent).values(retry_at=at)).rowcount:  # type: ignore[attr-defined]
        timeline.record(incident.id, "offered_again", at, actor)
    reconcile(incident.id, at)


def retype(incident: Incident, type_row: TypeRow, priority: int, reason: str, at: datetime, actor: User) -> None:
    """The dispatcher changes what the incident is or how urgent; what it then needs is offered.

    Raises incidents.AlreadyClosed.
    """
    _still_open(incident)
    if type_row.id != incident.type_id:
        incidents.retype(incident, type_row, at, actor, reason=reason)
    if priority != incident.priority:
        incidents.reprioritise(incident, priority, at, actor, reason=reason)
    reconcile(incident.id, at)


def stage(incident: Incident, latitude: float, longitude: float, at: datetime, actor: User) -> None:
    """The dispatcher chooses where the units of a silent approach wait. Raises incidents.AlreadyClosed."""
    _still_open(incident)
    staging.choose(incident, latitude, longitude, at, actor)


def correct_place(incident: Incident, place: Place, at: datetime, actor: User, *, alert_id: UUID | None = None) -> None:
    """Staff know better where it is: the crews under way are rung, and what no unit has accepted is offered from there.

    An incident at premises stays there. `alert_id` is of the alert that says so. Raises incidents.AlreadyClosed.
    """
    _still_open(incident)
    if incident.premises_id is None and place != place_of(incident):
        incidents.move(incident, place, at, actor, alert_id=alert_id)
        responders.tell_crews("place_corrected", incident.id, incident.number, at)
        reconcile(incident.id, at, corrected=True)


def take_over(incident: Incident, at: datetime, actor: User) -> None:
    """The dispatcher says that this incident is theirs from now on. Raises incidents.AlreadyClosed."""
    _still_open(incident)
    if incident.dispatcher_id == actor.id:
        return
    before = incident.dispatcher.name if incident.dispatcher else ""
    incident.dispatcher_id = actor.id
    timeline.record(incident.id, "taken_over", at, actor, before=before)


def _still_open(incident: Incident) -> None:
    db.session.refresh(incident)
    if incident.status == "closed":
        raise incidents.AlreadyClosed(incident.number)


def _specialists_first(units: Sequence[Unit], facts: Facts) -> Sequence[Unit]:
    """Sort units that can do nothing that is missing last, and keep the order of equals."""
    wanted = {line.capability for line in missing(facts)}

    def fitting(unit: Unit) -> int:
        return len(wanted & {each.capability for each in unit.capabilities}) or len(wanted) + 1

    return sorted(units, key=fitting)


def _offer_chosen(incident: Incident, unit: Unit, reason: ChoiceReason, at: datetime, actor: User) -> None:
    if incident.held:
        incidents.release(incident, at, actor)
    distance = offers.distance(unit, incident)
    able = [row.capability for row in unit.capabilities]
    capability = most_needed(facts_of(incident.id), able)
    if offers.offer_to(incident, unit.id, capability, distance, at, actor.id) is None:
        raise busy(unit)
    timeline.record(
        incident.id, "added", at, actor,
        unit=unit.call_sign, distance=distance, radius=incident.accuracy, capability=capability,
        reason=reason.text, standard=reason.standard,
    )  # fmt: skip


def busy(unit: Unit) -> UnitBusy:
    """The unit's other work, as it is stored now."""
    where = db.session.scalar(
        select(Incident.number)
        .join(Assignment, Assignment.incident_id == Incident.id)
        .where(Assignment.unit_id == unit.id, Assignment.ended_at.is_(None))
    )
    db.session.refresh(unit)
    return UnitBusy(unit.call_sign, unit.status, where)
