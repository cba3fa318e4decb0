"""Sentences of the audit log about figures of crime, and about letters to owners of premises."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from meteor.statistics.labels import month

SENTENCES = {
    "crime_figures_imported": _l("%(who)s imported a table of crime figures: %(added)s added, %(changed)s replaced."),
    "crime_figure_changed": _l("%(who)s replaced a crime figure: %(what)s."),
    "false_alarm_letter_printed": _l("%(who)s printed the letter to %(whom)s about %(alarms)s %(months)s."),
}
"""The sentence of each action: who (%(who)s), the fields (%(what)s), and single details."""


def letter_values(detail: Mapping[str, Any]) -> dict[str, str]:
    """The number of false alarms and the months of a printed letter, in words."""
    since, until = month(detail["since"]), month(detail["until"])
    return {
        "alarms": ngettext("%(num)d false alarm", "%(num)d false alarms", detail["alarms"]),
        "months": _("in %(month)s", month=since)
        if since == until
        else _("from %(since)s to %(until)s", since=since, until=until),
    }


VALUES = {"false_alarm_letter_printed": letter_values}
"""Details of an entry as its sentence says them."""
