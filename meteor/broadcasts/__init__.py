"""Messages of RT leaders to all residents of their own RT: notices, and alarms."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND, RESIDENTS
from meteor.broadcasts.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

ALARM_READERS = (*COMMAND, "hazard_officer")
"""Roles that read the alarms of all RT: an alarm may be an emergency that was not reported."""


def alarm_shown(user_id: int, at: datetime) -> str:
    """The RT alarm that a citizen's banner shows to a user, by its id; empty without one."""
    from meteor.broadcasts.reading import alarm_of  # here, since models are loaded after the packages

    return str(alarm_of(user_id, at) or "")


blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Messages of my RT"), "broadcasts.messages", RESIDENTS, order=75),
        NavigationEntry(_l("RT alarms"), "broadcasts.alarms", ALARM_READERS, order=46, in_header=False),
    ],
    notices={"rt_alarm": _l("RT alarm, %(rt)s: %(text)s")},
    quiet_notices={
        "rt_notice": _l("Notice of %(rt)s: %(text)s"),
        "rt_alarm_over": _l("The RT alarm is over, %(rt)s: %(text)s"),
        "rt_alarm_to_check": _l("RT alarm: is it reported? %(rt)s: %(text)s"),
    },
    home_notices=dict.fromkeys(("rt_alarm", "rt_notice", "rt_alarm_over"), True),
    push_lives={
        "rt_notice": timedelta(days=1),
        **dict.fromkeys(("rt_alarm", "rt_alarm_over", "rt_alarm_to_check"), timedelta(hours=2)),
    },
    audit_actions={
        "rt_notice_sent": _l("Notice sent to an RT"),
        "rt_alarm_sent": _l("Alarm sent to an RT"),
        "rt_notice_ended": _l("Notice to an RT ended"),
        "rt_alarm_ended": _l("Alarm of an RT ended"),
    },
    audit_sentences=SENTENCES,
    banner_versions={"rt_alarm": alarm_shown},
)
