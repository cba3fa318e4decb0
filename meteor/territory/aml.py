"""Advanced Mobile Location: where a phone says it is while it calls (ETSI TS 103 625).

A message is fields with semicolons between them: `A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G`,
and then the SIM card's and the phone's numbers, which nobody here needs. Version 2 means other things by the same names
and is not read.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

Value = TypeVar("Value")

METHODS = {"G": "gnss", "W": "wifi", "C": "cell", "U": "unknown"}
"""Methods of positioning, by the message's letter; N is no position."""

_FIELDS = ("lt", "lg", "rd", "top", "lc", "pm")
_LONGEST = 1000
# At most so many spaces: two unbounded repetitions of them side by side take quadratic time.
_BEGINNING = re.compile(r"""\s{0,20}(?:A["“”]?\s{0,20})?ML\s{0,20}=\s{0,20}(\w{0,20})""", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,15})?")
_MOMENT = re.compile(r"[0-9]{14}")


class NotAml(ValueError):
    """This is no message with a position; the argument says what is wrong, in words for people (lazily translated)."""


@dataclass(frozen=True)
class Fix:
    """A position: degrees WGS-84, the radius in metres that it lies in with `confidence` %, when (UTC), found how.

    A radius of 0 means that the phone does not know it.
    """

    latitude: float
    longitude: float
    radius: float
    confidence: float
    taken_at: datetime
    method: str


def is_aml(text: str) -> bool:
    """Return whether a text begins as such a message does."""
    return _BEGINNING.match(text) is not None


def parse(text: str) -> Fix:
    """The position in a message, with or without the `A"` in front. Raises NotAml."""
    beginning = _BEGINNING.match(text)
    if not beginning:
        raise NotAml(_l('It does not begin with A"ML=.'))
    if beginning[1] != "1":
        raise NotAml(_l("Only version 1 is read (ML=1)."))
    fields = _fields(text[beginning.end() : _LONGEST])
    if fields.get("pm", "").upper() == "N":
        raise NotAml(_l("The phone sent no position (pm=N)."))
    for name in _FIELDS:
        if not fields.get(name):
            raise NotAml(_l("The field %(name)s is missing.", name=name))
    return Fix(
        latitude=_read(fields, "lt", _between(-90, 90), _l("degrees from -90 to 90")),
        longitude=_read(fields, "lg", _between(-180, 180), _l("degrees from -180 to 180")),
        radius=_read(fields, "rd", _between(0, 1_000_000), _l("metres")),
        confidence=_read(fields, "lc", _between(0, 100), _l("per cent from 0 to 100")),
        taken_at=_read(fields, "top", _moment, _l("year, month, day, hour, minute and second in UTC, 14 digits")),
        method=_read(fields, "pm", lambda letter: METHODS[letter.upper()], _l("G, W, C, U or N")),
    )


def _fields(text: str) -> dict[str, str]:
    """The message's fields by name; of a name that comes twice, the first."""
    pairs = [part.partition("=") for part in text.strip().removesuffix('"').split(";")]
    return {name.strip().lower(): value.strip() for name, _, value in reversed(pairs)}


def _read(fields: dict[str, str], name: str, reading: Callable[[str], Value], right: Any) -> Value:
    """The value of a field as `reading` has it. Raises NotAml, which says what would be `right`."""
    try:
        return reading(fields[name])
    except (ValueError, KeyError) as error:
        raise NotAml(
            _l("%(name)s=%(value)s is wrong: it must be %(right)s.", name=name, value=fields[name][:40], right=right)
        ) from error


def _between(lowest: float, highest: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not lowest <= value <= highest:
            raise ValueError(text)
        return value

    return number


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
