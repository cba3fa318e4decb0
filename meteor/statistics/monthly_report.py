"""The monthly report: the figures of a month beside those of the month before and of the same month of last year."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from meteor.statistics import crime, load
from meteor.statistics.charts import Chart
from meteor.statistics.crime_statistics import COUNTED, POLICE, sources
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.figures import NOWHERE, Question, Row, figures
from meteor.statistics.incident_counts import IncidentCount
from meteor.statistics.labels import DIMENSIONS, duration
from meteor.statistics.load_forms import months_later
from meteor.statistics.load_statistics import MONTH, Load, by_month, percent
from meteor.statistics.response_charts import percentiles_chart, shares_chart
from meteor.store.moments import WIB

MOST_PREMISES, MOST_UNITS = 5, 5
"""Numbers of premises with false alarms, and of units with unanswered offers, that the report names."""

_COUNT, _PERCENTILES = Column(_l("Incidents")), (Column("P50", "words"), Column("P90", "words"))
_SHARES = Column(_l("Within 3 min (%)")), Column(_l("Within 15 min (%)"))


@dataclass(frozen=True)
class MonthlyReport:
    """The report on the month with this first day, at a moment. `namer` names the values of one of DIMENSIONS."""

    month: date
    at: datetime
    namer: Callable[[str], Callable[[Any], str]]

    @property
    def months(self) -> Sequence[date]:
        """The months that are compared, the report's own last."""
        return months_later(self.month, -12), months_later(self.month, -1), self.month

    @property
    def thirteen(self) -> Sequence[date]:
        """The months from the same month of last year to the report's own."""
        return [months_later(self.month, step) for step in range(-12, 1)]

    @property
    def is_over(self) -> bool:
        return load.span([self.month])[1] <= self.at

    @cached_property
    def began(self) -> date | None:
        """The day of METEOR's first incident."""
        return crime.began()

    @property
    def began_within(self) -> bool:
        """Return whether METEOR began in this month, but not on its first day."""
        return bool(self.began and self.began.day > 1 and self.began.replace(day=1) == self.month)

    @property
    def is_known(self) -> bool:
        """Return whether METEOR counted in the month."""
        return self._counts(self.month)

    @cached_property
    def compared(self) -> Load:
        return Load(self.months, self.at)

    @property
    def total(self) -> Row:
        """The arrivals of the month."""
        return self._found.get(f"{self.month:%Y-%m}") or self._nothing

    def headline(self) -> FigureTable:
        return self._by_month("headline", _l("First unit on scene"), self.months)

    def arrivals(self) -> FigureTable:
        """The values of the charts."""
        return self._by_month("arrivals", _l("First unit on scene, thirteen months"), self.thirteen)

    def by(self, dimension: str) -> FigureTable:
        """The arrivals of the month by one of DIMENSIONS."""
        month, name = f"{self.month:%Y-%m}", self.namer(dimension)
        found = figures(Question(month, month), dimension, self.at)
        title = gettext("By: %(dimension)s", dimension=DIMENSIONS[dimension])
        columns = (Column(DIMENSIONS[dimension], "text"), _COUNT, *_SHARES[:1], *_PERCENTILES)
        keys = [NOWHERE if row.key is None else row.key for row in found.rows]
        rows = [
            [name(row.key), *_cells(row, month, shares=1, **{dimension: key})]
            for row, key in zip(found.rows, keys, strict=True)
        ]
        return FigureTable(dimension, title, columns, rows)

    def false_alarms(self) -> FigureTable:
        columns = (MONTH, Column(_l("False alarms")), Column(_l("Of those at premises")))
        found = self.compared.monthly(load.false_alarm_counts, self.began)
        rows = [
            [name, IncidentCount(each[0], "false-alarms", key, key), each[1]] if each else [name]
            for key, (name, each) in zip(self.compared.month_keys, found, strict=True)
        ]
        return by_month("false-alarms", _l("False alarms"), columns, rows)

    def premises(self) -> FigureTable:
        """The premises with most false alarms in the month."""
        columns = Column(_l("Premises"), "text"), Column(_l("False alarms"))
        month = f"{self.month:%Y-%m}"
        rows = [
            [name, IncidentCount(count, "false-alarms", month, month, premises=premises_id)]
            for premises_id, name, count in load.false_alarms(self._own.span)[:MOST_PREMISES]
        ]
        return FigureTable("premises", _l("Premises with most false alarms"), columns, rows)

    def offers(self) -> FigureTable:
        """The offers of all units, then of those with most unanswered ones."""
        found = self._own.offers()
        sums = [sum(row[place] for row in found.rows) for place in (1, 2)]
        most = [row for row in found.rows if row[2]][:MOST_UNITS]
        rows = [[gettext("All units"), *sums, percent(sums[1], sums[0])], *most]
        return FigureTable("offers", found.title, found.columns, rows)

    def crime(self) -> FigureTable:
        """The police's figures, unknown where none was imported, and METEOR's own cases."""
        columns = (
            MONTH, Column(POLICE), Column(COUNTED), Column(_l("Source of the police's figure"), "text"),
        )  # fmt: skip
        years = sorted({month.year for month in self.months})
        known = crime.figures_of(years)
        cases = Counter(case.day.replace(day=1) for case in crime.cases(years[0], years[-1]))
        rows = []
        for month in self.months:
            given = crime.given(known, month.year, month.month)
            key = f"{month:%Y-%m}"
            own = IncidentCount(cases[month], "cases", key, key) if self._counts(month) else None
            name = self.compared.month_name(month, self.began)
            rows.append([name, given and given.cases, own, sources(given) if given else None])
        return FigureTable("crime", _l("Crime figures"), columns, rows)

    def charts(self) -> dict[str, Chart]:
        """The shares and percentiles of the thirteen months until this one."""
        labels = [format_date(month, "MMM yy") for month in self.thirteen]
        rows = [self._found.get(f"{month:%Y-%m}") for month in self.thirteen]
        arrivals = [row and row.on_scene for row in rows]
        return {"shares": shares_chart(labels, arrivals), "percentiles": percentiles_chart(labels, arrivals)}

    @cached_property
    def _own(self) -> Load:
        return Load([self.month], self.at)

    @cached_property
    def _found(self) -> Mapping[str, Row]:
        """The arrivals of the thirteen months until this one, those that have any."""
        question = Question(f"{self.months[0]:%Y-%m}", f"{self.month:%Y-%m}")
        return {row.key: row for row in figures(question, "month", self.at).rows}

    @cached_property
    def _nothing(self) -> Row:
        """The arrivals of a month without an incident."""
        return figures(Question("", "", {}), "month", self.at).total

    def _counts(self, month: date) -> bool:
        """Return whether METEOR counted in a month."""
        return bool(self.began and self.began.replace(day=1) <= month <= self.at.astimezone(WIB).date())

    def _by_month(self, name: str, title: Any, months: Sequence[date]) -> FigureTable:
        """The arrivals of some months."""
        rows = [[self.compared.month_name(month, self.began), *self._arrivals(month)] for month in months]
        return by_month(name, title, (MONTH, _COUNT, *_SHARES, *_PERCENTILES), rows)

    def _arrivals(self, month: date) -> list[Any]:
        key = f"{month:%Y-%m}"
        return _cells(self._found.get(key) or self._nothing, key) if self._counts(month) else []


def _cells(row: Row, month: str, shares: int = len(_SHARES), **part: Any) -> list[Any]:
    """The number of incidents of a month, or a part of them, so many of _SHARES, and the percentiles."""
    arrived = row.on_scene
    within = [arrived.percent(place) for place in range(shares)]
    times = (arrived.p50, arrived.p90)
    count = IncidentCount(row.segments, "", month, month, **part)
    return [count, *within, *(None if seconds is None else duration(seconds) for seconds in times)]
