"""The line of a route as text: pairs of degrees WGS-84, "latitude,longitude" with spaces or line ends between them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite

from flask_babel import gettext as _

from meteor import geo
from meteor.territory.rules import locate

Line = list[list[float]]

MOST_POINTS = 200
"""Points of one line."""

LONGEST_STEP = 5000.0
"""Metres between two neighbouring points. A longer step is a typing error in this city."""


class WrongLine(ValueError):
    """The text is no line; the argument says why."""


def text_of(line: Iterable[Sequence[float]]) -> str:
    """A line as it is typed, one point a row."""
    return "\n".join(f"{north:.6f},{east:.6f}" for north, east in line)


def line_of(text: str) -> Line:
    """The line that a text says, rounded to 0.1 m. Raises WrongLine, which names the first wrong point."""
    words = text.replace(";", " ").replace(", ", ",").split()
    if len(words) > MOST_POINTS:
        raise WrongLine(_("A line has at most %(most)d points.", most=MOST_POINTS))
    line = [_point(number, word) for number, word in enumerate(words, 1)]
    if len(line) < 2:
        raise WrongLine(_("A line has two points at least, such as -7.74470,113.21570 -7.75850,113.22220."))
    _check_steps(line)
    return line


def _point(number: int, word: str) -> list[float]:
    parts = word.split(",")
    try:
        north, east = map(float, parts)
    except ValueError as error:
        raise WrongLine(
            _("Point %(number)d, “%(word)s”: write latitude and longitude, such as -7.74470,113.21570.",
              number=number, word=word[:40])
        ) from error  # fmt: skip
    if not (isfinite(north) and isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        raise WrongLine(_("Point %(number)d: the latitude is from -90 to 90, the longitude from -180 to 180.",
                          number=number))  # fmt: skip
    if locate(north, east).kelurahan_id is None:
        raise WrongLine(_("Point %(number)d lies far outside of the city. Are latitude and longitude in this order?",
                          number=number))  # fmt: skip
    return [round(north, 6), round(east, 6)]


def _check_steps(line: Line) -> None:
    for number, ((north, east), (to_north, to_east)) in enumerate(pairwise(line), 1):
        away = geo.metres_flat(north, east, to_north, to_east)
        if away > LONGEST_STEP:
            raise WrongLine(_("Points %(number)d and %(next)d are %(km)d km apart. One of them is wrong.",
                              number=number, next=number + 1, km=round(away / 1000)))  # fmt: skip
        if away == 0:
            raise WrongLine(_("Points %(number)d and %(next)d are the same. Remove one.",
                              number=number, next=number + 1))  # fmt: skip


def length(line: Line) -> float:
    """The length of a line in metres."""
    return sum(geo.metres((a[0], a[1]), (b[0], b[1])) for a, b in pairwise(line))
