"""Search of incident types by typed words, tolerant of misspelling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

ALIKE = 75
"""Percent of similarity from which a word counts as another one, misspelt."""

TELLING = 4
"""Letters from which a word tells as much as it can."""


@dataclass(frozen=True)
class Vocabulary:
    """The words of a thing: those of its names tell more than its keywords do."""

    names: frozenset[str]
    keywords: frozenset[str]

    @classmethod
    def of(cls, names: str, keywords: str) -> "Vocabulary":
        return cls(frozenset(_words(names)), frozenset(_words(keywords)))


def best(text: str, vocabularies: Sequence[Vocabulary]) -> list[int]:
    """The places of the vocabularies that `text` may mean, best first; of equals the first.

    A word that fits few tells more than one that fits many ("orang"), and a word that fits none, not even misspelt,
    is passed over: people type what they hear.
    """
    scores = [0.0] * len(vocabularies)
    for word in _words(text):
        fits = [_fit(word, each) for each in vocabularies]
        if not any(fits):
            fits = [_similarity(word, each) for each in vocabularies]
        weight = min(len(word), TELLING) / max(1, sum(fit > 0 for fit in fits))
        scores = [score + fit * weight for score, fit in zip(scores, fits, strict=True)]
    return sorted((at for at, score in enumerate(scores) if score), key=lambda at: -scores[at])


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _fit(word: str, vocabulary: Vocabulary) -> float:
    """Score from 0 to 1 of `word` as the beginning of one of the words. A whole word scores higher."""
    if word in vocabulary.names:
        return 1.0
    if word in vocabulary.keywords:
        return 0.9
    if any(other.startswith(word) for other in vocabulary.names):
        return 0.8
    return 0.7 if any(other.startswith(word) for other in vocabulary.keywords) else 0.0


def _similarity(word: str, vocabulary: Vocabulary) -> float:
    """Score from 0 to ½ of `word` as a misspelling of one of the words."""
    if len(word) < TELLING:
        return 0.0
    others = vocabulary.names | vocabulary.keywords
    return max((fuzz.ratio(word, other, score_cutoff=ALIKE) for other in others), default=0.0) / 200
