"""The form of a new service request: text in, a report and its doubtful fields out."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from meteor.hazards.alerting import is_urgent
from meteor.hazards.forms import LONGEST_PLACE
from meteor.hazards.labels import FLOODS
from meteor.hazards.models import DANGERS, KINDS
from meteor.hazards.rules import LONGEST_OF_PARTNERS
from meteor.open311.rules import NewRequest
from meteor.open311.service_types import DEEPEST, SEVERITY_KEYS
from meteor.residents import cells

LONGEST_URL = 2000


class Wrong(Exception):
    """The service or the place is missing: `problems` are pairs of a field's name and what would be right."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _words in problems))
        self.problems = problems


class UnknownService(Exception):
    """No service has this code."""


REQUIRED = ("service_code", "lat", "long")
"""Fields without which a request is refused, unless it is urgent. A place in words does instead of a position."""


def new_request(fields: MultiDict[str, str]) -> tuple[NewRequest, Sequence[str]]:
    """Read a form of GeoReport v2; returns the request and the names of fields that were left out or cut.

    Raises Wrong or UnknownService if the service or the place is missing, but never of what is urgent.
    """
    reading = _Reading(fields)
    code, dangers = reading.line("service_code"), reading.dangers()
    kind = code if code in KINDS else "other"
    address = reading.line("address_string", LONGEST_PLACE)
    read = NewRequest(
        kind=kind, dangers=dangers, severity=reading.severity(), point=reading.point(), address=address,
        water_level=reading.water_level() if kind in FLOODS else None, phone=reading.phone(), name=reading.name(),
        description=reading.description(), media_url=reading.media_url(),
    )  # fmt: skip
    if not is_urgent(kind, dangers):
        _refuse(code, read, reading.problems)
    return read, list(dict.fromkeys(name for name, _words in reading.problems))


def says_urgent(fields: MultiDict[str, str]) -> bool:
    """Return whether a form is about what is urgent, which is never too many."""
    reading = _Reading(fields)
    return is_urgent(reading.line("service_code"), reading.dangers())


def _refuse(code: str, read: NewRequest, problems: Sequence[tuple[str, str]]) -> None:
    if code and code not in KINDS:
        raise UnknownService(code)
    missing = [] if code else [("service_code", _("This field must be there."))]
    if read.point is None and not read.address:
        missing.append(("lat", _("Say where it is: lat and long, or address_string.")))
    if missing:
        raise Wrong([*missing, *(problem for problem in problems if problem[0] in REQUIRED)])


class _Reading:
    """Reads fields one by one and collects their problems."""

    def __init__(self, fields: MultiDict[str, str]) -> None:
        self.fields = fields
        self.problems: list[tuple[str, str]] = []

    def doubt(self, name: str, words: str) -> None:
        self.problems.append((name, words))

    def line(self, name: str, longest: int = 100) -> str:
        """Return one line of text, cut at `longest` characters."""
        text = cells.line(self.fields.get(name, ""))
        if len(text) > longest:
            self.doubt(name, _("Write at most %(max)d characters.", max=longest))
        return text[:longest]

    def name(self) -> str:
        return cells.line(f"{self.line('first_name')} {self.line('last_name')}")

    def description(self) -> str:
        text = self.fields.get("description", "").replace("\0", "").strip()
        if len(text) > LONGEST_OF_PARTNERS:
            self.doubt("description", _("Write at most %(max)d characters.", max=LONGEST_OF_PARTNERS))
        return text[:LONGEST_OF_PARTNERS]

    def media_url(self) -> str:
        """The address of a photo; empty if it is too long, since a part of it leads nowhere."""
        url = self.line("media_url", LONGEST_URL + 1)
        if len(url) <= LONGEST_URL:
            return url
        self.doubt("media_url", _("Write at most %(max)d characters.", max=LONGEST_URL))
        return ""

    def phone(self) -> str:
        text = self.line("phone")
        try:
            return cells.phone(text) if text else ""
        except ValueError as error:
            self.doubt("phone", str(error.args[0]))
            return ""

    def point(self) -> tuple[float, float] | None:
        """Degrees WGS-84; None without both."""
        latitude, longitude = self._number("lat", -90.0, 90.0), self._number("long", -180.0, 180.0)
        if (latitude is None) != (longitude is None):
            self.doubt("lat", _("Give lat and long together."))
        return None if latitude is None or longitude is None else (latitude, longitude)

    def dangers(self) -> tuple[str, ...]:
        """The dangers that are named, those that we know."""
        given = self._keys("danger", DANGERS)
        return tuple(word for word in DANGERS if word in given)

    def severity(self) -> int | None:
        return max((int(key) for key in self._keys("severity", SEVERITY_KEYS)), default=None)

    def water_level(self) -> int | None:
        """Centimetres."""
        given = self._attribute("water_level")
        level = self._within("attribute[water_level]", given[0], 0.0, float(DEEPEST)) if given else None
        return None if level is None else round(level)

    def _keys(self, code: str, allowed: Sequence[str]) -> set[str]:
        """The known keys of a list; clients join them with commas, and some write them with capitals."""
        given = {key.strip().lower() for value in self._attribute(code) for key in value.split(",")} - {""}
        if not given <= set(allowed):
            self.doubt(f"attribute[{code}]", _("Give one of: %(expected)s.", expected=", ".join(allowed)))
        return given & set(allowed)

    def _attribute(self, code: str) -> list[str]:
        """The values of an attribute, which may come once, or several times with "[]" after it."""
        given = [*self.fields.getlist(f"attribute[{code}]"), *self.fields.getlist(f"attribute[{code}][]")]
        return [value.strip() for value in given if value.strip()]

    def _number(self, name: str, least: float, most: float) -> float | None:
        text = self.line(name)
        return self._within(name, text, least, most) if text else None

    def _within(self, name: str, text: str, least: float, most: float) -> Any:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if isfinite(number) and least <= number <= most:
            return number
        words = _("Give a number from %(least)d to %(most)d.", least=int(least), most=int(most))
        self.doubt(name, words)
        return None
