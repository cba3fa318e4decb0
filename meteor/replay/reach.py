"""Reach of a motorbike: its chance to arrive in time, by the models of calls and crews."""

from bisect import bisect_left
from random import Random

from meteor.agencies.travel import Pace, seconds
from meteor.replay.crews import ANSWERS, SPREAD, TURNOUT_ON_THE_ROAD
from meteor.replay.figures import PROMISE
from meteor.training.scenario import REACTION, SENT

DRAWS = 2_000
"""Simulated turns that the chances are counted in."""


class Reach:
    """Chances of a motorbike that is free at its post, if it takes the offer."""

    def __init__(self, pace: Pace) -> None:
        random = Random("reach")  # noqa: S311  (a model, no secret)
        self.farthest = sorted(_metres_in_time(random, pace) for _ in range(DRAWS))

    def chance(self, distance: float) -> float:
        """The chance of being there within the promise, `distance` in metres as the crow flies."""
        return 1 - bisect_left(self.farthest, distance) / DRAWS


def _metres_in_time(random: Random, pace: Pace) -> float:
    before = random.uniform(*REACTION) + SENT + random.triangular(*ANSWERS) + random.uniform(*TURNOUT_ON_THE_ROAD)
    return (PROMISE - before) / (seconds(1.0, pace) * random.lognormvariate(0.0, SPREAD))
