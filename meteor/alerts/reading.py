"""A press as it came in: read as far as it can be, and what is doubtful flagged (rule 2)."""

import json
import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import KINDS
from meteor.alerts.rules import LONGEST_NOTE
from meteor.incidents.places import COARSE, Place
from meteor.territory import gazetteer

NO = frozenset({"", "0", "no", "off", "false", "null", "none"})

FARTHEST_OFF = 100_000.0
"""Metres of accuracy beyond which the number itself is wrong."""

LONGEST_WORDS = 200
"""Highest length of a described place."""

MOST_GIVEN = 2000
"""Characters of all doubtful texts of one press that are kept together."""

OLD_POSITION = 600.0
"""Seconds after which a position is flagged as old."""

SENT_LATE = 60.0
"""Seconds between the press and its arrival from which on the dispatcher is told."""

LONGEST_WAITED = 7 * 86_400.0
"""Seconds between the press and its sending beyond which the device's clock was set meanwhile."""

CORRECTION = 60.0
"""Seconds by which a device's clock is corrected; one that went back further was set."""

Given = Mapping[str, Any]


def incoming_alert(fields: Given, reporter_id: int, *, drill: bool = False) -> IncomingAlert:
    """The alert in `fields` (text or JSON values). What cannot be used is flagged, and kept in `given`."""
    reading = _Reading(fields)
    latitude, longitude = reading.position()
    note = reading.text("note")
    if len(note) > LONGEST_NOTE:
        reading.doubt("note_cut", note=note[LONGEST_NOTE:])
    if "unread" in fields:
        reading.doubt("unread", unread=reading.text("unread"))
    return IncomingAlert(
        id=reading.id(),
        source="panic",
        kind=reading.kind(),
        reporter_id=reporter_id,
        latitude=latitude,
        longitude=longitude,
        accuracy=reading.measure("accuracy", "bad_accuracy", FARTHEST_OFF),
        position_age=reading.position_age(),
        waited=reading.waited(),
        note=note[:LONGEST_NOTE],
        silent=reading.text("silent").strip().lower() not in NO,
        drill=drill,
        flags=reading.flags,
        given=reading.given,
    )


class _Reading:
    """Field by field, with the flags raised and the texts kept on the way."""

    def __init__(self, fields: Given) -> None:
        self.fields = fields
        self.flags: list[str] = []
        self.given: dict[str, Any] = {}

    def doubt(self, flag: str, **texts: str) -> None:
        """Raise a flag and keep the texts, as far as MOST_GIVEN reaches."""
        self.flags.append(flag)
        for name, text in texts.items():
            left = MOST_GIVEN - sum(map(len, self.given.values()))
            if len(text) > left and "text_cut" not in self.flags:
                self.flags.append("text_cut")
            self.given |= {name: text[:left]}

    def text(self, name: str) -> str:
        """The field as text that every database can keep: no NUL, no half of a character."""
        value = self.fields.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")

    def id(self) -> UUID:
        text = self.text("id")
        try:
            return UUID(text)
        except ValueError:
            self.doubt("no_id", **({"id": text} if text else {}))
            return uuid4()

    def kind(self) -> str:
        text = self.text("kind")
        kind = text.strip().lower() or "emergency"
        if kind in KINDS:
            return kind
        self.doubt("unknown_kind", kind=text)
        return "emergency"

    def position(self) -> tuple[float | None, float | None]:
        texts = {name: self.text(name) for name in ("latitude", "longitude")}
        if not any(texts.values()):
            return None, None
        if point := _point(texts["latitude"], texts["longitude"]):
            return point
        self.doubt("bad_position", **texts)
        return None, None

    def measure(self, name: str, flag: str, most: float = math.inf) -> float | None:
        """A number from 0 to `most`; None, and `flag`, for anything else that is there."""
        text = self.text(name)
        number = _number(text)
        if number is not None and 0 <= number <= most:
            return number
        if text:
            self.doubt(flag, **{name: text})
        return None

    def position_age(self) -> float | None:
        age = self.measure("position_age", "bad_position_age")
        if age is not None and age > OLD_POSITION:
            self.flags.append("old_position")
        return age

    def waited(self) -> float | None:
        """The seconds from the press to the sending, flagged from SENT_LATE on; None if the device's clock was set.

        The flag is then "clock_set": the press may be of now or of long ago.
        """
        waited = _number(self.text("waited"))
        if waited is None:
            return None
        if not -CORRECTION <= waited <= LONGEST_WAITED:
            self.doubt("clock_set", waited=self.text("waited"))
        elif waited >= SENT_LATE:
            self.doubt("sent_late", waited=self.text("waited"))
        return waited if 0 <= waited <= LONGEST_WAITED else None


def fix(fields: Given) -> tuple[float, float, float | None] | None:
    """A later fix: latitude, longitude (degrees WGS-84), accuracy (metres) if known. None if unreadable."""
    reading = _Reading(fields)
    latitude, longitude = reading.position()
    if latitude is None or longitude is None:
        return None
    return latitude, longitude, reading.measure("accuracy", "bad_accuracy", FARTHEST_OFF)


def here(fields: Given) -> Place | None:
    """The reporter's present place: the device's fix and its description, each if given. None without both.

    Words that surely mean one place by the gazetteer become its point. A COARSE fix is none.
    """
    words = _Reading(fields).text("words").strip()[:LONGEST_WORDS]
    found = fix(fields)
    if found and (found[2] or 0.0) <= COARSE:
        return Place(*found, "device", words)
    hit = gazetteer.sure(words) if words else None
    if hit:
        return Place(hit.latitude, hit.longitude, hit.radius, "call", words)
    return Place(source="call", words=words) if words else None


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Degrees WGS-84; not (0, 0), which is what a device says that does not know."""
    north, east = _number(latitude), _number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        return None
    return None if math.hypot(north, east) < 0.01 else (north, east)


def _number(text: str) -> float | None:
    """A finite number, with a point or a comma."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
