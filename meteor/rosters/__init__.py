"""Rosters: which officer is planned for which shift, who is on leave, and the officers' calendars.

Actual duty (agencies.models.Shift) alone decides which units are offered work. A roster is the plan.
"""

from flask_babel import lazy_gettext as _l

from meteor.agencies import UNITS
from meteor.rosters.audit_sentences import SENTENCES
from meteor.rosters.notice_sentences import QUIET, RINGING
from meteor.web.package import NavigationEntry, Package

PLANNERS = ("supervisor", "admin")
"""Roles that plan shifts and record leave."""

READERS = ("dispatcher", "supervisor", "chief", "admin")
"""Roles that read the roster of an agency."""

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Roster"), "rosters.month", ("dispatcher",), order=27, in_header=False),
        NavigationEntry(_l("Roster"), "rosters.month", ("supervisor", "chief"), order=214),
        NavigationEntry(_l("Roster"), "rosters.month", ("admin",), order=173, group=UNITS, in_header=False),
        NavigationEntry(_l("My shifts"), "rosters.own_shifts", ("officer",), order=41),
    ],
    audit_actions={
        "shift_type_added": _l("Shift type added"),
        "shift_type_changed": _l("Shift type changed"),
        "planned_shift_added": _l("Shift planned"),
        "planned_shift_changed": _l("Planned shift changed"),
        "planned_shift_cancelled": _l("Planned shift cancelled"),
        "roster_week_copied": _l("Week of a roster copied"),
        "minimum_strength_added": _l("Minimum strength added"),
        "minimum_strength_changed": _l("Minimum strength changed"),
        "minimum_strength_removed": _l("Minimum strength removed"),
        "leave_added": _l("Leave recorded"),
        "leave_removed": _l("Leave removed"),
        "roster_calendar_renewed": _l("Calendar address renewed"),
        "roster_calendar_revoked": _l("Calendar address revoked"),
    },
    notices=RINGING,
    quiet_notices=QUIET,
    audit_sentences=SENTENCES,
    audit_names={"shift_types": "name"},
    audit_pages={"shift_types": "/rosters/shift-types/", "minimum_strengths": "/rosters/strength/"},
)
