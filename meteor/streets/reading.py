"""Reads a file of any format that is a map, and keeps what lies within the city."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import shapely

from meteor.streets import geojson_file, osm_file
from meteor.streets.features import Extract, Feature, House, NotAMap

ENDINGS: Mapping[str, Callable[[Path], Iterator[Feature | House]]] = {
    ".osm.pbf": partial(osm_file.objects, form="pbf"),
    ".osm": partial(osm_file.objects, form="xml"),
    ".osm.xml": partial(osm_file.objects, form="xml"),
    ".geojson": geojson_file.objects,
    ".json": geojson_file.objects,
}
"""The formats, by the end of the file's name."""


def read(path: Path, area: Any, buildings: bool = False) -> Extract:
    """The part of a file's map within `area` (a shapely area, degrees WGS-84), buildings only if asked for.

    Raises NotAMap.
    """
    objects = next((objects for ending, objects in ENDINGS.items() if path.name.lower().endswith(ending)), None)
    if objects is None:
        raise NotAMap(f"is no map: its name would end in {', '.join(ENDINGS)}")
    shapely.prepare(area)
    found: list[Feature] = []
    houses: list[House] = []
    read = 0
    for each in objects(path):
        if isinstance(each, House):
            houses += [each] if area.covers(shapely.Point(each.longitude, each.latitude)) else []
        elif buildings or each.kind != "building":
            read += 1
            found += clipped(each, area)
    return Extract(found, houses, read)


def whole(objects: Iterable[Feature | House]) -> Extract:
    """All of these objects, wherever they lie."""
    both = list(objects)
    features = [each for each in both if isinstance(each, Feature)]
    return Extract(features, [each for each in both if isinstance(each, House)], len(features))


def clipped(feature: Feature, area: Any) -> Iterator[Feature]:
    """The parts of a feature within a (prepared) area, lines of a line and areas of an area."""
    if not area.intersects(shapely.box(*feature.geometry.bounds)):
        return
    # Some areas of OpenStreetMap cross themselves.
    geometry = shapely.make_valid(feature.geometry)
    inside = geometry if area.covers(geometry) else shapely.intersection(geometry, area)
    dimensions = shapely.get_dimensions(feature.geometry)
    for part in shapely.get_parts(shapely.get_parts(inside)):
        if shapely.get_dimensions(part) == dimensions and not part.is_empty:
            yield feature._replace(geometry=part)
