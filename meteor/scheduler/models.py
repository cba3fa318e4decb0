"""Who does what runs in the background."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class Lease(Base):
    """Who does a job now, until when. A holder that dies loses it by time."""

    __tablename__ = "leases"

    job: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
