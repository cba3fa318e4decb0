"""The lists of the 112 console: waiting, taken, abandoned and unfinished calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.calls import caller_flags
from meteor.calls.models import Call, CallerFlag
from meteor.calls.rules import missed
from meteor.store.database import db
from meteor.store.versions import version_of

STEPS = (10, 15, 20)
"""Seconds within which a call is to be answered: the goal, then what is late, then what is bad."""

MISSED_FOR = timedelta(hours=24)
MOST = 100


@dataclass(frozen=True)
class Console:
    """`ringing` longest first, `taken` by call-taker, `missed` newest first, `unfinished` of the user.

    `flags` are the active flags by number. `version` changes whenever any of this does.
    """

    ringing: Sequence[Call]
    taken: Sequence[Call]
    missed: Sequence[Call]
    unfinished: Sequence[Call]
    flags: dict[str, CallerFlag]
    version: str


def console(user: User, at: datetime) -> Console:
    """The console of `user`."""
    ringing = sorted(_list(Call.announced_at, Call.status == "ringing"), key=lambda call: call.waits_since)
    taken = _list(Call.taken_at, Call.status == "taken")
    lost = _list(Call.announced_at.desc(), missed(), Call.announced_at > at - MISSED_FOR)
    unfinished = _list(
        Call.received_at.desc(),
        Call.status.in_(("ended", "abandoned")),
        Call.classified_as.is_(None),
        Call.taken_by_id == user.id,
    )
    lists = (ringing, taken, lost, unfinished)
    known = caller_flags.active((call.phone for calls in lists for call in calls), at)
    state = {
        "calls": [
            (
                call.id, call.status, call.taken_by_id, call.offered_to_id, call.answered_at, call.phone,
                call.alert.incident.status if call.alert else None,
            )
            for calls in lists for call in calls
        ],
        "flags": [(phone, flag.id) for phone, flag in known.items()],
    }  # fmt: skip
    return Console(ringing, taken, lost, unfinished, known, version_of(state))


def _list(order: Any, *conditions: ColumnElement[bool]) -> Sequence[Call]:
    people = (joinedload(Call.taken_by), joinedload(Call.offered_to), joinedload(Call.alert).joinedload(Alert.incident))
    query = select(Call).where(*conditions).order_by(order, Call.id).options(*people)
    return db.session.scalars(query.limit(MOST)).all()
