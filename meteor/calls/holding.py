"""Possession of calls: one call-taker at a time, until a handover or a stalled claim."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, update

from meteor.accounts.models import User, UserRole
from meteor.accounts.roles import CALL_HANDLING
from meteor.calls.models import Call
from meteor.notices import rules as notices
from meteor.store.database import db, guarded_update

STALLED = timedelta(seconds=45)
"""Time to answer a taken call; afterwards it rings for all again."""

RINGS = timedelta(minutes=10)
"""Age after which a ringing call is missed: the exchange did not report its end."""

_LIVE = text("calls.status in ('ringing', 'taken')")  # as in the index

TALKS = timedelta(hours=1)
"""Age after which an answered call without a call-taker is over: the exchange did not report its end."""


class CallTaken(Exception):
    """Another user has the call (`by`, the name), or it is over (`status`)."""

    def __init__(self, by: str, status: str) -> None:
        super().__init__(f"{status}, with {by or 'nobody'}")
        self.by, self.status = by, status


def take_call(call: Call, at: datetime, user: User) -> None:
    """Take a call that rings, or that one is asked to take over. Of two at once one wins; the other gets CallTaken."""
    free = or_(Call.status == "ringing", and_(Call.status == "taken", Call.offered_to_id == user.id))
    values = {"status": "taken", "taken_by_id": user.id, "taken_at": at, "offered_to_id": None}
    if not change(call, free, **values) and not (call.status == "taken" and call.taken_by_id == user.id):
        raise refusal(call)


def hold(call: Call, at: datetime, user: User) -> None:
    """Give the call to its user at work, as answered. Raises CallTaken if another user has it.

    A call that nobody has becomes theirs. On PostgreSQL this also keeps every other change to the call waiting.
    """
    talking = Call.status.in_(("ringing", "taken")) & Call.called_back_at.is_(None)
    mine = change(
        call,
        or_(Call.taken_by_id.is_(None), Call.taken_by_id == user.id),
        taken_by_id=user.id,
        taken_at=func.coalesce(Call.taken_at, at),
        status=case((Call.status == "ringing", "taken"), else_=Call.status),
        answered_at=case((talking, func.coalesce(Call.answered_at, Call.taken_at, at)), else_=Call.answered_at),
    )
    if not mine:
        raise refusal(call)


def release_stalled(at: datetime) -> None:
    """Let taken calls without an answer ring again for all, and mark calls that ring too long as missed.

    When a call ended that a telephone had answered, and whose end was never told, nobody knows.
    """
    silent = [Call.answered_at.is_(None), Call.called_back_at.is_(None)]
    db.session.execute(
        update(Call)
        .where(Call.status == "taken", Call.taken_at <= at - STALLED, *silent)
        .values(status="ringing", taken_by_id=None, taken_at=None, offered_to_id=None)
    )
    db.session.execute(
        update(Call)
        .where(Call.status == "ringing", Call.announced_at <= at - RINGS, *silent)
        .values(status="abandoned", ended_at=at)
    )
    answered = Call.answered_at <= at - TALKS, Call.announced_at <= at - TALKS  # by the exchange's clock, and by ours
    db.session.execute(update(Call).where(Call.status == "ringing", *answered).values(status="ended"))


def next_stalled(at: datetime) -> datetime | None:
    """Return when the first call will have waited for too long."""
    live = select(Call.status, Call.taken_at, Call.announced_at, Call.answered_at, Call.called_back_at).where(_LIVE)
    moments = [_stalled_from(*call) for call in db.session.execute(live)]
    return min((moment for moment in moments if moment), default=None)


def offer_to(call: Call, colleague: User | None, at: datetime, actor: User) -> None:
    """Ask a colleague to take the call over; None withdraws it. Raises CallTaken if `actor` does not have it.

    The supervisor may do it for whoever has it: their desk may be dark.
    """
    theirs = Call.status == "taken"
    if not actor.has("supervisor"):
        theirs &= Call.taken_by_id == actor.id
    if not change(call, theirs, offered_to_id=colleague.id if colleague else None):
        raise refusal(call)
    if colleague:
        key = f"call_offered:{call.id}:{colleague.id}:{at.isoformat()}"
        notices.tell(key, "call_offered", f"/calls/{call.id}", user_id=colleague.id, by=actor.name)


def colleagues(user: User) -> list[User]:
    """The other call-takers, by name."""
    takers = select(UserRole.user_id).where(UserRole.role.in_(CALL_HANDLING))
    query = select(User).where(User.id.in_(takers), User.active, User.id != user.id).order_by(User.name)
    return list(db.session.scalars(query))


def change(call: Call, condition: ColumnElement[bool], **values: Any) -> bool:
    """A guarded update: whether it was so, and is now as `values` say."""
    changed = guarded_update(Call, Call.id == call.id, condition, **values)
    db.session.refresh(call)
    return changed


def _stalled_from(
    status: str, taken: datetime | None, announced: datetime | None, answered: datetime | None, back: datetime | None
) -> datetime | None:
    """Return when `release_stalled` handles a call with these moments, if nothing happens."""
    if answered is None and back is None:
        since, after = (taken, STALLED) if status == "taken" else (announced, RINGS)
        return since and since + after
    return max(answered, announced) + TALKS if status == "ringing" and answered and announced else None


def refusal(call: Call) -> CallTaken:
    """Return the exception of a change that did not happen: the call's holder and status."""
    return CallTaken(call.taken_by.name if call.taken_by else "", call.status)
