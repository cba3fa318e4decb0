"""What partners' systems reported."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base


class PartnerAlert(Base):
    """An alert that a client of the API sent, under its own `reference`.

    `incident_id` is the incident whose number it was answered, also when the alert has been moved to another since.
    """

    __tablename__ = "partner_alerts"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("api_clients.id"), index=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    reference: Mapped[str] = mapped_column(default="")
