"""People whom a citizen wants to be told, and what they may see of an alert."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now


class EmergencyContact(Base):
    """A person whom a citizen wants to be told of their alerts. `phone` in E.164."""

    __tablename__ = "emergency_contacts"
    __table_args__ = {"sqlite_autoincrement": True}  # a message may name one that is gone: nobody else gets its id

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    phone: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class AlertShare(Base):
    """The sharing of an alert: `with_place`, and when messages went to the contacts."""

    __tablename__ = "alert_shares"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    with_place: Mapped[bool] = mapped_column(default=False)
    messaged_at: Mapped[datetime | None]
