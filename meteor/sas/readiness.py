"""Content of the alarm screen without an alarm: panels by state, last tests, staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.accounts.models import User, UserRole, UserSession
from meteor.accounts.roles import COMMAND
from meteor.sas import panel_status, supervision
from meteor.sas.models import TestMode
from meteor.sas.panel_status import Running
from meteor.store.database import db

LAST_TESTS = 5

IN_USE = timedelta(minutes=5)
"""A session counts as in use for so long after its last use, which is written up to two minutes late."""


HEARD = ("silent", "overdue", "heard")
"""The states that follow from what the receiver hears."""


@dataclass(frozen=True)
class Readiness:
    """Numbers of panels by state (labels.STATES), the newest tests first, and names by role (COMMAND).

    While no receiver listens, the states that it hears (HEARD) are counted under "unknown"; `listened_at` is when it
    last did, None if never.
    """

    panels: Mapping[str, int]
    listened_at: datetime | None
    tests: Sequence[TestMode]
    staff: Mapping[str, Sequence[str]]


def readiness(at: datetime, running: Running, *, heard: bool) -> Readiness:
    """The readiness at a moment, with the tests that run now; `heard`: a receiver listens to the panels."""
    tests = db.session.scalars(select(TestMode).order_by(TestMode.id.desc()).limit(LAST_TESTS)).all()
    panels = panel_status.counts(running)
    if not heard:
        panels = {"unknown": sum(panels.pop(state, 0) for state in HEARD), **panels}
    return Readiness(panels, supervision.last_listened(), tests, _staff(at))


def _staff(at: datetime) -> dict[str, list[str]]:
    """Names of the users with a role of COMMAND whose METEOR is open. METEOR does not know who is on watch."""
    in_use = select(UserSession.id).where(
        UserSession.user_id == User.id, UserSession.ended_at.is_(None), UserSession.last_seen_at >= at - IN_USE
    )
    query = (
        select(UserRole.role, User.name)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role.in_(COMMAND), User.active, in_use.exists())
        .order_by(User.name)
    )
    rows = db.session.execute(query).all()
    return {role: names for role in COMMAND if (names := [row.name for row in rows if row.role == role])}
