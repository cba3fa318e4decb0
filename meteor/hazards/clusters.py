"""Reports of one hazard: which ones are likely, and which one stands for all of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from meteor.alerts.duplicate_score import LIKELY, MOST_DOUBT, PEOPLE_GAP, Reason, Report, duplicate_score
from meteor.geo import box
from meteor.hazards.alerting import OWN, type_code, type_of
from meteor.hazards.models import OPEN, HazardReport
from meteor.incidents.models import Incident
from meteor.store.database import db

REACH = 500.0
"""Metres within which two reports may be of one hazard, where no incident type says it."""

SHOWN = 8
"""Highest number of candidates."""


class Candidate(NamedTuple):
    """A report that may be of the same hazard, with a score from 0 to 1 and the reasons for it."""

    report: HazardReport
    score: float
    reasons: tuple[Reason, ...]

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY


def candidates(report: HazardReport) -> list[Candidate]:
    """Open hazards near `report` in place and time, the likeliest first. Each is the report that stands for it."""
    type_ = type_of(report.kind)
    reach = float(type_.duplicate_radius) if type_ else REACH
    here = _report([report, *parts(report)], reach)
    found: list[Candidate] = []
    for told in _around(report, here, reach):
        main = told[0].same_as or told[0]
        like = duplicate_score(here, _report(told, reach)) if _alike(report.kind, main.kind) else None
        if like and main.status in OPEN:
            found.append(Candidate(main, like.score, like.reasons))
    return sorted(found, key=lambda it: (-it.score, it.report.number))[:SHOWN]


def parts(report: HazardReport) -> Sequence[HazardReport]:
    """The reports that were joined to this one, oldest first."""
    query = select(HazardReport).where(HazardReport.same_as_id == report.id)
    return db.session.scalars(query.order_by(HazardReport.reported_at, HazardReport.number)).all()


def stands_for_both(one: HazardReport, other: HazardReport) -> HazardReport:
    """The report that stands for both: the one that units were sent to, else the verified one, else the older one."""

    def rank(report: HazardReport) -> tuple[bool, bool, datetime, str]:
        return incident_of(report) is None, report.status != "verified", report.reported_at, report.number

    return min(one, other, key=rank)


def incident_of(report: HazardReport) -> Incident | None:
    """The incident that handles the hazard: made of the report by the agency, or raised by its danger at once."""
    made = report.incident or (report.alert.incident if report.alert else None)
    return made.handler if made else None


def open_incident_of(told: Iterable[HazardReport]) -> Incident | None:
    """The open incident of reports of one hazard, if one has any."""
    return next((it for each in told if (it := incident_of(each)) and it.is_open), None)


def _around(report: HazardReport, here: Report, reach: float) -> Iterable[list[HazardReport]]:
    """The reports around and of the same phone, as groups of one hazard; not those of `report` itself."""
    near: list[ColumnElement[bool]] = [HazardReport.phone.in_(here.phones)]
    if report.reporter_id is not None:
        near.append(HazardReport.reporter_id == report.reporter_id)
    if here.place:
        area = box(here.place, reach + 2 * MOST_DOUBT)
        inside = HazardReport.latitude.between(area.south, area.north)
        near.append(and_(inside, HazardReport.longitude.between(area.west, area.east)))
    query = select(HazardReport).where(
        HazardReport.status.in_(OPEN),
        HazardReport.reported_at.between(here.first - PEOPLE_GAP, here.last + PEOPLE_GAP),
        or_(*near),
    )
    groups: dict[object, list[HazardReport]] = {}
    for each in db.session.scalars(query.order_by(HazardReport.reported_at)):
        groups.setdefault(each.same_as_id or each.id, []).append(each)
    groups.pop(report.same_as_id or report.id, None)
    return groups.values()


def _alike(one: str, other: str) -> bool:
    """Return whether two kinds may be one hazard. Kinds without an incident type of their own only match themselves."""
    return one == other or "other" in (one, other) or (one in OWN and other in OWN)


def _report(told: Sequence[HazardReport], reach: float) -> Report:
    """The facts of reports of one hazard, for the score. The place is that of the first one that has one."""
    placed = next((it for it in told if it.latitude is not None and it.longitude is not None), None)
    moments = [it.reported_at for it in told]
    kind = told[0].kind
    return Report(
        kind if kind == "other" else type_code(kind),
        min(moments),
        max(moments),
        place=(placed.latitude, placed.longitude) if placed else None,  # type: ignore[arg-type]
        radius=(placed.accuracy or 0.0) if placed else 0.0,
        reach=reach,
        phones=frozenset(phone for it in told if (phone := phone_of(it))),
    )


def phone_of(report: HazardReport) -> str:
    """The number to call back, in E.164; empty if none is known."""
    return report.phone or (report.reporter.phone if report.reporter else None) or ""
