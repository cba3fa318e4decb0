"""The hazards that everybody may read. Nothing in them is about a person or a house."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import floor
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from meteor.hazards.models import HazardMessage, HazardReport
from meteor.store.changes import Remembered
from meteor.store.database import reading_apart, reading_engine
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan

OVER = timedelta(hours=24)
"""Time for which a hazard that is over is shown as such."""

LONGEST = timedelta(days=30)
"""Age of a report after which it is no more shown as over, so that few rows are read."""

MOST = 200
"""Number of hazards that are shown."""

COARSE = 500.0
"""Metres: a place that is known less exactly is no point, only a kelurahan."""

SQUARE = 100
"""Metres of a side of the grid's squares: a public place is the middle of one, so that no house can be recognised."""

NORTH, EAST = SQUARE / 110_592, SQUARE / 110_313
"""Degrees of a side. At 7.75° south a degree of latitude is 110,592 m long, a degree of longitude 110,313 m (WGS-84).

The squares are the same for every report. In the whole city they are 100 m long to 0.1 m.
"""

DECIMALS = 5


class WaterLevel(NamedTuple):
    """The height of the water: centimetres above the street."""

    at: datetime
    centimetres: int


class PublicHazard(NamedTuple):
    """A verified hazard without number, reporter, words, photos, and any place more exact than 100 m.

    The position is the middle of a square (see square_of), in degrees WGS-84, None where it is unknown. `reports`
    counts those who reported it; `severity` is None if nobody said it. `confirmed_at` is when the agency last said that
    it is there, `over_at` when it said that it is over.
    """

    kind: str
    severity: int | None
    since: datetime
    confirmed_at: datetime | None
    over_at: datetime | None
    kelurahan: str
    latitude: float | None
    longitude: float | None
    reports: int
    water: tuple[WaterLevel, ...]


class PublicHazards(NamedTuple):
    """The hazards, those that go on first, and their version."""

    hazards: Sequence[PublicHazard]
    version: str


known_hazards: Remembered[PublicHazards] = Remembered()


def public_hazards() -> PublicHazards:
    """The public hazards, found anew when something was written, and once in a minute."""
    at = now()
    return known_hazards.get(reading_engine(), int(at.timestamp()) // 60, lambda: _read(at))


def square_of(latitude: float, longitude: float) -> tuple[float, float]:
    """The middle of the square that a point lies in (degrees WGS-84)."""
    north, east = (floor(latitude / NORTH) + 0.5) * NORTH, (floor(longitude / EAST) + 0.5) * EAST
    return round(north, DECIMALS), round(east, DECIMALS)


def _read(at: datetime) -> PublicHazards:
    with reading_apart() as session:  # the request's own may see an older state
        hazards = _hazards(session, at)
    return PublicHazards(hazards, version_of({"hazards": hazards}))


def _hazards(session: Session, at: datetime) -> list[PublicHazard]:
    over = _over_since(session, at)
    query = select(HazardReport).where(
        HazardReport.same_as_id.is_(None), or_(HazardReport.status == "verified", HazardReport.id.in_(over))
    )
    query = query.options(joinedload(HazardReport.kelurahan).options(lazyload(Kelurahan.kecamatan)))
    order = HazardReport.status.desc(), HazardReport.reported_at.desc()
    reports = session.scalars(query.order_by(*order).limit(MOST)).all()
    told = _told(session, [report.id for report in reports])
    confirmed = _confirmed(session, [report.id for report in reports])
    return [_public(it, told.get(it.id, ()), confirmed.get(it.id), over.get(it.id)) for it in reports]


def _over_since(session: Session, at: datetime) -> dict[UUID, datetime]:
    """The moments at which hazards that were over within OVER were said to be so."""
    over = HazardReport.status == "resolved", HazardReport.reported_at >= at - LONGEST
    query = (
        select(HazardMessage.report_id, func.max(HazardMessage.at))
        .join(HazardReport, HazardReport.id == HazardMessage.report_id)
        .where(*over, HazardMessage.kind == "resolved")
        .group_by(HazardMessage.report_id)
        .having(func.max(HazardMessage.at) >= at - OVER)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _confirmed(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """The moments at which the agency last said of these hazards that they are there."""
    query = select(HazardMessage.report_id, func.max(HazardMessage.at)).where(HazardMessage.report_id.in_(ids))
    query = query.where(HazardMessage.kind.in_(("verified", "confirmed"))).group_by(HazardMessage.report_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _told(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Time and water level of each report that was joined to these."""
    columns = HazardReport.same_as_id, HazardReport.reported_at, HazardReport.water_level
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(select(*columns).where(HazardReport.same_as_id.in_(ids))):
        found.setdefault(row.same_as_id, []).append(row)
    return found


def _public(
    report: HazardReport, others: Iterable[Any], confirmed_at: datetime | None, over_at: datetime | None
) -> PublicHazard:
    told = [report, *others]
    place: tuple[float | None, float | None] = None, None
    if report.latitude is not None and report.longitude is not None and (report.accuracy or 0) <= COARSE:
        place = square_of(report.latitude, report.longitude)
    levels = sorted((it.reported_at, it.water_level) for it in told if it.water_level is not None)
    return PublicHazard(
        report.kind, report.severity, min(it.reported_at for it in told), confirmed_at, over_at,
        report.kelurahan.name if report.kelurahan else "", *place, len(told),
        tuple(WaterLevel(*level) for level in levels),
    )  # fmt: skip
