"""Labels of outcomes, sources, flags and reasons of incidents."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor import geo
from meteor.incidents.models import Incident
from meteor.incidents.places import has_rt
from meteor.territory.labels import place_lines
from meteor.territory.rules import is_coarse

OUTCOMES = {
    "helped": _l("Helped"),
    "handed_over": _l("Handed over"),
    "false_alarm": _l("False alarm"),
    "prank": _l("Prank"),
    "nothing_found": _l("Nothing found"),
    "duplicate": _l("Duplicate of another incident"),
}
"""The names of incidents.rules.OUTCOMES."""

SOURCES = {
    "panic": _l("panic button"),
    "sas": _l("alarm panel (SAS)"),
    "call": _l("112 call"),
    "hazard": _l("hazard report"),
    "api": _l("partner system"),
    "officer": _l("officer's tablet"),
}
"""Labels of the sources of alerts; of premises, the label of alarms that are not silent."""

SILENT_ALARM = _l("silent alarm (SAS)")
"""The label of a silent alarm of premises: a hold-up, from a panel or from the button."""

FLAGS = {
    "no_position": _l("No position: ask the reporter where it is"),
    "outside_city": _l("The position lies outside of the city"),
    "home_position": _l("The place is the registered home: the phone gave no position"),
    "coarse_position": _l("The phone only knew the region: the place is the registered home"),
    "bad_position": _l("The phone's position could not be read"),
    "old_position": _l("The phone's position was more than 10 minutes old"),
    "bad_accuracy": _l("How exact the position is could not be read"),
    "bad_position_age": _l("How old the position is could not be read"),
    "unknown_kind": _l("What kind of help is needed was not understood"),
    "sent_late": _l("The phone could not reach us for a while: the alert is older than it looks"),
    "clock_set": _l("The phone's clock was set meanwhile: the press may be from long before"),
    "text_cut": _l("Some of what the phone sent was cut off: it was too long"),
    "reduced": _l("This account presses very often: of each press only the most important is kept"),
    "note_cut": _l("The note was cut off: it was too long"),
    "unread": _l("Part of what was sent could not be read"),
    "no_id": _l("The alert came without its own number: it may be a repetition"),
    "held": _l("The reporter is suspended: a call-taker decides first"),
    "zone_unknown": _l("The panel named an unregistered zone"),
    "unconfirmed": _l("Unconfirmed: the panel has no key, and did not send from its registered address"),
    "no_such_type": _l("The type that this alarm should have is missing: the nearest one was taken"),
    "premises_guessed": _l("Perhaps at other premises of theirs: the button did not name any of theirs"),
    "no_premises": _l("Pressed at none of their premises: the place is the phone's"),
    "old_unit_position": _l("The unit's last position was more than 10 minutes old"),
    "base_position": _l("The unit's position is not known: its base was taken"),
    "from_paper": _l("From paper"),
    "no_account": _l("Reported without an account: the phone number is not verified"),
    "many_reports": _l("Very many reports came from this account, device, phone number or partner"),
    "trapped": _l("Somebody is trapped or hurt, the reporter says"),
    "rising": _l("It gets worse, the reporter says: the water rises, or the hazard comes closer"),
}
"""Labels of the flags of alerts, for staff."""

NEEDS = {
    "elderly": _l("elderly person"),
    "disabled": _l("person with a disability"),
    "infant": _l("infant"),
    "pregnant": _l("pregnant woman"),
    "chronic_illness": _l("chronically ill person"),
}
"""Labels of needs in a household, by residents.models.NEEDS."""

REFUSALS = {
    "vehicle": _l("vehicle trouble"),
    "busy": _l("busy with something else"),
    "too_far": _l("too far away"),
    "other": _l("another reason"),
}
"""Reasons for which a crew refuses an offer."""

STANDARD_REASONS = {
    "more_hands": _l("More people needed"),
    "sooner": _l("Gets there sooner"),
    "equipment": _l("Has the right equipment"),
    "knows_place": _l("Knows the place or the people"),
    "asked_for": _l("Crew on scene asked for it"),
    "by_radio": _l("Agreed by radio"),
    "other": _l("Other"),
}
"""Reasons for a person's choice of a unit, by their keys on the timeline; "other" is said in own words."""

_MIDDLE = 10.0
"""Metres from a kelurahan's middle within which a point is that middle, rounded."""

REASONS = {
    "chosen": _l("chosen: the nearest"),
    "taken from P3": _l("chosen: nearer than every free unit, taken from a P3"),
    "taken from P4": _l("chosen: nearer than every free unit, taken from a P4"),
    "longest idle": _l("chosen: free for the longest, as the place is unknown"),
    "farther": _l("farther away"),
    "idle for less": _l("free for a shorter time"),
    "no capability": _l("cannot do this"),
    "chosen already": _l("chosen already for another task"),
    "off duty": _l("off duty"),
    "busy": _l("on another job"),
    "refused": _l("has refused"),
    "expired": _l("did not answer"),
    "stale position": _l("position too old"),
    "kept for P1": _l("kept free for life at risk"),
    "near the officer": _l("called: free units within 1 km of the officer in danger are"),
    "in danger": _l("an officer of this unit is in danger"),
}
"""Reasons for which a unit was chosen or passed over."""


def area(it: Incident) -> list[str]:
    """Return the lines of the incident's place."""
    known = has_rt(it.accuracy, it.place_source)
    return place_lines(it.place, it.kelurahan, it.kelurahan_exact, it.accuracy, rt_known=known)


def where_lines(incident: Incident) -> list[str]:
    """Return the incident's place in words: its premises, if any, then the lines of its place."""
    return [incident.premises.name, *area(incident)] if incident.premises else area(incident)


def short_place(incident: Incident) -> str:
    """Return the place in a few words: the premises, the words that were said, else RT and kelurahan."""
    if incident.premises:
        return incident.premises.name
    if "words" in incident.place:
        return str(incident.place["words"])
    if not has_rt(incident.accuracy, incident.place_source):
        return _("Kelurahan %(name)s", name=incident.kelurahan.name) if incident.kelurahan else ""
    return next(iter(where_lines(incident)), "")


def navigation_note(incident: Incident) -> str:
    """Name the point to which the way to a coarsely known place leads. Empty for other places."""
    if incident.latitude is None or incident.longitude is None or not is_coarse(incident.accuracy):
        return ""
    kelurahan, point = incident.kelurahan, (incident.latitude, incident.longitude)
    if kelurahan and geo.metres(point, (kelurahan.latitude, kelurahan.longitude)) <= _MIDDLE:
        return _("middle of the kelurahan")
    return _("approximate")


def flag(word: str) -> str:
    """A flag in words, also where it has none of its own."""
    return str(FLAGS.get(word) or _("Part of the alert is doubtful: ask the reporter"))
