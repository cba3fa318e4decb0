"""Sentences of the audit log about rosters."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "shift_type_added": _l("%(who)s added the shift type %(whom)s."),
    "shift_type_changed": _l("%(who)s changed the shift type %(whom)s."),
    "planned_shift_added": _l("%(who)s planned a shift of %(whom)s."),
    "planned_shift_changed": _l("%(who)s changed a planned shift of %(whom)s."),
    "planned_shift_cancelled": _l("%(who)s cancelled a planned shift of %(whom)s."),
    "roster_week_copied": _l("%(who)s copied a week in the roster of %(whom)s."),
    "minimum_strength_added": _l("%(who)s added a minimum strength."),
    "minimum_strength_changed": _l("%(who)s changed a minimum strength: %(what)s."),
    "minimum_strength_removed": _l("%(who)s removed a minimum strength of %(whom)s."),
    "leave_added": _l("%(who)s recorded leave of %(whom)s."),
    "leave_removed": _l("%(who)s removed leave of %(whom)s."),
    "roster_calendar_renewed": _l("%(who)s renewed the address of the own roster calendar."),
    "roster_calendar_revoked": _l("%(who)s revoked the address of the own roster calendar."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s)."""
