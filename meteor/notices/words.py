"""What each kind of notice says."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

SENTENCES = {
    "nobody_left": _l("No unit is left for incident %(number)s."),
    "unaccepted": _l("Nobody has accepted incident %(number)s yet."),
    "forced": _l("The reporter of incident %(number)s cancelled with a wrong PIN: perhaps they are forced to."),
    "held": _l("An alert of a suspended reporter waits for your decision: incident %(number)s."),
    "deadline_missed": _l("A deadline of incident %(number)s was missed by more than an hour. Look at it now."),
    "position_lost": _l("%(unit)s is available but sends no position: it is offered nothing. Call its crew."),
    "undelivered": _l("A message could not be delivered for a day and was given up: %(topic)s."),
    "call_offered": _l("%(by)s asks you to take over a 112 call."),
    "neighbourhood": _l("Somebody in your RT has called for help."),
}
"""The kinds of notices.rules.tell, each with its sentence."""


def sentence(kind: str, detail: dict[str, Any]) -> str:
    """What a notice says. One of an unknown kind leads to its page all the same."""
    if kind not in SENTENCES:
        return _("Something needs your attention.")
    return str(SENTENCES[kind]) % _Forgiving(detail)


class _Forgiving(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"
