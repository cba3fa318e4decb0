"""Load: what reached the city by which channel and when, and how fast calls, alarms and offers were answered.

Drills do not count. Everything is found through the index of the moments at which incidents were opened or calls came
in, month by month, so that a page costs what its months hold.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select

from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.statistics.city_hours import CityHour
from meteor.store.database import db
from meteor.store.moments import WIB, midnight

NOISE = ("prank", "ghost", "dropped")
"""Classes of 112 calls that ask for nothing. Blocked numbers are noise too, and have no class."""

MOST = 500
"""Number of premises, units or places in a table."""

Span = tuple[datetime, datetime]

_UNANSWERED = func.sum(case((Assignment.status == "expired", 1), else_=0))


class CallCounts(NamedTuple):
    """Calls of a month: all, by class, and those of blocked numbers."""

    all: int
    classes: Counter[str]
    blocked: int

    @property
    def noise(self) -> int:
        return self.blocked + sum(self.classes[name] for name in NOISE)


class Offers(NamedTuple):
    """Offers that METEOR made to a unit, and those that it did not answer in time."""

    call_sign: str
    all: int
    unanswered: int


def span(months: Sequence[date]) -> Span:
    """The moments at which the first of the months begins and the last one ends (WIB)."""
    after = (months[-1] + timedelta(days=31)).replace(day=1)
    return midnight(months[0]), midnight(after)


def calls_began() -> date | None:
    """The day of the first 112 call (WIB)."""
    received = db.session.scalar(select(func.min(Call.received_at)))
    return received.astimezone(WIB).date() if received else None


def reports(between: Span) -> Counter[str]:
    """Reports by channel: alerts of incidents opened in the time, without those that a reporter repeated."""
    query = (
        select(Alert.source, func.count())
        .join(Incident, Incident.id == Alert.incident_id)
        .where(opened(between), Alert.repeat.is_(False), Alert.drill.is_(False))
        .group_by(Alert.source)
    )
    return Counter(dict(db.session.execute(query).all()))


def calls(between: Span) -> CallCounts:
    """112 calls that came in within the time, but tests of the line."""
    query = (
        select(Call.classified_as, Call.status, func.count())
        .where(Call.received_at >= between[0], Call.received_at < between[1])
        .where(Call.classified_as.is_distinct_from("test"))
        .group_by(Call.classified_as, Call.status)
    )
    classes: Counter[str] = Counter()
    blocked = 0
    for name, status, count in db.session.execute(query):
        if status == "blocked":
            blocked += count
        else:
            classes[name or ""] += count
    return CallCounts(classes.total() + blocked, classes, blocked)


def hours(between: Span) -> Counter[tuple[int, int]]:
    """Incidents by weekday (0 is Monday) and hour of the day (WIB)."""
    query = select(Incident.opened_at).where(*not_merged(between))
    moments = (at.astimezone(WIB) for at in db.session.scalars(query))
    return Counter((at.weekday(), at.hour) for at in moments)


def false_alarms(between: Span) -> Sequence[tuple[int, str, int]]:
    """Premises (id and name) with their number of false alarms, most first."""
    count = func.count().label("count")
    query = (
        select(Premises.id, Premises.name, count)
        .join(Incident, Incident.premises_id == Premises.id)
        .where(*are_false_alarms(between))
        .group_by(Premises.id, Premises.name)
        .order_by(count.desc(), Premises.name)
        .limit(MOST)
    )
    return db.session.execute(query).all()


def false_alarm_counts(between: Span) -> tuple[int, int]:
    """Numbers of false alarms among incidents opened in the time, and of those among them that are at premises."""
    query = select(func.count(), func.count(Incident.premises_id)).where(*are_false_alarms(between))
    every, at_premises = db.session.execute(query).one()
    return every, at_premises


def false_alarms_at(premises: Premises, between: Span) -> Sequence[Incident]:
    """The false alarms at premises, oldest first."""
    query = select(Incident).where(*are_false_alarms(between), Incident.premises_id == premises.id)
    return db.session.scalars(query.order_by(Incident.opened_at, Incident.id)).all()


def offers(between: Span) -> list[Offers]:
    """Offers by unit, with most unanswered ones first. What a dispatcher assigned was not offered."""
    query = (
        _offers(between, Unit.call_sign)
        .join(Unit, Unit.id == Assignment.unit_id)
        .group_by(Unit.id, Unit.call_sign)
        .order_by(_UNANSWERED.desc(), Unit.call_sign)
        .limit(MOST)
    )
    return [Offers(*row) for row in db.session.execute(query)]


def offers_by_hour(between: Span) -> dict[int, tuple[int, int]]:
    """Numbers of offers, and of those unanswered, by the hour (WIB) of the offer; no key without one."""
    query = _offers(between, CityHour(Assignment.offered_at)).group_by(CityHour(Assignment.offered_at))
    return {hour: (count, unanswered) for hour, count, unanswered in db.session.execute(query)}


def _offers(between: Span, key: Any) -> Select[Any]:
    """The offers of incidents opened in the time by a key, with their number and that of unanswered ones."""
    query = select(key, func.count(), _UNANSWERED).select_from(Incident)
    query = query.join(Assignment, Assignment.incident_id == Incident.id)
    return query.where(opened(between), Assignment.added_by_id.is_(None))


def not_merged(between: Span) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents opened in the time, without drills and parts of a merged incident."""
    return opened(between), Incident.merged_into_id.is_(None)


def are_false_alarms(between: Span) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents opened in the time that were false alarms."""
    return *not_merged(between), Incident.outcome == "false_alarm"


def opened(between: Span) -> ColumnElement[bool]:
    """The condition of incidents that were opened in the time and are no drill."""
    start, end = between
    return (Incident.opened_at >= start) & (Incident.opened_at < end) & Incident.drill.is_(False)
