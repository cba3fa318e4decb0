"""Places of incidents, their accuracy, and positions that may change them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from meteor import geo
from meteor.incidents.models import Incident
from meteor.territory import rules as territory

COARSE = 5_000.0
"""Metres of accuracy beyond which a device only knows the region, from its network's address; a home says more."""


@dataclass(frozen=True)
class Place:
    """A place: degrees WGS-84 and metres. `source` is one of device, home, premises, call, unit, none.

    `words` are how somebody told it; they are kept as they were told. `rt_id` is a home's own RT.
    """

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    source: str = "none"
    words: str = ""
    rt_id: int | None = None


def columns_of(place: Place, flags: Iterable[str] = ()) -> dict[str, Any]:
    """An incident's columns for a place, with its `flags` of other matters and those that the place deserves."""
    told = {"words": place.words} if place.words else {}
    kept = [flag for flag in flags if flag not in ("no_position", "outside_city")]
    values: dict[str, Any] = {
        "latitude": place.latitude, "longitude": place.longitude, "accuracy": place.accuracy,
        "place_source": place.source, "place": told, "rt_id": None, "kelurahan_id": None, "kelurahan_exact": False,
    }  # fmt: skip
    if place.latitude is None or place.longitude is None:
        return values | {"flags": [*kept, "no_position"]}
    location = territory.locate(place.latitude, place.longitude)
    around = territory.surroundings(place.latitude, place.longitude)
    area = {"kelurahan_id": location.kelurahan_id, "kelurahan_exact": location.exact}
    if place.rt_id is not None:
        own, kelurahan_id = territory.rt_named(place.rt_id)
        around, area = around | own, {"kelurahan_id": kelurahan_id, "kelurahan_exact": True}
    return values | {
        **area,
        "place": around | told,
        "rt_id": around.get("rt_id") if has_rt(place.accuracy, place.source) else None,
        "flags": kept if location.inside else [*kept, "outside_city"],
    }


def has_rt(accuracy: float | None, source: str) -> bool:
    """Return whether the RT of a place is known. If not, no RT is told of it as if it were theirs.

    A home is in its household's RT, however coarsely its position was measured.
    """
    return source == "home" or not territory.is_coarse(accuracy)


def place_of(incident: Incident) -> Place:
    """The incident's place."""
    words = incident.place.get("words", "")
    own_rt = incident.rt_id if incident.place_source == "home" else None
    return Place(incident.latitude, incident.longitude, incident.accuracy, incident.place_source, words, own_rt)


def named_place(incident: Incident) -> dict[str, Any]:
    """The incident's place as the timeline keeps it: words, RT and kelurahan as far as known, accuracy in metres."""
    return {
        "words": incident.place.get("words", ""),
        "rt": incident.place.get("rt", "") if has_rt(incident.accuracy, incident.place_source) else "",
        "kelurahan": incident.kelurahan.name if incident.kelurahan else "",
        "accuracy": incident.accuracy,
    }


def refines(incident: Incident, place: Place) -> bool:
    """Return whether a device's position refines the place at which the incident was raised.

    The device may refine an incident without a place, one at the registered home, and one whose device was COARSE. Of
    another device's place it may only make the radius smaller: the position lies within the radius that is known and is
    more exact. An incident at premises stays there, and a place that a caller told stays as it was told.
    """
    if incident.premises_id is not None or place.latitude is None or place.longitude is None:
        return False
    if incident.latitude is None or incident.longitude is None:
        return True
    before = incident.accuracy or 0.0
    if incident.place_source == "home" or (incident.place_source == "device" and before > COARSE):
        return (place.accuracy or 0.0) <= COARSE
    if incident.place_source != "device" or place.accuracy is None or place.accuracy >= before:
        return False
    return apart(incident, place.latitude, place.longitude) <= before


def is_better(incident: Incident, place: Place) -> bool:
    """Return whether the incident moves to a place that its reporter told a call-taker.

    Yes if the incident had no place, or only the registered home or what a call said; if the accuracy (metres) is now
    at least as good as the device's, or the place lies further away than either is unsure of. Never from premises.
    """
    if incident.premises_id is not None or place.latitude is None or place.longitude is None:
        return False
    if incident.latitude is None or incident.longitude is None:
        return True
    before, now = incident.accuracy or 0.0, place.accuracy or 0.0
    if incident.place_source != "device":
        return now <= COARSE
    return now <= before or apart(incident, place.latitude, place.longitude) > before + now


def apart(incident: Incident, latitude: float | None, longitude: float | None) -> float:
    """Geodesic metres from the incident to a point (degrees WGS-84), where both are known."""
    here, there = (incident.latitude, incident.longitude), (latitude, longitude)
    return geo.metres(cast("geo.Point", here), cast("geo.Point", there))
