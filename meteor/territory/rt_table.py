"""The table of the city's RW and RT."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import undefer

from meteor.geo import metres_flat
from meteor.store import audit
from meteor.store.database import db
from meteor.territory.boundaries import FARTHEST, metres_outside
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.territory.table_cells import degrees, optional, whole, words
from meteor.territory.tables import Counts, Line, Problem, Table

HIGHEST = 99
"""RW and RT count from 1 to this."""

BORDER = 200.0
"""Metres that the middle of an RT may lie outside of its kelurahan's (simplified) boundary."""


def check(lines: list[Line]) -> Iterator[Problem]:
    """The problems of a table's lines. A kelurahan is named by its code."""
    known = {row.code: row for row in db.session.scalars(select(Kelurahan).options(undefer(Kelurahan.boundary)))}
    for number, values in lines:
        kelurahan, position = known.get(values["kelurahan"]), (values["latitude"], values["longitude"])
        if kelurahan is None:
            yield Problem(number, "kelurahan", _l("There is no kelurahan with this code."))
        elif None in position and position != (None, None):
            yield Problem(number, "longitude", _l("Give both latitude and longitude, or neither."))
        elif position[0] is not None and not lies_in(kelurahan, *position):
            yield Problem(number, "latitude", _l("This lies outside of %(name)s.", name=kelurahan.name))


def lies_in(kelurahan: Kelurahan, latitude: float, longitude: float) -> bool:
    """Return whether a point may be the middle of an RT: in its kelurahan's boundary or near."""
    away = metres_flat(kelurahan.latitude, kelurahan.longitude, latitude, longitude)
    return away <= FARTHEST and metres_outside(kelurahan, latitude, longitude) <= BORDER


def compare(lines: list[Line]) -> Counts:
    """What storing the table would do."""
    query = select(Kelurahan.code, Rw.number, Rt.number, Rt.latitude, Rt.longitude)
    rows = db.session.execute(query.select_from(Rt).join(Rw, Rw.id == Rt.rw_id).join(Kelurahan))
    known = {(code, rw, rt): place for code, rw, rt, *place in rows}
    names, position = ("kelurahan", "rw", "rt"), ("latitude", "longitude")
    there = [
        (known.get(tuple(line.values[name] for name in names)), [line.values[name] for name in position])
        for line in lines
    ]
    added = sum(before is None for before, _ in there)
    changed = sum(before not in (None, after) and after[0] is not None for before, after in there)
    return Counts(added, changed, len(lines) - added - changed)


def store(lines: list[Line], actor: Any) -> Counts:
    """Add the table's RT and give those that are known their position; an RT that the table does not name stays."""
    kelurahan = {row.code: row for row in db.session.scalars(select(Kelurahan))}
    rws = {(row.kelurahan_id, row.number): row for row in db.session.scalars(select(Rw))}
    known = {(row.rw_id, row.number): row for row in db.session.scalars(select(Rt))}
    counts = compare(lines)
    for line in lines:
        values, home = line.values, kelurahan[line.values["kelurahan"]]
        rw = rws.setdefault((home.id, values["rw"]), Rw(kelurahan=home, number=values["rw"]))
        rt = known.get((rw.id, values["rt"]))
        if rt is None:
            rt = Rt(rw=rw, number=values["rt"])
            db.session.add(rt)
        if values["latitude"] is not None:
            rt.latitude, rt.longitude = values["latitude"], values["longitude"]
    db.session.flush()
    audit.record(actor, "rt_table_imported", "rt:*", added=counts.added, changed=counts.changed)
    return counts


TABLE = Table(
    columns={
        "kelurahan": words, "rw": whole(1, HIGHEST), "rt": whole(1, HIGHEST),
        "latitude": optional(degrees(90)), "longitude": optional(degrees(180)),
    },
    key=("kelurahan", "rw", "rt"), check=check, compare=compare, store=store, most_bytes=400_000,
    example={"kelurahan": "35.74.03.1001", "rw": "5", "rt": "3", "latitude": "-7.7352", "longitude": "113.2140"},
)  # fmt: skip
