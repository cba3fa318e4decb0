"""The demo city's streets: a sketch of a few, drawn after what is generally known. It is no map, and says so."""

from pathlib import Path

from meteor.streets import geojson_file, reading, rules
from meteor.streets.composition import compose
from meteor.streets.labels import SKETCH

FILE = Path(__file__).with_name("sketch.geojson")


def build() -> None:
    """Draw the sketch where no map was imported. An import replaces it."""
    if rules.source() is None:
        drawn = compose(reading.whole(geojson_file.objects(FILE)))
        rules.replace_map(drawn, FILE.name, SKETCH, None)
