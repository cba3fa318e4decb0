"""The place of a hazard, of what its report says: a pin, a device, words, a photo."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from meteor import geo
from meteor.alerts import reading
from meteor.incidents.places import COARSE, Place
from meteor.territory import gazetteer
from meteor.territory import rules as territory

NEAR = 500.0
"""Metres around a place that was told within which the device's position is a more exact word for it."""

PIN_RADIUS = 30.0
PHOTO_RADIUS = 50.0


@dataclass(frozen=True)
class Found:
    """A place: degrees WGS-84, metres, its `source`, and the `words` as typed.

    The source is one of device, pin, photo, partner, words and none.
    """

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    source: str = "none"
    words: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of a report."""
        kelurahan_id = None
        if self.latitude is not None and self.longitude is not None:
            kelurahan_id = territory.locate(self.latitude, self.longitude).kelurahan_id
        return {
            "latitude": self.latitude, "longitude": self.longitude, "accuracy": self.accuracy,
            "place_source": self.source, "place": self.words, "kelurahan_id": kelurahan_id,
        }  # fmt: skip

    def of_alert(self) -> Place | None:
        """The place of an alert. None where the intake chooses between the device, if there is one, and the home."""
        if self.source == "none" or (self.source == "device" and not self.words):
            return None
        source = "device" if self.source == "device" else "call"
        return Place(self.latitude, self.longitude, self.accuracy, source, self.words)


def found(fields: Mapping[str, Any], words: str, photographed: Iterable[tuple[float, float]] = ()) -> Found:
    """The best place of a report. A pin counts most, then the device, then the words, then the photos.

    Words that surely mean one place elsewhere than NEAR the device count more than it: who reports may have gone on. A
    COARSE device only counts if there is nothing better.
    """
    fix = reading.fix(fields)
    if fix and fields.get("place_source") == "map":
        return Found(fix[0], fix[1], fix[2] or PIN_RADIUS, "pin", words)
    told = _told(words)
    if fix and (fix[2] or 0.0) <= COARSE and not (told and _apart(told, fix) > NEAR):
        return Found(*fix, "device", words)
    if told:
        return told
    for latitude, longitude in photographed:
        return Found(latitude, longitude, PHOTO_RADIUS, "photo", words)
    return Found(*fix, "device", words) if fix else Found(source="words" if words else "none", words=words)


def _told(words: str) -> Found | None:
    hit = gazetteer.sure(words) if words else None
    return Found(hit.latitude, hit.longitude, hit.radius, "words", words) if hit else None


def _apart(told: Found, fix: tuple[float, float, float | None]) -> float:
    """Metres between the device and the edge of the place that was told."""
    away = geo.metres_flat(told.latitude or 0.0, told.longitude or 0.0, fix[0], fix[1])
    return away - (told.accuracy or 0.0) - (fix[2] or 0.0)
