"""Sentences of the audit log about the watch."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "watch_taken": _l("%(who)s took the watch of the command centre."),
    "watch_ended": _l("%(who)s left the watch of the command centre without handing it over."),
    "handover_signed": _l("%(who)s handed the watch over to %(to)s."),
    "handover_accepted": _l("%(who)s accepted the watch from %(giver)s."),
    "handover_refused": _l("%(who)s did not take the watch from %(giver)s: %(reason)s"),
    "handover_withdrawn": _l("%(who)s took back the hand-over of the watch to %(to)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), and single details."""
