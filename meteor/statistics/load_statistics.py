"""The tables and charts of load over some months."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import ceil
from typing import Any, TypeVar

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from meteor.alerts.models import SOURCES
from meteor.calls import figures
from meteor.calls.figures import PERCENTILES, Answers
from meteor.calls.labels import CLASSES
from meteor.incidents import labels
from meteor.statistics import alarms, crime, load
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.heat_cells import HeatCell, heat_cells
from meteor.statistics.incident_counts import IncidentCount
from meteor.statistics.repeat_places import repeat_places
from meteor.store.moments import WIB, midnight

MONTH = Column(_l("Month"), "text")
_OFFERS = Column(_l("Offers")), Column(_l("Unanswered")), Column(_l("Unanswered (%)"), "decimal")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Load:
    """Load of some months, in order, until a moment. Of a month before the first incident or call nothing is known."""

    months: Sequence[date]
    at: datetime

    @property
    def span(self) -> load.Span:
        """Return the time from the first month to the last one, but not beyond now."""
        start, end = load.span(self.months)
        return start, min(end, self.at)

    def by_channel(self) -> FigureTable:
        columns = [MONTH, *(Column(labels.SOURCES[name]) for name in SOURCES), Column(_l("All"))]
        rows = [
            [name, *(_reports(found) if found is not None else [])]
            for name, found in self.monthly(load.reports, self.first_incident)
        ]
        return by_month("channels", _l("Reports by channel"), columns, rows)

    def noise(self) -> FigureTable:
        columns = [
            MONTH, Column(_l("All calls, also blocked")), *(Column(CLASSES[name]) for name in load.NOISE),
            Column(_l("Blocked")), Column(_l("Noise (%)"), "decimal"),
        ]  # fmt: skip
        rows = [[name, *(_noise(found) if found else [])] for name, found in self.monthly(load.calls, self.first_call)]
        return by_month("noise", _l("Noise on 112"), columns, rows)

    def answers(self) -> FigureTable:
        """Answering times of 112 (see calls.figures)."""
        columns = [
            MONTH, Column(_l("Calls that rang")), Column(_l("Missed")), Column(_l("In 10 s (%)"), "decimal"),
            Column(_l("In 15 s (%)"), "decimal"), Column(_l("Answered: P50 (s)")), Column(_l("Answered: P90 (s)")),
        ]  # fmt: skip
        rows = [
            [name, *(_answers(found) if found else [])]
            for name, found in self.monthly(lambda between: figures.total(*between), self.first_call)
        ]
        return by_month("answers", _l("Calls answered"), columns, rows)

    def alarms(self) -> FigureTable:
        columns = [
            MONTH, Column(_l("Alarms")), Column(_l("Within 10 s")), Column(_l("Within 10 s (%)"), "decimal"),
            Column(_l("Never acknowledged")),
        ]  # fmt: skip
        rows = [
            [name, *(_alarms(found, key) if found else [])]
            for key, (name, found) in zip(
                self.month_keys, self.monthly(alarms.acknowledged, self.first_incident), strict=True
            )
        ]
        return by_month("alarms", _l("Alarms acknowledged"), columns, rows)

    def hours(self) -> FigureTable:
        counts = load.hours(self.span)
        columns = [Column(_l("Day"), "text"), *(Column(f"{hour:02}") for hour in range(24))]
        rows = [  # the first of January 2024 was a Monday
            [
                format_date(date(2024, 1, 1 + day), "EEEE"),
                *(self.counted(counts[day, hour], "opened", weekday=day, hour=hour) for hour in range(24)),
            ]
            for day in range(7)
        ]
        return FigureTable("hours", _l("Busiest hours (WIB)"), columns, rows)

    def false_alarms(self) -> FigureTable:
        columns = [Column(_l("Premises"), "text"), Column(_l("False alarms")), Column(_l("Per month"), "decimal")]
        start, end = self.span
        days = (end - max(start, midnight(self.first_incident))).days if self.first_incident else 0
        months = max(days / 30.4, 1.0)  # of less than a month the number stands as it is
        found = load.false_alarms(self.span)
        rows = [
            [name, self.counted(count, "false-alarms", premises=premises_id), count / months]
            for premises_id, name, count in found
        ]
        ids = [premises_id for premises_id, *_ in found]
        return FigureTable("false-alarms", _l("False alarms by premises"), columns, rows, ids)

    def offers(self) -> FigureTable:
        rows = [[*each, percent(each.unanswered, each.all)] for each in load.offers(self.span)]
        return FigureTable("offers", _l("Offers unanswered by unit"), (Column(_l("Unit"), "text"), *_OFFERS), rows)

    def offers_by_hour(self) -> FigureTable:
        found = load.offers_by_hour(self.span)
        counts = ((hour, *found.get(hour, (0, 0))) for hour in range(24))
        rows = [[f"{hour:02}–{hour + 1:02}", every, no, percent(no, every)] for hour, every, no in counts]
        columns = (Column(_l("Hour (WIB)"), "text"), *_OFFERS)
        return FigureTable("offers-by-hour", _l("Offers unanswered by hour"), columns, rows)

    def places(self) -> FigureTable:
        """Return the places of several incidents, which only those who direct units may see."""
        columns = [
            Column(_l("Place"), "text"), Column(_l("Incidents")), Column(_l("Latest"), "incident"),
            Column(_l("Latest on"), "text"),
        ]  # fmt: skip
        rows = []
        for count, it in repeat_places(self.span[1]):
            day = format_date(it.opened_at.astimezone(WIB).date(), "d MMM y")
            rows.append([" · ".join(labels.where_lines(it)) or gettext("Place unknown"), count, it.number, day])
        return FigureTable("places", _l("Places with three or more incidents in 90 days"), columns, rows)

    @cached_property
    def heat(self) -> list[HeatCell]:
        return heat_cells(self.span)

    @cached_property
    def first_incident(self) -> date | None:
        return crime.began()

    @cached_property
    def first_call(self) -> date | None:
        return load.calls_began()

    @property
    def month_keys(self) -> list[str]:
        """Return the months as addresses name them: "2026-11"."""
        return [f"{month:%Y-%m}" for month in self.months]

    def counted(self, count: int, name: str, **part: Any) -> IncidentCount:
        """A number of incidents of all months."""
        return IncidentCount(count, name, self.month_keys[0], self.month_keys[-1], **part)

    def month_name(self, month: date, first: date | None) -> str:
        """The month, marked as a part if it is not over, or is that of the `first` record."""
        parts = [day.replace(day=1) for day in (self.at.astimezone(WIB).date(), first) if day]
        name = format_date(month, "MMM y")
        return gettext("%(month)s (part)", month=name) if month in parts else name

    def monthly(self, count: Callable[[load.Span], Value], first: date | None) -> list[tuple[str, Value | None]]:
        """Count in each month; None before the `first` record's month and after this one."""
        begin, today = first and first.replace(day=1), self.at.astimezone(WIB).date()
        return [
            (self.month_name(month, first), count(load.span([month])) if begin and begin <= month <= today else None)
            for month in self.months
        ]


