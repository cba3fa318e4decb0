"""Calls from numbers on the list of pranks, beside incidents that were closed as pranks."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, exists, func, or_, select

from meteor.calls.models import Call, CallerFlag
from meteor.incidents.models import Incident
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.incident_counts import IncidentCount
from meteor.statistics.load import Span, not_merged
from meteor.statistics.load_statistics import MONTH, Load, by_month
from meteor.store.database import db


class ListedCalls(NamedTuple):
    """Calls from numbers that were flagged at that moment: all, blocked ones, pranks, and those sent as an alert."""

    all: int
    blocked: int
    pranks: int
    alerts: int


def listed_calls(between: Span) -> ListedCalls:
    """The calls that came in within the time, but tests of the line. A flag counts from when it was set to its end."""
    rang_at = func.coalesce(Call.announced_at, Call.received_at)  # flags are set by our clock
    flagged = exists().where(
        CallerFlag.phone == Call.phone, CallerFlag.set_at <= rang_at, CallerFlag.until > rang_at,
        or_(CallerFlag.lifted_at.is_(None), CallerFlag.lifted_at > rang_at),
    )  # fmt: skip
    kinds = Call.status == "blocked", Call.classified_as == "prank", Call.alert_id.is_not(None)
    query = (
        select(func.count(), *(func.count(case((kind, 1))) for kind in kinds))
        .where(Call.received_at >= between[0], Call.received_at < between[1])
        .where(Call.classified_as.is_distinct_from("test"), flagged)
    )
    return ListedCalls._make(db.session.execute(query).one())


def prank_incidents(between: Span) -> int:
    """Incidents opened in the time that were closed as pranks, whatever channel they came by."""
    return db.session.scalar(select(func.count()).select_from(Incident).where(*are_pranks(between))) or 0


def are_pranks(between: Span) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents that prank_incidents counts."""
    return *not_merged(between), Incident.outcome == "prank"


def prank_list(load: Load) -> FigureTable:
    """Both by month."""
    columns = [
        MONTH, Column(_l("Calls from listed numbers")), Column(_l("Blocked")), Column(_l("Pranks")),
        Column(_l("Sent as an alert")), Column(_l("Incidents closed as pranks")),
    ]  # fmt: skip
    calls = load.monthly(listed_calls, load.first_call)
    incidents = load.monthly(prank_incidents, load.first_incident)
    rows = [
        [name, *(found or [None] * 4), None if count is None else IncidentCount(count, "pranks", month, month)]
        for month, (name, found), (_, count) in zip(load.month_keys, calls, incidents, strict=True)
    ]
    return by_month("pranks", _l("Numbers on the list of pranks"), columns, rows)
