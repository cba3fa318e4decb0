"""A model of crews: their answers to offers, turn-out, travel and time on scene. All its numbers are assumptions.

What a crew does depends on the seed, the incident, the unit and how often it was asked, and on nothing else: two plans
of posts that are played with one seed meet the same luck.
"""

from random import Random
from typing import NamedTuple

REFUSES, SILENT = 0.03, 0.02
"""Shares of offers that a crew declines, and does not answer."""

ANSWERS = (3.0, 25.0, 8.0)
"""Seconds until a crew answers: shortest, longest, most frequent."""

ROAD_CREWS = frozenset({"motorbike", "patrol_car"})
TURNOUT_ON_THE_ROAD, TURNOUT = (5.0, 30.0), (30.0, 90.0)
"""Seconds from acceptance to departure: of ROAD_CREWS, and of all others."""

TURNS_ROUND = (2.0, 8.0)
"""The same of a unit that is not at its base."""

SPREAD = 0.25
"""Standard deviation of the logarithm of the travel factor, whose median is 1."""

MINUTES = {"medical": (30, 75), "fire": (40, 120), "traffic_accident": (25, 60)}
OTHER_MINUTES = (15, 45)
"""Minutes from arrival until a unit is free, with the way to a hospital, by incident type."""


class CrewTurn(NamedTuple):
    """A crew's handling of one offer, in seconds; `factor` multiplies METEOR's travel time."""

    answer: str
    answers_after: float
    turnout: float
    turns_round: float
    factor: float
    on_scene: float


def crew_turn(seed: int, incident: int, type_code: str, call_sign: str, kind: str, times: int) -> CrewTurn:
    """The turn of a unit of a kind at its offer number `times` of an incident."""
    random = Random(f"crew {seed} {incident} {call_sign} {times}")  # noqa: S311  (a model, no secret)
    chance = random.random()
    return CrewTurn(
        "refuse" if chance < REFUSES else "silent" if chance < REFUSES + SILENT else "accept",
        random.triangular(*ANSWERS),
        random.uniform(*(TURNOUT_ON_THE_ROAD if kind in ROAD_CREWS else TURNOUT)),
        random.uniform(*TURNS_ROUND),
        random.lognormvariate(0.0, SPREAD),
        random.uniform(*MINUTES.get(type_code, OTHER_MINUTES)) * 60,
    )
