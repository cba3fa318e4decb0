"""The part of the disaster agency's desk about a hazard that was forwarded."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.hazards.clusters import parts
from meteor.hazards.models import HazardReport
from meteor.open311.forwarding_models import ForwardedReport
from meteor.store.database import db
from meteor.store.versions import version_of

STATUSES = {"": _l("sent"), "open": _l("received"), "closed": _l("done")}
"""Statuses of GeoReport v2 in words, "" of services that say none. Others are shown as they came."""


class Forwarded(NamedTuple):
    """The forwarded reports of a hazard. `is_over`: the hazard is over, which no service can be told."""

    rows: Sequence[ForwardedReport]
    is_over: bool
    version: str


def forwarded(report: HazardReport) -> Forwarded:
    """The forwarded reports of a report and of those joined to it."""
    ids = [report.id, *(each.id for each in parts(report))]
    query = select(ForwardedReport).where(ForwardedReport.report_id.in_(ids)).order_by(ForwardedReport.id)
    rows = db.session.scalars(query.options(joinedload(ForwardedReport.endpoint))).unique().all()
    seen = [(it.id, it.sent_at, it.status, it.status_notes, it.problem, it.checked_at) for it in rows]
    is_over = report.status != "verified" and any(row.sent_at and not row.is_done for row in rows)
    return Forwarded(rows, is_over, version_of({"rows": seen, "is_over": is_over}))
