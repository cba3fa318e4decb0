"""Feeds of BMKG that a city may add. METEOR reads none by itself: an installation may have no network."""

from typing import NamedTuple

_LISTS = "https://data.bmkg.go.id/DataMKG/TEWS"


class Suggestion(NamedTuple):
    """A feed's columns."""

    name: str
    kind: str
    url: str


SUGGESTIONS = {
    "nowcast": Suggestion("BMKG: peringatan dini cuaca", "cap", "https://www.bmkg.go.id/alerts/nowcast/id"),
    "newest": Suggestion("BMKG: gempa terbaru", "earthquakes", f"{_LISTS}/autogempa.json"),
    "strong": Suggestion("BMKG: gempa M 5 ke atas", "earthquakes", f"{_LISTS}/gempaterkini.json"),
    "felt": Suggestion("BMKG: gempa dirasakan", "earthquakes", f"{_LISTS}/gempadirasakan.json"),
}
"""BMKG's public data: data.bmkg.go.id and github.com/infoBMKG. BMKG must be named as the source."""