def by_month(name: str, title: Any, columns: Sequence[Column], rows: Sequence[list[Any]]) -> FigureTable:
    """A table whose rows have gaps for months of which nothing is known."""
    return FigureTable(name, title, columns, [row + [None] * (len(columns) - len(row)) for row in rows])


def _reports(found: Counter[str]) -> list[Any]:
    return [*(found[name] for name in SOURCES), found.total()]


def _noise(found: load.CallCounts) -> list[Any]:
    classes = [found.classes[name] for name in load.NOISE]
    return [found.all, *classes, found.blocked, percent(found.noise, found.all)]


def _answers(found: Answers) -> list[Any]:
    shares = [percent(count, found.rang) for count in found.within[:2]]
    waits = [found.seconds[PERCENTILES.index(percent)] for percent in (50, 90)]
    return [found.rang, found.abandoned, *shares, *(None if wait is None else ceil(wait) for wait in waits)]


def _alarms(found: alarms.Acknowledged, month: str) -> list[Any]:
    every = IncidentCount(found.all, "alarms", month, month)
    never = IncidentCount(found.never, "never-acknowledged", month, month)
    return [every, found.in_time, percent(found.in_time, found.all), never]


def percent(part: int, whole: int) -> float | None:
    """Return percent with one decimal, rounded down: 99.96 % is not all. None of nothing."""
    return part * 1000 // whole / 10 if whole else None
