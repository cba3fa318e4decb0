"""The timeline in sentences: what each event's event_type says, and the shape and tone in which it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.incidents import alarm_event_labels
from meteor.incidents.labels import OUTCOMES, REFUSALS, SOURCES, flag
from meteor.incidents.models import Event
from meteor.incidents.shortfall import read
from meteor.territory.labels import distance


@dataclass(frozen=True)
class Names:
    """The names of what the city has defined, in the language that is spoken, by code; `role` by its capability's."""

    types: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    role: Callable[[str], str] = str

    def shortfall(self, text: str) -> str:
        """ "patrol×1, fire×2" with the roles' names."""
        return ", ".join(f"{count} × {self.role(code)}" for code, count in read(text).items())


class Line(NamedTuple):
    """An event in words. `said` is what a person wrote; `tone` is one of "", ok, warn, danger, info."""

    event: Event
    sentence: str
    said: str
    shape: str
    tone: str

    @property
    def from_reporter(self) -> bool:
        """Whether it is the reporter who said it."""
        return self.event.event_type == "received" or bool(self.event.detail.get("from_reporter"))

    @property
    def received_at(self) -> datetime | None:
        """Moment of receipt of a step that was reported later."""
        text = self.event.detail.get("received_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def considered(self) -> list[dict[str, Any]]:
        """The units that dispatch weighed for an offer: unit, distance (metres), position_age (seconds), reason."""
        return self.event.detail.get("considered") or []


Detail = dict[str, Any]
Sentence = Callable[[Detail, Names], str]


class _Label(NamedTuple):
    sentence: Sentence
    shape: str = "circle"
    tone: str = ""


def line(event: Event, names: Names) -> Line:
    """An event in words. An event type without a sentence is shown as its own word."""
    label = LABELS.get(event.event_type, _Label(lambda detail, names: event.event_type.replace("_", " ")))
    detail = _Forgiving(event.detail)
    by_hand = event.event_type in SAID and "by" not in event.detail
    said = event.detail.get("note") or (event.detail.get("reason") if by_hand else "") or ""
    tone = "danger" if event.detail.get("forced") else label.tone
    return Line(event, label.sentence(detail, names), said, label.shape, tone)


class _Forgiving(dict[str, Any]):
    """A detail whose missing words are dashes: an old event must not break a page."""

    def __missing__(self, key: str) -> str:
        return "–"


def _says(text: Any) -> Sentence:
    return lambda detail, names: str(text) % detail


def _received(detail: Detail, names: Names) -> str:
    source = SOURCES.get(detail["source"], detail["source"])
    words = [
        _("A drill by %(source)s", source=source) if detail.get("drill") else _("Alert by %(source)s", source=source)
    ]
    if detail["source"] != "call" and detail.get("kind") in names.kinds:  # a call-taker chose the type itself
        words.append(names.kinds[detail["kind"]])
    if detail.get("silent"):
        words.append(_("silent: do not call"))
    words += [flag(word) for word in detail.get("flags") or []]
    return " · ".join(words)


def _offered(detail: Detail, names: Names) -> str:
    if detail.get("distance") is None:
        return _("Offered to %(unit)s", unit=detail["unit"])
    return _("Offered to %(unit)s, %(distance)s away", unit=detail["unit"], distance=distance(detail["distance"]))


def _expired(detail: Detail, names: Names) -> str:
    if detail.get("late"):
        return _("%(unit)s had not answered; this was noticed late", unit=detail["unit"])
    return _("%(unit)s did not answer in time", unit=detail["unit"])


def _refused(detail: Detail, names: Names) -> str:
    reason = REFUSALS.get(detail["reason"], detail["reason"])
    return _("%(unit)s refused: %(reason)s", unit=detail["unit"], reason=reason)


def _withdrawn(detail: Detail, names: Names) -> str:
    if detail.get("by"):
        return _("The offer to %(unit)s went back: %(by)s has taken it", unit=detail["unit"], by=detail["by"])
    return _("%(unit)s was withdrawn", unit=detail["unit"])


def _added(detail: Detail, names: Names) -> str:
    if detail.get("distance") is None:
        return _("%(unit)s was added", unit=detail["unit"])
    return _("%(unit)s was added, %(distance)s away", unit=detail["unit"], distance=distance(detail["distance"]))


def _escalated(detail: Detail, names: Names) -> str:
    if detail.get("late"):
        return _("Nobody had accepted; this was noticed late")
    return _("Nobody accepted within %(seconds)s s", seconds=detail["seconds"])


def _moved(detail: Detail, names: Names) -> str:
    if detail.get("accuracy") is None:
        return _("The place was changed")
    return _("The place was changed, exact to %(metres)d m", metres=detail["accuracy"])


def _retyped(detail: Detail, names: Names) -> str:
    before, after = (names.types.get(detail[which], detail[which]) for which in ("before", "after"))
    return _("Changed from %(before)s to %(after)s", before=before, after=after)


def _note(detail: Detail, names: Names) -> str:
    return _("The reporter says:") if detail.get("from_reporter") else _("Note:")


def _cancelled(detail: Detail, names: Names) -> str:
    if "alert" in detail and "verified" in detail:
        return alarm_event_labels.cancelled(detail)
    words = (
        _("The reporter says: it was a mistake") if detail["reason"] == "mistake" else _("The reporter says: safe now")
    )
    return words + " · " + _("with a wrong PIN: perhaps forced to say so") if detail.get("forced") else words


def _kind_said(detail: Detail, names: Names) -> str:
    return _("The reporter says: %(kind)s", kind=names.kinds.get(detail["kind"], detail["kind"]))


def _closed(detail: Detail, names: Names) -> str:
    return _("Closed: %(outcome)s", outcome=OUTCOMES.get(detail["outcome"], detail["outcome"]))


LABELS = {
    "received": _Label(_received, "bell", "info"),
    "offered": _Label(_offered, "bell"),
    "offer_expired": _Label(_expired, "clock", "warn"),
    "accepted": _Label(_says(_l("%(unit)s accepted")), "check", "ok"),
    "refused": _Label(_refused, "cross", "warn"),
    "en_route": _Label(_says(_l("%(unit)s is on the way")), "road"),
    "on_scene": _Label(_says(_l("%(unit)s has arrived")), "pin", "ok"),
    "cleared": _Label(_says(_l("%(unit)s is free again")), "check-circle"),
    "withdrawn": _Label(_withdrawn, "back"),
    "added": _Label(_added, "plus"),
    "taken_for_p1": _Label(_says(_l("%(unit)s was taken for %(by)s, where a life is at risk")), "back", "warn"),
    "nobody_left": _Label(
        lambda detail, names: _("No unit left for: %(shortfall)s", shortfall=names.shortfall(detail["shortfall"])),
        "octagon", "danger",
    ),
    "escalated": _Label(_escalated, "clock", "warn"),
    "alarm_told": _Label(alarm_event_labels.told, "bell", "warn"),
    "alarm_late": _Label(_says(_l("Nobody was told of the alarm in time; this was noticed late")), "octagon", "danger"),
    "acknowledged": _Label(_says(_l("Sees to the alarm, after %(seconds)s s")), "check", "ok"),
    "panel_said": _Label(alarm_event_labels.panel_said, "info"),
    "panel_heard": _Label(_says(_l("The panel is heard again: %(panel)s")), "check", "ok"),
    "second_sign": _Label(alarm_event_labels.second_sign, "octagon", "danger"),
    "contact_called": _Label(alarm_event_labels.called, "phone"),
    "phone_at": _Label(alarm_event_labels.phone_at, "pin"),
    "moved": _Label(_moved, "pin"),
    "staged": _Label(_says(_l("The staging point was chosen")), "pin"),
    "retyped": _Label(_retyped, "repeat"),
    "reprioritised": _Label(_says(_l("Priority changed from P%(before)s to P%(after)s")), "repeat"),
    "note": _Label(_note, "info"),
    "cancelled": _Label(_cancelled, "info", "warn"),
    "neighbour_there": _Label(_says(_l("A neighbour is there")), "people", "ok"),
    "released": _Label(_says(_l("Released: units are asked")), "check"),
    "separated": _Label(_says(_l("A call was taken away: it is about incident %(number)s")), "back"),
    "needs_help_here": _Label(
        lambda detail, names: _("The reporter says: I need help here, where I am now"), "octagon", "danger"
    ),
    "kind_said": _Label(_kind_said, "info"),
    "merged": _Label(_says(_l("The same as %(number)s: it is handled there")), "arrow", "warn"),
    "merged_here": _Label(_says(_l("%(number)s is the same: it is handled here")), "plus"),
    "unmerged": _Label(_says(_l("Not the same as %(number)s after all: open again")), "back", "warn"),
    "unmerged_here": _Label(_says(_l("%(number)s is not the same after all: it is open again")), "back", "warn"),
    "went_over": _Label(_says(_l("%(unit)s goes on to %(number)s")), "road"),
    "came_over": _Label(_says(_l("%(unit)s came over from %(number)s")), "plus"),
    "closed": _Label(_closed, "check"),
    "reopened": _Label(_says(_l("Reopened")), "repeat", "warn"),
}  # fmt: skip
"""Every event_type that is recorded on a timeline."""

SAID = frozenset({"withdrawn", "added", "retyped", "reprioritised", "reopened"})
"""Event types whose `reason` is a person's text, not a key."""
