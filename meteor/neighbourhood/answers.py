"""Answers of called neighbours: that they go, or that they cannot; and open questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident
from meteor.neighbourhood import view, volunteers
from meteor.neighbourhood.models import Callout, Presence, counts_still
from meteor.neighbourhood.view import NearbyIncident
from meteor.neighbourhood.volunteers import Nearby
from meteor.notices.models import Notice
from meteor.store.database import db, execute

ANSWERS = ("going", "cannot")

CALLED_OFF = ("neighbourhood_off", "neighbour_off")
"""Kinds of notices that call a neighbour off."""


@dataclass(frozen=True)
class Called:
    """A neighbour's call to an incident: the `notice` that rings, the answer, and presence.

    `answer` is one of ANSWERS, None without one.
    """

    notice: int | None = None
    answer: str | None = None
    there: bool = False

    @property
    def asked(self) -> bool:
        """Return whether the banner asks them to answer, or to say that they are there."""
        return self.answer != "cannot" and not self.there


@dataclass(frozen=True)
class OpenCallout:
    """An incident to which a neighbour is called, as the RT leader or as the volunteer near it."""

    nearby: NearbyIncident | Nearby
    called: Called

    @property
    def as_leader(self) -> bool:
        """Return whether the neighbour is called as the RT leader."""
        return isinstance(self.nearby, NearbyIncident)


def called_to(user: User) -> dict[int, Called]:
    """Return the calls of `user` by the ids of their incidents."""
    rows = execute(_CALLED, user=user.id)
    return {row.incident_id: Called(row.notice, row.answer, row.there is not None) for row in rows}


def open_callouts(user: User) -> list[OpenCallout]:
    """Open callouts of `user` in which something is asked of them, newest first. They ring until they are answered."""
    called = {incident: it for incident, it in called_to(user).items() if it.asked}
    if not called:
        return []
    rt = view.rt_of(user) if user.has("rt_leader") else None
    nearby: dict[int, NearbyIncident | Nearby] = {near.incident.id: near for near in volunteers.open_near(user)}
    nearby |= {near.incident.id: near for near in (view.open_in(rt) if rt else ())}
    shown = sorted(called.keys() & nearby.keys(), reverse=True)
    return [OpenCallout(nearby[incident], called[incident]) for incident in shown]


def called_off(user: User) -> Sequence[Notice]:
    """Unacknowledged notices that call `user` off, newest first."""
    told = select(Notice).where(Notice.user_id == user.id, *_off)
    return db.session.scalars(told.order_by(Notice.id.desc())).all()


def version(user_id: int) -> str:
    """The version of a user's callouts, which changes whenever `open_callouts` or `called_off` does."""
    row = execute(_version(), user=user_id).one()
    return f"{row.callouts}.{row.newest or 0}.{row.quiet}.{row.answered}.{row.event or 0}.{row.off or 0}"


def answer(incident: Incident, word: str, at: datetime, actor: User) -> None:
    """Record the answer of a called neighbour, one of ANSWERS. It stops ringing for them; the same again is nothing."""
    new = Callout.answer.is_distinct_from(word)
    if incident.reopened_at:
        new = or_(new, Callout.answered_at < incident.reopened_at)
    mine = Callout.notice_id.in_(_notices_of(incident, actor)), new
    changed = update(Callout).where(*mine).values(answer=word, answered_at=at).returning(Callout.notice_id)
    if db.session.execute(changed, execution_options={"synchronize_session": False}).first():
        timeline.record(incident.id, f"neighbour_{word}", at, actor)
    hush(incident, at, actor)


def hush(incident: Incident, at: datetime, actor: User) -> None:
    """Acknowledge what calls `actor` to an incident: they have answered, or are there."""
    told = update(Notice).where(Notice.id.in_(_notices_of(incident, actor)), Notice.acknowledged_at.is_(None))
    db.session.execute(
        told.values(acknowledged_at=at, acknowledged_by_id=actor.id), execution_options={"synchronize_session": False}
    )


def going(incident_id: int) -> Sequence[Any]:
    """Neighbours (`name`, `at`) who are called to an incident and on their way, in the order of their answers."""
    there = select(Presence.user_id).where(Presence.incident_id == incident_id, counts_still(Presence.at))
    said = (
        select(User.name, func.min(Callout.answered_at).label("at"))
        .select_from(Callout)
        .join(Notice, Notice.id == Callout.notice_id)
        .join(User, User.id == Notice.user_id)
        .outerjoin(Alert, Alert.id == Callout.alert_id)
        .join(Incident, Incident.id == _incident)
        .where(or_(Callout.incident_id == incident_id, Alert.incident_id == incident_id))
        .where(Callout.answer == "going", counts_still(Callout.answered_at), User.id.not_in(there))
        .group_by(User.id, User.name)
    )
    return db.session.execute(said.order_by("at", User.name)).all()


def _notices_of(incident: Incident, user: User) -> Any:
    """Selects the ids of the notices that call `user` to an incident."""
    called = _mine.with_only_columns(Callout.notice_id).where(_incident == incident.id)
    return called.params(user=user.id)


_incident = func.coalesce(Callout.incident_id, Alert.incident_id)
_mine = (
    select(Callout.notice_id)
    .join(Notice, Notice.id == Callout.notice_id)
    .outerjoin(Alert, Alert.id == Callout.alert_id)
    .where(Notice.user_id == bindparam("user"))
)
_off = Notice.acknowledged_at.is_(None), or_(*(Notice.kind == kind for kind in CALLED_OFF))
_CALLED = (
    _mine.join(Incident, Incident.id == _incident)
    .outerjoin(
        Presence,
        and_(Presence.incident_id == _incident, Presence.user_id == Notice.user_id, counts_still(Presence.at)),
    )
    .with_only_columns(
        _incident.label("incident_id"), func.max(case((Notice.acknowledged_at.is_(None), Notice.id))).label("notice"),
        func.max(case((counts_still(Callout.answered_at), Callout.answer))).label("answer"),
        func.max(Presence.at).label("there"),
    )
    .group_by(_incident)
)  # fmt: skip


@cache
def _version() -> Any:
    """Selects what `version` is made of, in one statement: nearly all polls ask for nothing else."""
    event = select(func.max(Event.id)).where(Event.incident_id == _incident).correlate(Callout, Alert).scalar_subquery()
    off = select(func.sum(Notice.id)).where(Notice.user_id == bindparam("user"), *_off)
    return _mine.with_only_columns(
        func.count().label("callouts"), func.max(Callout.notice_id).label("newest"),
        func.count(Notice.acknowledged_at).label("quiet"), func.count(Callout.answer).label("answered"),
        func.max(event).label("event"), off.scalar_subquery().label("off"),
    )  # fmt: skip
