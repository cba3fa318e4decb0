"""Calls that ring, as the city's telephone exchange announces them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from meteor.calls import classifying, drafts, holding, rules
from meteor.calls.models import Call
from meteor.calls.rules import Announcement
from meteor.clients.models import ApiClient
from meteor.protocols.models import TypeQuestion
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast

SRI = "+6281234567890"
_references = count(1)


def exchange() -> ApiClient:
    """The client that is the city's exchange."""
    known = db.session.query(ApiClient).filter_by(name="Telkom").first()
    if known is None:
        known = ApiClient(name="Telkom", scopes=["calls:write", "calls:read"])
        db.session.add(known)
        db.session.flush()
    return known


def rings(caller: str = "081234567890", at: datetime | None = None, **given: Any) -> Call:
    """A call rings at `at`, or now; commits."""
    at = at or now()
    values = {"reference": f"call-{next(_references)}", "caller": caller, "received_at": at} | given
    call = rules.announce(Announcement(**values), exchange(), at)
    db.session.commit()
    return call


def taken(cast: Cast, who: str = "maya", **given: Any) -> Call:
    """A call that somebody has taken just now; commits."""
    call = rings(**given)
    holding.take_call(call, now(), getattr(cast, who))
    db.session.commit()
    return call


def typed(cast: Cast, call: Call, who: str = "maya", **fields: str) -> None:
    """What is typed in a window that knows the newest version; commits."""
    drafts.save_draft(call, fields, call.draft_version, now(), getattr(cast, who))
    db.session.commit()


def enough(cast: Cast, code: str = "fire") -> dict[str, str]:
    """The fields that help can be sent with."""
    return {
        "phone": "081234567890", "type_id": str(cast.incident_type(code).id), "place": "rumah cat hijau",
        "latitude": str(HOME[0]), "longitude": str(HOME[1]), "radius": "50", "note": "Ada api di dapur",
    }  # fmt: skip


def asked(cast: Cast, code: str, *priorities: int | None) -> str:
    """The field of a question about a type whose answers give these priorities."""
    answers = [{"text_id": f"Jawaban {at}", "text_en": "", "priority": each} for at, each in enumerate(priorities)]
    question = TypeQuestion(
        type_id=cast.incident_type(code).id, position=1, text_id="Ada korban?", text_en="Anybody hurt?", answers=answers
    )
    db.session.add(question)
    db.session.flush()
    return f"answer_{question.id}"


def prank(cast: Cast, caller: str = "081234567890", days_ago: float = 0) -> Call:
    """A call that turned out to be a prank."""
    call = rings(caller, now() - timedelta(days=days_ago))
    holding.take_call(call, call.received_at, cast.maya)
    classifying.classify(call, "prank", "tertawa", call.received_at, cast.maya)
    db.session.commit()
    return call
