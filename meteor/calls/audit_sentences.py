"""Sentences of the audit log about 112 calls."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "call_reclassified": _l("%(who)s recorded a call as something else."),
    "number_blocked": _l("%(who)s blocked the number %(phone)s for %(days)s days."),
    "caller_flag_lifted": _l("%(who)s lifted the flag of the number %(phone)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
