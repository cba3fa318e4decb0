"""The shortfall of an incident: the lines of its response plan that no unit covers, each with the reason."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import bindparam, delete, insert, select

from meteor.incidents.models import Shortfall
from meteor.store.database import execute
from meteor.store.id_lists import listed, of_each


@dataclass(frozen=True, slots=True)
class Gap:
    """A number of units with a capability that the plan asks for and nobody covers.

    `reason` is "unanswered" where units were asked and did not answer (how many: `unanswered`), "none" where the city
    has no such unit in service, and else "busy": there are such units, and none that may go.
    """

    capability: str
    count: int
    reason: str
    unanswered: int = 0


def gaps(incident_id: int) -> Sequence[Gap]:
    """The incident's shortfall as it is stored, in the order of the plan."""
    return [Gap(**row) for row in execute(_GAPS, incident=incident_id).mappings()]


def gaps_of(ids: Collection[int]) -> dict[int, list[Gap]]:
    """The shortfalls of these incidents, by id, of those that have one."""
    found: dict[int, list[Gap]] = {}
    for incident_id, *gap in of_each(_GAPS_OF, ids):
        found.setdefault(incident_id, []).append(Gap(*gap))
    return found


def keep(incident_id: int, shortfall: Iterable[Gap], before: Sequence[Gap]) -> None:
    """Replace the stored shortfall, which is `before`, by this one."""
    if before:
        execute(_CLEAR, incident=incident_id)
    for position, gap in enumerate(shortfall):
        execute(_KEEP, incident_id=incident_id, position=position, **asdict(gap))


def recorded(detail: Iterable[Mapping[str, Any]]) -> list[Gap]:
    """The gaps as the timeline keeps them: a dict of each."""
    return [Gap(**gap) for gap in detail]


def sentences(shortfall: Iterable[Gap | Shortfall], role: Callable[[str], str]) -> list[str]:
    """Return what is missing in words: a sentence for each reason. `role` names capabilities."""
    return [_sentence(reason, of_it, role) for reason, of_it in _by_reason(shortfall).items()]


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing for one reason: the whole sentence, and few words for a row of the board."""

    sentence: str
    short: str


def in_short(shortfall: Iterable[Gap | Shortfall], role: Callable[[str], str]) -> list[Missing]:
    """Return what is missing for each reason, as `sentences` does, also in few words."""
    return [
        Missing(_sentence(reason, of_it, role), _short(reason, _wanted(of_it, role)))
        for reason, of_it in _by_reason(shortfall).items()
    ]


def _short(reason: str, wanted: str) -> str:
    if reason == "unanswered":
        return _("Call by radio: %(wanted)s", wanted=wanted)
    if reason == "none":
        return _("Out of service: %(wanted)s", wanted=wanted)
    return _("Lacking: %(role)s", role=wanted)


def _by_reason(shortfall: Iterable[Gap | Shortfall]) -> dict[str, list[Gap | Shortfall]]:
    by_reason: dict[str, list[Gap | Shortfall]] = {}
    for gap in shortfall:
        by_reason.setdefault(gap.reason, []).append(gap)
    return by_reason


def _wanted(of_it: Iterable[Gap | Shortfall], role: Callable[[str], str]) -> str:
    return ", ".join(f"{gap.count} × {role(gap.capability)}" for gap in of_it)


def _sentence(reason: str, of_it: Sequence[Gap | Shortfall], role: Callable[[str], str]) -> str:
    wanted = _wanted(of_it, role)
    if reason == "unanswered":
        return ngettext(
            "%(wanted)s: %(num)d unit did not answer, call it by radio",
            "%(wanted)s: %(num)d units did not answer, call them by radio",
            sum(gap.unanswered for gap in of_it),
            wanted=wanted,
        )
    if reason == "none":
        return _("The city has no unit in service: %(wanted)s", wanted=wanted)
    return _("No unit left: %(wanted)s", wanted=wanted)


_COLUMNS = [getattr(Shortfall, field.name) for field in fields(Gap)]
_GAPS = select(*_COLUMNS).where(Shortfall.incident_id == bindparam("incident")).order_by(Shortfall.position)
_GAPS_OF = (
    select(Shortfall.incident_id, *_COLUMNS)
    .where(listed(Shortfall.incident_id))
    .order_by(Shortfall.incident_id, Shortfall.position)
)
_CLEAR = delete(Shortfall).where(Shortfall.incident_id == bindparam("incident"))
_KEEP = insert(Shortfall)
