"""Reads typed points: degrees in several notations, links to maps, and AML messages."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from meteor.territory import aml

CLOSEST = 10.0
"""Smallest radius of a typed point in metres."""

UNSURE = 1000.0
"""Metres, where a phone does not know how exact it is."""

_LONGEST = 2000
_DEGREE = 111_000.0  # metres
_DECIMAL = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_LINKS = tuple(
    re.compile(pattern.replace("#", _DECIMAL), re.IGNORECASE)
    for pattern in (
        r"!3d#!4d#",  # the pin itself: what else is in the link is the middle of the map
        r"mlat=#&mlon=#",
        r"[?&](?:q|query|ll|daddr|destination|center)=(?:loc:)?\s*#,\s*#",
        r"/(?:place|search)/#,[+\s]*#",
        r"@#,#",
        r"map=\d+/#/#",
        r"\bgeo:#,#",
    )
)
_PLAIN = str.maketrans("−–º′’″”“\u00a0", '--°\'\'""" ')
_TOKEN = re.compile(
    r"(?P<number>[+-]?\d{1,3}(?!\d)(?:[.,]\d{1,15})?)|(?P<side>LU|LS|BT|BB|[NSEWUTB])(?![A-Z])|(?P<mark>[°'\"])|"
    r"(?P<gap>[\s,;/()]+)",
    re.IGNORECASE,
)
_SIDES = {
    **dict.fromkeys(("N", "U", "LU"), ("latitude", 1)), **dict.fromkeys(("S", "LS"), ("latitude", -1)),
    **dict.fromkeys(("E", "T", "BT"), ("longitude", 1)), **dict.fromkeys(("W", "B", "BB"), ("longitude", -1)),
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A point in degrees WGS-84, and within how many metres its text says it."""

    latitude: float
    longitude: float
    radius: float


def spot(text: str) -> Spot | None:
    """The point in a text of any notation, or None.

    Degrees are decimal (with a point or a comma) or with minutes and seconds; the sides of the earth are letters or
    signs, in English or Indonesian (LS, BT). A latitude that cannot be one is a longitude.
    """
    text = text[:_LONGEST]
    if aml.is_aml(text):
        return _phone(text)
    for link in _LINKS:
        if found := link.search(unquote(text)):
            return _pair([_decimal(found[1]), _decimal(found[2])], [])
    return _typed(text.strip().translate(_PLAIN))


def _phone(text: str) -> Spot | None:
    try:
        fix = aml.parse(text)
    except aml.NotAml:
        return None
    return Spot(fix.latitude, fix.longitude, max(CLOSEST, fix.radius) if fix.radius else UNSURE)


def _typed(text: str) -> Spot | None:
    tokens, at = [], 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token:
            return None
        tokens.append((token.lastgroup, token[0]))
        at = token.end()
    numbers = [word for kind, word in tokens if kind == "number"]
    sides = [word.upper() for kind, word in tokens if kind == "side"]
    if len(numbers) not in (2, 4, 6) or len(sides) not in (0, 2):
        return None
    half = len(numbers) // 2
    digits = [len(number.replace(",", ".").partition(".")[2]) for number in numbers]
    exact = half == 1 and all(digits) and sum(digits) > 2
    if not (sides or exact or ("mark", "°") in tokens):
        return None  # "3 5" is no place on earth, but an RT and its RW
    angles = [_angle(numbers[:half]), _angle(numbers[half:])]
    return _pair(angles, sides)


def _pair(angles: list[tuple[float, float]], sides: list[str]) -> Spot | None:
    """Two angles, each with the metres that it is exact to, as a point."""
    (first, _), (second, _) = angles
    radius = max(CLOSEST, *(metres for _, metres in angles))
    if sides:
        (axis, sign), (other, other_sign) = (_SIDES[side] for side in sides)
        if axis == other:
            return None
        first, second = abs(first) * sign, abs(second) * other_sign
        swapped = axis == "longitude"
    else:
        swapped = abs(first) > 90
    latitude, longitude = (second, first) if swapped else (first, second)
    return Spot(latitude, longitude, radius) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _angle(parts: list[str]) -> tuple[float, float]:
    """Degrees, minutes and seconds as degrees, and the metres that the last of them is exact to."""
    degrees, metres = 0.0, 0.0
    for at, part in enumerate(parts):
        value, grain = _decimal(part)
        degrees += abs(value) / 60**at
        metres = grain / 60**at
    return (-degrees if parts[0].startswith("-") else degrees), metres


def _decimal(number: str) -> tuple[float, float]:
    """A number of degrees, and the metres that its last digit stands for."""
    number = number.replace(",", ".")
    return float(number), _DEGREE * 10.0 ** -len(number.partition(".")[2])
