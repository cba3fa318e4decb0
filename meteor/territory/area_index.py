"""Areas of the city, each as a point with a radius in metres."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Point

from meteor.geo import metres_flat
from meteor.territory.spelling import words_of

KELURAHAN_RADIUS = 1500.0
"""Metres from the middle of a kelurahan to its farthest corner, where no boundary says: the city's median."""

RT_RADIUS = 150.0
"""Metres around the middle of an RT in which its 30 to 80 homes stand."""

_DEGREE = 111_000.0  # metres, at most


@dataclass(frozen=True)
class Area:
    """A place by its name: a point (degrees WGS-84), the radius in metres that it fills, and its kind (as Hit's)."""

    label: str
    kind: str
    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True)
class Kelurahan:
    """A kelurahan, the words of its name, and its RT: rows of `rw`, `rt`, and a position that may be unknown."""

    name: str
    area: Area
    words: tuple[str, ...]
    rts: Sequence[Any]

    @classmethod
    def of(cls, row: Any, boundary: Any, rts: Sequence[Any]) -> "Kelurahan":
        """A kelurahan's `row` of name, latitude and longitude; the `boundary` is a shape, or None where unknown."""
        radius = KELURAHAN_RADIUS
        if boundary is not None:
            radius = round(boundary.hausdorff_distance(Point(row.longitude, row.latitude)) * _DEGREE, -1)
        area = Area(f"Kelurahan {row.name}", "kelurahan", row.latitude, row.longitude, radius)
        return cls(row.name, area, words_of(row.name), rts)

    def numbered(self, rw: int | None, rt: int | None) -> Iterator[Area]:
        """The RW or RT of these numbers. Of an RT that is there in several RW: one area around them all, then each."""
        of_rw = [each for each in self.rts if rw in (None, each.rw)]
        found = [each for each in of_rw if rt == each.rt]
        if rw is not None and of_rw and not found:
            yield self._around(f"RW {rw:02} {self.name}", "rw", of_rw)
        if len(found) > 1:
            yield self._around(f"RT {rt:02} {self.name}", "rt", found)
        for each in found:
            yield self._around(f"RT {each.rt:02} RW {each.rw:02} {self.name}", "rt", [each])

    def _around(self, label: str, kind: str, rts: Sequence[Any]) -> Area:
        """The area of these RT; the kelurahan's if their positions are unknown."""
        known = [(each.latitude, each.longitude) for each in rts if each.latitude is not None]
        if not known:
            return Area(label, kind, self.area.latitude, self.area.longitude, self.area.radius)
        latitude = sum(point[0] for point in known) / len(known)
        longitude = sum(point[1] for point in known) / len(known)
        farthest = max(metres_flat(latitude, longitude, *point) for point in known)
        return Area(label, kind, round(latitude, 6), round(longitude, 6), round(farthest + RT_RADIUS, -1))
