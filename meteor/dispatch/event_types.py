"""Timeline sentences about units: offers, assignments, and what is left without a unit."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import Detail, EventType, Names, says
from meteor.incidents.labels import REFUSALS, STANDARD_REASONS
from meteor.incidents.shortfall import recorded
from meteor.territory.labels import distance


def _offered(detail: Detail, names: Names) -> str:
    if detail.get("distance") is None:
        return _("Offered to %(unit)s", unit=detail["unit"])
    return _("Offered to %(unit)s, %(distance)s away", unit=detail["unit"], distance=_away(detail))


def _expired(detail: Detail, names: Names) -> str:
    if detail.get("late"):
        return _("%(unit)s had not answered; this was noticed late", unit=detail["unit"])
    return _("%(unit)s did not answer in time", unit=detail["unit"])


def _refused(detail: Detail, names: Names) -> str:
    reason = REFUSALS.get(detail["reason"], REFUSALS["other"])
    return _("%(unit)s refused: %(reason)s", unit=detail["unit"], reason=reason)


def _withdrawn(detail: Detail, names: Names) -> str:
    if detail.get("by"):
        return _("The offer to %(unit)s went back: %(by)s has taken it", unit=detail["unit"], by=detail["by"])
    if detail.get("reason") == "in_danger":
        return _("The offer to %(unit)s went back: an officer of this unit is in danger", unit=detail["unit"])
    if detail.get("reason") == "place_corrected":
        return _("The offer to %(unit)s went back: the place was corrected", unit=detail["unit"])
    return _with_standard_reason(_("%(unit)s was withdrawn", unit=detail["unit"]), detail)


def _added(detail: Detail, names: Names) -> str:
    said = _("%(unit)s was added", unit=detail["unit"])
    if detail.get("distance") is not None:
        said = _("%(unit)s was added, %(distance)s away", unit=detail["unit"], distance=_away(detail))
    return _with_standard_reason(said, detail)


def _self_dispatched(detail: Detail, names: Names) -> str:
    if detail.get("distance") is None:
        return _("%(unit)s takes the incident without an offer", unit=detail["unit"])
    away = _away(detail)
    return _("%(unit)s takes the incident without an offer, %(distance)s away", unit=detail["unit"], distance=away)


def _away(detail: Detail) -> str:
    return distance(detail["distance"], detail.get("radius"))


def _taken_over(detail: Detail, names: Names) -> str:
    if detail.get("before"):
        return _("Takes this incident over from %(name)s", name=detail["before"])
    return _("Takes charge of this incident")


def _with_standard_reason(said: str, detail: Detail) -> str:
    standard = STANDARD_REASONS.get(detail.get("standard", ""))
    return f"{said}: {standard}" if standard else said


def _nobody_left(detail: Detail, names: Names) -> str:
    return " · ".join(names.shortfall(recorded(detail.get("shortfall", ())))) or _("No unit left")


def _escalated(detail: Detail, names: Names) -> str:
    if detail.get("late"):
        return _("Nobody had accepted; this was noticed late")
    return _("Nobody accepted within %(seconds)s s", seconds=detail["seconds"])


EVENT_TYPES = {
    "offered": EventType(_offered, "bell", repeats=True),
    "offer_expired": EventType(_expired, "clock", "warn", repeats=True),
    "accepted": EventType(says(_l("%(unit)s accepted")), "check", "ok"),
    "accepted_late": EventType(says(_l("%(unit)s accepted in time, but this came too late")), "triangle", "warn"),
    "refused": EventType(_refused, "cross", "warn"),
    "en_route": EventType(says(_l("%(unit)s is on the way")), "road"),
    "on_scene": EventType(says(_l("%(unit)s has arrived")), "pin", "ok"),
    "cleared": EventType(says(_l("%(unit)s is free again")), "check-circle"),
    "withdrawn": EventType(_withdrawn, "back", gives_reason=True),
    "added": EventType(_added, "plus", gives_reason=True),
    "self_dispatched": EventType(_self_dispatched, "plus"),
    "taken_for_p1": EventType(says(_l("%(unit)s was taken for %(by)s, where a life is at risk")), "back", "warn"),
    "nobody_left": EventType(_nobody_left, "octagon", "danger", repeats=True),
    "escalated": EventType(_escalated, "clock", "warn"),
    "offered_again": EventType(says(_l("Asked again: the units that did not answer")), "repeat", repeats=True),
    "taken_over": EventType(_taken_over, "user"),
    "went_over": EventType(says(_l("%(unit)s goes on to %(number)s")), "road"),
    "came_over": EventType(says(_l("%(unit)s came over from %(number)s")), "plus"),
}
