"""What somebody must be told, until they say that they know."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now


class Notice(Base):
    """An on-screen alarm for one role or one user. `key` makes it unique: told twice is told once.

    `kind` names the sentence that is shown, `detail` its values, `url` the page it leads to.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_role_acknowledged_at", "role", "acknowledged_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    url: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
