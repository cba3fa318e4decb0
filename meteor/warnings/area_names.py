"""The kelurahan that words name, where a message gives neither geometry nor codes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

CITY = "probolinggo"
PROVINCE = re.compile(r"(provinsi |propinsi )?jawa timur|east java( province)?")
"""A text that is nothing else warns all of the province. Within a longer text it only says where a place is."""

_REGENCY = re.compile(rf"\b(kabupaten|kab|regency of) {CITY}\b|\b{CITY} regency\b")
_CITY = re.compile(rf"\b{CITY}\b")
_ANOTHER = re.compile(rf"\b(kabupaten|kab|kota) (?!{CITY}\b)\w+")


class Place(NamedTuple):
    """A kelurahan by its names; whether its boundary is known."""

    id: int
    code: str
    name: str
    kecamatan: str
    bounded: bool


def named(text: str, kelurahan: Sequence[Place]) -> Sequence[Place]:
    """The kelurahan among these that a text names.

    "Kota Probolinggo" is all of them, or those of the kecamatan or kelurahan that the text names beside it; so is
    "Probolinggo" alone. "Kabupaten Probolinggo" is the regency around the city. A kecamatan or kelurahan by name is
    ours if the text names no other city or regency: Kademangan and Sukabumi are elsewhere too.
    """
    words = " ".join(re.findall(r"\w+", text.lower()))
    if PROVINCE.fullmatch(words):
        return kelurahan
    is_ours, is_elsewhere = bool(_CITY.search(_REGENCY.sub(" ", words))), bool(_ANOTHER.search(words))
    if is_elsewhere or _REGENCY.search(words):
        return kelurahan if is_ours else []
    found = [each for each in kelurahan if _is_named(each, words, prefixed=not is_ours)]
    return found or (kelurahan if is_ours else [])


def _is_named(kelurahan: Place, words: str, *, prefixed: bool) -> bool:
    """Return whether words name a kelurahan or its kecamatan. A name that stands alone is taken for the kecamatan's."""
    optional = "" if prefixed else "?"
    kecamatan = rf"(?<!kelurahan )(?<!kel )\b((kecamatan|kec) ){optional}{re.escape(kelurahan.kecamatan.lower())}\b"
    own = rf"(?<!kecamatan )(?<!kec )\b((kelurahan|kel) ){optional}{re.escape(kelurahan.name.lower())}\b"
    return bool(re.search(kecamatan, words) or re.search(own, words))
