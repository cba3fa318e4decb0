"""Messages of trackers (OwnTracks, OsmAnd, Traccar Client) read into one form: degrees WGS-84, m/s, percent, UTC.

Sources: owntracks.org/booklet/tech/json, traccar.org/osmand, and the JSON of Traccar Client 9. A missing or senseless
extra, such as a battery of -1, is left out; a message without a place or with a senseless moment is refused.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NamedTuple

KNOT = 1852 / 3600
"""Metres per second."""

MILLISECONDS = 1e11
"""A moment above this is in milliseconds: in seconds it would lie in the year 5138."""


class BadMessage(Exception):
    """The message holds no place, or a number or moment that is none; this names the field."""


class Fix(NamedTuple):
    """One fix: degrees WGS-84, `accuracy` in metres, `speed` in m/s, `heading` in degrees, `battery` in percent.

    `taken_at` and `sent_at`, when the message was made, are by the device's clock. `mocked`: an app made the place up.
    """

    latitude: float
    longitude: float
    taken_at: datetime
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    battery: float | None = None
    sent_at: datetime | None = None
    mocked: bool = False


def owntracks(message: Any) -> Fix | None:
    """The fix of an OwnTracks message; None for one of another type, such as a waypoint. Raises BadMessage."""
    if not isinstance(message, Mapping):
        raise BadMessage("body")
    if message.get("_type") != "location":
        return None
    speed = _extra(message.get("vel"), 0, 1000)
    sent = message.get("created_at")
    return Fix(
        *_place(message.get("lat"), message.get("lon")),
        _moment("tst", message.get("tst")),
        accuracy=_extra(message.get("acc"), 0, 1e7),
        speed=None if speed is None else speed / 3.6,
        heading=_extra(message.get("cog"), 0, 360),
        battery=_extra(message.get("batt"), 0, 100),
        sent_at=None if sent is None else _moment("created_at", sent),
    )


def osmand(values: Mapping[str, Any], at: datetime) -> Fix:
    """The fix in the query or form of OsmAnd; it is of the moment `at` where it names none. Raises BadMessage."""
    speed = _extra(values.get("speed"), 0, 600)
    latitude, _comma, longitude = str(values.get("location") or "").partition(",")
    return Fix(
        *_place(values.get("lat", latitude), values.get("lon", longitude)),
        _moment("timestamp", values["timestamp"]) if values.get("timestamp") else at,
        accuracy=_extra(values.get("accuracy"), 0, 1e7),
        speed=None if speed is None else speed * KNOT,
        heading=_extra(values.get("bearing", values.get("heading")), 0, 360),
        battery=_extra(values.get("batt"), 0, 100),
        mocked=values.get("mock") in ("true", "1"),
    )


def traccar(message: Any) -> Fix:
    """The fix of Traccar Client's JSON. Raises BadMessage."""
    location = _part(message, "location")
    coordinates = _part(location, "coords")
    battery = location.get("battery")
    level = _extra(battery.get("level") if isinstance(battery, Mapping) else None, 0, 1)
    return Fix(
        *_place(coordinates.get("latitude"), coordinates.get("longitude")),
        _moment("timestamp", location.get("timestamp")),
        accuracy=_extra(coordinates.get("accuracy"), 0, 1e7),
        speed=_extra(coordinates.get("speed"), 0, 300),
        heading=_extra(coordinates.get("heading"), 0, 360),
        battery=None if level is None else level * 100,
        mocked=location.get("mock") is True or message.get("mock") is True,
    )


def _part(message: Any, name: str) -> Mapping[str, Any]:
    part = message.get(name) if isinstance(message, Mapping) else None
    if not isinstance(part, Mapping):
        raise BadMessage(name)
    return part


def _place(latitude: Any, longitude: Any) -> tuple[float, float]:
    north, east = _extra(latitude, -90, 90), _extra(longitude, -180, 180)
    if north is None or east is None:
        raise BadMessage("latitude" if north is None else "longitude")
    return north, east


def _extra(value: Any, least: float, most: float) -> float | None:
    """The number, None for what is none or lies outside of its bounds."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) and least <= number <= most else None


def _moment(field: str, value: Any) -> datetime:
    """Seconds or milliseconds since 1970, or ISO 8601 with its zone."""
    number = _extra(value, 0, 1e14)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS else number, UTC)
        at = datetime.fromisoformat(_zoned(str(value)))
    except (ValueError, OverflowError, OSError):
        raise BadMessage(field) from None
    if at.tzinfo is None:
        raise BadMessage(field)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadMessage(field) from None


def _zoned(text: str) -> str:
    """A plus before the zone is a space where a query was not encoded."""
    return text.replace(" ", "+") if "T" in text else text
