"""Outlines of the areas that messages of others name, for the map. Ours name kelurahan, which are tinted themselves."""

from collections.abc import Iterable

import shapely
from sqlalchemy import select

from meteor.store.database import db
from meteor.warnings.geojson import rings
from meteor.warnings.models import HazardWarning, WarningDraft

SMOOTHING = 0.0002
"""Degrees that an outline may lie beside the official one: less than a line's width."""


def outlines(warnings: Iterable[HazardWarning]) -> dict[int, list[str]]:
    """The outlines of each warning of others that has polygons or circles, by its id.

    Each is pairs of degrees WGS-84 with spaces between them, latitude first: "-7.75000,113.20000 …".
    """
    given = {warning.id: warning for warning in warnings}
    ours = set(db.session.scalars(select(WarningDraft.warning_id).where(WarningDraft.warning_id.in_(given))))
    found = {id_: [_text(ring) for ring in rings(it.areas)] for id_, it in given.items() if id_ not in ours}
    return {id_: drawn for id_, drawn in found.items() if drawn}


def _text(ring: list[list[float]]) -> str:
    line = shapely.simplify(shapely.LineString(ring), SMOOTHING)
    return " ".join(f"{latitude:.5f},{longitude:.5f}" for longitude, latitude in line.coords)
