"""Gathering points and routes as GeoJSON (RFC 7946): degrees WGS-84, longitude first."""

from typing import Any

from meteor.evacuation import sites
from meteor.evacuation.models import EvacuationRoute, GatheringPoint


def collection() -> dict[str, Any]:
    """A FeatureCollection of the active points, and of the routes that lead to them."""
    features = [_point(point) for point in sites.active_points()]
    return {"type": "FeatureCollection", "features": features + [_route(it) for it in sites.routes(to_active=True)]}


def _point(point: GatheringPoint) -> dict[str, Any]:
    properties = {"name": point.name, "capacity": point.capacity, "safe_from": point.safe_from, "note": point.note}
    geometry = {"type": "Point", "coordinates": [point.longitude, point.latitude]}
    return {"type": "Feature", "id": f"point-{point.id}", "geometry": geometry, "properties": properties}


def _route(route: EvacuationRoute) -> dict[str, Any]:
    properties = {"name": route.name, "leads_to": f"point-{route.point_id}", "note": route.note}
    geometry = {"type": "LineString", "coordinates": [[east, north] for north, east in route.line]}
    return {"type": "Feature", "id": f"route-{route.id}", "geometry": geometry, "properties": properties}
