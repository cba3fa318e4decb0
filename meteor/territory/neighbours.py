"""Who takes over what lies outside the city: kept by the administrator, unknown until then."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import Neighbour


def neighbour() -> Neighbour | None:
    """The one to hand over to, if the administrator has said who that is."""
    return db.session.scalar(select(Neighbour).order_by(Neighbour.id).limit(1))


def neighbour_values(known: Neighbour | None) -> dict[str, Any]:
    """What an administrator says about the neighbour; empty texts while nobody has."""
    return {"name": known.name, "phone": known.phone} if known else {"name": "", "phone": ""}


def save_neighbour(values: Mapping[str, Any], actor: Any) -> None:
    """Say who the neighbour is (see neighbour_values); with an empty name, that nobody knows."""
    known = neighbour()
    before = neighbour_values(known)
    if known and not values["name"]:
        db.session.delete(known)
    elif values["name"]:
        known = known or Neighbour()
        known.name, known.phone = values["name"], values["phone"]
        db.session.add(known)
    audit.record_change(actor, "neighbour_changed", "neighbours:*", before, dict(values))
