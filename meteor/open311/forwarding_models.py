"""Open311 endpoints that verified hazards are forwarded to, and what was forwarded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.clients.models import ApiClient
from meteor.hazards.models import HazardReport
from meteor.store.database import Base
from meteor.store.secrets import Sealed

CLOSED = "closed"
"""The status of a finished report in GeoReport v2."""

_IS_ASKED_ABOUT = "sent_at is not null and closed_at is null"


class ForwardEndpoint(Base):
    """A service that takes reports by GeoReport v2 at `url` ("https://…/open311/v2", without a slash at the end).

    `format` is json or xml. `services` is what it offers, a list of `code` and `name`; `mapping` gives the service
    code for each kind of hazard that is forwarded. A `trusted` one reads the exact place. Hazards that were verified
    since `since`, when it was switched on, are forwarded. `client_id` is the API client by which the service itself
    sends reports. `problem` says what went wrong at `failed_at`; it is empty if nothing did.
    """

    __tablename__ = "forward_endpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(unique=True)
    api_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    jurisdiction_id: Mapped[str] = mapped_column(default="")
    format: Mapped[str] = mapped_column(default="json")
    services: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trusted: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("api_clients.id", ondelete="SET NULL"), index=True)
    succeeded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")

    api_key = Sealed(indexed=False)

    client: Mapped[ApiClient | None] = relationship()


class ForwardedReport(Base):
    """A hazard report for an endpoint, at most once.

    `begun_at` and `repeated_at` are when the attempts to send it began of which no answer is known, two at most.
    The endpoint answers with its own `service_request_id`, or first with a `token` for it. `status` and
    `status_notes` are its words, as of `checked_at`; they changed at `changed_at`, and a report with `closed_at` is not
    asked about again: it is closed, or has neither id nor token. `problem` says why it was not sent, or what went wrong
    last.
    """

    __tablename__ = "forwarded_reports"
    __table_args__ = (
        UniqueConstraint("report_id", "endpoint_id"),
        Index(
            "ix_forwarded_reports_open", "endpoint_id", "checked_at",
            sqlite_where=text(_IS_ASKED_ABOUT), postgresql_where=text(_IS_ASKED_ABOUT),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_reports.id"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("forward_endpoints.id", ondelete="CASCADE"), index=True)
    begun_at: Mapped[datetime | None]
    repeated_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    service_request_id: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    status_notes: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")

    report: Mapped[HazardReport] = relationship()
    endpoint: Mapped[ForwardEndpoint] = relationship()

    @property
    def is_done(self) -> bool:
        """Return whether the endpoint says that it has closed the report."""
        return self.status.lower() == CLOSED
