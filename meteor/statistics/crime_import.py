"""The table of the police's figures of crime: read from CSV, with each figure that it would replace."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.statistics.crime_models import CrimeFigure
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import today
from meteor.territory.models import Kelurahan
from meteor.territory.table_cells import grouped, optional, whole, words, year
from meteor.territory.tables import Counts, Line, Problem, Table

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_CASES = 1_000_000
LONGEST_KIND, LONGEST_SOURCE = 60, 200

Key = tuple[int, int, str, str]
"""Year, month (0: the whole year), kind in small letters, code of the kelurahan."""


class Replaced(NamedTuple):
    """A figure that is there, with its number and source before and after."""

    year: int
    month: int
    kind: str
    area: str
    before: int
    after: int
    source_before: str
    source_after: str


def check(lines: list[Line]) -> Iterator[Problem]:
    """The problems of a table's lines. A kelurahan is named by its code or its name."""
    codes, this = _codes(), today()
    seen: dict[Key, Line] = {}
    for line in lines:
        number, values = line
        if values["kelurahan"].casefold() not in codes:
            yield Problem(number, "kelurahan", _l("There is no kelurahan with this code or name."))
            continue
        if (values["year"], values["month"] or 12) > (this.year, this.month):
            yield _not_over(number, values, this)
        before = seen.setdefault(_key(values, codes), line)
        if before.values["kelurahan"].lower() != values["kelurahan"].lower():  # else the table itself says so
            yield Problem(number, "kelurahan", _l("Line %(line)s says the same already.", line=grouped(before.number)))


def _not_over(number: int, values: dict[str, Any], this: date) -> Problem:
    if values["year"] == this.year and not values["month"]:
        return Problem(number, "month", _l("This year is not over: give its months."))
    return Problem(number, "year" if values["year"] > this.year else "month", _l("This lies in the future."))


def compare(lines: list[Line]) -> Counts:
    """What storing the table would do: see store."""
    codes, known = _codes(), _known({line.values["year"] for line in lines})
    pairs = [(line.values, known.get(_key(line.values, codes))) for line in lines]
    there = [(values, figure) for values, figure in pairs if figure]
    replaced = [
        _replaced(it, values["cases"], values["source"])
        for values, it in there
        if (values["cases"], values["source"]) != (it.cases, it.source)
    ]
    return Counts(len(lines) - len(there), len(replaced), len(there) - len(replaced), replaced)


def store(lines: list[Line], actor: Any) -> Counts:
    """Add the table's figures and replace those that are there; a figure that the table does not name stays.

    The audit log has number and source of each replaced figure, before and after.
    """
    codes, known, counts = _codes(), _known({line.values["year"] for line in lines}), compare(lines)
    for line in lines:
        values = {name: line.values[name] for name in ("cases", "source")}
        year, month, _, area = key = _key(line.values, codes)
        figure = known.get(key)
        if figure is None:
            db.session.add(CrimeFigure(year=year, month=month, kind=line.values["kind"], area=area, **values))
        elif values != {"cases": figure.cases, "source": figure.source}:
            audit.save(figure, "crime_figure", values, actor)
    db.session.flush()
    audit.record(actor, "crime_figures_imported", "crime_figures:*", added=counts.added, changed=counts.changed)
    return counts


def _replaced(it: CrimeFigure, cases: int, source: str) -> Replaced:
    return Replaced(it.year, it.month, it.kind, it.area, it.cases, cases, it.source, source)


def _known(years: set[int]) -> dict[Key, CrimeFigure]:
    figures = db.session.scalars(select(CrimeFigure).where(CrimeFigure.year.in_(years)))
    return {(each.year, each.month, each.kind.lower(), each.area): each for each in figures}


def _key(values: dict[str, Any], codes: dict[str, str]) -> Key:
    return values["year"], values["month"] or 0, values["kind"].lower(), codes[values["kelurahan"].casefold()]


def _codes() -> dict[str, str]:
    """The codes of kelurahan by code and by name, in small letters; "" is the whole city."""
    rows = db.session.execute(select(Kelurahan.code, Kelurahan.name)).all()
    return {"": ""} | {name.casefold(): code for code, name in rows} | {code: code for code, _ in rows}


def _kind(text: str) -> str:
    return _no_longer_than(LONGEST_KIND, " ".join(text.split()))


def _source(text: str) -> str:
    return _no_longer_than(LONGEST_SOURCE, words(text))


def _no_longer_than(longest: int, text: str) -> str:
    if len(text) > longest:
        raise ValueError(_l("At most %(longest)d characters.", longest=longest))
    return text


TABLE = Table(
    columns={
        "year": year(FIRST_YEAR, LAST_YEAR), "month": optional(whole(1, 12)), "kind": _kind, "kelurahan": str,
        "cases": whole(0, MOST_CASES), "source": _source,
    },
    key=("year", "month", "kind", "kelurahan"), check=check, compare=compare, store=store, most_bytes=400_000,
    example={"year": "2025", "month": "3", "kind": "Pencurian", "kelurahan": "Mayangan", "cases": "7",
             "source": "Polres Probolinggo Kota, laporan bulanan Maret 2025"},
)  # fmt: skip
"""Figures are known by year, month, kind and kelurahan; an empty cell of the last three is the whole."""
