"""Normalises typed names of places to comparable words: "alun2", "rsud moh saleh", "the market"."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

MOST_WORDS = 24
"""Words of a text that are compared: a place is told in fewer."""

_SHORTEST = 4  # letters of a word in which one may be wrong
_ALIKE, _ALIKE_INSIDE = 0.7, 0.8  # of the letters of two words: one slip in four letters, in five if it is the first
_JOINED = 0.98  # what "kebon sari kulon" is worth beside "Kebonsari Kulon"
_AGAIN = re.compile(r"\b([a-z]{4,}) ?2\b")  # "alun2" is how Indonesian writes a word twice
_WORD = re.compile(r"[a-z]+|[0-9]+")
_INITIALS = re.compile(r"\b[a-z]\.(?:\s?[a-z]\b\.?)+")  # "K.H.", "W. R."

# What stands in every name here, or in none.
_IDLE = frozenset((
    "di", "ke", "dari", "pada", "yang", "itu", "ini", "sini", "sana", "the", "a", "of", "at", "to", "in", "on", "by",
    "pak", "bu", "kelurahan", "kel", "kota", "probolinggo", "gate", "gerbang", "gapura", "pintu",
))  # fmt: skip
_WRITTEN_OUT = {
    "rs": "rumah sakit", "rsu": "rumah sakit umum", "rsud": "rumah sakit umum daerah", "hospital": "rumah sakit",
    "dokter": "dr", "moh": "mohamad", "moch": "mohamad", "muh": "mohamad", "mohammad": "mohamad",
    "muhammad": "mohamad", "mochamad": "mohamad", "muhamad": "mohamad", "mochammad": "mohamad",
    "psr": "pasar", "market": "pasar", "new": "baru", "station": "stasiun", "sta": "stasiun", "ka": "kereta api",
    "train": "kereta api", "railway": "kereta api", "bis": "bus", "term": "terminal", "port": "pelabuhan",
    "harbour": "pelabuhan", "harbor": "pelabuhan", "pelab": "pelabuhan", "tj": "tanjung", "tg": "tanjung",
    "mosque": "masjid", "mesjid": "masjid", "msjd": "masjid", "church": "gereja", "red": "merah",
    "temple": "klenteng", "kelenteng": "klenteng", "school": "sekolah", "sdn": "sd negeri", "smpn": "smp negeri",
    "sman": "sma negeri", "smkn": "smk negeri", "square": "alun alun", "stadium": "stadion", "park": "taman",
    "office": "kantor", "ktr": "kantor", "kntr": "kantor", "mayor": "wali", "walikota": "wali", "police": "polisi",
    "pkm": "puskesmas", "clinic": "puskesmas", "spbu": "pom bensin", "jl": "jalan", "jln": "jalan", "road": "jalan",
    "street": "jalan", "gg": "gang", "kec": "kecamatan", "beach": "pantai", "bridge": "jembatan",
    "jend": "jenderal", "jendral": "jenderal", "pangsud": "panglima sudirman", "suhat": "sukarno hatta",
    "gatsu": "gatot subroto",
}  # fmt: skip


def words_of(text: str) -> tuple[str, ...]:
    """A text's words without accents and capitals, abbreviations and English written out, idle words left away.

    Initials are one word ("K.H." is "kh"), and the old "oe" is "u": Soekarno is Sukarno.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = _INITIALS.sub(lambda found: re.sub(r"[^a-z]", "", found[0]) + " ", plain).replace("oe", "u")
    words = _WORD.findall(_AGAIN.sub(r"\1 \1", plain))[:MOST_WORDS]
    telling = [word.lstrip("0") or word for word in words if word not in _IDLE] or words
    return tuple(part for word in telling for part in _WRITTEN_OUT.get(word, word).split())


def similarity(said: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Score from 0 to 1 of the words `said` as this name.

    Mostly the better of how much of what was said is in the name, and how much of the name was said: a name may be
    half typed, and much else may be told around it.
    """
    if not said or not name:
        return 0.0
    shares = (_share(said, name), _share(name, said))
    return max(0.7 * max(shares) + 0.3 * min(shares), _JOINED * _slip("".join(said), "".join(name)))


def _share(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """The part of the letters of `words` that is found among `others`."""
    found = sum(len(word) * max(_found(word, other) for other in others) for word in words)
    return found / sum(map(len, words))


@lru_cache(maxsize=100_000)
def _found(word: str, other: str) -> float:
    """Score of a word in another: whole, as its beginning, or with slips."""
    if other.startswith(word):
        return 0.8 + 0.2 * len(word) / len(other)  # it is still being typed
    if word.startswith(other):
        return len(other) / len(word)
    return _slip(word, other)


def _slip(word: str, other: str) -> float:
    """Similarity of two words, 0 if too different: slips are rare at the first letter."""
    if word.isdigit() or min(len(word), len(other)) < _SHORTEST:
        return float(word == other)
    alike = OSA.normalized_similarity(word, other)
    return alike if alike >= (_ALIKE if word[0] == other[0] else _ALIKE_INSIDE) else 0.0
