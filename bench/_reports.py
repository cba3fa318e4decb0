"""Labelled pairs of reports, drawn from a model of how a city reports: docs/duplicates.md names its sources.

The model imports nothing of METEOR: it knows neither the score that it tests nor the constants of that score.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, exp, log, pi, radians, sin
from random import Random
from typing import NamedTuple

CENTRE = (-7.7543, 113.2159)
DEGREE = 111_195.0  # metres of a degree of latitude
HOUR = 60.0  # minutes: the longest time between the two reports of a pair
SPREAD = 1.0  # standard deviation of the logarithm of the time between two reports of one incident
PRESSED = 0.3  # share of reports that are presses of the button; the others are calls
CHOSEN = 0.5  # share of presses with a kind
UNKNOWN = 0.03  # share of calls whose type remains open
MISTAKEN = 0.1  # share of calls that name another type
UNDERSTATED = 0.2  # share of phones that err more than their radius says
WRONG_PLACE = 0.05  # share of callers who name another place
TWO_THIRDS = 1.51  # a circle holds 68 % of the errors at this many standard deviations of one direction

Spot = tuple[float, float]
"""Metres north and east of the centre."""


class Report(NamedTuple):
    """What a call or a press tells: `place` in degrees, known to `radius` metres as far as the phone or caller says."""

    type: str
    minutes: float
    place: tuple[float, float] | None
    radius: float
    phone: int
    household: int


class Pair(NamedTuple):
    """Two reports, and whether they are of the same incident."""

    one: Report
    other: Report
    same: bool


@dataclass(frozen=True)
class Kind:
    """A type of incident: reports a year, metres at which witnesses stand, median minutes to the next report.

    `button` is the choice on the panic button, `mistaken` are the types that a witness may name instead.
    """

    often: int
    around: float
    pause: float
    button: str
    mistaken: tuple[str, ...]


KINDS = {
    "medical": Kind(600, 10, 6, "medical", ("traffic_accident", "mental_health", "body_found", "other")),
    "traffic_accident": Kind(120, 30, 2, "medical", ("medical", "medical", "traffic_jam", "brawl")),
    "public_order": Kind(94, 40, 5, "other", ("brawl", "noise", "mental_health")),
    "mental_health": Kind(71, 20, 6, "other", ("public_order", "medical", "brawl")),
    "fire": Kind(62, 40, 2, "fire", ("other", "gas_leak", "fallen_pole")),
    "fallen_pole": Kind(59, 50, 8, "disaster", ("fallen_tree", "fire", "traffic_jam")),
    "wasp_nest": Kind(46, 20, 10, "other", ("other", "animal_rescue")),
    "fallen_tree": Kind(40, 50, 8, "disaster", ("fallen_pole", "traffic_jam", "strong_wind")),
    "brawl": Kind(40, 40, 3, "crime", ("public_order", "medical", "crime")),
    "theft": Kind(40, 30, 5, "crime", ("crime", "brawl")),
    "flood": Kind(30, 100, 12, "disaster", ("tidal_flood", "disaster")),
    "snake": Kind(30, 10, 8, "other", ("animal_rescue", "other")),
}


@dataclass(frozen=True)
class Situation:
    """What two reports have in common, whether they are of one incident or of two, as `about` says.

    `duplicates` and `near_misses` are its shares in 100 of each. Two incidents lie `apart` metres: along a street, or
    in an `area`, where more lie far away. The second one is of the `second` kind: "same", "another" or "any". The
    second reporter is a stranger, the same phone or the same home: `again` in 100 duplicates, `anew` in 100 near
    misses. `mistaken` is the share of callers who name another type of the same incident, `understated` that of phones
    that err more than their radius says; both concern the second report.
    """

    name: str
    about: str
    duplicates: int
    near_misses: int
    kinds: Sequence[str]
    apart: tuple[float, float]
    area: bool = False
    second: str = "same"
    again: tuple[int, int, int] = (88, 6, 6)
    anew: tuple[int, int, int] = (100, 0, 0)
    mistaken: float = MISTAKEN
    understated: float = UNDERSTATED


ANY = tuple(KINDS)
SITUATIONS = (
    Situation("fires", "two fires in one street, the hard case", 19, 2, ("fire",), (30, 300)),
    Situation("crashes", "two accidents on one crossing in an hour", 35, 5, ("traffic_accident",), (0, 40)),
    Situation(
        "illness", "a second illness in the same house", 10, 2, ("medical",), (0, 0), again=(10, 55, 35),
        anew=(0, 40, 60),
    ),
    Situation(
        "prank", "a prankster's next story", 8, 27, ANY, (150, 3_000), second="any", again=(0, 100, 0),
        anew=(0, 100, 0),
    ),
    Situation("other", "neighbours report another kind", 4, 3, ANY, (10, 60), second="another", mistaken=1.0),
    Situation(
        "storm", "damage of one storm", 12, 34, ("fallen_tree", "fallen_pole", "flood"), (30, 1_000), area=True
    ),
    Situation("disorder", "disorder on one square", 6, 7, ("brawl", "public_order", "theft"), (30, 250)),
    Situation("radius", "a phone that understates its error", 3, 2, ANY, (80, 300), understated=1.0),
    Situation("chance", "two incidents by chance, within 1 km", 3, 18, ANY, (30, 1_000), area=True, second="any"),
)  # fmt: skip


def pairs(random: Random, count: int, share: float, situations: Sequence[Situation] = SITUATIONS) -> Iterator[Pair]:
    """So many pairs, of which this share, exactly, are of one incident."""
    again = [situation.duplicates for situation in situations]
    anew = [situation.near_misses for situation in situations]
    for number in range(count):
        same = int((number + 1) * share) > int(number * share)
        (situation,) = random.choices(situations, again if same else anew)
        yield _pair(random, situation, same)


def _pair(random: Random, situation: Situation, same: bool) -> Pair:
    kind = _kind(random, situation.kinds)
    spot = _away(random, (0.0, 0.0), random.uniform(0, 3_000))
    phone, household = random.getrandbits(48), random.getrandbits(48)
    one = _report(random, kind, spot, 0.0, phone, household)
    people = random.choices(("stranger", "phone", "home"), situation.again if same else situation.anew)[0]
    if people != "phone":
        phone = random.getrandbits(48)
    if people == "stranger":
        household = random.getrandbits(48)
    if same:
        minutes = _pause(random, KINDS[kind].pause)
    else:
        minutes = random.uniform(0, HOUR)
        spot = _away(random, spot, _apart(random, situation))
        others = {"same": (kind,), "any": tuple(KINDS), "another": tuple(each for each in KINDS if each != kind)}
        kind = _kind(random, others[situation.second])
    mistaken = situation.mistaken if same else MISTAKEN
    other = _report(random, kind, spot, minutes, phone, household, mistaken, situation.understated)
    return Pair(one, other, same)


def _report(
    random: Random, kind: str, spot: Spot, minutes: float, phone: int, household: int,
    mistaken: float = MISTAKEN, understated: float = UNDERSTATED,
) -> Report:  # fmt: skip
    if random.random() < PRESSED:
        stands = _scattered(random, spot, KINDS[kind].around)
        said, (place, radius) = _pressed(random, kind), _fix(random, stands, understated)
    else:
        said, (place, radius) = _called(random, kind, mistaken), _told(random, spot, KINDS[kind].around, understated)
    return Report(said, minutes, _degrees(place) if place else None, radius, phone, household)


def _pressed(random: Random, kind: str) -> str:
    return KINDS[kind].button if random.random() < CHOSEN else "emergency"


def _called(random: Random, kind: str, mistaken: float) -> str:
    if random.random() < mistaken:
        return random.choice(KINDS[kind].mistaken)
    return "emergency" if random.random() < UNKNOWN else kind


def _fix(random: Random, stands: Spot, understated: float) -> tuple[Spot | None, float]:
    """A phone's own position: by satellites, Wi-Fi or the network, or its owner's home where it has none."""
    source = random.choices(("satellites", "wifi", "network", "home", "none"), (60, 25, 5, 8, 2))[0]
    if source == "none":
        return None, 0.0
    if source == "home":
        return _scattered(random, stands, 30), 15.0
    radius = _between(random, *{"satellites": (5, 20), "wifi": (15, 60), "network": (150, 800)}[source])
    errs = random.uniform(2, 5) if random.random() < understated else 1.0
    return _scattered(random, stands, errs * radius / TWO_THIRDS), radius


def _told(random: Random, spot: Spot, around: float, understated: float) -> tuple[Spot | None, float]:
    """The place that a call-taker enters: an address, a landmark or a street by the caller's words, or the phone's."""
    source = random.choices(("address", "landmark", "street", "phone"), (35, 22, 8, 35))[0]
    if source == "phone":
        return _fix(random, _scattered(random, spot, around), understated)
    radius = {"address": 30.0, "landmark": 100.0, "street": 250.0}[source]
    if random.random() < WRONG_PLACE:
        spot = _away(random, spot, random.uniform(200, 1_000))
    return _scattered(random, spot, radius / TWO_THIRDS), radius


def _apart(random: Random, situation: Situation) -> float:
    """Metres between two incidents: along a street all are as likely, in an area those far away are more."""
    low, high = situation.apart
    return random.uniform(low**2, high**2) ** 0.5 if situation.area else random.uniform(low, high)


def _kind(random: Random, kinds: Sequence[str]) -> str:
    return random.choices(kinds, [KINDS[each].often for each in kinds])[0]


def _pause(random: Random, median: float) -> float:
    """Minutes between two reports of one incident: log-normal, within the hour."""
    while (minutes := exp(random.gauss(log(median), SPREAD))) > HOUR:
        pass
    return minutes


def _between(random: Random, low: float, high: float) -> float:
    return exp(random.uniform(log(low), log(high)))


def _away(random: Random, spot: Spot, distance: float) -> Spot:
    bearing = random.uniform(0, 2 * pi)
    return spot[0] + distance * cos(bearing), spot[1] + distance * sin(bearing)


def _scattered(random: Random, spot: Spot, sigma: float) -> Spot:
    return random.gauss(spot[0], sigma), random.gauss(spot[1], sigma)


def _degrees(spot: Spot) -> tuple[float, float]:
    return CENTRE[0] + spot[0] / DEGREE, CENTRE[1] + spot[1] / (DEGREE * cos(radians(CENTRE[0])))
