"""Users, their roles and invitations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.phone_ends import end_of

_OPEN = "ended_at is null"


class User(Base):
    """A person with an account.

    `phone_verified_at`: when a code that was sent to `phone` was entered; None for a number that nobody has proved.
    `session_key` is the key of the session through which this object was loaded; it is not a column.
    """

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_phone_end", text(end_of("phone"))),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(unique=True)
    phone_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    pin_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="id")
    active: Mapped[bool] = mapped_column(default=True)
    suspended_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    roles: Mapped[list["UserRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    is_authenticated, is_anonymous = True, False  # what Flask-Login asks of the signed-in user
    session_key = ""

    @property
    def role_names(self) -> frozenset[str]:
        """The user's roles, of ROLES."""
        return frozenset(role.role for role in self.roles)

    def has(self, *roles: str) -> bool:
        """Return whether the user has one of these roles."""
        return not self.role_names.isdisjoint(roles)

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """Return the key of the present session, which Flask-Login keeps in the session cookie."""
        return self.session_key


class UserRole(Base):
    """One role of one user."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, index=True)


class Invitation(Base):
    """An invitation: a link to choose a password, once. Only the token's SHA-256 is stored."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class UserSession(Base):
    """One user signed in on one device, until the session is ended.

    `key` is random and stands in the signed session cookie; without the secret key it opens nothing. Minutes are those
    of SessionClock: the session is due to end at `due_minute`, which moves with its use. `idle_minutes` is the lifetime
    without use; from `last_minute` on the session ends at the next pause of a shift. Without `idle_minutes` both
    minutes move with its use. The password was last typed in `proved_minute`.
    `ended_because` is signed_out, ended_by_user, by_admin, password_changed, roles_changed, disabled, unused, too_old,
    too_many, replaced, recovered or second_factor_reset.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index(
            "ix_sessions_due", "due_minute", postgresql_where=text("ended_at is null"),
            sqlite_where=text("ended_at is null"),
        ),
        Index(
            "ix_sessions_ended_at", "ended_at", postgresql_where=text("ended_at is not null"),
            sqlite_where=text("ended_at is not null"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    device: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    idle_minutes: Mapped[int | None]
    last_minute: Mapped[int]
    due_minute: Mapped[int]
    proved_minute: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]

    user: Mapped[User] = relationship()


class SessionClock(Base):
    """The minutes through which the scheduler has run: one row, `id` 1. The lifetimes of sessions count in these.

    `holder` is the scheduler process that ran the previous turn.
    """

    __tablename__ = "session_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(default="")


class GuessCount(Base):
    """The number of tries at passwords by one counter (see guesses), and the moment of the last one.

    `key` is a keyed hash: no name, number or address can be read from it.
    """

    __tablename__ = "guess_counts"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryRequest(Base):
    """A change of an account that waits for its owner's answer: of the phone number, by a claim card also the password.

    `source` is claim_card or admin. `card_hash` is the keyed hash of the card's code. `outcome` is set when the request
    ends: confirmed and refused by the owner, proved by a code to the old number, approved and rejected by an
    administrator, applied by the scheduler, expired, or taken (another account got the number first). The hash of the
    new password is kept until then.
    """

    __tablename__ = "recovery_requests"
    __table_args__ = (
        Index("uq_recovery_requests_open", "user_id", unique=True, postgresql_where=text(_OPEN),
              sqlite_where=text(_OPEN)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    source: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str | None]
    card_hash: Mapped[str | None] = mapped_column(unique=True)
    reason: Mapped[str] = mapped_column(default="")
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")
    requested_by: Mapped[User | None] = relationship(foreign_keys=[requested_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
