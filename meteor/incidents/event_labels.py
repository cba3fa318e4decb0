"""The timeline in sentences: what each type of event says, and the shape and tone in which it stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from meteor.incidents.models import Event, Shortfall
from meteor.incidents.shortfall import Gap, sentences
from meteor.store.contributions import contributed


@dataclass(frozen=True)
class Names:
    """The names of what the city has defined, in the language that is spoken, by code; `role` by its capability's.

    `sees_force`: whether the reader is told that a PIN was wrong.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    role: Callable[[str], str] = str
    sees_force: bool = True

    def shortfall(self, shortfall: Iterable[Gap | Shortfall]) -> list[str]:
        """Return the missing capabilities with the reason, a sentence for each reason."""
        return sentences(shortfall, self.role)


Detail = dict[str, Any]
Sentence = Callable[[Detail, Names], str]


class EventType(NamedTuple):
    """A type of event: its sentence, and the shape and tone ("", ok, warn, danger, info) in which it stands.

    `gives_reason`: the event's `reason` is a person's text, not a key. `changes_visibility`: the event changes which
    people around are told of the incident. `repeats`: METEOR does it again and again while no unit answers.
    """

    sentence: Sentence
    shape: str = "circle"
    tone: str = ""
    gives_reason: bool = False
    changes_visibility: bool = False
    repeats: bool = False


EVENT_TYPES: dict[str, EventType] = contributed["event_types"]
"""Every type of event that is recorded on a timeline. Each package contributes its own."""


class Line(NamedTuple):
    """An event in words. `said` is what a person wrote; `tone` is one of "", ok, warn, danger, info."""

    event: Event
    sentence: str
    said: str
    shape: str
    tone: str

    @property
    def repeats(self) -> bool:
        """Return whether METEOR did it by itself, and does it again and again."""
        type_ = EVENT_TYPES.get(self.event.event_type)
        return type_ is not None and type_.repeats and not self.event.actor_name

    @property
    def from_reporter(self) -> bool:
        """Return whether the reporter said it."""
        return self.event.event_type == "received" or bool(self.event.detail.get("from_reporter"))

    @property
    def received_at(self) -> datetime | None:
        """Moment of receipt of a step that was reported later."""
        text = self.event.detail.get("received_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def entered_at(self) -> datetime | None:
        """Moment at which `event.actor_name` entered what was written on paper."""
        text = self.event.detail.get("entered_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def considered(self) -> list[dict[str, Any]]:
        """The units that dispatch weighed for an offer: unit, distance (metres), position_age (seconds), reason."""
        return self.event.detail.get("considered") or []


def line(event: Event, names: Names) -> Line:
    """An event in words, also where its event type has no sentence any more."""
    type_ = EVENT_TYPES.get(event.event_type) or EventType(lambda detail, names: _("An entry without a description"))
    detail = _Forgiving(event.detail if names.sees_force else event.detail | {"forced": False})
    tone = "danger" if detail.get("forced") else type_.tone
    return Line(event, type_.sentence(detail, names), said(event), type_.shape, tone)


def said(event: Event) -> str:
    """Return a person's text: a note or the reason of an act."""
    type_ = EVENT_TYPES.get(event.event_type)
    by_hand = type_ is not None and type_.gives_reason and "by" not in event.detail
    return event.detail.get("note") or (event.detail.get("reason") if by_hand else "") or ""


def says(text: Any) -> Sentence:
    """A sentence that needs nothing but the event's detail."""
    return lambda detail, names: str(text) % detail


class _Forgiving(dict[str, Any]):
    """A detail whose missing words are dashes: an old event must not break a page."""

    def __missing__(self, key: str) -> str:
        return "–"
