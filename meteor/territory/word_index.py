"""Finds the few among many names that typed words may mean, to compare these alone."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import ceil
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

MOST = 40
"""Names that are compared: more than anybody would look through."""

LEAST = 0.5
"""The lowest estimate of the score (as spelling.similarity's) with which a name is compared."""

CACHED = 2000
"""Words whose likeness to those of the names is remembered: the same are typed again with each letter."""

_SHORTEST_SLIP = 4  # letters of a word in which one may be wrong
_SHORTEST_BEGINNING = 3  # letters that may be the beginning of a word
_ALIKE = 0.7

_Positions: TypeAlias = npt.NDArray[np.intp]
_Scores: TypeAlias = npt.NDArray[np.float32]


class WordIndex:
    """Names, each a tuple of words (see spelling.words_of), by their words."""

    def __init__(self, names: Sequence[tuple[str, ...]]) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            for word in dict.fromkeys(name):
                holders[word].append(at)
        joined = ["".join(name) for name in names]
        self._words = sorted(holders)
        self._holders = {word: np.array(found) for word, found in holders.items()}
        self._slips_of_words = _Slips(word for word in self._words if not word.isdigit())
        self._slips_of_names = _Slips(joined)
        self._letters = np.array([max(len(each), 1) for each in joined], dtype=np.float32)
        self._alike = lru_cache(CACHED)(self._find_alike)

    def likely(self, said: Sequence[str]) -> list[int]:
        """The positions of the names that are most like these words, at most MOST."""
        if not said or not len(self._letters):
            return []
        found = np.zeros(len(self._letters), dtype=np.float32)
        for word in dict.fromkeys(said):
            holders, alike = self._alike(word)
            best = np.zeros_like(found)
            np.maximum.at(best, holders, alike * len(word))
            found += best
        shares = found / len("".join(said)), np.minimum(found / self._letters, 1.0)
        scores = 0.7 * np.maximum(*shares) + 0.3 * np.minimum(*shares)
        for at, score in self._slips_of_names.of("".join(said)):
            scores[at] = max(float(scores[at]), score)
        first = np.argpartition(-scores, min(MOST, len(scores) - 1))[:MOST]
        return [int(at) for at in first if scores[at] >= LEAST]

    def _find_alike(self, word: str) -> tuple[_Positions, _Scores]:
        """The positions of names that have the word, and how alike the words are: as its beginning, or with slips."""
        found = [(word[:end], end / len(word)) for end in range(1, len(word) + 1) if word[:end] in self._holders]
        if len(word) >= _SHORTEST_BEGINNING:
            start, end = bisect_left(self._words, word), bisect_left(self._words, word + "~")
            found += [(other, 0.8 + 0.2 * len(word) / len(other)) for other in self._words[start:end]]
        found += [(self._slips_of_words.texts[at], alike) for at, alike in self._slips_of_words.of(word)]
        holders = [self._holders[other] for other, _ in found]
        alike = [np.full(len(each), score, np.float32) for each, (_, score) in zip(holders, found, strict=True)]
        if not found:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        return np.concatenate(holders), np.concatenate(alike)


class _Slips:
    """Finds texts that another one may be a slip of, among those of about its length."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        self._order = sorted(range(len(self.texts)), key=lambda at: len(self.texts[at]))
        self._sorted = [self.texts[at] for at in self._order]
        self._lengths = [len(text) for text in self._sorted]

    def of(self, text: str) -> Iterator[tuple[int, float]]:
        """The positions of the texts, and how alike they are."""
        if len(text) < _SHORTEST_SLIP or text.isdigit():
            return
        start = bisect_left(self._lengths, max(_SHORTEST_SLIP, ceil(len(text) * _ALIKE)))
        end = bisect_right(self._lengths, int(len(text) / _ALIKE))
        others = self._sorted[start:end]
        scores = cdist([text], others, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, dtype=np.float32)[0]
        yield from ((self._order[start + at], float(scores[at])) for at in np.flatnonzero(scores))
