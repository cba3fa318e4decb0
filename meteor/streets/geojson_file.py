"""Reads GeoJSON (RFC 7946) whose properties are OpenStreetMap's tags."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely

from meteor.streets.features import Feature, House, NotAMap, house_number, name_of
from meteor.streets.kinds import kind_of_area, kind_of_line

_SAME_AS_WGS84 = ("CRS84", "4326")
_LINES, _AREAS = ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
_RIGHT = "a GeoJSON FeatureCollection with OpenStreetMap's tags as properties would be right"


def objects(path: Path) -> Iterator[Feature | House]:
    """The lines, areas and house numbers of a file. Raises NotAMap, also after the first of them."""
    for number, feature in enumerate(_features(path.read_bytes()), start=1):
        tags = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(tags, dict):
            try:
                yield from _objects(_said(tags), feature.get("geometry"))
            except (shapely.GEOSException, ValueError, TypeError, AttributeError) as error:
                reason = " ".join(str(error).split())
                raise NotAMap(f"has a feature (number {number}) whose geometry cannot be read: {reason}") from error


def _features(data: bytes) -> list[Any]:
    try:
        collection = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAMap(f"is no JSON; {_RIGHT}") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise NotAMap(f"is no FeatureCollection; {_RIGHT}")
    if not str(collection.get("crs", "4326")).rstrip("'}\" ").endswith(_SAME_AS_WGS84):
        raise NotAMap("is not in degrees WGS-84; EPSG:4326 would be right")
    features: list[Any] = collection["features"]
    return features


def _said(tags: Mapping[str, Any]) -> Mapping[str, str]:
    """The tags that say something: exports of tables have each column at each feature, most of them null."""
    return {key: str(value) for key, value in tags.items() if value not in (None, "")}


def _objects(tags: Mapping[str, str], geometry: Any) -> Iterator[Feature | House]:
    """Yield what a feature is on the map. Raises what shapely raises for a broken geometry."""
    shape = geometry["type"] if isinstance(geometry, dict) and "type" in geometry else ""
    kind = kind_of_line(tags) if shape in _LINES else kind_of_area(tags) if shape in _AREAS else ""
    number = house_number(tags.get("addr:housenumber"))
    if kind:
        yield Feature(kind, name_of(tags.get("name")), _shape(geometry))
    if number and tags.get("addr:street") and shape:
        point = _shape(geometry).representative_point()
        yield House(name_of(tags["addr:street"]), number, point.y, point.x)


def _shape(geometry: Any) -> Any:
    return shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
