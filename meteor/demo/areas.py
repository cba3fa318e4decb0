"""The demo city's ground: kelurahan, RW and RT, known places, and a sketch of streets."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from meteor.demo import sketch
from meteor.geo import metres_flat
from meteor.store.database import db
from meteor.territory import kelurahan_table
from meteor.territory.models import AdjacentAuthority, Kelurahan, Landmark, Rt, Rw

RW_EACH, RT_EACH = 6, 5
_RW_RING, _RT_RING = 0.26, 0.09  # of the way to the next centroid: together less than half, so no RT lies over there
_WIDEST = 1000.0
_METRES = 111_000.0
_HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's tables."""
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build() -> None:
    """Add the ground to an empty database."""
    lines, problems = kelurahan_table.TABLE.read(kelurahan_table.OWN.read_bytes())
    if problems:
        raise ValueError(problems)
    kelurahan_table.store(lines, None)
    kelurahan = db.session.scalars(select(Kelurahan)).all()
    for one in kelurahan:
        ways = (metres_flat(one.latitude, one.longitude, other.latitude, other.longitude) for other in kelurahan)
        db.session.add_all(_rts(one, min(_WIDEST, *(way for way in ways if way))))
    for row in rows("landmarks"):
        position = {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
        aliases = row["aliases"].replace(";", "\n")
        db.session.add(Landmark(name=row["name"], kind=row["kind"], aliases=aliases, **position))
    db.session.add(AdjacentAuthority(name="Pusdalops Kabupaten Probolinggo (contoh)", phone="0335 000000"))
    db.session.flush()
    sketch.build()


def _rts(kelurahan: Kelurahan, way: float) -> Iterator[Rt]:
    """RW stand on a ring around the kelurahan's centroid, RT on a ring around the middle of their RW."""
    centre = (kelurahan.latitude, kelurahan.longitude)
    for rw_number, middle in enumerate(ring(centre, _RW_RING * way, RW_EACH), start=1):
        rw = Rw(kelurahan=kelurahan, number=rw_number)
        for number, (latitude, longitude) in enumerate(ring(middle, _RT_RING * way, RT_EACH), start=1):
            yield Rt(rw=rw, number=number, latitude=latitude, longitude=longitude)


def ring(centre: tuple[float, float], metres: float, count: int) -> Iterator[tuple[float, float]]:
    """`count` points (degrees WGS-84) evenly on a circle of `metres` around `centre`, clockwise from the north."""
    for at in range(count):
        angle = 2 * math.pi * at / count
        latitude = centre[0] + metres * math.cos(angle) / _METRES
        longitude = centre[1] + metres * math.sin(angle) / (_METRES * math.cos(math.radians(centre[0])))
        yield round(latitude, 5), round(longitude, 5)
