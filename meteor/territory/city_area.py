"""The area of the whole city."""

import json
from typing import Any

import shapely
from shapely.geometry import shape
from sqlalchemy import select

from meteor import geo
from meteor.store.database import db
from meteor.territory.models import Kelurahan
from meteor.territory.rules import CITY_REACH


def city_area(beyond: float) -> Any:
    """The city and `beyond` metres around it, an area in degrees WGS-84. It is empty without kelurahan.

    A kelurahan without a boundary reaches CITY_REACH from its centroid. Good to a percent.
    """
    rows = db.session.execute(select(Kelurahan.latitude, Kelurahan.longitude, Kelurahan.boundary))
    return shapely.union_all(
        [shape(json.loads(row.boundary)).buffer(beyond / geo.NORTH) if row.boundary
         else shapely.Point(row.longitude, row.latitude).buffer((CITY_REACH + beyond) / geo.NORTH) for row in rows]
    )  # fmt: skip
