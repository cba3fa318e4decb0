"""Edits of call scripts: keywords, questions and advice of a type."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.store import audit
from meteor.store.database import db

Part = TypeQuestion | TypeAdvice

MOST = {"questions": 5, "advice": 10}
"""Limits for each type: a caller in distress answers no more questions."""

_COLUMNS = {
    TypeQuestion: ("text_id", "text_en", "answers", "position"),
    TypeAdvice: ("title_id", "title_en", "text_id", "text_en", "position"),
}


class Full(Exception):
    """The type has as many of these as it may."""


def set_keywords(known: IncidentType, keywords: str, actor: Any) -> None:
    """Let a type be found by these words, parted by commas or lines: small letters, each once."""
    words = (" ".join(word.split()).lower() for word in keywords.replace("\n", ",").split(","))
    keywords = ", ".join(dict.fromkeys(word for word in words if word))
    audit.save(known, "incident_type", {"keywords": keywords}, actor)


def values_of(part: Part) -> dict[str, Any]:
    """The editable values of a question or a piece of advice."""
    return {name: getattr(part, name) for name in _COLUMNS[type(part)]}


def others(part: Part) -> Sequence[Part]:
    """The other questions, or the other pieces of advice, of the same type, in order."""
    model: Any = type(part)
    return db.session.scalars(
        select(model).where(model.type_id == part.type_id, model.id != (part.id or 0)).order_by(model.position)
    ).all()


def save(part: Part, values: Mapping[str, Any], actor: Any) -> None:
    """Give a question or a piece of advice, or a new one, these values (see values_of). The others make room for it.

    Raises Full for a new one too many.
    """
    known, before = others(part), values_of(part) if part.id else {}
    if not before and len(known) >= MOST["questions" if isinstance(part, TypeQuestion) else "advice"]:
        raise Full
    for name, value in values.items():
        setattr(part, name, value)
    _order([*known[: part.position - 1], part, *known[part.position - 1 :]])
    db.session.add(part)
    db.session.flush()
    _record(part, before, values_of(part), actor)


def remove(part: Part, actor: Any) -> None:
    """Take a question or a piece of advice away; the others close up."""
    _order(others(part))
    db.session.delete(part)
    _record(part, values_of(part), {}, actor)


def _order(parts: Sequence[Part]) -> None:
    for position, part in enumerate(parts, start=1):
        part.position = position


def _record(part: Part, before: Mapping[str, Any], after: Mapping[str, Any], actor: Any) -> None:
    audit.record_change(actor, "incident_type_changed", f"incident_types:{part.type_id}", before, after)
