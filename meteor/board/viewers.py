"""Dispatchers who have an incident open on their boards, so that two do not do the same work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from meteor.accounts.models import User
from meteor.board.models import IncidentViewer
from meteor.incidents.models import Incident
from meteor.store.database import db, execute, guarded_update, insert_once
from meteor.store.versions import version_of

FRESH = 50
"""Seconds after a board's last sign from which on its user does not count as a viewer any more."""

SIGN_EVERY = 20
"""Seconds between two signs of a board with an open incident. Each is a commit, after which polls read anew."""

Viewers = Sequence[Row[Any]]
"""Rows of `number`, `user_id`, `name` and `opened_at`, by number, then the longest first."""


def viewers(at: datetime) -> Viewers:
    """The users who have an incident open at a moment. Also in front of Flask: the statement needs no session."""
    return execute(_VIEWERS, since=at - timedelta(seconds=FRESH)).all()


def of_others(everybody: Viewers, user_id: int) -> Viewers:
    """The rows of everybody else."""
    return [row for row in everybody if row.user_id != user_id]


def version(others: Viewers) -> str:
    """A version that changes with the rows."""
    return version_of({"viewers": [tuple(row) for row in others]})


def view(incident: Incident, user: User, at: datetime) -> None:
    """Record that a user has an incident open. A new viewer removes those whose board gives no sign."""
    since = at - timedelta(seconds=FRESH)
    if not guarded_update(IncidentViewer, *_row(incident, user), IncidentViewer.seen_at > since, seen_at=at):
        db.session.execute(delete(IncidentViewer).where(IncidentViewer.seen_at <= since))
        execute(insert_once(IncidentViewer), user_id=user.id, incident_id=incident.id, opened_at=at, seen_at=at)


def leave(incident: Incident, user: User) -> None:
    """Note that a user has closed an incident. Another board of the user that shows it says so at its next sign."""
    db.session.execute(delete(IncidentViewer).where(*_row(incident, user)))


def _row(incident: Incident, user: User) -> tuple[Any, ...]:
    return IncidentViewer.user_id == user.id, IncidentViewer.incident_id == incident.id


_VIEWERS = (
    select(Incident.number, IncidentViewer.user_id, User.name, IncidentViewer.opened_at)
    .join(Incident, Incident.id == IncidentViewer.incident_id)
    .join(User, User.id == IncidentViewer.user_id)
    .where(IncidentViewer.seen_at > bindparam("since"))
    .order_by(Incident.number, IncidentViewer.opened_at, User.name)
)
