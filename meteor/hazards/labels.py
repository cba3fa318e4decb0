"""Labels of hazards: kinds, how bad they are, and where a report stands."""

from flask_babel import lazy_gettext as _l

from meteor.hazards.photos import MOST_BYTES

TOO_LARGE = _l(
    "The photos are too large. Send at most %(mb)d MB together. In danger call 112.", mb=MOST_BYTES // 1_000_000
)

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

SEVERITIES = {1: _l("A nuisance"), 2: _l("Hard to get through"), 3: _l("Impassable, or damage")}
"""Names of how bad a hazard is."""

WATER = {1: _l("Up to the ankle"), 2: _l("Up to the knee"), 3: _l("Up to the hip")}
"""Severities of a flood: the height of the water."""

WATER_LEVELS = {1: 15, 2: 45, 3: 90}
"""Water above the street that a person shows by ankle, knee and hip: centimetres, about."""

STATUSES = {
    "received": _l("Received"),
    "asked": _l("Question to the reporter"),
    "verified": _l("Verified"),
    "rejected": _l("Not confirmed"),
    "resolved": _l("Over"),
    "withdrawn": _l("Taken back"),
}
"""Names of where a report stands, as the disaster agency reads them."""

OWN_STATUSES = {
    "received": _l("BPBD has your report"),
    "asked": _l("BPBD has a question"),
    "verified": _l("Verified: BPBD acts on it"),
    "rejected": _l("Closed: BPBD could not confirm it"),
    "resolved": _l("The hazard is over"),
    "withdrawn": _l("You took it back"),
}
"""Statuses of a report, as its reporter reads them."""

MESSAGES = {
    **OWN_STATUSES,
    "received": _l("Received"),
    "answered": _l("You wrote"),
    "confirmed": _l("Still there: BPBD has confirmed it"),
    "incident": _l("Units were called in"),
    "same": _l("Joined to another report of the same hazard"),
    "separated": _l("Separated from another report: BPBD looks at it again"),
    "photo_missing": _l("A photo could not be fetched"),
}
"""Events of a report, as its reporter reads them."""

HAPPENED = {
    "received": _l("Report received"),
    "asked": _l("Question to the reporter"),
    "answered": _l("Answer of the reporter"),
    "verified": _l("Verified"),
    "rejected": _l("Not confirmed"),
    "resolved": _l("Over"),
    "withdrawn": _l("Taken back by the reporter"),
    "confirmed": _l("Confirmed: still there"),
    "incident": _l("Incident made"),
    "same": _l("Joined to a report of the same hazard"),
    "separated": _l("Separated from a report of another hazard"),
    "photo_missing": _l("A photo could not be fetched"),
}
"""Events that a message of a report tells."""

PLACES = {
    "device": _l("position of the phone"),
    "pin": _l("chosen on the map"),
    "photo": _l("position in the photo"),
    "partner": _l("position from the partner"),
    "words": _l("from the description"),
    "none": _l("place unknown"),
}
"""Sources of a report's place."""

HELP = {
    "waiting": _l("The nearest unit is being looked for."),
    "held": _l("The command centre reads your report first, and decides."),
    "asked": _l("Help is being called."),
    "unanswered": _l("Nobody has accepted yet. The command centre is looking for another unit."),
    "nobody": _l("No unit is free yet. The command centre knows and is looking for one."),
    "accepted": _l("A unit has accepted and is getting ready."),
    "en_route": _l("Help is on the way."),
    "on_scene": _l("Help has arrived."),
    "left": _l("Units were there."),
    "closed": _l("The alert is closed."),
}
"""States of the response to an urgent report, as its reporter reads them."""

DANGERS = {
    "trapped": _l("Somebody is trapped or hurt"),
    "rising": _l("The water keeps rising, or it comes closer"),
}
"""Names of what makes a hazard urgent now."""

FLOODS = ("flood", "tidal_flood")


def severity(kind: str, level: int) -> str:
    """The severity of a hazard of this kind in words: "Up to the knee" of a flood."""
    return str((WATER if kind in FLOODS else SEVERITIES)[level])
