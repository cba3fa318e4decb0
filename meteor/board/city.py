"""The city on the chief's map: open incidents, officers in danger and the most urgent first, and the units on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from meteor.board.units import UnitsShown, units_shown
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import execute
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan

MOST = 100
"""Number of incidents on the map. Further ones are counted."""


@dataclass(frozen=True)
class City:
    """The content of the map, and of the list beside it.

    Rows of `incidents` have number, priority, names of the type, kelurahan (None where unknown), position in degrees
    WGS-84 with its accuracy in metres (None where unknown). `further` counts those that are not among them.
    """

    incidents: Sequence[Row[Any]]
    further: int
    units: UnitsShown

    @property
    def version(self) -> str:
        """It changes with whatever is shown, but for clocks."""
        shown = [tuple(row) for row in self.incidents]
        return version_of({"incidents": shown, "further": self.further, "units": self.units.version})


def city(at: datetime) -> City:
    """The city at a moment: five statements, whatever is open."""
    incidents = execute(_OPEN).all()
    return City(incidents, execute(_COUNT).scalar_one() - len(incidents), units_shown(at))


_OPEN = (
    select(
        Incident.number, Incident.priority, IncidentType.name_id, IncidentType.name_en,
        Kelurahan.name.label("kelurahan"), Incident.latitude, Incident.longitude, Incident.accuracy,
    )
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .outerjoin(Kelurahan, Kelurahan.id == Incident.kelurahan_id)
    .where(Incident.is_open)
    .order_by(Incident.endangered_at.is_(None), Incident.priority, Incident.opened_at, Incident.id)
    .limit(MOST)
)  # fmt: skip
_COUNT = select(func.count()).select_from(Incident).where(Incident.is_open)
