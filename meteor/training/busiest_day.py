"""The busiest day of 112 in 2023, by a model: no figure was published.

Known: the room had 1,428 incidents in 2023 (the city's other count, call_model.REPORTS, is 1,300), and
of a hundred calls to Jakarta's 112, 23 are pranks. Assumed: the shares of silent calls and questions (call_model), and
that reports come independently of each other, on one day as on any other (Poisson). Real days do not: a storm brings
many at once. Therefore the busiest day is not the one to be expected, but what it stays below in 99 years of 100.

Not in it: 27,000 people rang in March to December 2019, when the number was new, 88 a day and nearly all for fun. A
larger share of pranks gives such days: 0.7 makes 175 calls of the busiest.
"""

import math
from itertools import count

from meteor.training.call_model import GHOSTS, PRANKS, QUESTIONS

INCIDENTS = 1428
DAYS = 365
SURE = 0.99


def reports() -> int:
    """Number of calls for help on the busiest day: 14."""
    mean = INCIDENTS / DAYS
    below = 0.0
    for number in count():
        below += math.exp(-mean) * mean**number / math.factorial(number)
        if below**DAYS >= SURE:  # every day of the year stays at or below it
            return number
    raise AssertionError  # the chance grows to 1


def calls(pranks: float = PRANKS) -> int:
    """Number of all calls on the busiest day, with those that need no unit: 25."""
    return round(reports() / (1 - pranks - GHOSTS - QUESTIONS))
