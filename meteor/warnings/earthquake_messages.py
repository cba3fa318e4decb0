"""Messages about what an earthquake means for the city: that it was shaken, and that a tsunami is possible."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from meteor import geo
from meteor.warnings import shaking
from meteor.warnings.areas import City
from meteor.warnings.earthquake_texts import shaken_texts, tsunami_texts
from meteor.warnings.earthquakes import Earthquake
from meteor.warnings.messages import Info, Message, Reference

SENDER = "data.bmkg.go.id"
SHAKEN, TSUNAMI = "earthquake", "tsunami"
"""Kinds of messages: the beginnings of identifiers, and codes of hazard_texts.HAZARDS."""

FELT = 3
"""Intensity (MMI) from which indoors some notice it: below, an earthquake does not reach the city."""

SHAKEN_HOLDS, TSUNAMI_HOLDS = timedelta(hours=6), timedelta(hours=12)
"""Time from the earthquake, for aftershocks and for waves. METEOR's own rule: the lists say nothing of an end."""

TSUNAMI_REACH = 500.0
"""Kilometres from the city within which a possible tsunami is the city's. The lists do not say which coast."""

COAST = ("35.74.01.1001", "35.74.01.1009", "35.74.03.1001", "35.74.03.1002", "35.74.03.1007")
"""Ketapang, Pilang, Mayangan, Mangunharjo, Sukabumi: the kelurahan whose boundaries are the shore of the strait."""


@dataclass(frozen=True)
class Effect:
    """The effect of an earthquake in the city: distance (kilometres), intensity (MMI), whether it is felt."""

    kilometres: float
    level: int
    is_felt: bool
    is_tsunami: bool


def effect(quake: Earthquake, city: City) -> Effect:
    """Compute the effect by what was felt here, else by magnitude, distance and depth."""
    away = geo.metres(city.middle, (quake.latitude, quake.longitude)) / 1000
    felt = quake.felt_here
    level = felt if felt is not None else int(shaking.intensity(quake.magnitude, away, quake.depth))
    return Effect(away, level, felt is not None or level >= FELT, bool(quake.tsunami) and away <= TSUNAMI_REACH)


def message(kind: str, quake: Earthquake, city: City, before: str | None) -> Message:
    """The message of a kind, which updates the one with the identifier `before`, or cancels it if it is over."""
    found = effect(quake, city)
    holds = found.is_felt if kind == SHAKEN else found.is_tsunami
    facts = f"{before} {_facts(quake)}"
    return Message(
        identifier=f"{kind}-{quake.at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(facts.encode()).hexdigest()[:8]}",
        sender=SENDER,
        sent=quake.at,
        status="Actual",
        message_type=("Update" if before else "Alert") if holds else "Cancel",
        references=[Reference(before, SENDER)] if before else [],
        infos=_shaken(quake, found, city) if kind == SHAKEN else _tsunami(quake, found, city),
    )


def _facts(quake: Earthquake) -> tuple[Any, ...]:
    return (quake.at, quake.latitude, quake.longitude, quake.depth, quake.magnitude, quake.tsunami, quake.felt)


def _shaken(quake: Earthquake, found: Effect, city: City) -> Sequence[Info]:
    texts = shaken_texts(quake, found.kilometres, found.level)
    codes = [city.kelurahan[0].code[: len("35.74")]]
    severity = shaking.severity(found.level)
    return _infos(SHAKEN, quake, found, texts, severity, "Observed", quake.at + SHAKEN_HOLDS, codes)


def _tsunami(quake: Earthquake, found: Effect, city: City) -> Sequence[Info]:
    texts = tsunami_texts(quake)
    return _infos(TSUNAMI, quake, found, texts, "Extreme", "Possible", quake.at + TSUNAMI_HOLDS, list(COAST))


def _infos(
    hazard: str, quake: Earthquake, found: Effect, texts: dict[str, dict[str, str]], severity: str, certainty: str,
    expires: Any, codes: list[str],
) -> Sequence[Info]:  # fmt: skip
    area = {"description": "Kota Probolinggo", "polygons": [], "circles": [], "geocodes": {"kemendagri": codes}}
    parameters = {
        "magnitude": quake.magnitude, "depth": quake.depth, "latitude": quake.latitude, "longitude": quake.longitude,
        "distance": round(found.kilometres), "intensity": found.level, "region": quake.region, "felt": quake.felt,
        "tsunami": quake.tsunami, "hazard": hazard,
    }  # fmt: skip
    return [
        Info(language, "Immediate", severity, certainty, quake.at, expires, said, [area], parameters)
        for language, said in texts.items()
    ]
