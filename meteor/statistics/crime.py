"""Crime, counted twice and never mixed: the figures of the police, and the cases that METEOR's incidents were."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, select

from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.statistics.crime_models import CrimeFigure
from meteor.store.database import db
from meteor.store.moments import WIB, midnight
from meteor.territory.models import Kelurahan

TYPES = ("crime", "domestic_violence", "hold_up", "burglary", "theft", "brawl")
"""Codes of the incident types that are crime. A suspicious object or a tampered alarm is none yet."""

NO_CASE = ("false_alarm", "prank", "nothing_found", "duplicate")
"""Outcomes of incidents that were no case."""

OFFICERS, PEOPLE = 428, 240_000
"""Officers of the police and people of the city, as the launch of METEOR named both.

They are no settings: a number that is changed would change the rates of all years before, and no year but these has
another one yet.
"""

YEARS = 10
"""Number of years that are shown, the latest."""

EARLIEST = midnight(date(2000, 1, 1))

DIMENSIONS = ("month", "kind", "area")


@dataclass(frozen=True)
class Given:
    """A number of the police, with its sources. `months` of a year were added up; 0 if it was given as it is.

    It is `parted` if kinds or kelurahan were added up, of which some may be missing.
    """

    cases: int
    sources: Sequence[str]
    months: int = 0
    parted: bool = False

    @property
    def whole_year(self) -> bool:
        return self.months in (0, 12) and not self.parted


class Case(NamedTuple):
    """A case of METEOR: the day of the incident (WIB), code of its type, its kelurahan's code ("": unknown)."""

    day: date
    type: str
    area: str


def figures_of(years: Collection[int]) -> Sequence[CrimeFigure]:
    """The figures of some years."""
    return db.session.scalars(select(CrimeFigure).where(CrimeFigure.year.in_(years))).all()


def years(this: int) -> list[int]:
    """The years that are shown, from the first figure to `this` one: YEARS at most, none left out between."""
    first = db.session.scalar(select(func.min(CrimeFigure.year)))
    return list(range(max(min(first or this, this), this - YEARS + 1), this + 1))


def given(figures: Iterable[CrimeFigure], year: int, month: int = 0, kind: str = "", area: str = "") -> Given | None:
    """The police's number for a year, or for one month, kind or kelurahan of it. None if they gave none.

    It is the number given for just that. Without one it is a sum: of those parted by month alone, else by kind alone,
    else by kelurahan alone, else by two of these, else by all three. Two ways of parting are never added up.
    """
    asked = {"month": month, "kind": kind.lower(), "area": area}
    fixed = {name for name in DIMENSIONS if asked[name]}
    parts: dict[frozenset[str], list[CrimeFigure]] = {}
    for figure in figures:
        values = _parting(figure)
        if figure.year == year and all(values.get(name) == asked[name] for name in fixed):
            parts.setdefault(frozenset(values), []).append(figure)
    if not parts:
        return None
    shape = min(parts, key=lambda each: (len(each), [name not in each for name in DIMENSIONS]))
    found = parts[shape]
    summed = "month" in shape - fixed
    months = {each.month for each in found} if summed else ()
    sources = sorted({each.source for each in found})
    return Given(sum(each.cases for each in found), sources, len(months), bool(shape - fixed - {"month"}))


def change(before: Given | None, after: Given | None) -> float | None:
    """The change from one year to the next in percent; None unless both are of a whole year, or from 0."""
    if before is None or after is None or not (before.whole_year and after.whole_year and before.cases):
        return None
    return (after.cases - before.cases) * 100 / before.cases


def cases(first: int, last: int) -> list[Case]:
    """METEOR's cases of the years `first` to `last`: incidents of TYPES that were closed as one.

    Drills, parts that were merged into another incident and the outcomes of NO_CASE do not count.
    """
    query = (
        select(Incident.opened_at, IncidentType.code, Kelurahan.code)
        .join(IncidentType, IncidentType.id == Incident.type_id)
        .outerjoin(Kelurahan, Kelurahan.id == Incident.kelurahan_id)
        .where(*are_cases(_years(first, last)))
    )
    return [Case(at.astimezone(WIB).date(), code, area or "") for at, code, area in db.session.execute(query)]


def cases_by_year(first: int, last: int) -> Counter[int]:
    """The number of METEOR's cases of each of these years: see cases. The database counts them."""
    ends = [(Incident.opened_at < midnight(date(year + 1, 1, 1)), year) for year in range(first, last)]
    year = case(*ends, else_=last) if ends else literal(last)
    query = select(year.label("year"), func.count()).where(*are_cases(_years(first, last))).group_by("year")
    return Counter(dict(db.session.execute(query).all()))


def _years(first: int, last: int) -> tuple[datetime, datetime]:
    return midnight(date(first, 1, 1)), midnight(date(last + 1, 1, 1))


def are_cases(between: tuple[datetime, datetime]) -> Iterator[ColumnElement[bool]]:
    """The conditions of incidents that are cases. With the ids of types an index leads to these alone."""
    ids = db.session.scalars(select(IncidentType.id).where(IncidentType.code.in_(TYPES))).all()
    yield Incident.type_id.in_(ids)
    yield Incident.opened_at >= between[0]
    yield Incident.opened_at < between[1]
    yield ~Incident.is_open
    yield Incident.outcome.is_not(None)
    yield Incident.outcome.not_in(NO_CASE)
    yield Incident.drill.is_(False)
    yield Incident.merged_into_id.is_(None)


def began() -> date | None:
    """The day of METEOR's first incident (WIB) that was no drill. Its cases before that day are unknown, not 0."""
    counts = Incident.opened_at >= EARLIEST, Incident.drill.is_(False)  # the first: searched in the index
    first = select(Incident.opened_at).where(*counts).order_by(Incident.opened_at).limit(1)
    opened = db.session.scalar(first)
    return opened.astimezone(WIB).date() if opened else None


def _parting(figure: CrimeFigure) -> dict[str, object]:
    """Return the values by which a figure is parted."""
    values = {"month": figure.month, "kind": figure.kind.lower(), "area": figure.area}
    return {name: value for name, value in values.items() if value}
