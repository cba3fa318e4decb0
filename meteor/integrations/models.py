"""Alerts reported by partners, and statuses sent to them."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class PartnerAlert(Base):
    """An alert that a client of the API sent, under its own `reference`."""

    __tablename__ = "partner_alerts"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"), index=True)
    reference: Mapped[str] = mapped_column(default="")


class SentStatus(Base):
    """The status of an incident that was last sent to a client's webhook."""

    __tablename__ = "sent_statuses"

    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    status: Mapped[str]
