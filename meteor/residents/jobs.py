"""What comes round in the register: forgetting the codes of claim cards that ran out."""

from datetime import datetime

from sqlalchemy import update

from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.work import Job


def forget_claims(at: datetime) -> None:
    """Forget the hashes of claim codes whose time is over: they open nothing any more. The date stays."""
    over = (Resident.claim_expires_at <= at) & Resident.claim_hash.is_not(None)
    db.session.execute(update(Resident).where(over).values(claim_hash=None))


JOBS = [Job("claims.retention", 3600, forget_claims)]
