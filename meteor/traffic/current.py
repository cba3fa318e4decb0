"""The closed roads and staging areas of a moment, as pages and maps show them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.store.database import execute
from meteor.store.versions import version_of
from meteor.traffic.models import RoadClosure, StagingArea

Point = tuple[float, float]


@dataclass(frozen=True)
class ClosureShown:
    """A closed stretch. `points` are its known ends in degrees WGS-84, none to two; `until` is None without an end."""

    id: int
    street: str
    from_place: str
    to_place: str
    reason: str
    began_at: datetime
    until: datetime | None
    author: str
    points: Sequence[Point]

    @property
    def middle(self) -> tuple[float | None, float | None]:
        """The point at which it stands on a map; None, None if neither end is known."""
        if not self.points:
            return None, None
        (first, *_more), (*_others, last) = self.points, self.points
        return (first[0] + last[0]) / 2, (first[1] + last[1]) / 2


@dataclass(frozen=True)
class AreaShown:
    """A staging area in degrees WGS-84. `incident` is the number of the incident that it belongs to now, if to one."""

    id: int
    name: str
    latitude: float
    longitude: float
    incident: str | None
    incident_id: int | None
    began_at: datetime
    author: str


@dataclass(frozen=True)
class Traffic:
    """Closures and staging areas. `version` changes with whatever is shown."""

    closures: Sequence[ClosureShown]
    areas: Sequence[AreaShown]

    @property
    def version(self) -> str:
        return version_of(asdict(self))

    def without_incidents(self) -> "Traffic":
        """The same without staging areas of incidents, for users who do not see every incident."""
        return replace(self, areas=[area for area in self.areas if area.incident_id is None])

    def around(self, incident_id: int) -> "Traffic":
        """The same with staging areas of this incident and of none alone."""
        return replace(self, areas=[area for area in self.areas if area.incident_id in (None, incident_id)])


def current(at: datetime) -> Traffic:
    """The closures and staging areas at a moment, the newest first: two statements."""
    closures = [_closure(row) for row in execute(_CLOSURES, at=at)]
    return Traffic(closures, [AreaShown(**row._mapping) for row in execute(_AREAS)])


def _closure(row: Row[Any]) -> ClosureShown:
    ends = (row.from_latitude, row.from_longitude), (row.to_latitude, row.to_longitude)
    return ClosureShown(
        row.id, row.street, row.from_place, row.to_place, row.reason, row.began_at, row.ends_at, row.name,
        [(north, east) for north, east in ends if north is not None and east is not None],
    )  # fmt: skip


_Handler = aliased(Incident)
_CLOSURES = (
    select(
        RoadClosure.id, RoadClosure.street, RoadClosure.from_place, RoadClosure.from_latitude,
        RoadClosure.from_longitude, RoadClosure.to_place, RoadClosure.to_latitude, RoadClosure.to_longitude,
        RoadClosure.reason, RoadClosure.began_at, RoadClosure.ends_at, User.name,
    )
    .join(User, User.id == RoadClosure.author_id)
    .where(RoadClosure.ends_at.is_(None) | (RoadClosure.ends_at > bindparam("at")))
    .order_by(RoadClosure.began_at.desc(), RoadClosure.id.desc())
)  # fmt: skip
_AREAS = (
    select(
        StagingArea.id, StagingArea.name, StagingArea.latitude, StagingArea.longitude,
        _Handler.number.label("incident"), _Handler.id.label("incident_id"), StagingArea.began_at,
        User.name.label("author"),
    )
    .join(User, User.id == StagingArea.author_id)
    .outerjoin(Incident, Incident.id == StagingArea.incident_id)
    .outerjoin(_Handler, _Handler.id == func.coalesce(Incident.merged_into_id, Incident.id))
    .where(StagingArea.ended_at.is_(None), StagingArea.incident_id.is_(None) | _Handler.is_open)
    .order_by(StagingArea.began_at.desc(), StagingArea.id.desc())
)  # fmt: skip
