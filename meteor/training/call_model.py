"""A model of calls to 112: 2023's reports in their proportions, with pranks, silent calls and questions.

The 1,300 reports of 2023 are the city's own figures. Of every hundred calls to Jakarta's 112, 23 are pranks (in
Semarang 38.6); with silent calls and questions a quarter to a half of what rings needs no unit.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

REPORTS = {
    "ambulance": 647, "traffic_accident": 120, "public_order": 94, "odgj": 71, "fire": 62, "fallen_pole": 59,
    "wasps": 46, "other": 201,
}  # fmt: skip
"""2023's reports to 112, by what they were: 1,300."""

PRANKS, GHOSTS, QUESTIONS = 0.23, 0.12, 0.10
"""Shares of what rings. Only the pranks are known; the others are so chosen that 45 % of all needs no unit."""

WORDS = {
    "ambulance": ("Bapak saya pingsan, tolong kirim ambulans!", "Ibu saya sesak napas.", "Istri saya mau melahirkan!"),
    "traffic_accident": ("Ada tabrakan motor di perempatan.", "Truk menabrak becak, ada yang luka."),
    "public_order": ("Ada yang mabuk dan mengamuk di warung.", "Ada tawuran anak sekolah di depan stadion."),
    "odgj": ("Ada orang gangguan jiwa mengamuk di jalan.",),
    "fire": ("Rumah tetangga saya kebakaran!", "Ada asap tebal dari gudang."),
    "fallen_pole": ("Tiang listrik roboh menutup jalan.",),
    "wasps": ("Ada sarang tawon besar di atap sekolah.",),
    "other": ("Ada ular masuk dapur.", "Kucing saya terjebak di selokan.", "Cincin saya tidak bisa lepas."),
    "prank": ("Halo … pesan bakso dua!", "(tertawa, lalu menutup telepon)", "Tolong, ada dinosaurus!"),
    "ghost": ("(tidak ada suara)",),
    "information": ("Berapa nomor telepon PLN?", "Puskesmas buka jam berapa?"),
}
"""The caller's words, for the person who plays the caller."""

TYPED = {
    "ambulance": "ambulans", "traffic_accident": "tabrakan", "public_order": "ketertiban", "odgj": "odgj",
    "fire": "kebakaran", "fallen_pole": "tiang listrik", "wasps": "tawon", "other": "ular",
}  # fmt: skip
"""The text typed to find the type of each report."""

PATIENCE = {"prank": (8, 25), "ghost": (3, 12), "information": (20, 60)}
TALK = {"prank": (10, 40), "ghost": (5, 15), "information": (30, 90)}
"""Seconds that callers wait, and talk; all others wait 45 to 120 and talk 60 to 180. All are assumptions."""

CENTRE = (-7.755, 113.215)
SPREAD = 0.015
"""The city: degrees WGS-84, and the standard deviation around it (1.7 km)."""
NUMBERS = 400
"""Number of callers; some call again."""


@dataclass(frozen=True)
class SimulatedCall:
    """A call as it will be: seconds since the beginning, and for how many seconds the caller waits and talks.

    `is_` is what it truly is: prank, ghost, information or one of REPORTS. `spot` are degrees, `radius` metres;
    `by_aml` says that the phone itself tells it.
    """

    at: float
    is_: str
    caller: str
    says: str
    waits: float
    talks: float
    spot: tuple[float, float] | None
    radius: float
    by_aml: bool


def simulated_calls(per_minute: float, minutes: float, seed: int, pranks: float = PRANKS) -> Iterator[SimulatedCall]:
    """The calls of so many minutes, in their order, the same for the same seed: independent of each other (Poisson)."""
    random = Random(seed)  # noqa: S311  (a model, no secret)
    at = random.expovariate(per_minute / 60)
    while at < minutes * 60:
        yield _call(random, at, pranks)
        at += random.expovariate(per_minute / 60)


def simulated_day(count: int, minutes: float, seed: int, pranks: float = PRANKS) -> Iterator[SimulatedCall]:
    """Exactly so many calls, in their order, the same for the same seed: each at any moment of so many minutes."""
    random = Random(seed)  # noqa: S311  (a model, no secret)
    for at in sorted(random.uniform(0, minutes * 60) for _ in range(count)):
        yield _call(random, at, pranks)


def _call(random: Random, at: float, pranks: float) -> SimulatedCall:
    what = _what(random, pranks)
    chance = random.random()
    located = chance < 0.6 and what != "ghost"
    return SimulatedCall(
        at=at, is_=what, caller=_caller(random, what), says=random.choice(WORDS[what]),
        waits=random.uniform(*PATIENCE.get(what, (45, 120))), talks=random.uniform(*TALK.get(what, (60, 180))),
        spot=(random.gauss(CENTRE[0], SPREAD), random.gauss(CENTRE[1], SPREAD)) if located else None,
        radius=round(math.exp(random.uniform(math.log(10), math.log(1500)))), by_aml=chance < 0.35,
    )  # fmt: skip


def _what(random: Random, pranks: float) -> str:
    chance = random.random()
    for what, share in (("prank", pranks), ("ghost", GHOSTS), ("information", QUESTIONS)):
        if chance < share:
            return what
        chance -= share
    return random.choices(list(REPORTS), list(REPORTS.values()))[0]


def _caller(random: Random, what: str) -> str:
    """A number; few people make most of the pranks, and some hide theirs."""
    if what in ("prank", "ghost") and random.random() < 0.15:
        return ""
    people = 12 if what == "prank" else NUMBERS
    return f"0813{'9' if what == 'prank' else '2'}{random.randrange(people):07}"
