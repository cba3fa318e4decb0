"""The lists of the 112 console: waiting, taken, abandoned and unfinished calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.calls import caller_flags
from meteor.calls.models import Call, CallerFlag
from meteor.calls.rules import missed, unclassified
from meteor.incidents.models import Incident
from meteor.store.database import db, execute
from meteor.store.versions import version_of

STEPS = (10, 15, 20)
"""Seconds within which a call is to be answered: the goal, then what is late, then what is bad."""

MISSED_FOR = timedelta(hours=24)
MOST = 100


@dataclass(frozen=True)
class Console:
    """`ringing` longest first, `taken` by call-taker, `missed` newest first, `unfinished` of the user.

    `flags` are the active flags by number.
    """

    ringing: Sequence[Call]
    taken: Sequence[Call]
    missed: Sequence[Call]
    unfinished: Sequence[Call]
    flags: dict[str, CallerFlag]


def console(user: User, at: datetime) -> Console:
    """The console of `user`."""
    ringing = sorted(_list(Call.announced_at, Call.status == "ringing"), key=lambda call: call.waits_since)
    taken = _list(Call.taken_at, Call.status == "taken")
    lost = _list(Call.announced_at.desc(), missed(), Call.announced_at > at - MISSED_FOR)
    unfinished = _list(Call.received_at.desc(), unclassified(), Call.taken_by_id == user.id)
    lists = (ringing, taken, lost, unfinished)
    known = caller_flags.active((call.phone for calls in lists for call in calls), at)
    return Console(ringing, taken, lost, unfinished, known)


def version(user_id: int, at: datetime) -> str:
    """Changes whenever the console of this user does."""
    return version_of({"calls": [[*row] for row in execute(_SHOWN, user=user_id, since=at - MISSED_FOR, at=at)]})


def _list(order: Any, *conditions: ColumnElement[bool]) -> Sequence[Call]:
    people = (joinedload(Call.taken_by), joinedload(Call.offered_to), joinedload(Call.alert).joinedload(Alert.incident))
    query = select(Call).where(*conditions).order_by(order, Call.id).options(*people)
    return db.session.scalars(query.limit(MOST)).all()


_SHOWN = (
    select(
        Call.id, Call.status, Call.taken_by_id, Call.offered_to_id, Call.answered_at, Call.phone,
        Incident.status.label("incident_status"), CallerFlag.id.label("flag_id"),
    )
    .outerjoin(Alert, Alert.id == Call.alert_id)
    .outerjoin(Incident, Incident.id == Alert.incident_id)
    .outerjoin(CallerFlag, and_(CallerFlag.phone == Call.phone, *caller_flags.active_at(bindparam("at"))))
    .where(
        or_(
            Call.status == "ringing",
            Call.status == "taken",
            and_(missed(), Call.announced_at > bindparam("since")),
            and_(unclassified(), Call.taken_by_id == bindparam("user")),
        )
    )
    .order_by(Call.id, CallerFlag.id)
)  # fmt: skip
