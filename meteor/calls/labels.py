"""Texts about calls: statuses, classes and conflicts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.calls.holding import CallTaken

STATUSES = {
    "ringing": _l("Ringing"),
    "taken": _l("Being handled"),
    "ended": _l("Ended"),
    "abandoned": _l("Missed"),
    "blocked": _l("Blocked"),
}
"""The names of models.STATUSES."""

CLASSES = {
    "normal": _l("Emergency"),
    "information": _l("Information"),
    "prank": _l("Prank"),
    "ghost": _l("Silent call"),
    "dropped": _l("Dropped"),
    "test": _l("Test"),
}
"""The names of models.CLASSES."""

SAID = {
    "information": _l("a question, no emergency"),
    "prank": _l("needs a reason"),
    "ghost": _l("nobody spoke"),
    "dropped": _l("the line broke off"),
    "test": _l("a test of the line or a drill"),
}
"""Classes that a call-taker may choose, each with its meaning."""

FLAGS = {"call_back_first": _l("Call back first"), "blocked": _l("Blocked")}
"""The kinds of caller flags."""

FIELDS = {
    "type": _l("What: the type of incident"),
    "place": _l("Where: the place"),
    "phone": _l("The caller's number"),
    "name": _l("The caller's name"),
    "note": _l("What happened"),
    "more": _l("What else is said"),
}
"""The fields of a draft that a person reads."""

EMPTY = {
    "type": _l("Choose the type of incident."),
    "place": _l("Enter the place."),
    "phone": _l("Enter the caller's number."),
}
"""Errors of the fields without which no help can be sent."""

RESPONSES = {
    "closed": _l("The incident is closed."),
    "on_scene": _l("Help is there."),
    "en_route": _l("Help is on the way."),
    "accepted": _l("A unit has accepted. It is not on the way yet."),
    "left": _l("No unit is there any more."),
    "held": _l("The incident is held. No unit is asked before it is released."),
    "asked": _l("No unit has accepted yet."),
    "unanswered": _l("The units that could go did not answer. They are called by radio."),
    "nobody": _l("No unit is free. Nobody is on the way."),
    "waiting": _l("No unit has been asked yet."),
}
"""Sentences for the caller, by dispatch.response.STATES."""


def taken(refusal: CallTaken) -> str:
    """The reason why a call is not available."""
    if refusal.by:
        return _("%(name)s has this call.", name=refusal.by)
    if refusal.status == "blocked":
        return _("This number is blocked.")
    return _("This call is over: the caller has hung up.")


def missing(fields: list[str]) -> str:
    """Sentences about the details that are missing before help can be sent."""
    return " ".join(str(EMPTY[name]) for name in fields)
