"""The details of a call, read leniently from its draft: no typed text may stop an emergency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meteor.incidents.places import Place
from meteor.protocols import scripts
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.territory import gazetteer

LARGEST_RADIUS = 50_000.0
"""Metres."""


@dataclass(frozen=True)
class CallDetails:
    """`type` and `place` are None and `phone` is empty until they are known. `answers`: an index by question's id."""

    type: IncidentType | None
    place: Place | None
    phone: str
    name: str
    note: str
    silent: bool
    answers: Mapping[int, int]

    @property
    def missing(self) -> list[str]:
        """Required details that are still unknown, of "type", "place", "phone"."""
        return [name for name in ("type", "place", "phone") if not getattr(self, name)]

    @property
    def priority(self) -> int | None:
        """Priority by the answers, 1 to 4; None without an answered question."""
        if self.type is None or not scripts.answered(self.type.id, self.answers):
            return None
        return scripts.priority_after(self.type, self.answers)

    @property
    def whole_note(self) -> str:
        """The note, followed by answered questions."""
        answered = scripts.answered(self.type.id, self.answers) if self.type else []
        lines = [f"{question.text_id} {answer['text_id']}" for question, answer in answered]
        return "\n".join([self.note, *lines]).strip()


def read(fields: Mapping[str, Any]) -> CallDetails:
    """The details in the fields of a draft (see drafts.shown)."""
    texts = {name: str(value).strip() for name, value in fields.items() if isinstance(value, str)}
    return CallDetails(
        _type(texts.get("type_id", ""), texts.get("type", "")),
        _place(texts),
        texts.get("phone", "")[:40],
        texts.get("name", "")[:200],
        texts.get("note", ""),
        texts.get("silent", "") == "on",
        scripts.answers_in(texts),
    )


def number_in(text: str) -> float | None:
    """A finite number of ordinary size, with a point or a comma."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None


def _type(chosen: str, typed: str) -> IncidentType | None:
    """The type that was chosen; without one, what was typed finds it: no list has to be opened."""
    usable = chosen.isdecimal() and chosen.isascii() and len(chosen) < 10
    known = db.session.get(IncidentType, int(chosen)) if usable else None
    if known and known.active:
        return known
    return next(iter(scripts.search_types(typed, 1)), None) if typed else None


def _place(texts: Mapping[str, str]) -> Place | None:
    """The point that was chosen; else what the words surely mean; else where the phone says that it is.

    The words in which it was told are kept in any case; they alone are a place too.
    """
    words = texts.get("place", "")[:500]
    return _point(texts, "", words) or _found(words) or _point(texts, "fix_", words) or _words(words)


def _point(texts: Mapping[str, str], prefix: str, words: str) -> Place | None:
    names = (f"{prefix}{name}" for name in ("latitude", "longitude", "radius"))
    latitude, longitude, radius = (number_in(texts.get(name, "")) for name in names)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    if radius is not None:
        radius = min(max(radius, 0.0), LARGEST_RADIUS)
    return Place(latitude, longitude, radius, "call", words)


def _found(words: str) -> Place | None:
    hit = gazetteer.sure(words)
    return Place(hit.latitude, hit.longitude, hit.radius, "call", words) if hit else None


def _words(words: str) -> Place | None:
    return Place(source="call", words=words) if words else None
