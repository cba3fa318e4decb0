"""Callouts of RT leaders and volunteers, and who of them is there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.store.database import Base


class Callout(Base):
    """A notice that calls a neighbour while needed: a leader to an alert, a volunteer to an incident.

    `answer` is the neighbour's newest, one of answers.ANSWERS: it ends with the callout, or when the incident is
    reopened.
    """

    __tablename__ = "callouts"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    notice: Mapped[Notice] = relationship()


class Presence(Base):
    """A neighbour's presence at an incident, as a leader or volunteer. A reopening ends it."""

    __tablename__ = "presences"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The name of the neighbour."""
        return self.user.name


def counts_still(moment: Any) -> ColumnElement[bool]:
    """Condition: what a neighbour said at `moment` is younger than the reopening of the Incident, if there was one."""
    return or_(Incident.reopened_at.is_(None), moment >= Incident.reopened_at)
