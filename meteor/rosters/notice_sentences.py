"""Sentences of notices about rosters, by kind."""

from flask_babel import lazy_gettext as _l

OF_SHIFTS = {
    "shift_planned": _l("You are planned: %(shift)s."),
    "shift_changed": _l("Your shift of %(before)s is now: %(shift)s."),
    "shift_cancelled": _l("Your shift is cancelled: %(shift)s."),
}
"""Sentences of what happened to an officer's shift. The kinds that end with _soon sound."""

RINGING = {
    "strength_soon": _l("%(place)s: only %(have)s of %(need)s officers planned from %(start)s to %(end)s."),
    "strength_now": _l("%(place)s: only %(have)s of %(need)s officers on duty, until %(end)s."),
    "sick_call": _l("%(name)s (%(agency)s) cannot come: %(days)s. No shift is cancelled yet: record the leave."),
    **{f"{kind}_soon": sentence for kind, sentence in OF_SHIFTS.items()},
}
"""Sentences of notices that sound."""

QUIET = {
    "strength_tomorrow": _l("%(place)s: only %(have)s of %(need)s officers planned from %(start)s to %(end)s."),
    "duty_too_long": _l("An officer of %(unit)s has been on duty for more than %(hours)s hours."),
    **OF_SHIFTS,
    "swap_offered": _l("%(name)s offers you a shift: %(shift)s. Answer at My shifts."),
    "swap_asked": _l("%(name)s wants to exchange %(shift)s for your shift %(other)s. Answer at My shifts."),
    "swap_accepted": _l("%(name)s agrees to the swap of %(shift)s. A supervisor decides; until then it stays yours."),
    "swap_declined": _l("%(name)s does not take your shift %(shift)s. It stays yours."),
    "swap_waiting": _l("%(name)s and %(colleague)s want to swap %(shift)s. Please decide."),
    "swap_approved": _l("The swap of %(shift)s is approved. Your shifts at My shifts are up to date."),
    "swap_refused": _l("The swap of %(shift)s is not approved. The shifts stay as they were."),
    "swap_over": _l("Your swap with %(name)s can no longer take place. See your shifts at My shifts."),
}
"""Sentences of notices that can wait."""
