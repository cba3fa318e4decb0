"""Limits of messages to one RT: of all its leaders together."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from meteor.store.quotas import Limit

NOTICES = Limit("rt_notices", 5, _l("notices to an RT"))
ALARMS = Limit("rt_alarms", 6, _l("alarms of an RT"))

ALARMS_IN_A_ROW, ROW = 3, timedelta(hours=1)
"""Most alarms of one RT within ROW: more would be taken for a joke."""
