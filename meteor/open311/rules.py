"""Reports of hazards that partners' systems send and read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from meteor.hazards import places, remote_photos
from meteor.hazards import rules as hazards
from meteor.hazards.models import HazardReport
from meteor.hazards.places import Found
from meteor.hazards.rules import IncomingHazard
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.quotas import Limit, LimitReached

REQUESTS = Limit("open311_requests", 2000, _l("reports of hazards"))
"""Limit of one client. Urgent reports count, and are never refused."""

PUBLIC = ("verified", "resolved")
"""Statuses of reports that everybody may read."""

SPAN = timedelta(days=90)
"""Time of one search, and age of a report after which only its client reads it."""


@dataclass(frozen=True)
class NewRequest:
    """A service request as it was sent: `point` in degrees WGS-84, `water_level` in centimetres, `phone` in E.164."""

    kind: str
    dangers: Sequence[str] = ()
    severity: int | None = None
    water_level: int | None = None
    point: tuple[float, float] | None = None
    address: str = ""
    phone: str = ""
    name: str = ""
    description: str = ""
    media_url: str = ""


class Search(NamedTuple):
    """Conditions of the requests that are asked for. With `numbers` nothing else counts. `page` begins at 1."""

    numbers: Collection[str]
    kinds: Collection[str]
    statuses: Collection[str]
    since: datetime
    until: datetime
    page: int
    page_size: int


def receive(client_id: int, new: NewRequest, at: datetime, *, many: bool = False) -> HazardReport:
    """Store a request as a report of the client; its photo is fetched later. Raises LimitReached.

    `many` says that the client has sent more than it may in a minute.
    """
    fits = quotas.fits(f"client:{client_id}", REQUESTS, at)
    incoming = IncomingHazard(
        id=uuid4(), kind=new.kind, reporter_id=None, phone=new.phone, client_id=client_id, name=new.name,
        severity=new.severity, water_level=new.water_level, dangers=new.dangers, place=_place(new),
        note=new.description, many=many or not fits,
    )  # fmt: skip
    if not fits and not incoming.urgent:
        raise LimitReached(REQUESTS)
    report = hazards.receive(incoming, at)
    if new.media_url:
        remote_photos.fetch_later(report, new.media_url)
    return report


def find(client_id: int | None, number: str, at: datetime) -> HazardReport | None:
    """The report with this number, if the client sent it or everybody may read it."""
    return db.session.scalar(select(HazardReport).where(HazardReport.number == number, _visible(client_id, at)))


def search(client_id: int | None, wanted: Search, at: datetime) -> Sequence[HazardReport]:
    """The client's own reports, or without a client those that everybody may read; newest first.

    By numbers a client finds both, as by `find`.
    """
    query = select(HazardReport).options(selectinload(HazardReport.messages))
    if wanted.numbers:
        query = query.where(HazardReport.number.in_(wanted.numbers), _visible(client_id, at))
    else:
        query = query.where(
            _public(at) if client_id is None else HazardReport.client_id == client_id,
            HazardReport.kind.in_(wanted.kinds),
            HazardReport.status.in_(wanted.statuses),
            HazardReport.reported_at.between(wanted.since, wanted.until),
        )
    query = query.order_by(HazardReport.reported_at.desc(), HazardReport.number.desc())
    return db.session.scalars(query.offset((wanted.page - 1) * wanted.page_size).limit(wanted.page_size)).all()


def _visible(client_id: int | None, at: datetime) -> ColumnElement[bool]:
    return _public(at) if client_id is None else or_(_public(at), HazardReport.client_id == client_id)


def _public(at: datetime) -> ColumnElement[bool]:
    """Verified hazards of the last SPAN, each by the report that stands for it."""
    recent = HazardReport.reported_at >= at - SPAN
    return and_(HazardReport.status.in_(PUBLIC), HazardReport.same_as_id.is_(None), recent)


def _place(new: NewRequest) -> Found:
    if new.point is None:
        return places.found({}, new.address)
    return Found(*new.point, None, "partner", new.address)
