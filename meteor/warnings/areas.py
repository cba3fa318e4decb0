"""The kelurahan that the areas of a message touch: by geometry, else by codes, else by names."""

import json
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from shapely import LineString, Point, STRtree
from shapely.affinity import scale
from shapely.geometry import shape
from sqlalchemy import select

from meteor import geo
from meteor.store.database import db
from meteor.territory.area_index import KELURAHAN_RADIUS
from meteor.territory.models import Kecamatan, Kelurahan
from meteor.warnings.area_names import Place, named
from meteor.warnings.messages import Area

CODE_LENGTHS = (4, 6, 10)
"""Digits of the ministry's code of a city, a kecamatan, a kelurahan. Shorter ones are other codes, or a province."""

_KELURAHAN = (
    select(Kelurahan.id, Kelurahan.code, Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.boundary,
           Kecamatan.name.label("kecamatan"))
    .join(Kecamatan).order_by(Kelurahan.code)
)  # fmt: skip


class City:
    """The kelurahan as shapes on a flat map, whose unit is a degree of latitude.

    A kelurahan without a boundary is a disc around its centroid.
    """

    def __init__(self) -> None:
        rows = db.session.execute(_KELURAHAN).all()
        self.kelurahan = [Place(row.id, row.code, row.name, row.kecamatan, bool(row.boundary)) for row in rows]
        self.middle = _middle(rows)
        self._width = sqrt(geo.squeeze(self.middle[0]))
        self._shapes = [self._shape(each) for each in rows]
        parts = [(at, part) for at, each in enumerate(self._shapes) for part in getattr(each, "geoms", [each])]
        self._inner = np.array([part.representative_point().coords[0] for _, part in parts]).reshape(-1, 2)
        self._part_of = [at for at, _ in parts]
        self._tree = STRtree(self._shapes)

    def touched(self, areas: Iterable[Area]) -> dict[int, bool]:
        """The ids of the kelurahan that these areas touch; whether that is exact."""
        found: dict[int, bool] = {}
        for area in areas:
            if area["polygons"] or area["circles"]:
                hits = self._by_geometry(area)
                exact = {self.kelurahan[at].id: self.kelurahan[at].bounded for at in hits}
            else:
                exact = self._by_words(area)
            for key, is_exact in exact.items():
                found[key] = found.get(key, False) or is_exact
        return found

    def _by_geometry(self, area: Area) -> set[int]:
        hits: set[int] = set()
        for ring in area["polygons"]:
            hits.update(self._within(self._flat(ring)))
        for latitude, longitude, kilometres in area["circles"]:
            middle = Point(self._flat([(latitude, longitude)])[0])
            hits.update(int(at) for at in self._tree.query(middle, "dwithin", kilometres * 1000 / geo.NORTH))
        return hits

    def _within(self, ring: Any) -> set[int]:
        """The shapes that a ring crosses, and those of which a part lies inside of it.

        A ring may cross itself: then what is inside is so by the even-odd rule, as shapely's make_valid has it, which
        can take minutes for a thousand positions.
        """
        crossed = {int(at) for at in self._tree.query(LineString(ring), "intersects")}
        x, y = self._inner[:, 0, None], self._inner[:, 1, None]
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        spans = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        inside = (spans & left).sum(axis=1) % 2 == 1
        return crossed | {self._part_of[part] for part in np.flatnonzero(inside)}

    def _by_words(self, area: Area) -> dict[int, bool]:
        codes = [digits for values in area["geocodes"].values() for digits in map(_digits, values)]
        codes = [digits for digits in codes if len(digits) in CODE_LENGTHS]
        if codes:
            return {each.id: True for each in self.kelurahan if _digits(each.code).startswith(tuple(codes))}
        return {each.id: False for each in named(area["description"], self.kelurahan)}

    def _shape(self, kelurahan: Any) -> Any:
        if kelurahan.boundary:
            return scale(shape(json.loads(kelurahan.boundary)), self._width, 1.0, origin=(0, 0))
        middle = Point(self._flat([(kelurahan.latitude, kelurahan.longitude)])[0])
        return middle.buffer(KELURAHAN_RADIUS / geo.NORTH)

    def _flat(self, positions: Iterable[Sequence[float]]) -> Any:
        """Positions (latitude, longitude) as rows of east and north."""
        return np.array([(longitude * self._width, latitude) for latitude, longitude in positions])


def _middle(kelurahan: Sequence[Any]) -> geo.Point:
    """The mean of the centroids; 0, 0 without kelurahan."""
    count = len(kelurahan) or 1
    return sum(each.latitude for each in kelurahan) / count, sum(each.longitude for each in kelurahan) / count


def _digits(code: str) -> str:
    digits = code.strip().replace(".", "")
    return digits if digits.isascii() and digits.isdecimal() else ""
