"""Labels of hazards: kinds, how bad they are, and where a report stands."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "flood": _l("Flood"),
    "tidal_flood": _l("Tidal flood"),
    "strong_wind": _l("Strong wind"),
    "fallen_tree": _l("Fallen tree"),
    "fire": _l("Fire"),
    "eruption": _l("Volcanic eruption"),
    "earthquake": _l("Earthquake"),
    "landslide": _l("Landslide"),
    "other": _l("Another hazard"),
}
"""Names of the kinds of hazard."""

SEVERITIES = {1: _l("A nuisance"), 2: _l("Hard to get through"), 3: _l("Nobody gets through, or things break")}
"""Names of how bad a hazard is."""

WATER = {1: _l("Up to the ankle"), 2: _l("Up to the knee"), 3: _l("Up to the hip")}
"""How bad a flood is: how high the water stands."""

WATER_LEVELS = {1: 15, 2: 45, 3: 90}
"""Water above the street that a person shows by ankle, knee and hip: centimetres, about."""

STATUSES = {
    "received": _l("Received"),
    "asked": _l("Question to the reporter"),
    "verified": _l("Verified"),
    "rejected": _l("Not confirmed"),
    "resolved": _l("Over"),
}
"""Names of where a report stands, as the disaster agency reads them."""

FLOODS = ("flood", "tidal_flood")


def severity(kind: str, level: int) -> str:
    """How bad a hazard of this kind is: "Up to the knee" of a flood."""
    return str((WATER if kind in FLOODS else SEVERITIES)[level])
