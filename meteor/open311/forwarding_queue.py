"""Queue of forwarding: each verified hazard goes once to every active endpoint with a service for its kind."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import aliased

from meteor.hazards.models import HazardMessage, HazardReport
from meteor.open311.forwarding_content import MARKED
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.store import outbox
from meteor.store.database import db, execute, insert_once
from meteor.store.work import within_share

TOPIC = "open311"
EVERY = 15
"""Seconds between two turns of `gather`."""

LONGEST = timedelta(days=30)
"""Age of a report after which it is not forwarded any more, so that few rows are read."""

BATCH = 50

VERIFYING = ("verified", "incident")
"""Kinds of messages with which a hazard is verified."""


def gather(at: datetime) -> bool:
    """Put verified hazards that an active endpoint has not got into the outbox. True if there may be more."""
    for endpoint in db.session.scalars(select(ForwardEndpoint).where(ForwardEndpoint.active)):
        kinds = [kind for kind, code in endpoint.mapping.items() if code]
        ids = db.session.scalars(_missing(endpoint, kinds, at)).all() if kinds and endpoint.since else []
        for report_id in within_share(ids):
            _put(report_id, endpoint.id)
        if ids:
            return True
    return False


def due(at: datetime) -> datetime | None:
    """`at` if hazards go anywhere, else None."""
    return at if db.session.scalar(select(ForwardEndpoint.id).where(ForwardEndpoint.active).limit(1)) else None


def destination_of(endpoint_id: int) -> str:
    """The endpoint's own queue."""
    return f"{TOPIC}:{endpoint_id}:"


def keys_of(endpoint_id: int) -> str:
    """The beginning of the keys of the hazards that wait for the endpoint."""
    return f"{destination_of(endpoint_id)}send:"


def _missing(endpoint: ForwardEndpoint, kinds: Collection[str], at: datetime) -> Select[UUID]:
    """Verified hazards, without those that were sent, or that the service has from itself."""
    part, joined = aliased(HazardReport), aliased(HazardReport)
    known = select(ForwardedReport.id).where(ForwardedReport.endpoint_id == endpoint.id)
    verified = HazardMessage.kind.in_(VERIFYING) & (HazardMessage.at >= endpoint.since)
    forwarded_to_us = HazardReport.client_id.is_not(None) & HazardReport.note.startswith(MARKED, autoescape=True)
    return (
        select(HazardReport.id)
        .where(
            HazardReport.status == "verified",
            HazardReport.reported_at >= at - LONGEST,
            HazardReport.same_as_id.is_(None),
            HazardReport.kind.in_(kinds),
            ~forwarded_to_us,
            ~_is_by(endpoint, HazardReport),
            ~select(joined.id).where(joined.same_as_id == HazardReport.id, _is_by(endpoint, joined)).exists(),
            select(HazardMessage.id).where(HazardMessage.report_id == HazardReport.id, verified).exists(),
            ~known.where(ForwardedReport.report_id == HazardReport.id).exists(),
            ~known.join(part, part.id == ForwardedReport.report_id).where(part.same_as_id == HazardReport.id).exists(),
        )
        .order_by(HazardReport.reported_at)
        .limit(BATCH)
    )


def _is_by(endpoint: ForwardEndpoint, report: type[HazardReport]) -> ColumnElement[bool]:
    """Condition: the report came from the API client of the endpoint's service."""
    if endpoint.client_id is None:
        return false()
    return report.client_id.is_not(None) & (report.client_id == endpoint.client_id)


def _put(report_id: UUID, endpoint_id: int) -> None:
    new = insert_once(ForwardedReport, ForwardedReport.id)
    forwarded_id = execute(new, report_id=report_id, endpoint_id=endpoint_id).scalar()
    if forwarded_id is not None:  # the id may be that of a row that was forgotten: it is no key
        key = f"{keys_of(endpoint_id)}{uuid4()}"
        outbox.put(key, TOPIC, destination=destination_of(endpoint_id), forwarded_id=forwarded_id)
