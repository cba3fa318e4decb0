"""Reports of hazards for tests, around Sari's home."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from meteor.hazards import rules
from meteor.hazards.models import HazardPhoto, HazardReport
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kelurahan
from tests.cast import HOME, Cast

_numbers = count(1)


def hazard(cast: Cast, who: str | None = "sari", kind: str = "flood", minutes: float = 0, **given: Any) -> HazardReport:
    """A report of `who` (None: of one without an account), `minutes` old, committed."""
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    values = {
        "number": f"B-261129-{next(_numbers):03}", "severity": 2, "latitude": HOME[0], "longitude": HOME[1],
        "accuracy": 10.0, "place_source": "device", "place": "Jl. Ikan Paus", "note": "Air masuk rumah",
        "kelurahan_id": kelurahan.id, "reported_at": now() - timedelta(minutes=minutes),
    }  # fmt: skip
    reporter = getattr(cast, who).id if who else None
    report = HazardReport(id=uuid4(), kind=kind, reporter_id=reporter, **(values | given))
    db.session.add(report)
    db.session.commit()
    return report


def photo_of(report: HazardReport) -> HazardPhoto:
    """A photo of the report, whose file is nowhere."""
    photo = HazardPhoto(report_id=report.id, name=f"261129/{uuid4()}", width=800, height=600)
    db.session.add(photo)
    db.session.commit()
    return photo


def answers(report: HazardReport, text: str) -> None:
    """The reporter answers what was asked: the report waits again."""
    rules.add(report, text, (), now(), report.reporter)
    db.session.commit()
