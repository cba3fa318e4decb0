"""Sentences of the audit log about messages to an RT."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "rt_notice_sent": _l("%(who)s sent a notice to %(rt)s"),
    "rt_alarm_sent": _l("%(who)s sent an alarm to %(rt)s"),
    "rt_notice_ended": _l("%(who)s ended a notice to %(rt)s"),
    "rt_alarm_ended": _l("%(who)s ended an alarm of %(rt)s"),
}
"""The sentence of each action: who (%(who)s), and single details."""
