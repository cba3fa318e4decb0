"""Other systems that may speak with METEOR: who they are, what they may do, and how they prove it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.secrets import Sealed

SCOPES = (
    "calls:write", "calls:read", "incidents:write", "incidents:read", "incidents:read-all", "board:read", "paper:read",
    "alarms:read", "hazards:write", "hazards:read",
)  # fmt: skip
"""Scopes of clients. `incidents:read-all` opens no route: it widens the answers of `incidents:read`.

`board:read` and `paper:read` open pages outside of the API (see board.views.by_token).
Only `paper:read` opens personal data.
`alarms:read` opens no route: its client's webhook is told of every alarm.
"""


class ApiClient(Base):
    """A partner's system. `scopes` are of SCOPES; `per_minute` is how many requests it may send in a minute.

    `webhook_url` is told of incidents, signed with `webhook_key` (hexadecimal; of a client from before keys could be
    rotated it is made from `webhook_salt`); `webhook_after` is the newest
    event (of a timeline, by id) that it needs not be told of any more.
    """

    __tablename__ = "api_clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    per_minute: Mapped[int] = mapped_column(default=120)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    webhook_url: Mapped[str] = mapped_column(default="")
    webhook_salt: Mapped[str] = mapped_column(default="")
    webhook_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    webhook_after: Mapped[int] = mapped_column(default=0)

    webhook_key = Sealed(indexed=False)

    tokens: Mapped[list["ClientToken"]] = relationship(
        back_populates="client", cascade="all, delete-orphan", order_by="ClientToken.id"
    )


class ClientToken(Base):
    """A secret that was shown once. Of the token itself only the SHA-256 `digest` is kept.

    A rotation gives the old token an `expires_at`, so that both are good until the partner has changed over.
    """

    __tablename__ = "client_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    client: Mapped[ApiClient] = relationship(back_populates="tokens", lazy="joined")
