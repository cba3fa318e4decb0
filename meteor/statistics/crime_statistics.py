"""The tables and charts of crime: years, the months of one year, and the kinds and kelurahan of it or of a month."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.protocols.models import IncidentType
from meteor.statistics import charts, crime
from meteor.statistics.charts import Chart, Series
from meteor.statistics.crime import Case, Given
from meteor.statistics.crime_models import CrimeFigure
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.incident_counts import IncidentCount
from meteor.store.database import db
from meteor.territory.models import Kelurahan

POLICE, COUNTED = _l("Figures of the police"), _l("Closed as crime in METEOR")
"""The two names of the two counts. No number on the page holds both."""

_TWO = (Column(POLICE), Column(COUNTED))


@dataclass(frozen=True)
class Crime:
    """Crime at a day: all years that are shown, and one of them in parts. `locale` chooses the names of types.

    Kinds and kelurahan are those of a `month`; 0: of the whole year.
    """

    year: int
    day: date
    locale: str
    month: int = 0

    @cached_property
    def years(self) -> list[int]:
        return crime.years(self.day.year)

    @cached_property
    def figures(self) -> Sequence[CrimeFigure]:
        return crime.figures_of(self.years)

    @property
    def as_at_launch(self) -> bool:
        """Return whether the police's figures of 2021 and 2022 are those that the speech at the launch named."""
        return [_cases(self._given(year)) for year in (2021, 2022)] == [544, 886]

    @cached_property
    def types(self) -> dict[str, str]:
        """The names of the types that are crime, by code."""
        rows = db.session.scalars(select(IncidentType).where(IncidentType.code.in_(crime.TYPES)))
        return {row.code: row.name_en if self.locale == "en" else row.name_id for row in rows}

    def by_year(self) -> FigureTable:
        columns = (
            Column(_l("Year"), "text"), Column(POLICE), Column(_l("Change (%)"), "signed"),
            Column(_l("Per officer"), "decimal"), Column(_l("Per 100,000 people"), "decimal"), Column(COUNTED),
            Column(_l("Source of the police's figure"), "text"),
        )  # fmt: skip
        return FigureTable("years", _l("Cases by year"), columns, [self._year(year) for year in reversed(self.years)])

    def by_month(self) -> FigureTable:
        rows = [[format_date(date(self.year, month, 1), "LLLL"), *self._month(month)] for month in range(1, 13)]
        return FigureTable("months", _l("Cases by month"), (Column(_l("Month"), "text"), *_TWO), rows)

    def by_kind(self) -> FigureTable:
        """The kinds of the police and METEOR's types; what both call the same stands in one row."""
        police = {each.kind.lower(): each.kind for each in self.figures if each.year == self.year and each.kind}
        types = {name.lower(): code for code, name in self.types.items()}
        counted = Counter(case.type for case in self._asked_cases)
        rows = []
        for kind in police | types:
            name = police.get(kind) or self.types[types[kind]]
            own = self._known(counted[types[kind]], type=types[kind]) if kind in types else None
            rows.append([name, _cases(self._given(self.year, month=self.month, kind=kind)), own])
        return FigureTable("kinds", _l("Cases by kind"), (Column(_l("Kind"), "text"), *_TWO), _most_first(rows))

    def by_area(self) -> FigureTable:
        counted = Counter(case.area for case in self._asked_cases)
        rows: list[list[Any]] = [
            [
                name,
                _cases(self._given(self.year, month=self.month, area=code)),
                self._known(counted[code], kelurahan=code),
            ]
            for code, name in db.session.execute(select(Kelurahan.code, Kelurahan.name))
        ]
        if counted[""]:
            rows.append([gettext("Place unknown"), None, self._known(counted[""], kelurahan=0)])
        columns = (Column(_l("Kelurahan"), "text"), *_TWO)
        return FigureTable("areas", _l("Cases by kelurahan"), columns, _most_first(rows))

    def yearly_chart(self) -> Chart:
        rows = self.by_year().rows[::-1]
        return charts.bars([row[0] for row in rows], _both([row[1] for row in rows], [row[5] for row in rows]))

    def monthly_chart(self) -> Chart:
        rows = self.by_month().rows
        labels = [format_date(date(self.year, month, 1), "LLL") for month in range(1, 13)]
        return charts.bars(labels, _both([row[1] for row in rows], [row[2] for row in rows]))

    @cached_property
    def _counted(self) -> Counter[int]:
        """The number of METEOR's cases of each year."""
        return crime.cases_by_year(self.years[0], self.years[-1])

    @cached_property
    def _own_cases(self) -> list[Case]:
        """METEOR's cases of the year."""
        return crime.cases(self.year, self.year)

    @property
    def _asked_cases(self) -> list[Case]:
        """Those of the month, if one was asked for."""
        return [case for case in self._own_cases if self.month in (0, case.day.month)]

    @cached_property
    def _began(self) -> date:
        """The day of METEOR's first incident; without one, that is still to come."""
        return crime.began() or date.max

    def _given(self, year: int, **part: Any) -> Given | None:
        return crime.given(self.figures, year, **part)

    def _known(self, count: int, **part: Any) -> IncidentCount | None:
        """A count of METEOR's cases of the year or its month, unknown if METEOR did not count then."""
        if self.month:
            return self._of_month(count, self.month, **part)
        return _counted(count, self.year, **part) if self._began.year <= self.year else None

    def _of_month(self, count: int, month: int, **part: Any) -> IncidentCount | None:
        first = date(self.year, month, 1)
        key, counts = f"{first:%Y-%m}", self._began.replace(day=1) <= first <= self.day
        return IncidentCount(count, "cases", key, key, **part) if counts else None

    def _year(self, year: int) -> list[Any]:
        given, before = self._given(year), self._given(year - 1)
        whole = given.cases if given and given.whole_year else None
        return [
            str(year), _cases(given), crime.change(before, given),
            whole and whole / crime.OFFICERS, whole and whole * 100_000 / crime.PEOPLE,
            _counted(self._counted[year], year) if self._began.year <= year else None,
            sources(given) if given else "",
        ]  # fmt: skip

    def _month(self, month: int) -> list[int | None]:
        own = sum(case.day.month == month for case in self._own_cases)
        return [_cases(self._given(self.year, month=month)), self._of_month(own, month)]


TABLES: dict[str, Callable[[Crime], FigureTable]] = {
    "years": Crime.by_year, "months": Crime.by_month, "kinds": Crime.by_kind, "areas": Crime.by_area,
}  # fmt: skip
"""The tables by their names in addresses."""


def _both(police: Sequence[Any], counted: Sequence[Any]) -> list[Series]:
    return [Series(str(POLICE), police), Series(str(COUNTED), counted)]


def _counted(count: int, year: int, **part: Any) -> IncidentCount:
    return IncidentCount(count, "cases", f"{year}-01", f"{year}-12", **part)


def _cases(given: Given | None) -> int | None:
    return given.cases if given else None


def sources(given: Given) -> str:
    said = "; ".join(given.sources)
    if given.months not in (0, 12):
        said = ngettext("%(num)d month of: ", "%(num)d months of: ", given.months) + said
    return gettext("sum of parts: %(sources)s", sources=said) if given.parted else said


def _most_first(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with the highest numbers first: of the police, then of METEOR."""
    return sorted(rows, key=lambda row: (-(row[1] or 0), -(row[2] or 0), row[0]))
