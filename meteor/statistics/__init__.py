"""Statistics: response times, crime and load, for the city's decisions. It reads what other packages have stored."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND
from meteor.statistics.audit_sentences import SENTENCES, VALUES
from meteor.web.package import NavigationEntry, Package

SEES_INCIDENTS = (*COMMAND, "chief")
"""Roles that read response times and letters about false alarms.

A narrow filter of response times shows a single incident.
"""

READERS = (*SEES_INCIDENTS, "admin")
"""Roles that read crime and load."""

PAGES = (
    NavigationEntry(_l("Response times"), "statistics.response_times", SEES_INCIDENTS, order=1),
    NavigationEntry(_l("Crime figures"), "statistics.crime_figures", READERS, order=2),
    NavigationEntry(_l("Load"), "statistics.load_figures", READERS, order=3),
    NavigationEntry(_l("Monthly report"), "statistics.monthly_report", SEES_INCIDENTS, order=4),
    NavigationEntry(_l("Public page"), "statistics.public_statistics", READERS, order=5),
)
"""The pages that stand below the heading of each of them."""

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Statistics"), "statistics.response_times", SEES_INCIDENTS, order=215),
        NavigationEntry(_l("Statistics"), "statistics.crime_figures", ("admin",), order=215),
    ],
    audit_actions={
        "crime_figures_imported": _l("Table of crime figures imported"),
        "crime_figure_changed": _l("Crime figure replaced"),
        "false_alarm_letter_printed": _l("Letter about false alarms printed"),
    },
    audit_sentences=SENTENCES,
    audit_values=VALUES,
    audit_fields={"cases": _l("cases")},
)
blueprint.context_processor(lambda: {"statistics_pages": PAGES})
