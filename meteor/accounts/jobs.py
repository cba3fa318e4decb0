"""Jobs about accounts: lifetimes of sessions, and forgetting old sessions and invitations."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from meteor.accounts.models import Invitation, UserSession
from meteor.accounts.session_clock import Minutes
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=90)


def forget_invitations(at: datetime) -> None:
    """Delete the invitations that were used, or ran out, more than KEPT ago."""
    over = or_(Invitation.used_at < at - KEPT, Invitation.expires_at < at - KEPT)
    db.session.execute(delete(Invitation).where(over))


def forget_sessions(at: datetime) -> None:
    """Delete the sessions that ended more than SESSIONS_KEPT ago."""
    db.session.execute(delete(UserSession).where(UserSession.ended_at < at - SESSIONS_KEPT))


JOBS = [
    Job("sessions.minutes", 15, Minutes().run),
    Job("sessions.retention", 3600, forget_sessions),
    Job("invitations.retention", 3600, forget_invitations),
]
