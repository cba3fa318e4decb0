"""Timeline sentences about the safety of officers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from meteor.incidents.event_labels import Detail, EventType, Names, says


def _in_danger(detail: Detail, names: Names) -> str:
    said = _("Officer in danger: %(unit)s", unit=detail["unit"])
    return f"{said} · {_position(detail)}"


def _position(detail: Detail) -> str:
    age = detail.get("position_age")
    if detail.get("unknown_age"):
        return _("a position of unknown age")
    if age is not None:
        seconds, minutes = round(age), round(age / 60)
        if seconds < 90:
            return ngettext(
                "the unit's last position, %(num)d second old", "the unit's last position, %(num)d seconds old", seconds
            )
        return ngettext(
            "the unit's last position, %(num)d minute old", "the unit's last position, %(num)d minutes old", minutes
        )
    if detail.get("placed"):
        return _("position not known: the unit's base was taken")
    return _("the unit's position is unknown")


EVENT_TYPES = {
    "officer_in_danger": EventType(_in_danger, "octagon", "danger", changes_visibility=True),
    "welfare_asked": EventType(
        says(_l("%(unit)s was asked whether all is well: %(minutes)s min without a word")), "bell"
    ),
    "welfare_due": EventType(
        says(_l("%(unit)s: %(minutes)s min without a word, to be asked quietly by radio")), "bell", "warn"
    ),
    "welfare_well": EventType(says(_l("%(unit)s: all is well")), "check", "ok"),
    "welfare_help": EventType(says(_l("%(unit)s needs help itself")), "octagon", "danger"),
    "welfare_silent": EventType(says(_l("%(unit)s did not answer whether all is well")), "clock", "danger"),
}
