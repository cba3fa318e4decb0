"""Calls from numbers on the list of pranks, beside incidents that were closed as pranks."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, exists, func, or_, select

from meteor.calls.models import Call, CallerFlag
from meteor.incidents.models import Incident
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.load import Span, opened
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
    query = select(func.count()).select_from(Incident)
    query = query.where(opened(between), Incident.outcome == "prank", Incident.merged_into_id.is_(None))
    return db.session.scalar(query) or 0


def prank_list(load: Load) -> FigureTable:
    """Both by month."""
    columns = [
        MONTH, Column(_l("Calls from listed numbers")), Column(_l("Blocked")), Column(_l("Pranks")),
        Column(_l("Sent as an alert")), Column(_l("Incidents closed as pranks")),
    ]  # fmt: skip
    calls = load.monthly(listed_calls, load.first_call)
    incidents = load.monthly(prank_incidents, load.first_incident)
    rows = [[name, *(found or [None] * 4), count] for (name, found), (_, count) in zip(calls, incidents, strict=True)]
    return by_month("pranks", _l("Numbers on the list of pranks"), columns, rows)
