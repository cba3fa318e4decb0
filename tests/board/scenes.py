"""Scenes of the command centre: incidents of some days ago, and the index of the search brought up to date."""

from datetime import timedelta
from typing import Any

from meteor.board import search_index
from meteor.incidents import rules
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast


def incident(
    cast: Cast, *, words: str = "", days_ago: float = 0, kind: str = "fire", closed: bool = True, **given: Any
) -> Incident:
    """An incident of some days ago at Sari's door, which was told in these words; closed since, and committed."""
    at = now() - timedelta(days=days_ago)
    opening = rules.Opening(rules.type_for(kind), "call", Place(*HOME, 10.0, "call", words), **given)
    incident_id, _ = rules.open_incident(opening, at)
    found = db.session.get_one(Incident, incident_id)
    rules.note(found, "Dibuka", at, cast.maya)
    if closed:
        rules.close(found, "helped", "", at + timedelta(hours=1), cast.komang)
    db.session.commit()
    return found


def indexed() -> None:
    """The scheduler's turns until the index holds every event; commits each."""
    while search_index.due(now()):
        search_index.extend(now())
        db.session.commit()
