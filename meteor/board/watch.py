"""The watch: users who are responsible for the command centre now, and how one hands it to another."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User, UserRole
from meteor.accounts.roles import COMMAND
from meteor.board.models import Handover, Watch
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents.labels import where_lines
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.protocols.models import IncidentType
from meteor.store import audit
from meteor.store.database import db, execute, guarded_update, insert_once
from meteor.store.versions import version_of

URGENT = 2
"""The lowest priority of incidents that a hand-over names."""

LISTED = 50
"""Number of hand-overs on a page."""


class AlreadyOnWatch(Exception):
    """The user is on watch."""


class NotOnWatch(Exception):
    """The user is not on watch."""


class AlreadyHandedOver(Exception):
    """A hand-over of the user waits for its second signature."""


class NotWaiting(Exception):
    """The hand-over was accepted, refused or withdrawn before. Its row says when."""


def on_watch() -> Sequence[Watch]:
    """The watches of now, the longest first."""
    return db.session.scalars(select(Watch).where(Watch.ended_at.is_(None)).order_by(Watch.started_at, Watch.id)).all()


def lead_of(watches: Sequence[Watch]) -> Watch | None:
    """The watch that leads: the supervisor's who is on it longest."""
    return next((watch for watch in watches if watch.user.has("supervisor")), None)


def take(user: User, at: datetime) -> None:
    """Take the watch, beside those who have it. Raises AlreadyOnWatch."""
    watch_id = _begin(user.id, at)
    if watch_id is None:
        raise AlreadyOnWatch
    audit.record(user, "watch_taken", f"watches:{watch_id}")


def end(user: User, at: datetime) -> None:
    """Leave the watch without handing it over; a hand-over that waits is withdrawn. Raises NotOnWatch."""
    waiting = given_by(user)
    if waiting:
        withdraw(waiting, user, at)
    if not _finish(user.id, at):
        raise NotOnWatch
    audit.record(user, "watch_ended", f"users:{user.id}")


def successors(user: User) -> Sequence[User]:
    """The users who may take over from `user`, by name."""
    directing = select(UserRole.user_id).where(UserRole.role.in_(COMMAND))
    query = select(User).where(User.id.in_(directing), User.id != user.id, User.active).order_by(User.name, User.id)
    return db.session.scalars(query).all()


def urgent_incidents(named: Callable[[IncidentType], str]) -> list[dict[str, Any]]:
    """The open incidents of P1 and P2, each with "number", "priority", "line" and whether it is "unattended".

    `named` gives a type's name. Unattended: no unit has accepted it.
    """
    attended = select(Assignment.incident_id).where(Assignment.ended_at.is_(None), Assignment.status.in_(UNDER_WAY))
    going = set(db.session.scalars(attended))
    urgent = select(Incident).where(Incident.is_open, Incident.priority <= URGENT)
    rows = db.session.scalars(
        urgent.options(joinedload(Incident.premises)).order_by(Incident.priority, Incident.opened_at, Incident.id)
    ).unique()
    return [
        {
            "number": it.number,
            "priority": it.priority,
            "line": f"{named(it.type)} · {', '.join(where_lines(it)[:2]) or '–'}",
            "unattended": it.id not in going,
        }
        for it in rows
    ]


def hand_over(
    user: User, to: User, note: str, at: datetime, *, named: Callable[[IncidentType], str]
) -> Handover:  # fmt: skip
    """Hand the watch to another user, who is told; it passes when they accept. Signed by sending.

    Raises NotOnWatch; AlreadyHandedOver while an earlier hand-over waits.
    """
    if user.id not in {watch.user_id for watch in on_watch()}:
        raise NotOnWatch
    values = {"from_user_id": user.id, "to_user_id": to.id, "written_at": at, "signed_by_first_at": at, "note": note}
    new = insert_once(Handover, Handover.id).values(**values, incidents=urgent_incidents(named))
    handover_id = db.session.scalar(new)
    if handover_id is None:
        raise AlreadyHandedOver
    audit.record(user, "handover_signed", f"handovers:{handover_id}", to=to.name)
    notices.tell(_key(handover_id), "handover", "/board/watch", user_id=to.id)
    return db.session.get_one(Handover, handover_id)


