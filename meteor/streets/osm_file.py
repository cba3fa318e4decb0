"""Reads OpenStreetMap's own files: .osm.pbf, .osm and .osm.xml."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely

from meteor.streets.features import Feature, House, NotAMap, house_number, name_of
from meteor.streets.kinds import KEYS, kind_of_area, kind_of_line

_AREA_KEYS = ("natural", "waterway", "landuse", "building")


def objects(path: Path, form: str) -> Iterator[Feature | House]:
    """The lines, areas and house numbers of a file in the form "pbf" or "xml".

    Raises NotAMap, also after the first of them.
    """
    processor: Iterable[Any] = (
        osmium.FileProcessor(osmium.io.File(str(path), form))
        .with_locations()
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS, "addr:housenumber"))
    )
    shapes = osmium.geom.WKBFactory()
    try:
        for thing in processor:
            yield from _house(thing)
            yield from _line(thing) if thing.is_way() else _area(thing, shapes) if thing.is_area() else ()
    except RuntimeError as error:
        raise NotAMap(
            f"is no file of OpenStreetMap ({error}); an extract in .osm.pbf or .osm would be right"
        ) from error


def _line(way: Any) -> Iterator[Feature]:
    """A way that the map shows, without the nodes that were cut off its file."""
    kind = kind_of_line(way.tags)
    points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()] if kind else []
    if len(points) > 1:
        yield Feature(kind, name_of(way.tags.get("name")), shapely.LineString(points))


def _area(area: Any, shapes: Any) -> Iterator[Feature]:
    kind = kind_of_area(area.tags)
    if kind:
        yield Feature(kind, name_of(area.tags.get("name")), shapely.from_wkb(shapes.create_multipolygon(area)))


def _house(thing: Any) -> Iterator[House]:
    """The house number of a node, or of a way at its first node."""
    street, number = name_of(thing.tags.get("addr:street")), house_number(thing.tags.get("addr:housenumber"))
    if street and number and not thing.is_area() and not thing.is_relation():
        place = thing.location if thing.is_node() else thing.nodes[0].location
        if place.valid():
            yield House(street, number, place.lat, place.lon)
