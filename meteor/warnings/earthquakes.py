"""BMKG's open lists of earthquakes (JSON): the newest one, those from magnitude 5, those that were felt."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from meteor.warnings.cap import parsed_moment
from meteor.warnings.messages import LONGEST_TEXT, NotUnderstood, cleaned
from meteor.warnings.positions import position

MOST_ENTRIES = 100
"""Entries of a list that are looked at. BMKG's have 15 at most."""

CITY = "probolinggo"
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_NUMBER = re.compile(r"-?\d{1,4}(?:[.,]\d{1,6})?")
_FELT = re.compile(r"([IVX]+)(?: ?[-–] ?([IVX]+))? (.+)")
_OVER = re.compile(r"\b(tidak|belum)\b|\b(ber|di)?akhir")


@dataclass(frozen=True)
class Earthquake:
    """An earthquake: moment (UTC), degrees WGS-84, depth in kilometres, and BMKG's words.

    `tsunami` is None where the entry says nothing about it. `felt` says where, with intensities (MMI).
    """

    at: datetime
    latitude: float
    longitude: float
    depth: float
    magnitude: float
    region: str
    tsunami: bool | None
    felt: str
    key: str = ""
    digest: str = ""

    @property
    def felt_here(self) -> int | None:
        """The highest intensity (MMI) that was felt in the city, or in the regency around it, as far as BMKG says."""
        levels = [level for level, place in _felt(self.felt) if CITY in place.lower()]
        return max(levels, default=None)

    def completed_by(self, other: "Earthquake") -> "Earthquake":
        """Return it with what `other`, known of it before, says and this list does not."""
        tsunami = other.tsunami if self.tsunami is None else self.tsunami
        return replace(self, tsunami=tsunami, felt=self.felt or other.felt)


def read(data: bytes) -> tuple[list[Earthquake], int]:
    """The earthquakes of a list, oldest first, and the number of entries that cannot be read. Raises NotUnderstood."""
    try:
        entries = json.loads(data)["Infogempa"]["gempa"]
    except (ValueError, RecursionError, KeyError, TypeError, IndexError) as problem:
        raise NotUnderstood("it is no list of earthquakes of BMKG (Infogempa)") from problem
    entries = [entries] if isinstance(entries, dict) else entries
    if not isinstance(entries, list):
        raise NotUnderstood("its “gempa” is neither an entry nor a list")
    found = [_earthquake(entry) for entry in entries[:MOST_ENTRIES]]
    known = [each for each in found if each]
    return sorted(known, key=lambda each: each.at), len(found) - len(known)


def _earthquake(entry: Any) -> Earthquake | None:
    if not isinstance(entry, dict):
        return None
    said = {name: cleaned(str(value), LONGEST_TEXT) for name, value in entry.items()}
    point = entry.get("point")
    where = said.get("Coordinates") or str(point.get("coordinates", "") if isinstance(point, dict) else "")
    at, spot = parsed_moment(said.get("DateTime", "")), position(where)
    magnitude, depth = _number(said.get("Magnitude", "")), _number(said.get("Kedalaman", ""))
    if at is None or spot is None or magnitude is None or not 0 <= magnitude <= 10:
        return None
    raw = json.dumps(entry, sort_keys=True).encode()
    return Earthquake(
        at, *spot, depth=min(max(depth or 0.0, 0.0), 1000.0), magnitude=magnitude, region=said.get("Wilayah", ""),
        tsunami=_tsunami(said.get("Potensi", "")), felt=said.get("Dirasakan", ""), key=at.isoformat(),
        digest=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip


def _number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", ".")) if found else None


def _tsunami(text: str) -> bool | None:
    """Return whether a tsunami is possible. "Gempa ini dirasakan untuk diteruskan pada masyarakat" does not say."""
    words = text.lower()
    return None if "tsunami" not in words else not _OVER.search(words)


def _felt(text: str) -> Iterator[tuple[int, str]]:
    """Intensity and place of "II-III Malang, III Kota Probolinggo"; a place without one has that of the one before."""
    level = 0
    for part in text.replace(";", ",").split(","):
        place = " ".join(part.split())
        found = _FELT.fullmatch(place)
        if found:
            steps = [ROMANS.index(each) + 1 for each in (found[1], found[2]) if each in ROMANS]
            level, place = max(steps, default=level), found[3]
        if level:
            yield level, place
