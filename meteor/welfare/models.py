"""Questions to a crew on scene about its welfare."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class WelfareCheck(Base):
    """The newest question to the crew of an assignment whether all is well.

    It `rings` until the crew has given a word, or is not on scene any more. `told_at` is when the dispatchers were told
    that the crew did not answer, or that it is to be asked by radio.
    """

    __tablename__ = "welfare_checks"
    __table_args__ = (
        Index(
            "ix_welfare_checks_rings", "assignment_id", sqlite_where=text("rings = 1"), postgresql_where=text("rings")
        ),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    rings: Mapped[bool] = mapped_column(default=True)
