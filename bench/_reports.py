"""Pairs of reports, labelled: of one incident, or of two that look alike. The model that they are drawn from:

A report's position comes from a phone's satellites (65 in 100: 10 to 30 m), the registered home of somebody who lives
there (15: 15 m), the caller's words about a landmark (12: 100 m) or the network (8: 150 to 400 m): 80 in 100 are known
to 50 m, as EENA asks. The radius that it claims covers two thirds of its errors in each direction.

One incident: the second witness stands around it (20 m in a house, 40 m at a fire or an accident, 80 m at what the
weather did) and reports it within 15 minutes, after 3.5 on average; in 12 of 100 cases as a related type, in 8 without
saying what it is; 8 in 100 call again with the same phone, 10 live in the same home.

Two incidents, of other people unless it is said: the same type farther along the street, 110 to 260 m, within 15
minutes (35 in 100); the same type at the same place, 18 to 55 minutes later (20); next door, but of another kind (20);
of a related type, 130 to 300 m away (15); the same caller about something else, 300 to 2,000 m away (10).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, pi, radians, sin
from random import Random
from typing import NamedTuple
from uuid import UUID

from meteor.alerts.duplicate_score import FAMILIES, LIKELY, Report, duplicate_score
from meteor.dispatch.geography import Point

MIDDLE = (-7.7543, 113.2159)
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DEGREE = 111_195.0  # metres of a degree of latitude

# type: how often it was reported in 2023, roughly; metres around it at which its witnesses stand
TYPES = {
    "medical": (600, 20), "traffic_accident": (120, 40), "public_order": (94, 40), "mental_health": (71, 20),
    "fire": (62, 40), "fallen_pole": (59, 80), "fallen_tree": (40, 80), "brawl": (40, 40), "theft": (40, 20),
    "wasp_nest": (46, 20), "flood": (30, 80), "snake": (30, 20), "gas_leak": (10, 40),
}  # fmt: skip

REACH = {20: 150.0, 40: 250.0, 80: 500.0}
"""The radius of a type whose witnesses stand so far away, as in the city's reference data."""


class Pair(NamedTuple):
    """Two reports, and whether they are of the same incident."""

    one: Report
    other: Report
    same: bool


class Measured(NamedTuple):
    """How many of the pairs that were taken for one incident are one, and how many of those that are were found."""

    precision: float
    recall: float


def pairs(random: Random, count: int) -> Iterator[Pair]:
    """So many pairs, every other one of the same incident."""
    for number in range(count):
        yield _one_incident(random) if number % 2 else _two_incidents(random)


def measure(drawn: Iterator[Pair]) -> Measured:
    """Precision and recall of the scores over these pairs."""
    right = wrong = missed = 0
    for pair in drawn:
        like = duplicate_score(pair.one, pair.other)
        taken = like is not None and like.score >= LIKELY
        right += taken and pair.same
        wrong += taken and not pair.same
        missed += pair.same and not taken
    return Measured(right / (right + wrong), right / (right + missed))


def _one_incident(random: Random) -> Pair:
    kind, place = _kind(random), _away(random, MIDDLE, random.uniform(0, 3_000))
    one = _report(random, kind, place, timedelta(0))
    said = random.choices((kind, _related(random, kind), "emergency"), (80, 12, 8))[0]
    gap = 15.0
    while gap >= 15:
        gap = random.expovariate(1 / 3.5)
    stands = _scattered(random, place, TYPES[kind][1])
    other = _report(random, said, stands, timedelta(minutes=gap))
    people = random.choices(("phone", "household", ""), (8, 10, 82))[0]
    if people == "phone":
        other = replace(other, phones=one.phones)
    elif people == "household":
        other = replace(other, households=one.households)
    return Pair(one, other, same=True)


def _two_incidents(random: Random) -> Pair:
    kind, place = _kind(random), _away(random, MIDDLE, random.uniform(0, 3_000))
    one = _report(random, kind, place, timedelta(0))
    soon = timedelta(minutes=random.uniform(0, 15))
    case = random.choices(("street", "later", "next door", "related", "caller"), (35, 20, 20, 15, 10))[0]
    if case == "street":
        other = _report(random, kind, _away(random, place, random.uniform(110, 260)), soon)
    elif case == "later":
        later = timedelta(minutes=random.uniform(18, 55))
        other = _report(random, kind, _away(random, place, random.uniform(0, 60)), later)
    elif case == "next door":
        other = _report(random, _unrelated(random, kind), _away(random, place, random.uniform(0, 60)), soon)
    elif case == "related":
        other = _report(random, _related(random, kind), _away(random, place, random.uniform(130, 300)), soon)
    else:
        elsewhere = _away(random, place, random.uniform(300, 2_000))
        other = replace(_report(random, _unrelated(random, kind), elsewhere, soon), phones=one.phones)
    return Pair(one, other, same=False)


def _report(random: Random, kind: str, place: Point, after: timedelta) -> Report:
    sources = random.uniform(10, 30), 15.0, 100.0, random.uniform(150, 400)
    radius = random.choices(sources, (65, 15, 12, 8))[0]
    at = START + after
    phone, household = f"+62813{random.randrange(10**8):08}", UUID(int=random.getrandbits(128))
    return Report(
        kind, at, at, _scattered(random, place, radius), radius, REACH[TYPES[kind][1]] if kind in TYPES else 250.0,
        phones=frozenset([phone]), households=frozenset([household]),
    )  # fmt: skip


def _kind(random: Random) -> str:
    return random.choices(list(TYPES), [often for often, _ in TYPES.values()])[0]


def _related(random: Random, kind: str) -> str:
    others = {each for family in FAMILIES if kind in family for each in family} - {kind}
    return random.choice(sorted(others) or [kind])


def _unrelated(random: Random, kind: str) -> str:
    near = {each for family in FAMILIES if kind in family for each in family}
    return random.choice(sorted(set(TYPES) - near - {kind}))


def _away(random: Random, place: Point, distance: float) -> Point:
    bearing = random.uniform(0, 2 * pi)
    return _moved(place, distance * cos(bearing), distance * sin(bearing))


def _scattered(random: Random, place: Point, sigma: float) -> Point:
    return _moved(place, random.gauss(0, sigma), random.gauss(0, sigma))


def _moved(place: Point, north: float, east: float) -> Point:
    return place[0] + north / DEGREE, place[1] + east / (DEGREE * cos(radians(place[0])))
