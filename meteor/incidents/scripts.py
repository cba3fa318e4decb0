"""What a call-taker finds, asks and reads out: types by a few letters, their questions and their advice."""

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from sqlalchemy import select

from meteor.incidents.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.store.database import db

ALIKE = 75
"""Percent of likeness from which a word counts as another one, misspelt."""

TELLING = 4
"""Letters from which a word tells as much as it can."""


def search_types(text: str, limit: int = 8) -> list[IncidentType]:
    """The active types that `text` may mean, best first; without text the most urgent ones.

    A word that fits few types tells more than one that fits many ("orang"), and a word that fits none, not even
    misspelt, is passed over: people type what they hear.
    """
    known = db.session.scalars(
        select(IncidentType).where(IncidentType.active).order_by(IncidentType.priority, IncidentType.name_id)
    ).all()
    words = _words(text)
    if not words:
        return list(known[:limit])
    vocabularies = [_vocabulary(each) for each in known]
    scores = [0.0] * len(known)
    for word in words:
        marks = [_mark(word, vocabulary) for vocabulary in vocabularies]
        if not any(marks):
            marks = [_likeness(word, vocabulary) for vocabulary in vocabularies]
        weight = min(len(word), TELLING) / max(1, sum(mark > 0 for mark in marks))
        scores = [score + mark * weight for score, mark in zip(scores, marks, strict=True)]
    ranked = sorted(zip(scores, range(len(known)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [known[at] for score, at in ranked[:limit] if score]


def questions(type_id: int) -> Sequence[TypeQuestion]:
    """What may be asked about an incident of this type, in order."""
    return db.session.scalars(
        select(TypeQuestion).where(TypeQuestion.type_id == type_id).order_by(TypeQuestion.position, TypeQuestion.id)
    ).all()


def advice(type_id: int) -> Sequence[TypeAdvice]:
    """What may be read out until help is there, in order."""
    return db.session.scalars(
        select(TypeAdvice).where(TypeAdvice.type_id == type_id).order_by(TypeAdvice.position, TypeAdvice.id)
    ).all()


def answers_in(fields: Mapping[str, str]) -> dict[int, int]:
    """The answers among a form's fields: `answer_<question's id>` with the answer's index. What is not one is left."""
    pairs = ((name.removeprefix("answer_"), value) for name, value in fields.items() if name.startswith("answer_"))
    return {int(one): int(value) for one, value in pairs if _is_number(one) and _is_number(value)}


def answered(type_id: int, answers: Mapping[int, int]) -> list[tuple[TypeQuestion, dict[str, object]]]:
    """The questions that have an answer, each with it. `answers`: an index by the question's id; strays are left."""
    chosen = ((each, answers.get(each.id, -1)) for each in questions(type_id))
    return [(each, each.answers[at]) for each, at in chosen if 0 <= at < len(each.answers)]


def priority_after(known: IncidentType, answers: Mapping[int, int]) -> int:
    """The most urgent priority that an answer gives (which may be less urgent than the type's), else the type's."""
    given = [answer["priority"] for _, answer in answered(known.id, answers)]
    return min((int(str(priority)) for priority in given if priority), default=known.priority)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _vocabulary(known: IncidentType) -> tuple[frozenset[str], frozenset[str]]:
    """The words of its names, and those of its keywords."""
    names = frozenset(_words(f"{known.name_id} {known.name_en}"))
    return names, frozenset(_words(known.keywords)) - names


def _mark(word: str, vocabulary: tuple[frozenset[str], frozenset[str]]) -> float:
    """How well `word` begins one of the words: a whole one better than a part, a name better than a keyword."""
    names, keywords = vocabulary
    if word in names:
        return 1.0
    if word in keywords:
        return 0.9
    if any(other.startswith(word) for other in names):
        return 0.8
    return 0.7 if any(other.startswith(word) for other in keywords) else 0.0


def _likeness(word: str, vocabulary: tuple[frozenset[str], frozenset[str]]) -> float:
    """How like one of the words `word` is, as far as it can be one of them misspelt."""
    if len(word) < TELLING:
        return 0.0
    return (
        max((fuzz.ratio(word, other, score_cutoff=ALIKE) for words in vocabulary for other in words), default=0) / 200
    )


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 10
