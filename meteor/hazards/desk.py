"""The desk of the disaster agency: the reports that it sees, and when their list changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, literal_column, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from meteor.alerts.models import Alert
from meteor.hazards.clusters import incident_of
from meteor.hazards.models import KINDS, OPEN, STATUSES, WAITING, HazardMessage, HazardPhoto, HazardReport
from meteor.hazards.question_answers import first_answers
from meteor.incidents.models import Incident
from meteor.store.changes import Remembered
from meteor.store.database import db, execute, reading_engine
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan

MOST = 100
"""Number of rows of each status."""

WAITS = HazardReport.status.in_([literal_column(f"'{status}'") for status in WAITING])
"""Condition: a report waits, as the index of waiting reports names it."""

list_version: Remembered[str] = Remembered()


class Filters(NamedTuple):
    """The filter of the desk. Each part is None where everything is wanted."""

    status: str | None = None
    kind: str | None = None
    kelurahan: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filter of a query string. What is no filter is left out."""
        status, kind, kelurahan = (query.get(name, "") for name in cls._fields)
        return cls(
            status if status in STATUSES else None,
            kind if kind in KINDS else None,
            int(kelurahan) if kelurahan.isdecimal() and len(kelurahan) < 10 else None,
        )

    @property
    def query(self) -> dict[str, str]:
        """The filter as a query string's values."""
        return {name: str(value) for name, value in self._asdict().items() if value is not None}


class Row(NamedTuple):
    """A report in the list: how many others are of the same hazard, and whether a reporter said something last.

    `waits_since` as in `waits_since()`.
    """

    report: HazardReport
    same: int
    incident: Incident | None
    has_news: bool
    waits_since: datetime | None


class Listing(NamedTuple):
    """The rows, and how many of all reports wait for the agency; `more`: older ones are left out."""

    rows: Sequence[Row]
    waiting: int
    more: bool


def listing(wanted: Filters) -> Listing:
    """The reports that fit: those that wait first, oldest first; then verified hazards, newest first."""
    found: list[HazardReport] = []
    more = False
    for status in (wanted.status,) if wanted.status else OPEN:
        reports = db.session.scalars(_reports(status, wanted)).all()
        more = more or len(reports) > MOST
        found += reports[:MOST]
    ids = [report.id for report in found]
    same, newest = _same(ids), _newest_kinds(ids)
    since = waits_since(found)
    rows = [Row(it, same.get(it.id, 0), incident_of(it), _is_news(it, newest), since.get(it.id)) for it in found]
    return Listing(rows, db.session.scalar(_WAITING) or 0, more)


def waits_since(reports: Collection[HazardReport]) -> dict[UUID, datetime]:
    """When these reports began to wait for the agency (UTC), by id: when they came, or their reporter answered it."""
    fresh = {it.id: it.reported_at for it in reports if it.status == "received" and it.answered_at is None}
    answer = first_answers(HazardMessage.report_id.in_([it.id for it in reports if it.answered_at is not None]))
    return fresh | {row.report_id: row.at for row in db.session.execute(select(answer.c.report_id, answer.c.at))}


def version() -> str:
    """The version of every list, found anew when something was written."""
    return list_version.get(reading_engine(), None, _newest)


def find(number: str) -> HazardReport | None:
    """The report with this number."""
    return db.session.scalar(select(HazardReport).where(HazardReport.number == number))


def newest_decision(report: HazardReport) -> HazardMessage | None:
    """The agency's last action about the report."""
    query = select(HazardMessage).where(HazardMessage.report_id == report.id, HazardMessage.author_id.is_not(None))
    query = query.where(HazardMessage.kind.not_in(("received", "answered")))
    return db.session.scalar(query.order_by(HazardMessage.id.desc()).limit(1))


def history(report: HazardReport, others: Sequence[HazardReport]) -> list[HazardMessage]:
    """Events of a hazard, oldest first: of the reports joined to it only what was asked and said."""
    told = [each for other in others for each in other.messages if each.kind in ("asked", "answered")]
    return sorted([*report.messages, *told], key=lambda message: message.id)


def kelurahan() -> Sequence[Kelurahan]:
    """All kelurahan, by name."""
    return db.session.scalars(select(Kelurahan).order_by(Kelurahan.name)).all()


def _reports(status: str, wanted: Filters) -> Select[HazardReport]:
    order = HazardReport.reported_at if status in WAITING else HazardReport.reported_at.desc()
    query = (
        select(HazardReport)
        .where(HazardReport.status == status, HazardReport.same_as_id.is_(None))
        .order_by(order, HazardReport.number)
        .limit(MOST + 1)
        .options(
            selectinload(HazardReport.photos),
            joinedload(HazardReport.kelurahan).options(lazyload(Kelurahan.kecamatan)),
            joinedload(HazardReport.incident).options(lazyload("*")),
            joinedload(HazardReport.alert).options(lazyload("*")),
            joinedload(HazardReport.client),
        )
    )
    if wanted.kind:
        query = query.where(HazardReport.kind == wanted.kind)
    return query.where(HazardReport.kelurahan_id == wanted.kelurahan) if wanted.kelurahan is not None else query


def _same(ids: Collection[UUID]) -> dict[UUID | None, int]:
    query = select(HazardReport.same_as_id, func.count()).where(HazardReport.same_as_id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(HazardReport.same_as_id))}


def _is_news(report: HazardReport, newest: Mapping[UUID, str]) -> bool:
    return report.status in OPEN and newest.get(report.id) == "answered"


def _newest_kinds(ids: Collection[UUID]) -> dict[UUID, str]:
    """The kind of the newest message about each hazard that has one, by the report that stands for it."""
    hazard = func.coalesce(HazardReport.same_as_id, HazardReport.id)
    newest = (
        select(hazard.label("hazard"), func.max(HazardMessage.id).label("newest"))
        .join(HazardReport, HazardReport.id == HazardMessage.report_id)
        .where(or_(HazardReport.id.in_(ids), HazardReport.same_as_id.in_(ids)))
        .group_by(hazard)
        .subquery()
    )
    query = select(newest.c.hazard, HazardMessage.kind).join(HazardMessage, HazardMessage.id == newest.c.newest)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _newest() -> str:
    """A fingerprint: every decision is a message, and what comes in counts; incidents change by themselves."""
    incidents = {row.id: (row.status, row.merged_into_id) for query in _INCIDENTS for row in execute(query)}
    state: dict[str, Any] = {"incidents": sorted(incidents.items()), "open": execute(_OPEN).all()}
    state |= {"message": execute(_MESSAGE).scalar(), "photo": execute(_PHOTO).scalar()}
    return version_of(state)


_WAITING = select(func.count()).where(WAITS, HazardReport.same_as_id.is_(None))
_OPEN = (
    select(HazardReport.status, func.count(), func.max(HazardReport.reported_at))
    .where(HazardReport.status.in_(OPEN))
    .group_by(HazardReport.status)
    .order_by(HazardReport.status)
)
_MESSAGE = select(func.max(HazardMessage.id).label("newest"))
_PHOTO = select(func.max(HazardPhoto.id).label("newest"))
_STATE = select(Incident.id, Incident.status, Incident.merged_into_id)
_INCIDENTS = (
    _STATE.join(HazardReport, HazardReport.incident_id == Incident.id).where(HazardReport.status.in_(OPEN)),
    _STATE.join(Alert, Alert.incident_id == Incident.id)
    .join(HazardReport, HazardReport.alert_id == Alert.id)
    .where(HazardReport.status.in_(OPEN)),
)
