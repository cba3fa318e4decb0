"""Values that a merge adds to the main incident, and that undoing it removes."""

from datetime import datetime
from typing import Any

from meteor.accounts.models import User
from meteor.dispatch import override
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place, move, place_of
from meteor.protocols.models import IncidentType
from meteor.store.database import db

UNSAID = ("emergency", "other")


def fold(incident: Incident, into: Incident, held: bool, at: datetime, actor: User) -> dict[str, Any]:
    """Let `into` learn what it did not know: that it is more urgent, what and where it is, that it is silent.

    What waited for a call-taker is released by the word of somebody who does not (`held`: whether `incident` did).
    What `into` was before, for unfold.
    """
    before = {
        "type_id": into.type_id, "priority": into.priority, "silent": into.silent, "placed": into.latitude is not None,
    }  # fmt: skip
    says_more = into.type.kind in UNSAID and incident.type.kind not in UNSAID
    if incident.priority < into.priority or (says_more and incident.priority == into.priority):
        incidents.retype(into, _row(incident.type, incident.priority), at, actor)
    if incident.silent:
        into.silent = True
    if into.latitude is None and incident.latitude is not None:
        move(into, place_of(incident), at, actor)
    if into.held and not held:
        override.release(into, at, actor)
    return before


def unfold(incident: Incident, into: Incident, before: dict[str, Any], at: datetime, actor: User) -> None:
    """Remove the added values from `into`, unless they were changed since."""
    if into.status == "closed":
        return
    learnt, was = (incident.type_id, incident.priority), (before["type_id"], before["priority"])
    if (into.type_id, into.priority) == learnt != was:
        incidents.retype(into, _row(db.session.get_one(IncidentType, was[0]), was[1]), at, actor)
    if incident.silent and not before["silent"]:
        into.silent = False
    if not before["placed"] and (into.latitude, into.longitude) == (incident.latitude, incident.longitude):
        move(into, Place(), at, actor)


def _row(kind: IncidentType, priority: int) -> incidents.TypeRow:
    return incidents.TypeRow(kind.id, kind.code, priority, kind.agency_id)
