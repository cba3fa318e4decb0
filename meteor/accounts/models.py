"""Who may sign in, and as what."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.store.database import Base
from meteor.store.moments import now

ROLES = (
    "citizen",
    "rt_leader",
    "officer",
    "call_taker",
    "dispatcher",
    "supervisor",
    "chief",
    "business",
    "hazard_officer",
    "admin",
)


class User(Base, UserMixin):
    """A person with an account. Raising `session_version` ends every session of theirs."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    pin_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="id")
    active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)
    suspended_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    roles: Mapped[list["UserRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def role_names(self) -> frozenset[str]:
        """The user's roles, of ROLES."""
        return frozenset(role.role for role in self.roles)

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """What the session cookie keeps: "<id>:<session_version>"."""
        return f"{self.id}:{self.session_version}"


class UserRole(Base):
    """One role of one user."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, index=True)


class Invitation(Base):
    """A link that lets a user whom the admin made choose a password, once. Only the token's SHA-256 is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
