"""Timeline sentences about alerts: what reporters say, and which incident their alerts belong to."""

from datetime import timedelta

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import Detail, EventType, Names, says
from meteor.incidents.labels import SILENT_ALARM, SOURCES, flag


def _received(detail: Detail, names: Names) -> str:
    silent_alarm = detail["source"] == "sas" and detail.get("silent")
    source = SILENT_ALARM if silent_alarm else SOURCES.get(detail["source"], detail["source"])
    words = [
        _("A drill by %(source)s", source=source) if detail.get("drill") else _("Alert by %(source)s", source=source)
    ]
    if detail["source"] != "call" and detail.get("kind") in names.kinds:  # a call-taker chose the type itself
        words.append(names.kinds[detail["kind"]])
    if detail.get("silent"):
        words.append(_("silent: do not call"))
    flags = detail.get("flags") or []
    if "waited" in detail:
        waited = format_timedelta(timedelta(seconds=detail["waited"]), threshold=2)
        words.append(_("waited in the phone for %(time)s, by its clock", time=waited))
        flags = [word for word in flags if word != "sent_late"]
    words += map(flag, flags)
    return " · ".join(words)


def _cancelled(detail: Detail, names: Names) -> str:
    words = (
        _("The reporter says: it was a mistake") if detail["reason"] == "mistake" else _("The reporter says: safe now")
    )
    return words + " · " + _("with a wrong PIN: perhaps forced to say so") if detail.get("forced") else words


def _kind_said(detail: Detail, names: Names) -> str:
    return _("The reporter says: %(kind)s", kind=names.kinds.get(detail["kind"], detail["kind"]))


EVENT_TYPES = {
    "received": EventType(_received, "bell", "info"),
    "cancelled": EventType(_cancelled, "info", "warn"),
    "separated": EventType(
        says(_l("A call was taken away: it is about incident %(number)s")), "back", changes_visibility=True
    ),
    "needs_help_here": EventType(says(_l("The reporter says: I need help here, where I am now")), "octagon", "danger"),
    "kind_said": EventType(_kind_said, "info", changes_visibility=True),
    "merged": EventType(says(_l("The same as %(number)s: it is handled there")), "arrow", "warn"),
    "merged_here": EventType(says(_l("%(number)s is the same: it is handled here")), "plus", changes_visibility=True),
    "unmerged": EventType(
        says(_l("Not the same as %(number)s after all: open again")), "back", "warn", changes_visibility=True
    ),
    "unmerged_here": EventType(
        says(_l("%(number)s is not the same after all: it is open again")), "back", "warn", changes_visibility=True
    ),
}
