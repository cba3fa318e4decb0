"""Credentials besides the password: the tables of the second factor and of the codes that verify phone numbers."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed


class TotpSecret(Base):
    """The secret that a user shares with an authenticator app (TOTP, RFC 6238).

    `pending` is a secret that no code has confirmed yet: it opens nothing, and replaces `secret` when it is confirmed.
    `last_step` is the newest time step (30 s) of which a code was taken: each code is good once.
    """

    __tablename__ = "totp_secrets"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    pending_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]

    secret = Sealed(indexed=False)
    pending = Sealed(indexed=False)


class Passkey(Base):
    """A passkey of a user (WebAuthn): the public part of a key that stays on the user's device.

    `sign_count` is the authenticator's own counter; many devices always say 0.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class RecoveryCode(Base):
    """A code that replaces the second factor once. Only its SHA-256 is kept: a code has 80 random bits."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class RememberedDevice(Base):
    """A device on which a user is not asked for the second factor until a moment.

    `device_hash` is the SHA-256 of the name in the device cookie, `session_id` the user's newest session there.
    """

    __tablename__ = "remembered_devices"
    __table_args__ = (UniqueConstraint("user_id", "device_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    device_hash: Mapped[str]
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime]


class PhoneCode(Base):
    """A verification message to a phone number, with the number of tries at its code; deleted when used or expired.

    `purpose` is own (the account's number), change (a new number of the account), recovery (the account's number proves
    `request_id`), or, for numbers that another account has and without a code, known and taken (see phone_codes).
    The code is not stored: it is computed from the random `id` with a key that is not in the database.
    """

    __tablename__ = "phone_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("recovery_requests.id"))
    purpose: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()
