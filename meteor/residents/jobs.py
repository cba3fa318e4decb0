"""Jobs of the register: deletion of expired codes of claim cards."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from meteor.accounts.models import User
from meteor.accounts.telling import PHONE_CHANGED
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.work import Job


def forget_claims(at: datetime) -> None:
    """Forget the hashes of claim codes whose time is over: they open nothing any more. The date stays."""
    over = (Resident.claim_expires_at <= at) & Resident.claim_hash.is_not(None)
    db.session.execute(update(Resident).where(over).values(claim_hash=None))


def follow_phone(payload: dict[str, Any], at: datetime) -> None:
    """Write the phone number of an account into the register."""
    user = db.session.get_one(User, payload["user_id"])
    db.session.execute(update(Resident).where(Resident.user_id == user.id).values(phone=user.phone))


JOBS = [Job("claims.retention", 3600, forget_claims)]
HANDLERS = {PHONE_CHANGED: follow_phone}
