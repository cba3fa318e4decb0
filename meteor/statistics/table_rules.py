"""What each table of figures counts, in words that stand beside it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

TWO_COUNTS = _l(
    "The figures of the police are those that were imported. METEOR's own cases are another count: the two are never "
    "added up."
)

RULES: Mapping[str, Any] = {
    "headline": _l(
        "From the receipt to the arrival of the first unit. P50 and P90: half, and nine tenths, of the arrivals took "
        "no longer. What no unit reached in time is late. Percentages are rounded down."
    ),
    "arrivals": _l("The same of each month. The charts show these values, the times in seconds."),
    "agency": _l("By the agency that leads incidents of the type. Times as in the first table."),
    "kelurahan": _l("By the kelurahan of the incident. Times as in the first table."),
    "type": _l("By the type of the incident. Times as in the first table."),
    "premises": _l("By the number of incidents at the premises that were closed as false alarms in the month."),
    "crime": TWO_COUNTS,
    "years": TWO_COUNTS,
    "months": _l(
        "METEOR's cases are its closed incidents of the types that are crime, by the day (WIB) on which they were "
        "opened."
    ),
    "kinds": _l("The kinds of the police and METEOR's types; what both call the same stands in one row."),
    "areas": _l("By the kelurahan that the police gave, and by that of METEOR's incident."),
    "channels": _l(
        "Alerts of incidents that were opened in the month (WIB). What the same person reports again of the same "
        "incident does not count, nor do drills."
    ),
    "noise": _l(
        "112 calls that came in during the month, without tests of the line. Noise is pranks, silent calls, dropped "
        "calls and calls of blocked numbers."
    ),
    "answers": _l(
        "112 calls from the first ring on, without blocked numbers and tests of the line. P50 and P90: half, and nine "
        "tenths, of the answered calls waited no longer."
    ),
    "hours": _l(
        "Incidents by the day and hour at which they were opened, of all chosen months. Drills and parts of a merged "
        "incident do not count."
    ),
    "pranks": _l(
        "A number is on the list while it is called back first or blocked (three pranks in 30 days, or by a "
        "supervisor), from when it was set to its end. Pranks, blocked calls and calls that became an alert are among "
        "the calls from listed numbers. Incidents closed as pranks are of all channels. How many there would be "
        "without the list cannot be known."
    ),
    "alarms": _l(
        "Alarms of incidents that were opened in the month. The time to the acknowledgement runs from the first ring; "
        "a closure is none. Drills and parts of a merged incident do not count."
    ),
    "offers": _l(
        "Offers that METEOR made for incidents opened in the time, without drills. An offer is unanswered if its unit "
        "neither accepted nor declined in time. What a dispatcher assigned was not offered."
    ),
    "offers-by-hour": _l("The same offers, by the hour at which they were made."),
    "false-alarms": _l(
        "Incidents that were closed as false alarms. Drills and parts of a merged incident do not count."
    ),
    "places": _l(
        "Counted to the end of the last month, or to now. A place is a square of about 55 m, or premises; positions "
        "that are less exact than 100 m are left out. Only those who direct units see this table."
    ),
    "cells": _l(
        "Cells with incidents at three places or more in the chosen months; a place is a square of about 55 m, or "
        "premises. Domestic violence, positions that are less exact than 100 m, drills, duplicates and parts of a "
        "merged incident are left out. The kelurahan is the one with the nearest centre; a cell may lie in two. The "
        "administrator does not see this table."
    ),
}
"""The rules, by the name of a FigureTable."""
