"""Jobs about accounts: lifetimes of sessions, recovery requests, and forgetting what ended long ago."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from meteor.accounts import phone_codes, phone_messages, recoveries, remembered_devices
from meteor.accounts.models import Invitation, RecoveryRequest, UserSession
from meteor.accounts.session_clock import Minutes
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=90)
RECOVERIES_KEPT = timedelta(days=90)


def forget_invitations(at: datetime) -> None:
    """Delete the invitations that were used, or ran out, more than KEPT ago."""
    over = or_(Invitation.used_at < at - KEPT, Invitation.expires_at < at - KEPT)
    db.session.execute(delete(Invitation).where(over))


def forget_sessions(at: datetime) -> None:
    """Delete the sessions that ended more than SESSIONS_KEPT ago."""
    db.session.execute(delete(UserSession).where(UserSession.ended_at < at - SESSIONS_KEPT))


def forget_recoveries(at: datetime) -> None:
    """Delete the recovery requests that ended more than RECOVERIES_KEPT ago. The audit log keeps what was done."""
    db.session.execute(delete(RecoveryRequest).where(RecoveryRequest.ended_at < at - RECOVERIES_KEPT))


JOBS = [
    Job("recoveries.time", 60, recoveries.pass_time),
    Job("recoveries.retention", 3600, forget_recoveries),
    Job("sessions.minutes", 30, Minutes().run),
    Job("sessions.retention", 3600, forget_sessions),
    Job("invitations.retention", 3600, forget_invitations),
    Job("remembered_devices.retention", 3600, remembered_devices.prune),
    Job("codes.retention", 600, phone_codes.forget),
]
PARTNERS = {phone_codes.TOPIC: phone_messages.send}
