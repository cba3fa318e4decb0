"""State of an incident by its decisions: a pure function over them in their order.

| kind | what it changes |
|---|---|
| opening | type, priority, place, and whether it waits for a call-taker |
| type | type and priority |
| kind_said | the same, by whoever raised the incident, unless somebody else has said what it is |
| priority | priority |
| heard | priority, if it is more urgent: one caller of several, or an alarm, does not lower it |
| place | place |
| hold | it waits for a person: no unit is asked |
| release | it waits for nobody's decision any more |
| merge | what the part knows better: how urgent it is, what and where it is, that it need not wait |
| split | nothing by itself: an alert has left, with the decisions that followed from it |
| closure, reopening | whether it is closed, and with which outcome |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from meteor.incidents.places import Place
from meteor.protocols.kinds import DOMESTIC_VIOLENCE, UNSAID


class What(NamedTuple):
    """The type of an incident and its priority, 1 (life at risk) to 4; `kind` is of its type."""

    type_id: int = 0
    kind: str = ""
    priority: int = 0


NOTHING, NOWHERE = What(), Place()


@dataclass(frozen=True)
class Said:
    """A decision as far as it is assessed (see incidents.models.Decision); what its kind does not need is empty."""

    kind: str
    at: datetime
    author_id: int | None = None
    what: What = NOTHING
    place: Place = NOWHERE
    held: bool = False
    merge_id: int = 0
    outcome: str | None = None
    note: str = ""


@dataclass(frozen=True)
class View:
    """An incident by its decisions. `typed_by_id` is who said last what it is, None where nobody or METEOR did.

    `confidential` is whether it was ever said to be domestic violence.
    """

    what: What = NOTHING
    place: Place = NOWHERE
    held: bool = False
    typed_by_id: int | None = None
    confidential: bool = False
    closed_at: datetime | None = None
    outcome: str | None = None
    outcome_note: str = ""
    reopened_at: datetime | None = None


def assess(decisions: Iterable[Said], reporter_id: int | None, parts: Mapping[int, View]) -> View:
    """The incident that these decisions make, in their order. `parts` are the incidents merged into it, by merge."""
    view = View()
    for said in decisions:
        view = _closed(_after(view, said, reporter_id, parts), said)
        view = replace(view, confidential=view.confidential or said.what.kind == DOMESTIC_VIOLENCE)
    return view


def _after(view: View, said: Said, reporter_id: int | None, parts: Mapping[int, View]) -> View:
    match said.kind:
        case "opening":
            return replace(view, what=said.what, place=said.place, held=said.held)
        case "type":
            return replace(view, what=said.what, typed_by_id=said.author_id)
        case "kind_said" if said.author_id == reporter_id and view.typed_by_id in (None, reporter_id):
            return replace(view, what=said.what, typed_by_id=reporter_id)
        case "priority":
            return replace(view, what=view.what._replace(priority=said.what.priority))
        case "heard" if said.what.priority < view.what.priority:
            return replace(view, what=view.what._replace(priority=said.what.priority))
        case "place":
            return replace(view, place=said.place)
        case "hold" | "release":
            return replace(view, held=said.kind == "hold")
        case "merge":
            return _with_part(view, parts[said.merge_id], said.author_id)
    return view


def _with_part(view: View, part: View, merged_by_id: int | None) -> View:
    """The incident with what a merged one knows better; of two that are as urgent, the one that says what it is."""
    says_more = view.what.kind in UNSAID and part.what.kind not in UNSAID
    if part.what.priority < view.what.priority or (says_more and part.what.priority == view.what.priority):
        view = replace(view, what=part.what, typed_by_id=merged_by_id)
    return replace(
        view,
        place=part.place if view.place.latitude is None else view.place,
        held=view.held and part.held,
        confidential=view.confidential or part.confidential,
    )


def _closed(view: View, said: Said) -> View:
    if said.kind == "closure":
        return replace(view, closed_at=said.at, outcome=said.outcome, outcome_note=said.note)
    if said.kind == "reopening":
        return replace(view, held=False, closed_at=None, outcome=None, outcome_note="", reopened_at=said.at)
    return view
