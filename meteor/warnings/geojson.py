"""Warnings as GeoJSON (RFC 7946): degrees WGS-84, longitude first."""

from collections.abc import Iterable, Iterator
from math import cos, pi, radians, sin
from typing import Any

from meteor import geo
from meteor.warnings.cap_xml import cap_time
from meteor.warnings.models import HazardWarning

CORNERS = 48
"""Corners of the polygon that stands for a circle, which GeoJSON does not know."""


def collection(warnings: Iterable[HazardWarning]) -> dict[str, Any]:
    """A FeatureCollection with one feature for each warning."""
    return {"type": "FeatureCollection", "features": [_feature(warning) for warning in warnings]}


def _feature(warning: HazardWarning) -> dict[str, Any]:
    drawn = list(rings(warning.areas))
    properties = {
        "identifier": warning.identifier,
        "sender": warning.sender,
        "message_type": warning.message_type,
        "severity": warning.severity,
        "urgency": warning.urgency,
        "certainty": warning.certainty,
        "sent": cap_time(warning.sent),
        "onset": cap_time(warning.onset or warning.sent),
        "expires": cap_time(warning.expires),
        "texts": warning.texts,
        "areas": [area.get("description", "") for area in warning.areas],
        "kelurahan": [
            {"code": it.kelurahan.code, "name": it.kelurahan.name, "exact": it.exact} for it in warning.touched
        ],
        "rt": [it.rt.label for it in warning.touched_rts],
        "url": f"/warnings/{warning.id}",
    }
    geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in drawn]} if drawn else None
    return {"type": "Feature", "id": warning.id, "geometry": geometry, "properties": properties}


def rings(areas: Iterable[dict[str, Any]]) -> Iterator[list[list[float]]]:
    """Closed rings of all polygons and circles."""
    for area in areas:
        for polygon in area.get("polygons", ()):
            ring = [[longitude, latitude] for latitude, longitude in polygon]
            if len(ring) > 2:
                yield ring if ring[0] == ring[-1] else [*ring, ring[0]]
        for latitude, longitude, kilometres in area.get("circles", ()):
            yield _circle(latitude, longitude, kilometres)


def _circle(latitude: float, longitude: float, kilometres: float) -> list[list[float]]:
    """A circle as a closed ring of CORNERS, counter-clockwise, on a sphere's tangent plane: small circles only."""
    tall = kilometres * 1000 / geo.NORTH
    wide = tall / max(0.01, cos(radians(latitude)))
    turns = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    ring = [[round(longitude + wide * cos(turn), 5), round(latitude + tall * sin(turn), 5)] for turn in turns]
    return [*ring, ring[0]]
