"""Timeline sentences about the incident itself: its alarm, place, type, priority, notes and closure."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.accounts.user_forms import ROLE_NAMES
from meteor.incidents.event_labels import Detail, EventType, Names, says
from meteor.incidents.labels import OUTCOMES
from meteor.territory.labels import distance


def _told(detail: Detail, names: Names) -> str:
    role = ROLE_NAMES.get(detail["role"]) or _("another role")
    if not detail.get("seconds"):
        return _("Alarm: told at once: %(role)s", role=role)
    return _("Nobody has acknowledged after %(seconds)s s: told: %(role)s", seconds=detail["seconds"], role=role)


def _moved(detail: Detail, names: Names) -> str:
    if "before" in detail:
        before, after = _place(detail["before"]), _place(detail["after"])
        return _("The place was corrected: %(before)s → %(after)s", before=before, after=after)
    if detail.get("accuracy") is None:
        return _("The place was changed")
    return _("The place was changed, exact to %(metres)d m", metres=detail["accuracy"])


def _place(place: Detail) -> str:
    kelurahan = place["kelurahan"]
    rt = f"{place['rt']}, {kelurahan}" if place["rt"] else kelurahan and _("Kelurahan %(name)s", name=kelurahan)
    name = place["words"] or rt or _("place unknown")
    accuracy = place["accuracy"]
    if not accuracy:
        return name
    return f"{name} ± {distance(accuracy) if accuracy >= 1000 else _('%(metres)d m', metres=round(accuracy))}"


def _retyped(detail: Detail, names: Names) -> str:
    before, after = (names.types.get(detail[which]) or _("a removed type") for which in ("before", "after"))
    return _("Changed from %(before)s to %(after)s", before=before, after=after)


def _note(detail: Detail, names: Names) -> str:
    return _("The reporter says:") if detail.get("from_reporter") else _("Note:")


def _closed(detail: Detail, names: Names) -> str:
    outcome = OUTCOMES.get(detail["outcome"])
    return _("Closed: %(outcome)s", outcome=outcome) if outcome else _("Closed")


EVENT_TYPES = {
    "alarm_told": EventType(_told, "bell", "warn"),
    "alarm_late": EventType(
        says(_l("Nobody was told of the alarm in time; this was noticed late")), "octagon", "danger"
    ),
    "acknowledged": EventType(says(_l("Sees to the alarm, after %(seconds)s s")), "check", "ok"),
    "moved": EventType(_moved, "pin", changes_visibility=True),
    "staged": EventType(says(_l("The staging point was chosen")), "pin"),
    "retyped": EventType(_retyped, "repeat", gives_reason=True, changes_visibility=True),
    "reprioritised": EventType(
        says(_l("Priority changed from P%(before)s to P%(after)s")), "repeat", gives_reason=True
    ),
    "held_back": EventType(says(_l("Held: no unit is asked")), "user", "warn", changes_visibility=True),
    "released": EventType(says(_l("Released: units are asked")), "check", changes_visibility=True),
    "note": EventType(_note, "info"),
    "closed": EventType(_closed, "check", changes_visibility=True),
    "reopened": EventType(says(_l("Reopened")), "repeat", "warn", gives_reason=True, changes_visibility=True),
}
