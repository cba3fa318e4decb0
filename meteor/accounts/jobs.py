"""What comes round among accounts: forgetting invitations that open nothing any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from meteor.accounts.models import Invitation
from meteor.store.database import db
from meteor.store.work import Job

KEPT = timedelta(days=30)


def forget_invitations(at: datetime) -> None:
    """Delete the invitations that were used, or ran out, more than KEPT ago."""
    over = or_(Invitation.used_at < at - KEPT, Invitation.expires_at < at - KEPT)
    db.session.execute(delete(Invitation).where(over))


JOBS = [Job("invitations.retention", 3600, forget_invitations)]
