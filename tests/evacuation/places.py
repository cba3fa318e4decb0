"""Gathering points around Sari's home, and a flood that BPBD warns of."""

from typing import Any

from sqlalchemy import select

from meteor.evacuation.models import EvacuationRoute, GatheringPoint, SafetyAnswer
from meteor.store.database import db
from meteor.warnings.models import HazardWarning
from tests.cast import HOME
from tests.warnings.scenes import publish

NORTH = 110_600  # metres in a degree of latitude


def point(name: str, metres: float, *safe_from: str, **values: Any) -> GatheringPoint:
    """A point so many metres south of Sari's home, safe from these hazards; commits."""
    new = GatheringPoint(
        name=name, latitude=HOME[0] - metres / NORTH, longitude=HOME[1], safe_from=[*safe_from], **values
    )
    db.session.add(new)
    db.session.commit()
    return new


def route(name: str, to: GatheringPoint) -> EvacuationRoute:
    """A route from Sari's home to a point; commits."""
    new = EvacuationRoute(name=name, line=[[*HOME], [to.latitude, to.longitude]], point=to)
    db.session.add(new)
    db.session.commit()
    return new


def flood(*touched: str, **values: Any) -> HazardWarning:
    """A warning of a flood that touches these kelurahan."""
    return publish(*touched, parameters={"hazard": "flood"}, **values)


def answers() -> list[tuple[str, str, int | None]]:
    """The name of each resident who has an answer, the answer and the people at home."""
    db.session.rollback()
    rows = db.session.scalars(select(SafetyAnswer).order_by(SafetyAnswer.answered_at))
    return [(row.author.name, row.answer, row.people) for row in rows]
