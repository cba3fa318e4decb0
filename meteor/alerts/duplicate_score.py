"""Scores the probability that two reports are of one incident, by type, place, time and reporter.

Each piece of evidence adds the logarithm of a ratio: how much more often it is found between reports of one incident
than between those of two incidents that look alike. Place and time have heavy tails, because phones understate their
error and some witnesses call late. docs/duplicates.md says how well the score does, and on which pairs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, hypot, log
from typing import NamedTuple
from uuid import UUID

from meteor.geo import Point, metres
from meteor.protocols import kinds

LIKELY = 0.5
"""Lowest score of two reports of one incident."""

GAP = timedelta(minutes=15)
PEOPLE_GAP = timedelta(minutes=60)
"""Time after the last report in which another reporter, or the same person or home, may report the incident.

Another reporter of a LASTING type has PEOPLE_GAP as well.
"""

USUAL_GAP = timedelta(minutes=8)  # half of the reports follow within 0.4 of it, nine of ten within 2.2
MOST_DOUBT = 500.0
"""Metres: less exact than that counts as that."""

BEFOREHAND = -0.5  # two incidents are more frequent than one
SAME_PHONE, SAME_HOUSEHOLD = 3.0, 2.5
SAME_TYPE, NOT_SAID, RELATED, UNRELATED = 0.0, -0.3, -0.5, -5.0
ELSEWHERE = -4.0  # at worst: a position may be wrong, and a caller may have moved on

UNSAID = frozenset({"", *kinds.UNSAID})
"""The types that leave open what it is, by code."""

FAMILIES = tuple(
    frozenset(words.split())
    for words in (
        "fire gas_leak building_collapse disaster",
        "fire fallen_pole",
        "flood tidal_flood disaster",
        "strong_wind fallen_tree fallen_pole building_collapse disaster",
        "fallen_tree fallen_pole traffic_jam",
        "wasp_nest snake animal_rescue",
        "traffic_accident medical",
        "traffic_accident traffic_jam broken_down_vehicle",
        "medical childbirth patient_transport body_found",
        "drowning medical disaster",
        "crime hold_up theft brawl suspicious_object",
        "brawl domestic_violence public_order noise",
        "brawl medical",
        "mental_health public_order",
        "mental_health medical",
    )
)
"""Types by which one incident may be reported, by code. A type that stands in none is related to itself alone."""

LASTING = frozenset(
    [
        "fallen_tree", "fallen_pole", "flood", "tidal_flood", "strong_wind", "disaster", "wasp_nest", "snake",
        "animal_rescue", "traffic_jam", "broken_down_vehicle",
    ]
)  # fmt: skip
"""Types of incident, by code, that passers-by report until they are cleared away."""


class Evidence(StrEnum):
    """Kinds of evidence for one incident."""

    PHONE = "same_phone"
    HOUSEHOLD = "same_household"
    RT = "same_rt"
    TYPE = "same_type"
    APART = "apart"  # seconds
    AWAY = "away"  # metres


class Reason(NamedTuple):
    """A sign, and how many metres or seconds it is about, where it is about any; metres are known to `radius`."""

    evidence: Evidence
    value: float = 0.0
    radius: float = 0.0


@dataclass(frozen=True)
class Report:
    """Known facts of an incident or of a report.

    `type` is its code, empty while nobody said it. The place is known to `radius` metres; within `reach` metres it may
    be the same as another. `first` and `last` are the moments between which it was reported.
    """

    type: str
    first: datetime
    last: datetime
    place: Point | None = None
    radius: float = 0.0
    reach: float = 250.0
    rt_id: int | None = None
    phones: frozenset[str] = frozenset()
    households: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Score:
    """A score from 0 to 1, and the reasons for it, the most telling first."""

    score: float
    reasons: tuple[Reason, ...]


def duplicate_score(one: Report, other: Report) -> Score | None:
    """The score of two reports; None if they are too far apart in space, time or type."""
    people = _people(one, other)
    apart = max(one.first - other.last, other.first - one.last, timedelta(0))
    away = metres(one.place, other.place) if one.place and other.place else None
    reach, doubt = max(one.reach, other.reach), min(hypot(one.radius, other.radius), MOST_DOUBT)
    kind = _kind(one.type, other.type)
    longest = PEOPLE_GAP if LASTING & {one.type, other.type} else GAP
    near = away is not None and away <= reach + 2 * doubt and apart <= longest and kind is not None
    if not near and not (people and apart <= PEOPLE_GAP):
        return None
    said = BEFOREHAND + sum(people.values()) + _time(apart) + (UNRELATED if kind is None else kind)
    same_rt = one.rt_id is not None and one.rt_id == other.rt_id
    said += _space(away, reach, doubt) if away is not None else float(same_rt)
    shared = [*people, *([Evidence.RT] if same_rt else []), *([Evidence.TYPE] if kind == SAME_TYPE else [])]
    reasons = [*map(Reason, shared), Reason(Evidence.APART, apart.total_seconds())]
    reasons += [Reason(Evidence.AWAY, away, one.radius + other.radius)] if away is not None else []
    return Score(1 / (1 + exp(-said)), tuple(reasons))


def _people(one: Report, other: Report) -> dict[Evidence, float]:
    if one.phones & other.phones:
        return {Evidence.PHONE: SAME_PHONE}
    return {Evidence.HOUSEHOLD: SAME_HOUSEHOLD} if one.households & other.households else {}


def _kind(one: str, other: str) -> float | None:
    if one in UNSAID or other in UNSAID:
        return NOT_SAID
    if one == other:
        return SAME_TYPE
    return RELATED if any(one in family and other in family for family in FAMILIES) else None


def _time(apart: timedelta) -> float:
    """Many soon and few late, against any moment of PEOPLE_GAP."""
    return log(PEOPLE_GAP / USUAL_GAP) - 3 * log(1 + apart / USUAL_GAP)


def _space(away: float, reach: float, doubt: float) -> float:
    """Witnesses around one place, some farther than their radius says, against any place within reach.

    The witnesses are distributed as Student's t in two dimensions with six degrees of freedom.
    """
    scatter = (reach / 6) ** 2 + doubt**2
    return max(log((reach + 2 * doubt) ** 2 / (2 * scatter)) - 4 * log(1 + away**2 / (6 * scatter)), ELSEWHERE)
