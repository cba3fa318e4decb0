"""Alarms of incidents: how many there were, and how soon somebody acknowledged them."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, exists, select

from meteor.incidents.models import Escalation, Incident
from meteor.statistics.load import Span, not_merged
from meteor.store.database import db

ACKNOWLEDGED = timedelta(seconds=10)
"""The time within which an alarm is to be acknowledged."""

_OWN_ALARM = Escalation.merge_id.is_(None)

_BY_A_PERSON = (
    Escalation.acknowledged_by_id.is_not(None)
    & Escalation.acknowledged_at.is_not(None)
    & Escalation.acknowledged_at.is_distinct_from(Incident.closed_at)
)


class Acknowledged(NamedTuple):
    """Alarms of a month: all, those acknowledged within ACKNOWLEDGED, those never acknowledged."""

    all: int
    in_time: int
    never: int


def acknowledged(between: Span) -> Acknowledged:
    """Alarms of incidents opened in the time, of an incident the latest. A closure is no acknowledgement."""
    query = (
        select(Escalation.began_at, case((_BY_A_PERSON, Escalation.acknowledged_at)))
        .join(Incident)
        .where(*not_merged(between), _OWN_ALARM)
    )
    rows = db.session.execute(query).all()
    waits = [until - began for began, until in rows if until]
    return Acknowledged(len(rows), sum(wait <= ACKNOWLEDGED for wait in waits), len(rows) - len(waits))


def have_an_alarm(between: Span) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents that `acknowledged` counts."""
    return *not_merged(between), exists().where(Escalation.incident_id == Incident.id, _OWN_ALARM)


def were_never_acknowledged(between: Span) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents whose alarm nobody acknowledged."""
    alarm = exists().where(Escalation.incident_id == Incident.id, _OWN_ALARM, ~_BY_A_PERSON)
    return *not_merged(between), alarm
