"""Advice for a reporter until help is there, by the alert's kind: readers are on no call.

Taken from the advice of the call scripts, whose sources stand in protocols.reference_data.
"""

from flask_babel import lazy_gettext as _l

_MEET = _l("Ask somebody to wait at the road and to wave to the crew. At night, switch on a light at the front.")

ADVICE = {
    "emergency": (_l("Go where it is safe, if you can."), _MEET),
    "crime": (
        _l("Do not confront and do not chase anybody. If you can, go to a room with a way out and lock the door."),
        _l("Remember what they look like, the number plate, and where they went."),
    ),
    "fire": (
        _l("Everybody out. Stay low under the smoke, and close doors behind you."),
        _l("Do not go back in for anything."),
        _MEET,
    ),
    "medical": (
        _l("Move nobody who is hurt, unless it is dangerous there."),
        _l("Bleeding: press hard on the wound with a clean cloth, and do not let go."),
        _l("Not breathing: press hard in the middle of the chest, almost twice a second, until help is there."),
    ),
    "disaster": (
        _l("Water rises: go to higher ground, and stay out of flowing water."),
        _l("Earthquake: go out into the open, away from walls, poles and wires."),
    ),
    "other": (_l("Go where it is safe, if you can."), _MEET),
}
"""Advice by the alert's kind. Violence at home has none: who did it may read the page."""
