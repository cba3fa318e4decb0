"""The wall's map: how much is open in each kelurahan, and about where the units are. No place below the kelurahan."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from meteor.board.units import UnitsShown
from meteor.incidents.models import Incident
from meteor.store.database import execute
from meteor.territory.models import Kelurahan

COARSE = 200
"""Steps in a degree to which the position of a unit is rounded: about 550 m. One on scene would tell the address."""


@dataclass(frozen=True)
class AreaCount:
    """The open incidents of a kelurahan: their number, the most urgent priority, and its middle in degrees WGS-84."""

    id: int
    name: str
    latitude: float
    longitude: float
    open: int
    priority: int


@dataclass(frozen=True)
class PublicUnit:
    """A unit on duty without crew and incident, in degrees WGS-84 rounded to COARSE; see BoardUnit."""

    id: int
    call_sign: str
    kind: str
    state: str
    latitude: float
    longitude: float
    lost: bool


def area_counts() -> list[AreaCount]:
    """The kelurahan with open incidents, by id. Incidents whose kelurahan is not known are not among them."""
    return [AreaCount(*tuple(row)) for row in execute(_AREAS)]


def public_units(shown: UnitsShown) -> Sequence[PublicUnit]:
    """The units on duty of which a position is known."""
    return [
        PublicUnit(unit.id, unit.call_sign, unit.kind, unit.state, _coarse(unit.latitude), _coarse(unit.longitude),
                   unit.lost)
        for unit in shown.on_duty
        if unit.latitude is not None and unit.longitude is not None
    ]  # fmt: skip


def _coarse(degrees: float) -> float:
    return round(degrees * COARSE) / COARSE


_AREAS = (
    select(
        Kelurahan.id, Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, func.count(), func.min(Incident.priority)
    )
    .join(Kelurahan, Kelurahan.id == Incident.kelurahan_id)
    .where(Incident.is_open)
    .group_by(Kelurahan.id)
    .order_by(Kelurahan.id)
)  # fmt: skip
