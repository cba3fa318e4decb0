"""A warning's message as a plain value, from whatever it was read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
KEPT_TYPES = ("Alert", "Update", "Cancel")
"""Types that say something about a hazard. Ack and Error are between senders."""

LANGUAGES = ("id", "en")
"""Languages of METEOR's own texts."""

HOLDS = timedelta(hours=6)
"""Time for which a message without `expires` holds. CAP 1.2 leaves that to the receiver; this is METEOR's own rule."""

LONGEST_TEXT = 5000
"""Characters of a text; what is longer is cut. The XML has all of it."""

LONGEST_NAME = 500
"""Characters of an identifier, a sender, or a name."""

Texts = dict[str, dict[str, str]]
Area = dict[str, Any]
"""`description`, `polygons`, `circles` and `geocodes`, as HazardWarning has them."""


class NotUnderstood(ValueError):
    """A message, an index or a list cannot be read; the argument says why, in technical English."""


@dataclass(frozen=True)
class Reference:
    """Another message that this one updates or cancels."""

    identifier: str
    sender: str


@dataclass(frozen=True)
class Info:
    """The content of a message in one `language` about some areas. Its words are CAP's."""

    language: str
    urgency: str
    severity: str
    certainty: str
    onset: datetime | None
    expires: datetime | None
    texts: dict[str, str]
    areas: Sequence[Area]
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A message; `xml` is empty where it was not XML. One whose scope is Restricted or Private is not `is_public`."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    references: Sequence[Reference]
    infos: Sequence[Info]
    xml: str = field(default="", repr=False)
    is_public: bool = True


def cleaned(text: str | None, longest: int = LONGEST_NAME) -> str:
    """A text without what cannot be shown or stored, in `longest` characters at most."""
    kept = "".join(letter for letter in text or "" if letter.isprintable() or letter in "\n\t")
    kept = "\n".join(" ".join(line.split()) for line in kept.splitlines()).strip()
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"
