"""Makes of an extract what is stored: lines that are joined, streets, house numbers and levels.

It takes seconds for a city, so it asks the database nothing: meanwhile presses are stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meteor.streets.features import Extract, Feature, House
from meteor.streets.joining import joined
from meteor.streets.levels import Packed, packed_levels
from meteor.streets.naming import NamedStreet, housed, streets_of


@dataclass(frozen=True)
class StreetMap:
    """A map: its features, its streets, and its house numbers, each with the position of its street among them."""

    features: Sequence[Feature]
    streets: Sequence[NamedStreet]
    houses: Sequence[tuple[int, House]]
    levels: Mapping[str, Packed]


def compose(extract: Extract) -> StreetMap:
    """The map of an extract."""
    features = joined(extract.features)
    streets = streets_of(features)
    return StreetMap(features, streets, list(housed(streets, extract.houses)), packed_levels(features))
