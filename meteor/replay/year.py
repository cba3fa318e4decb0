"""A year of incidents by a model: 2023's reports to 112 and a year's cases of crime, with times and places.

The counts are the city's figures. Times, places and the types of crime are assumptions; docs/replay.md has each.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random
from typing import NamedTuple

from meteor.geo import Point
from meteor.store.moments import WIB
from meteor.territory.city_cells import Cell
from meteor.training.call_model import REPORTS
from meteor.training.scenario import REACTION, SENT

YEAR = 2023

CRIME = 886
"""Cases of crime in 2022, the newest figure that the city has told. It stands in for 2023's."""

TYPES = {
    "ambulance": {"medical": 1}, "traffic_accident": {"traffic_accident": 1}, "public_order": {"public_order": 1},
    "odgj": {"mental_health": 1}, "fire": {"fire": 1}, "fallen_pole": {"fallen_pole": 1}, "wasps": {"wasp_nest": 1},
    "other": {"snake": 1, "animal_rescue": 1, "stuck_ring": 1},
    "crime": {"theft": 50, "burglary": 20, "brawl": 10, "domestic_violence": 10, "crime": 10},
}  # fmt: skip
"""The incident types of each class of reports, with their weights. Crimes among other reports are counted as crime."""

NIGHT_CLASSES = frozenset({"crime", "public_order"})
HOURS = (2, 2, 2, 2, 2, 3, 4, 5, 5, 6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 3, 3)
NIGHT_HOURS = (5, 5, 4, 4, 3, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 6, 6, 6, 6, 6)
"""Weights of the 24 hours of a day in WIB; the second of NIGHT_CLASSES."""

WEEKEND_CLASSES = frozenset({"traffic_accident", "public_order"})
WEEKEND = 1.2
"""Weight of a Saturday and a Sunday of WEEKEND_CLASSES; all other days weigh 1."""


class PlannedIncident(NamedTuple):
    """An incident of the year: the moment of the alert (UTC), the seconds until it is opened, its type and place."""

    number: int
    at: datetime
    handling: float
    kind: str
    type_code: str
    place: Point
    kelurahan: str
    kecamatan: str

    @property
    def opened_at(self) -> datetime:
        """The moment at which the call-taker sends it to dispatch."""
        return self.at + milliseconds(self.handling)


def milliseconds(seconds: float) -> timedelta:
    """A duration in whole milliseconds, which every database keeps exactly."""
    return timedelta(milliseconds=round(seconds * 1000))


def counts() -> dict[str, int]:
    """The number of incidents of each class."""
    return {**REPORTS, "crime": CRIME}


def plan_year(cells: Sequence[Cell], seed: int) -> list[PlannedIncident]:
    """The incidents of the year in the order of their alerts, the same for the same seed."""
    random = Random(f"year {seed}")  # noqa: S311  (a model, no secret)
    by_kelurahan = [list(own) for _, own in groupby(sorted(cells, key=_kelurahan), key=_kelurahan)]
    drawn = (_draw(random, kind, by_kelurahan) for kind in _classes())
    in_order = sorted(drawn, key=lambda each: each.at)
    return [each._replace(number=number) for number, each in enumerate(in_order)]


def _kelurahan(cell: Cell) -> str:
    return cell.nearest.kelurahan


def _classes() -> Iterator[str]:
    for kind, count in counts().items():
        yield from [kind] * count


def _draw(random: Random, kind: str, by_kelurahan: Sequence[Sequence[Cell]]) -> PlannedIncident:
    """One incident. Each kelurahan is as likely as any other, and within it each of its cells."""
    cell = random.choice(random.choice(by_kelurahan))
    place = tuple(
        round(middle + size * (random.random() - 0.5), 6) for middle, size in zip(cell.middle, cell.size, strict=True)
    )
    types = TYPES[kind]
    return PlannedIncident(
        number=0, at=_moment(random, kind), handling=random.uniform(*REACTION) + SENT, kind=kind,
        type_code=random.choices(list(types), list(types.values()))[0], place=(place[0], place[1]),
        kelurahan=cell.nearest.kelurahan, kecamatan=cell.nearest.kecamatan,
    )  # fmt: skip


def _moment(random: Random, kind: str) -> datetime:
    begin = datetime(YEAR, 1, 1, tzinfo=WIB)
    days = (datetime(YEAR + 1, 1, 1, tzinfo=WIB) - begin).days
    while True:
        day = begin + timedelta(days=random.randrange(days))
        weight = WEEKEND if kind in WEEKEND_CLASSES and day.weekday() >= 5 else 1.0
        if random.random() * WEEKEND < weight:
            break
    hour = random.choices(range(24), NIGHT_HOURS if kind in NIGHT_CLASSES else HOURS)[0]
    return (day + timedelta(hours=hour) + milliseconds(random.random() * 3600)).astimezone(UTC)