def accept(handover: Handover, user: User, at: datetime) -> None:
    """The second signs: the watch passes from the first to them. Raises NotWaiting."""
    if not guarded_update(Handover, *_waiting(handover.id), Handover.to_user_id == user.id, signed_by_second_at=at):
        db.session.refresh(handover)
        raise NotWaiting
    _finish(handover.from_user_id, at)
    _begin(user.id, at)
    notices.acknowledge_all(_key(handover.id), user, at)
    audit.record(user, "handover_accepted", f"handovers:{handover.id}", giver=handover.from_user.name)


def withdraw(handover: Handover, user: User, at: datetime) -> None:
    """The first takes the hand-over back and stays on watch. Raises NotWaiting."""
    if not guarded_update(Handover, *_waiting(handover.id), Handover.from_user_id == user.id, withdrawn_at=at):
        db.session.refresh(handover)
        raise NotWaiting
    notices.acknowledge_all(_key(handover.id), user, at)
    audit.record(user, "handover_withdrawn", f"handovers:{handover.id}", to=handover.to_user.name)


def refuse(handover: Handover, reason: str, user: User, at: datetime) -> None:
    """The second does not take the watch and says why; the first, who is told, stays on watch. Raises NotWaiting."""
    values = {"refused_at": at, "refusal": reason}
    if not guarded_update(Handover, *_waiting(handover.id), Handover.to_user_id == user.id, **values):
        db.session.refresh(handover)
        raise NotWaiting
    notices.acknowledge_all(_key(handover.id), user, at)
    key, to = f"handover-refused:{handover.id}", handover.from_user_id
    notices.tell(key, "handover_refused", f"/board/handovers/{handover.id}", user_id=to)
    audit.record(user, "handover_refused", f"handovers:{handover.id}", giver=handover.from_user.name, reason=reason)


def find_of(user: User, handover_id: int) -> Handover | None:
    """The hand-over with this id, if `user` gave it or is to take it."""
    query = select(Handover).where(Handover.id == handover_id)
    return db.session.scalar(query.where((Handover.from_user_id == user.id) | (Handover.to_user_id == user.id)))


def given_by(user: User) -> Handover | None:
    """The hand-over of `user` that waits."""
    return db.session.scalar(select(Handover).where(*_waiting(), Handover.from_user_id == user.id))


def waiting_for(user: User) -> Sequence[Handover]:
    """The hand-overs that wait for the signature of `user`, oldest first."""
    query = select(Handover).where(*_waiting(), Handover.to_user_id == user.id)
    return db.session.scalars(query.order_by(Handover.id)).all()


def version(user_id: int) -> str:
    """Changes with the watches of now, and with the hand-overs that wait for this user. Also in front of Flask."""
    watches, waiting = execute(_WATCHES).all(), execute(_WAITING, to=user_id).all()
    return version_of({"watches": [row.id for row in watches], "waiting": [row.id for row in waiting]})


def handovers(before: int | None) -> Sequence[Handover]:
    """The newest hand-overs, LISTED at most; with `before`, those older than the one with this id."""
    query = select(Handover).order_by(Handover.id.desc()).limit(LISTED)
    return db.session.scalars(query if before is None else query.where(Handover.id < before)).all()


def _begin(user_id: int, at: datetime) -> int | None:
    return execute(insert_once(Watch, Watch.id), user_id=user_id, started_at=at).scalar()


def _finish(user_id: int, at: datetime) -> bool:
    return guarded_update(Watch, Watch.user_id == user_id, Watch.ended_at.is_(None), ended_at=at)


def _waiting(handover_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    waiting = Handover.signed_by_second_at.is_(None), Handover.withdrawn_at.is_(None), Handover.refused_at.is_(None)
    return waiting if handover_id is None else (*waiting, Handover.id == handover_id)


def _key(handover_id: int) -> str:
    return f"handover:{handover_id}:"


_WATCHES = select(Watch.id).where(Watch.ended_at.is_(None)).order_by(Watch.started_at, Watch.id)
_WAITING = select(Handover.id).where(*_waiting(), Handover.to_user_id == bindparam("to")).order_by(Handover.id)
