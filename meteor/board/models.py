"""What was written on paper while METEOR was down and entered afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.store.database import Base
from meteor.store.moments import now


class PaperEntry(Base):
    """An incident that began on paper. `id` is also its alert's; `number` is the paper's, once on a `day` (WIB)."""

    __tablename__ = "paper_entries"
    __table_args__ = (UniqueConstraint("day", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[str]
    number: Mapped[str]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    incident: Mapped[Incident] = relationship()
    entered_by: Mapped[User] = relationship()
