"""Call scripts: search of types, their questions, and advice for callers."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from meteor.protocols.matching import Vocabulary, best
from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.store.database import db


def search_types(text: str, limit: int = 8) -> list[IncidentType]:
    """The active types that `text` may mean, best first; without text the most urgent ones."""
    known = db.session.scalars(
        select(IncidentType).where(IncidentType.active).order_by(IncidentType.priority, IncidentType.name_id)
    ).all()
    if not text.strip():
        return list(known[:limit])
    vocabularies = [Vocabulary.of(f"{each.name_id} {each.name_en}", each.keywords) for each in known]
    return [known[at] for at in best(text, vocabularies)[:limit]]


def questions(type_id: int) -> Sequence[TypeQuestion]:
    """The type's questions, in order."""
    return db.session.scalars(
        select(TypeQuestion).where(TypeQuestion.type_id == type_id).order_by(TypeQuestion.position, TypeQuestion.id)
    ).all()


def advice(type_id: int) -> Sequence[TypeAdvice]:
    """The type's advice, in order."""
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


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 10
