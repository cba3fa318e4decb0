"""Small files of maps, written by the tests that read them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import osmium
import pytest
from click.testing import Result
from flask import Flask

from meteor.store.database import db

Point = tuple[float, float]
"""Longitude and latitude."""

Import = Callable[..., Result]
"""Runs the import of a file with this name and content, and with options."""


@dataclass
class Extract:
    """An extract of OpenStreetMap in the making: ways through points, and tags."""

    points: dict[Point, int] = field(default_factory=dict)
    tagged: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    lakes: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def way(self, *points: Point, **tags: str) -> "Extract":
        """Add a way. Ways that share a point share its node."""
        self.ways.append(([self._node(point) for point in points], tags))
        return self

    def node(self, point: Point, tags: Mapping[str, str]) -> "Extract":
        self.tagged[self._node(point)] = dict(tags)
        return self

    def multipolygon(self, rings: Sequence[Sequence[Point]], **tags: str) -> "Extract":
        """Add an area whose outer border is made of several ways without tags of their own."""
        numbers = []
        for ring in rings:
            self.way(*ring)
            numbers.append(len(self.ways))
        self.lakes.append((numbers, tags | {"type": "multipolygon"}))
        return self

    def xml(self) -> bytes:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
        for (longitude, latitude), number in self.points.items():
            lines.append(f"<node id='{number}' version='1' lat='{latitude}' lon='{longitude}'>")
            lines.append(f"{_tags(self.tagged.get(number, {}))}</node>")
        for number, (nodes, tags) in enumerate(self.ways, start=1):
            refs = "".join(f"<nd ref='{node}'/>" for node in nodes)
            lines.append(f"<way id='{number}' version='1'>{refs}{_tags(tags)}</way>")
        for number, (ways, tags) in enumerate(self.lakes, start=1):
            members = "".join(f"<member type='way' ref='{way}' role='outer'/>" for way in ways)
            lines.append(f"<relation id='{number}' version='1'>{members}{_tags(tags)}</relation>")
        return "\n".join([*lines, "</osm>"]).encode()

    def write_pbf(self, file: Path) -> None:
        with osmium.SimpleWriter(str(file)) as writer:
            for point, number in self.points.items():
                tags = self.tagged.get(number, {})
                writer.add_node(osmium.osm.mutable.Node(id=number, location=point, tags=tags))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))

    def _node(self, point: Point) -> int:
        return self.points.setdefault(point, len(self.points) + 1)


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def line(*points: Point, **tags: str | None) -> dict[str, Any]:
    """A GeoJSON feature."""
    geometry = {"type": "LineString", "coordinates": [list(point) for point in points]}
    return {"type": "Feature", "properties": tags, "geometry": geometry}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


WEST, CROSSING, EAST = (113.2100, -7.7510), (113.2152, -7.7510), (113.2230, -7.7510)
NORTH, SOUTH = (113.2152, -7.7450), (113.2152, -7.7560)
FAR_EAST = (113.4000, -7.7510)


def small_city() -> Extract:
    """Two main streets that cross, an alley with a house, a railway, a lake of two halves, a river and the coast."""
    return (
        Extract()
        .way(WEST, CROSSING, highway="primary", name="Jalan Panglima Sudirman")
        .way(CROSSING, EAST, highway="primary", name="Jalan Panglima Sudirman")
        .way(NORTH, CROSSING, SOUTH, highway="secondary", name="Jalan Suroyo")
        .way((113.2120, -7.7510), (113.2120, -7.7530), highway="residential", name="Gang Mawar")
        .way((113.2120, -7.7530), (113.2125, -7.7530), highway="footway")
        .way((113.1900, -7.7433), (113.2153, -7.7433), (113.2300, -7.7450), railway="rail")
        .way((113.2000, -7.7300), (113.2200, -7.7290), natural="coastline")
        .way((113.2060, -7.7600), (113.2061, -7.7300), waterway="river", name="Kali Banger")
        .way((113.2170, -7.7520), (113.2172, -7.7520), (113.2172, -7.7522), (113.2170, -7.7520), building="yes")
        .way((113.2050, -7.7510), (113.2060, -7.7510), waterway="ditch")
        .multipolygon(
            [
                [(113.2190, -7.7540), (113.2200, -7.7540), (113.2200, -7.7550)],
                [(113.2200, -7.7550), (113.2190, -7.7550), (113.2190, -7.7540)],
            ],
            natural="water",
            name="Telaga",
        )
    )


@pytest.fixture
def import_file(app: Flask, tmp_path: Path) -> Import:
    def run(name: str, content: bytes | Extract, *options: str) -> Result:
        file = tmp_path / name
        if isinstance(content, bytes):
            file.write_bytes(content)
        elif name.endswith(".pbf"):
            content.write_pbf(file)
        else:
            file.write_bytes(content.xml())
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["import-streets", str(file), *options])
        db.session.expire_all()
        return result

    return run
