"""The table of the city's kelurahan, as the Ministry of Home Affairs numbers them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan
from meteor.territory.table_cells import degrees, words
from meteor.territory.tables import Counts, Line, Problem, Table

OWN = Path(__file__).with_name("kelurahan.csv")
"""The 29 kelurahan of Kota Probolinggo with their centroids (Kemendagri codes)."""


def _code(text: str) -> str:
    if not re.fullmatch(r"\d\d\.\d\d\.\d\d\.\d{4}", text, re.ASCII):
        raise ValueError(_l("Give a code such as 35.74.03.1001."))
    return text


def _postcode(text: str) -> str:
    if not re.fullmatch(r"\d{5}", text, re.ASCII):
        raise ValueError(_l("Give the five digits of the postcode."))
    return text


def check(lines: list[Line]) -> Iterator[Problem]:
    """The problems of a table's lines. The first eight letters of a code are its kecamatan's."""
    names: dict[str, str] = {}
    codes = {row.name: row.code for row in db.session.scalars(select(Kecamatan))}
    for line in lines:
        code, name = line.values["code"][:8], line.values["kecamatan"]
        if names.setdefault(code, name) != name or codes.setdefault(name, code) != code:
            reason = _l("Kecamatan %(name)s has another code or name above, or in METEOR.", name=name)
            yield Problem(line.number, "kecamatan", reason)


def compare(lines: list[Line]) -> Counts:
    """What storing the table would do."""
    before = {row.code: _values(row) for row in db.session.scalars(select(Kelurahan))}
    added = sum(line.values["code"] not in before for line in lines)
    unchanged = sum(before.get(line.values["code"]) == line.values for line in lines)
    return Counts(added, len(lines) - added - unchanged, unchanged)


def store(lines: list[Line], actor: Any) -> Counts:
    """Add the table's kelurahan, and correct those that are known by their code.

    A kelurahan that the table does not name stays: residents and incidents belong to it.
    """
    districts = {row.code: row for row in db.session.scalars(select(Kecamatan))}
    known = {row.code: row for row in db.session.scalars(select(Kelurahan))}
    counts = compare(lines)
    for line in lines:
        values = dict(line.values)
        code = values["code"][:8]
        district = districts.setdefault(code, Kecamatan(code=code))
        district.name = values.pop("kecamatan")
        kelurahan = known.setdefault(values["code"], Kelurahan(kecamatan=district))
        for name, value in values.items():
            setattr(kelurahan, name, value)
        db.session.add(kelurahan)
    db.session.flush()
    audit.record(actor, "kelurahan_table_imported", "kelurahan:*", added=counts.added, changed=counts.changed)
    return counts


def _values(kelurahan: Kelurahan) -> dict[str, Any]:
    """A line of the table of kelurahan."""
    own = {name: getattr(kelurahan, name) for name in TABLE.columns if name != "kecamatan"}
    return own | {"kecamatan": kelurahan.kecamatan.name}


TABLE = Table(
    columns={
        "code": _code, "name": words, "kecamatan": words, "postcode": _postcode,
        "latitude": degrees(90), "longitude": degrees(180),
    },
    key=("code",), check=check, compare=compare, store=store, most_bytes=400_000,
    example={"code": "35.74.03.1001", "name": "Mayangan", "kecamatan": "Mayangan", "postcode": "67218",
             "latitude": "-7.7337", "longitude": "113.2166"},
)  # fmt: skip
"""A centroid is in degrees WGS-84."""
