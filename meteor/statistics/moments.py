"""The nine moments of an incident, each with its name and the rule by which it is found."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l


class Moments(NamedTuple):
    """The moments of a segment, in their order. What did not happen, or was not stored, is None."""

    pressed_at: datetime | None
    received_at: datetime
    seen_at: datetime | None
    triaged_at: datetime | None
    offered_at: datetime | None
    accepted_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    closed_at: datetime | None


class Rule(NamedTuple):
    """The name of a moment, and in words where it comes from."""

    name: str
    words: str


RULES = {
    "pressed_at": Rule(
        _l("Pressed"),
        _l(
            "The phone of the first alert measured, by its own clock, how long the press waited in it. Its way through "
            "the network, mostly less than 10 seconds, is not in that. Without it, and after a reopening, there is "
            "none. All limits count from the receipt."
        ),
    ),
    "received_at": Rule(
        _l("Received"),
        _l(
            "The server received the first alert, or the exchange announced the first 112 call. After a reopening: the "
            "reopening. Incidents from paper: the time of the report on paper."
        ),
    ),
    "seen_at": Rule(
        _l("Seen"),
        _l(
            "A call-taker answered the 112 call, or staff first acted on the incident: acknowledged the alarm, "
            "accepted an offer, changed, noted or closed it. Only looking at it is not stored and does not count. "
            "After a reopening, which is by staff, there is none."
        ),
    ),
    "triaged_at": Rule(
        _l("Triaged"),
        _l(
            "Staff first said what it is, how urgent it is, or that units may go. A 112 call is triaged when the "
            "call-taker sends it. An alert that nobody changed has no time."
        ),
    ),
    "offered_at": Rule(_l("Offered"), _l("The first offer to a unit. Incidents from paper have none.")),
    "accepted_at": Rule(_l("Accepted by a unit"), _l("The first unit accepted, by the tap on its tablet.")),
    "en_route_at": Rule(
        _l("En route"), _l("The first unit said that it is on its way; without that, when it arrived.")
    ),
    "on_scene_at": Rule(_l("On scene"), _l("The first unit said that it has arrived, by the tap on its tablet.")),
    "closed_at": Rule(_l("Closed"), _l("The incident was closed. After a reopening a new segment begins.")),
}
"""The rules, by the field of Moments."""

COUNTED = _l(
    "Counted are all incidents, with what was merged into them; a reopened one counts once more. Left out are drills, "
    "tests, duplicates, and what a citizen called a mistake; a mistake at premises counts, and “I am safe now” takes "
    "nothing back. A step without a stored time never counts as 0 seconds: it is late once the incident has lasted "
    "longer. Incidents from paper, which says minutes, count for the arrival alone."
)
"""Explanation of which incidents the figures are about."""
