"""Leases of background jobs."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class Lease(Base):
    """The lease of a job: its holder and its end. A dead holder loses it by time."""

    __tablename__ = "leases"

    job: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
