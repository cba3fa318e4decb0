"""The authority that takes over incidents outside the city, as the administrator has entered it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import AdjacentAuthority


def adjacent_authority() -> AdjacentAuthority | None:
    """The adjacent authority, if the administrator has entered one."""
    return db.session.scalar(select(AdjacentAuthority).order_by(AdjacentAuthority.id).limit(1))


def values_of(known: AdjacentAuthority | None) -> dict[str, Any]:
    """The authority's name and phone, empty if there is none."""
    return {"name": known.name, "phone": known.phone} if known else {"name": "", "phone": ""}


def save(values: Mapping[str, Any], actor: Any) -> None:
    """Store the authority (see values_of). An empty name removes it."""
    known = adjacent_authority()
    before = values_of(known)
    if known and not values["name"]:
        db.session.delete(known)
    elif values["name"]:
        known = known or AdjacentAuthority()
        known.name, known.phone = values["name"], values["phone"]
        db.session.add(known)
    audit.record_change(actor, "adjacent_authority_changed", "adjacent_authorities:*", before, dict(values))
