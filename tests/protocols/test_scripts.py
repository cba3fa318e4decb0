"""What a call-taker finds, asks and reads out."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from meteor.protocols import scripts
from meteor.protocols.matching import Vocabulary, best
from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def answers(*priorities: int | None) -> list[dict[str, object]]:
    """An answer for each of these priorities."""
    return [{"text_id": f"Jawaban {at}", "text_en": f"Answer {at}", "priority": p} for at, p in enumerate(priorities)]


def ask(known: IncidentType, text: str, *priorities: int | None, position: int = 1) -> TypeQuestion:
    question = TypeQuestion(type_id=known.id, position=position, text_id=text, text_en=f"{text}, in English")
    question.answers = answers(*priorities)
    db.session.add(question)
    db.session.flush()
    return question


@pytest.fixture
def fire(cast: Cast) -> IncidentType:
    """A fire that is found by what people say."""
    known: IncidentType = cast.incident_type("fire")
    known.keywords = "api, asap, kobongan, orang terjebak api"
    cast.incident_type("noise").keywords = "orang ribut, tetangga berisik"
    cast.incident_type("medical").keywords = "orang pingsan, tersedak"
    db.session.flush()
    return known


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("keba", "fire"),
        ("KEBAKARAN", "fire"),
        ("kebakran", "fire"),
        ("kobong", "fire"),
        ("asap tebal", "fire"),
        ("fire", "fire"),
        ("orang pingsan", "medical"),
        ("ada orang tersedak tulang", "medical"),
        ("tersdak", "medical"),
        ("tetangga ribut", "noise"),
    ],
)
def test_a_type_is_found_by_a_few_letters_of_what_people_say(fire: IncidentType, typed: str, first: str) -> None:
    assert scripts.search_types(typed)[0].code == first


def test_nothing_is_found_for_what_means_nothing(fire: IncidentType) -> None:
    assert scripts.search_types("xyzzy") == []


def test_without_a_word_the_most_urgent_types_come_first(fire: IncidentType) -> None:
    found = scripts.search_types("  ", limit=5)
    assert [each.priority for each in found] == [1, 1, 1, 1, 2]


def test_a_type_that_is_not_in_use_is_not_found(fire: IncidentType) -> None:
    fire.active = False
    assert fire not in scripts.search_types("kebakaran")


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_compared(text: str) -> None:
    vocabularies = [Vocabulary.of("Kebakaran Fire", "api, asap"), Vocabulary.of("", "")]
    assert best(text, vocabularies) in ([], [0])


def test_questions_and_advice_come_in_their_order(fire: IncidentType) -> None:
    second, first = ask(fire, "Ada asap?", None, position=2), ask(fire, "Ada orang?", None, position=1)
    assert scripts.questions(fire.id) == [first, second]


@pytest.mark.parametrize(
    ("chosen", "priority"),
    [
        ([], 2),  # the type's own
        ([0], 2),  # an answer that says nothing about it
        ([1], 1),  # raised
        ([2], 4),  # lowered
        ([2, 1], 1),  # the most urgent answer wins
        ([2, 2], 4),
        ([7, 0], 2),  # an answer that is no longer there
    ],
)
def test_the_answers_raise_and_lower_the_priority(cast: Cast, chosen: list[int], priority: int) -> None:
    crime = cast.incident_type("crime")
    asked = [ask(crime, "Apakah pelaku masih ada?", None, 1, 4, position=at) for at in (1, 2)]
    given = {question.id: at for question, at in zip(asked, chosen, strict=False)}
    assert scripts.priority_after(crime, given | {999999: 0}) == priority


def test_the_answers_of_another_type_change_nothing(cast: Cast) -> None:
    question = ask(cast.incident_type("fire"), "Ada orang di dalam?", 1)
    assert scripts.priority_after(cast.incident_type("noise"), {question.id: 0}) == 4


def test_answers_are_read_out_of_whatever_a_form_sends() -> None:
    fields = {"answer_3": "1", "answer_4": "", "answer_x": "1", "answer_5": "²", "answer_6": "9" * 30, "note": "2"}
    assert scripts.answers_in(fields) == {3: 1}


def test_the_call_taker_chooses_among_the_types_that_are_found(as_user: AsUser, fire: IncidentType) -> None:
    answer = as_user("maya").get("/incident-types?q=kobongan")
    assert answer.text.count('role="option"') == 1
    assert f'data-value="{fire.id}" data-label="Kebakaran" data-priority="1"' in answer.text


def test_the_questions_may_be_skipped_and_keep_what_was_answered(as_user: AsUser, fire: IncidentType) -> None:
    question = ask(fire, "Apakah masih ada orang di dalam?", 1, None)
    page = as_user("maya").get(f"/incident-types/{fire.id}/script").text
    assert f'name="answer_{question.id}" value="" checked' in page
    assert "Apakah masih ada orang di dalam?" in page
    assert "required" not in page
    page = as_user("maya").get(f"/incident-types/{fire.id}/script?answer_{question.id}=0").text
    assert f'name="answer_{question.id}" value="0" checked' in page
    assert page.count("checked") == 1


def test_advice_is_read_out_step_by_step_in_the_language_of_the_call_taker(as_user: AsUser, fire: IncidentType) -> None:
    db.session.add(
        TypeAdvice(type_id=fire.id, position=1, title_id="Kebakaran", title_en="Fire",
                   text_id="Keluar.\nJangan kembali.", text_en="Get out.\nStay out.")
    )  # fmt: skip
    maya = as_user("maya")
    assert "<li>Keluar.</li><li>Jangan kembali.</li>" in maya.get(f"/incident-types/{fire.id}/script").text
    maya.post("/language", data={"language": "en", "next": "/"})
    assert "<li>Get out.</li><li>Stay out.</li>" in maya.get(f"/incident-types/{fire.id}/script").text


def test_the_script_of_a_type_that_is_not_there_is_not_found(as_user: AsUser, app: Flask) -> None:
    assert as_user("maya").get("/incident-types/999/script").status_code == 404
