"""Texts of warnings about earthquakes, in both languages: the lists have facts only."""

from collections.abc import Callable

from flask_babel import force_locale, format_datetime, format_decimal
from flask_babel import gettext as _

from meteor.store.moments import WIB
from meteor.warnings.earthquakes import ROMANS, Earthquake
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.messages import LANGUAGES, Texts


def shaken_texts(quake: Earthquake, kilometres: float, level: int) -> Texts:
    """The texts about shaking of the intensity `level` (MMI), by language."""

    def texts(language: str) -> dict[str, str]:
        return {
            "event": _("Earthquake"),
            "headline": _("Earthquake of magnitude %(magnitude)s, %(kilometres)s km from the city", **_numbers()),
            "description": _described(quake, _strength(level)),
            "instruction": HAZARDS["earthquake"].instructions[language],
            "sender_name": "BMKG",
        }

    def _numbers() -> dict[str, str]:
        return {"magnitude": format_decimal(quake.magnitude, "0.0"), "kilometres": format_decimal(round(kilometres))}

    return _in_each_language(texts)


def tsunami_texts(quake: Earthquake) -> Texts:
    """The texts about a possible tsunami, by language."""

    def texts(language: str) -> dict[str, str]:
        magnitude = format_decimal(quake.magnitude, "0.0")
        level = _("METEOR sets the level of this warning, BMKG may give another.")
        return {
            "event": _("Possible tsunami"),
            "headline": _("Possible tsunami after an earthquake of magnitude %(magnitude)s", magnitude=magnitude),
            "description": _described(quake, f"{_('BMKG says that this earthquake may cause a tsunami.')} {level}"),
            "instruction": HAZARDS["tsunami"].instructions[language],
            "sender_name": "BMKG",
        }

    return _in_each_language(texts)


def _described(quake: Earthquake, first: str) -> str:
    time = format_datetime(quake.at.astimezone(WIB), "d MMMM yyyy HH.mm", rebase=False)
    facts = _("%(time)s WIB, depth %(depth)s km.", time=time, depth=format_decimal(quake.depth, "0"))
    region = f"{quake.region.rstrip('.')}." if quake.region else ""
    felt = _("Felt (MMI): %(places)s.", places=quake.felt.rstrip(".")) if quake.felt else ""
    return " ".join(filter(None, (first, region, facts, felt)))


def _strength(level: int) -> str:
    """Words for an intensity, after BMKG's description of the Modified Mercalli scale."""
    if level >= 8:
        words = _("heavy damage is possible")
    elif level >= 6:
        words = _("light damage is possible")
    elif level >= 4:
        words = _("felt by many people")
    else:
        words = _("felt inside of houses")
    return _("Intensity in the city about %(roman)s MMI: %(words)s.", roman=ROMANS[level - 1], words=words)


def _in_each_language(texts: Callable[[str], dict[str, str]]) -> Texts:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = texts(language)
    return found
