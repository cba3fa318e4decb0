"""Scenes of warnings of the agency: what Bagas types, and what Hadi approves."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.store.database import db
from meteor.store.moments import WIB, now
from meteor.territory.models import Kelurahan
from meteor.warnings import drafts
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.publishing import Publisher
from tests.cast import Cast

MAYANGAN = "35.74.03.1001"
PUBLISHER = Publisher("bpbd@probolinggokota.example", "https://meteor.example")


def in_wib(hours: float) -> datetime:
    """A moment so many hours ahead, in whole minutes."""
    return (now() + timedelta(hours=hours)).astimezone(WIB).replace(second=0, microsecond=0)


def typed(**changed: Any) -> dict[str, Any]:
    """What Bagas types into the form of a flood."""
    return {
        "headline_id": "Waspada banjir di Mayangan",
        "description_id": "Air Sungai Legundi naik 80 cm dalam satu jam.",
        "instruction_id": "Matikan listrik dan naik ke tempat tinggi.",
        "headline_en": "Flood warning for Mayangan",
        "description_en": "The river rises quickly.",
        "instruction_en": "Switch off the electricity and go up.",
        "severity": "Severe",
        "urgency": "Immediate",
        "certainty": "Observed",
        "category": "Met",
        "expires": in_wib(6).strftime("%Y-%m-%dT%H:%M"),
        "kelurahan": [kelurahan(MAYANGAN).id],
    } | changed


def kelurahan(code: str) -> Kelurahan:
    return db.session.scalars(select(Kelurahan).where(Kelurahan.code == code)).one()


def of_flood(**changed: Any) -> dict[str, Any]:
    """The values of a draft about a flood, by attribute."""
    texts = {"headline": "Waspada banjir", "description": "Air naik.", "instruction": "Naik ke tempat tinggi."}
    return {
        "message_type": "Alert", "hazard": "flood", "category": "Met", "texts": {"id": texts}, "severity": "Severe",
        "urgency": "Immediate", "certainty": "Observed", "onset": None, "expires": in_wib(6),
        "kelurahan_ids": [kelurahan(MAYANGAN).id],
    } | changed  # fmt: skip


def drafted(author: User, **changed: Any) -> WarningDraft:
    """A draft about a flood that waits."""
    draft = WarningDraft()
    drafts.write(draft, of_flood(**changed), author, now())
    db.session.commit()
    return draft


def published(cast: Cast, publisher: Publisher = PUBLISHER, **changed: Any) -> HazardWarning:
    """A warning by Bagas that Hadi, the supervisor, approved."""
    draft = drafted(cast.bagas, **changed)
    warning = drafts.approve(draft, draft.written_at, cast.hadi, now(), publisher)
    db.session.commit()
    return warning
