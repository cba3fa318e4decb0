"""The moments of an incident, from its stored alerts, calls, decisions, assignments and timeline.

Each rule is written for readers in `moments.RULES`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.calls.models import Call, believed
from meteor.dispatch.models import Assignment
from meteor.incidents.models import FROM_PAPER, Decision, Event, Incident, Merge
from meteor.statistics.moments import Moments
from meteor.store.database import db

TRIAGE = frozenset({"retyped", "reprioritised", "released"})
"""Events by which staff say what an incident is, how urgent, and that units may go."""

ACTS = TRIAGE | {
    "acknowledged", "accepted", "refused", "en_route", "on_scene", "cleared", "withdrawn", "added", "offered_again",
    "self_dispatched", "taken_over", "moved", "staged", "staging_area_set", "note", "contact_called", "separated",
    "closed", "reopened", "received",
}  # fmt: skip
"""Events that show, where staff are their actors, that staff have seen the incident."""


class Span(NamedTuple):
    """A segment's time, from the receipt or the reopening to the closure."""

    start: datetime
    end: datetime | None

    def has(self, moment: datetime, *, first: bool) -> bool:
        """Return whether a moment lies within. Earlier moments count for the first segment."""
        return (first or moment >= self.start) and (self.end is None or moment <= self.end)


class Intake(NamedTuple):
    """The intake of an incident: first receipt, first answer to a 112 call, and reporters.

    `pressed_at` is of the alert that was received first, by the device that sent it.
    """

    pressed_at: datetime | None
    received_at: datetime
    answered_at: datetime | None
    reporter_ids: frozenset[int]


class Act(NamedTuple):
    """An event by staff; `triage` says what it is, how urgent, or that units may go."""

    at: datetime
    triage: bool


class AssignmentTimes(NamedTuple):
    """The moments of a unit: asked, offered the incident on its tablet, and each step."""

    asked_at: datetime
    offered_at: datetime | None
    accepted_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None


def clocks_of(incident: Incident) -> list[Moments]:
    """The moments of each segment.

    There are none of a drill, of an incident that another one handles, of a press by mistake, and of a duplicate: the
    chief's page does not count those either. A reporter who says that they are safe takes nothing back (rule 8): an
    incident that no unit reached before is late.
    """
    if incident.drill or incident.merged_into_id is not None:
        return []
    if incident.cancelled == "mistake" or incident.outcome == "duplicate":
        return []
    ids = merging.with_parts(incident)
    intake = _intake(incident, ids)
    spans = list(_spans(incident.id, intake.received_at))
    acts = list(_acts(ids, intake.reporter_ids))
    assignments = _assignments(ids, on_paper=FROM_PAPER in incident.flags)
    return [_moments(number, span, intake, acts, assignments) for number, span in enumerate(spans)]


def _moments(
    number: int, span: Span, intake: Intake, acts: Iterable[Act], assignments: Iterable[AssignmentTimes]
) -> Moments:
    first = number == 0
    mine = [act for act in acts if span.has(act.at, first=first)]
    units = [row for row in assignments if span.has(row.asked_at, first=first)]
    accepted_at = _first(units, "accepted_at")
    seen = [*(act.at for act in mine), accepted_at, intake.answered_at] if first else []  # staff reopened it
    moments = Moments(
        pressed_at=None,
        received_at=span.start,
        seen_at=_earliest(seen),
        triaged_at=_earliest(act.at for act in mine if act.triage),
        offered_at=_first(units, "offered_at"),
        accepted_at=accepted_at,
        en_route_at=_first(units, "en_route_at"),
        on_scene_at=_first(units, "on_scene_at"),
        closed_at=span.end,
    )
    # A clock that was set back, or an alert that was taken away: a step is not earlier than what it answers.
    in_order = Moments._make(moment and max(moment, span.start) for moment in moments)
    return in_order._replace(pressed_at=intake.pressed_at if first else None)


_RANG = Call.received_at.label("rang_at"), Call.announced_at, Call.answered_at


def _intake(incident: Incident, ids: Collection[int]) -> Intake:
    query = (
        select(Alert.received_at, Alert.pressed_at, Alert.reporter_id, *_RANG)
        .outerjoin(Call, Call.alert_id == Alert.id)
        .where(Alert.incident_id.in_(ids), ~Alert.repeat)
    )
    rows = db.session.execute(query).all()
    received = ((min(filter(None, (row.received_at, row.announced_at or row.rang_at))), row.pressed_at) for row in rows)
    received_at, pressed_at = min(received, key=itemgetter(0), default=(incident.opened_at, None))
    reporters = frozenset(row.reporter_id for row in rows if row.reporter_id is not None)
    return Intake(pressed_at, received_at, _earliest(map(_answered_at, rows)), reporters)


def _answered_at(row: Any) -> datetime | None:
    """The answer by our clock: the exchange's own clock says only how long the call rang."""
    if row.answered_at is None:
        return None
    rang_for = max(row.answered_at - believed(row.rang_at, row.announced_at), timedelta())
    answered: datetime = (row.announced_at or row.rang_at) + rang_for
    return answered


def _spans(incident_id: int, received_at: datetime) -> Iterator[Span]:
    """The segments, by the closures and reopenings that count: one by a merge does until that is undone."""
    query = (
        select(Decision.kind, Decision.at)
        .outerjoin(Merge, Merge.id == Decision.merge_id)
        .where(Decision.incident_id == incident_id, Decision.kind.in_(("closure", "reopening")))
        .where(Merge.undone_at.is_(None))
        .order_by(Decision.id)
    )
    span = Span(received_at, None)
    for kind, at in db.session.execute(query):
        if kind == "closure":
            span = span._replace(end=at)
        else:
            yield span
            span = Span(at, None)
    yield span


def _acts(ids: Collection[int], reporter_ids: Collection[int]) -> Iterator[Act]:
    """Yield the acts of staff.

    A reporter's own word is no act of staff, nor is an entry from paper that they received it.
    """
    query = select(Event.event_type, Event.at, Event.actor_id, Event.detail).where(
        Event.incident_id.in_(ids), Event.event_type.in_(ACTS), Event.actor_id.is_not(None)
    )
    for row in db.session.execute(query):
        received = row.event_type == "received"
        if row.actor_id in reporter_ids or row.detail.get("from_reporter"):
            continue
        if not (received and "entered_at" in row.detail):
            yield Act(row.at, triage=received or row.event_type in TRIAGE)


def _assignments(ids: Collection[int], *, on_paper: bool) -> Sequence[AssignmentTimes]:
    """The assignments. `offered_at` is None for one that was entered from paper, where nobody was asked."""
    steps = Assignment.accepted_at, Assignment.en_route_at, Assignment.on_scene_at
    query = select(Assignment.offered_at.label("asked_at"), *steps).where(Assignment.incident_id.in_(ids))
    return [
        AssignmentTimes(row.asked_at, None if on_paper and row.asked_at == row.accepted_at else row.asked_at, *row[1:])
        for row in db.session.execute(query)
    ]


def _first(rows: Iterable[Any], step: str) -> datetime | None:
    return _earliest(getattr(row, step) for row in rows)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, moments), default=None)
