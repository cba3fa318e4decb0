"""Recovery codes: they replace the second factor of a user who has lost the phone, each once."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from meteor.accounts.credentials import RecoveryCode
from meteor.accounts.models import User
from meteor.accounts.rules import token_hash
from meteor.store.database import db, guarded_update

HOW_MANY = 10
_BYTES = 10  # 80 bits: 16 characters, and beyond guessing from a stolen hash
_GROUP = 4
_MISREAD = str.maketrans("01", "OI")  # no code has these digits


def make(user: User) -> Sequence[str]:
    """Give `user` new codes. Earlier ones end. Only their hashes are kept: they can be shown this once."""
    forget(user)
    codes = [b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(HOW_MANY)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=token_hash(code)) for code in codes)
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


def use(user: User, code: str, at: datetime) -> bool:
    """Use up a code, in any spelling. False if it is not the user's, or was used before."""
    spelled = "".join(filter(str.isalnum, code)).upper().translate(_MISREAD)
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return guarded_update(RecoveryCode, *unused, RecoveryCode.code_hash == token_hash(spelled), used_at=at)


def left(user: User) -> int:
    """Return the number of unused recovery codes of `user`."""
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(user: User) -> None:
    """Delete every code of `user`."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
