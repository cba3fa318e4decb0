"""Texts for the area of a draft: names of RW and RT, and the corners of an area, one a line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shapely.geometry import Polygon
from sqlalchemy import select

from meteor.store.database import db
from meteor.territory.models import Kelurahan, Rt, Rw

MOST_CORNERS = 100

_NAME = re.compile(
    r"(?:rt[\s.]*0*(?P<rt>\d{1,3})[\s,/]*)?rw[\s.]*0*(?P<rw>\d{1,3})[\s,/]+(?:kel(?:urahan|\.)?\s+)?(?P<name>.+)",
    re.IGNORECASE,
)
_CORNER = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)")


class UnknownPlace(Exception):
    """The line names no RW or RT of the city."""


class NoArea(Exception):
    """The line is no corner; without a line: the corners are no area."""


class Named(NamedTuple):
    """Ids of the RW that are named as a whole, and of single RT."""

    rw_ids: list[int]
    rt_ids: list[int]


def named(text: str, kelurahan: Iterable[Kelurahan]) -> Named:
    """Read names such as "RW 05 Mayangan" and "RT 03 RW 05 Mayangan". Raises UnknownPlace with the line."""
    ids = {each.name.casefold(): each.id for each in kelurahan}
    found = Named([], [])
    for line in _lines(text):
        said = _NAME.fullmatch(line)
        kelurahan_id = ids.get(said["name"].casefold()) if said else None
        rw_id = said and kelurahan_id and _rw(kelurahan_id, int(said["rw"]))
        rt_id = said and rw_id and said["rt"] and _rt(rw_id, int(said["rt"]))
        if not said or not rw_id or (said["rt"] and not rt_id):
            raise UnknownPlace(line)
        ids_of, found_id = (found.rt_ids, rt_id) if rt_id else (found.rw_ids, rw_id)
        if found_id not in ids_of:
            ids_of.append(found_id)
    return found


def words(rw_ids: Sequence[int], rt_ids: Sequence[int]) -> str:
    """Write RW and RT as they are read."""
    whole = db.session.scalars(select(Rw).where(Rw.id.in_(rw_ids)).order_by(Rw.kelurahan_id, Rw.number))
    single = db.session.scalars(
        select(Rt).join(Rw).where(Rt.id.in_(rt_ids)).order_by(Rw.kelurahan_id, Rw.number, Rt.number)
    )
    return "\n".join([*(f"RW {rw.number:02} {rw.kelurahan.name}" for rw in whole), *(rt.label for rt in single)])


def corners(text: str) -> list[list[float]]:
    """Read the corners of an area, "-7.7337, 113.2166" each, latitude first. Raises NoArea; empty without any."""
    ring: list[list[float]] = []
    for line in _lines(text):
        said = _CORNER.fullmatch(line)
        if said is None:
            raise NoArea(line)
        corner = [round(float(said[1]), 6), round(float(said[2]), 6)]
        if not ring or corner != ring[-1]:
            ring.append(corner)
    if ring and ring[0] == ring[-1]:
        ring.pop()
    if ring and not (3 <= len(ring) <= MOST_CORNERS and Polygon(ring).is_valid):
        raise NoArea
    return ring


def corner_words(ring: Sequence[Sequence[float]]) -> str:
    """Write corners as they are read."""
    return "\n".join(f"{latitude:.6f}, {longitude:.6f}" for latitude, longitude in ring)


def _lines(text: str) -> Iterator[str]:
    return filter(None, (line.strip() for line in text.splitlines()))


def _rw(kelurahan_id: int, number: int) -> int | None:
    return db.session.scalar(select(Rw.id).where(Rw.kelurahan_id == kelurahan_id, Rw.number == number))


def _rt(rw_id: int, number: int) -> int | None:
    return db.session.scalar(select(Rt.id).where(Rt.rw_id == rw_id, Rt.number == number))
