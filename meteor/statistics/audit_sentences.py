"""Sentences of the audit log about figures of crime, and about letters to owners of premises."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "crime_figures_imported": _l("%(who)s imported a table of crime figures: %(added)s added, %(changed)s replaced."),
    "crime_figure_changed": _l("%(who)s replaced a crime figure: %(what)s."),
    "false_alarm_letter_printed": _l(
        "%(who)s printed the letter to %(whom)s about %(alarms)s false alarms from %(since)s to %(until)s."
    ),
}
"""The sentence of each action: who (%(who)s), the fields (%(what)s), and single details."""
