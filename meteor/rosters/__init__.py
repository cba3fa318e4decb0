"""Rosters: which officer is planned for which shift, who is on leave, and the officers' calendars.

Actual duty (agencies.models.Shift) alone decides which units are offered work. A roster is the plan.
"""

from flask_babel import lazy_gettext as _l

from meteor.rosters.audit_sentences import SENTENCES
from meteor.web.package import Package

PLANNERS = ("supervisor", "admin")
"""Those who plan shifts and record leave."""

READERS = ("dispatcher", "supervisor", "chief", "admin")
"""Those who read the roster of an agency."""

blueprint = Package(
    __name__,
    audit_actions={
        "shift_type_added": _l("Shift type added"),
        "shift_type_changed": _l("Shift type changed"),
        "planned_shift_added": _l("Shift planned"),
        "planned_shift_changed": _l("Planned shift changed"),
        "planned_shift_cancelled": _l("Planned shift cancelled"),
        "roster_week_copied": _l("Week of a roster copied"),
        "leave_added": _l("Leave recorded"),
        "leave_removed": _l("Leave removed"),
        "roster_calendar_renewed": _l("Calendar address renewed"),
        "roster_calendar_revoked": _l("Calendar address revoked"),
    },
    audit_sentences=SENTENCES,
)
