"""Timeline sentences about alarms of premises: what the panel and the premises say, and calls to contacts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import Detail, EventType, Names, says
from meteor.territory.labels import distance

_MEANINGS = {
    "hold_up": _l("hold-up"),
    "duress": _l("opened under duress"),
    "medical": _l("medical"),
    "fire": _l("fire"),
    "gas": _l("gas"),
    "burglary": _l("burglary"),
    "tamper": _l("tampering"),
    "environment": _l("water or temperature"),
    "alarm": _l("alarm"),
    "power": _l("mains power"),
    "battery": _l("battery"),
    "communication": _l("communication"),
    "trouble": _l("a fault"),
    "opening": _l("opened"),
    "closing": _l("closed"),
    "access": _l("a door was used"),
    "bypass": _l("zone switched off"),
    "cancel": _l("cancelled"),
    "status": _l("status"),
    "unknown": _l("unknown code"),
}
"""Labels of the meanings of panel codes."""

_ANSWERS = {
    "right": _l("right pass phrase"),
    "wrong": _l("no pass phrase, or a wrong one"),
    "unanswered": _l("nobody answered"),
}


def _cancelled(detail: Detail, names: Names) -> str:
    mistake = _("The premises say: it was a mistake")
    words = mistake if detail["reason"] == "mistake" else _("The premises say: safe now")
    if detail.get("forced"):
        return words + " · " + _("with a wrong PIN or pass phrase: perhaps forced to say so")
    if detail["verified"]:
        return words + " · " + _("with the right PIN or pass phrase: check it with a contact")
    return words + " · " + _("without a PIN or pass phrase: check it with a contact")


def _panel_said(detail: Detail, names: Names) -> str:
    meaning = _MEANINGS.get(detail["meaning"], detail["meaning"])
    words = _("The panel says: %(meaning)s", meaning=meaning)
    if detail.get("restore"):
        words = _("The panel says that this is over: %(meaning)s", meaning=meaning)
    return f"{words} · {detail['where']}"


def _second_sign(detail: Detail, names: Names) -> str:
    if not detail.get("first"):
        return _("Second sign: the panel has verified the alarm itself (%(zone)s)", zone=detail["zone"])
    return _("Second sign: %(zone)s, %(minutes)s min after %(first)s", zone=detail["zone"], minutes=detail["minutes"],
             first=detail["first"])  # fmt: skip


def _called(detail: Detail, names: Names) -> str:
    return _("Called %(contact)s: %(answer)s", contact=detail["contact"],
             answer=_ANSWERS.get(detail["answer"], detail["answer"]))  # fmt: skip


def _phone_at(detail: Detail, names: Names) -> str:
    if detail.get("away") is None:
        return _("The phone that raised it said where it is")
    place = f"{detail['latitude']:.5f}, {detail['longitude']:.5f}"
    if detail.get("accuracy") is None:
        return _("The phone that raised it is %(away)s away, at %(place)s", away=distance(detail["away"]), place=place)
    return _("The phone that raised it is %(away)s away, at %(place)s, exact to %(metres)d m",
             away=distance(detail["away"], detail["accuracy"]), place=place, metres=detail["accuracy"])  # fmt: skip


EVENT_TYPES = {
    "alarm_cancelled": EventType(_cancelled, "info", "warn"),
    "panel_said": EventType(_panel_said, "info"),
    "panel_heard": EventType(says(_l("The panel is heard again: %(panel)s")), "check", "ok"),
    "second_sign": EventType(_second_sign, "octagon", "danger"),
    "contact_called": EventType(_called, "phone"),
    "phone_at": EventType(_phone_at, "pin"),
}
