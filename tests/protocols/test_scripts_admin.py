"""The administrator's pages about what call-takers find a type by, ask and read out."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from meteor.protocols import scripts
from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.store.database import db
from tests.admin import EVERYONE_ELSE, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

BREATHING = {
    "text_id": "Apakah korban bernapas?", "text_en": "Is the person breathing?", "position": "1",
    "answer_1_id": "Ya", "answer_1_en": "Yes", "answer_1_priority": "",
    "answer_3_id": "Tidak", "answer_3_en": "No", "answer_3_priority": "1",
}  # fmt: skip
CHOKING = {
    "title_id": "Korban tersedak", "title_en": "Someone is choking", "position": "1",
    "text_id": " Suruh batuk.\n\nPukul punggungnya lima kali. ", "text_en": "Let them cough.\nGive five back blows.",
}  # fmt: skip


@pytest.fixture
def url(cast: Cast) -> str:
    return f"/admin/incident-types/{cast.incident_type('medical').id}/script"


@pytest.fixture
def medical(cast: Cast) -> IncidentType:
    known: IncidentType = cast.incident_type("medical")
    return known


def add(tuti: Browser, url: str, kind: str, values: dict[str, Any], **changes: Any) -> None:
    """Add a question or a piece of advice."""
    answer = tuti.post(f"{url}/{kind}/new", data=values | {name: str(value) for name, value in changes.items()})
    assert answer.status_code == 302, answer.text


def asked(known: IncidentType) -> list[str]:
    db.session.expire_all()
    return [question.text_id for question in scripts.questions(known.id)]


def test_a_type_gets_the_words_that_find_it(as_user: AsUser, url: str, medical: IncidentType) -> None:
    assert save(as_user("tuti"), url, {"keywords": "Tersedak,  keselek\nPINGSAN, tersedak,"}).status_code == 302
    db.session.expire_all()
    assert medical.keywords == "tersedak, keselek, pingsan"
    assert scripts.search_types("keselek")[0] is medical
    assert trail("incident_type_changed")[0].detail["before"] == {"keywords": ""}


def test_words_without_end_are_refused(as_user: AsUser, url: str, medical: IncidentType) -> None:
    answer = save(as_user("tuti"), url, {"keywords": "a" * 1001})
    assert answer.status_code == 422
    assert "keywords-error" in answer.text


def test_a_question_is_added_with_its_answers_and_their_priorities(
    as_user: AsUser, url: str, medical: IncidentType
) -> None:
    add(as_user("tuti"), url, "questions", BREATHING)
    (question,) = scripts.questions(medical.id)
    assert question.answers == [
        {"text_id": "Ya", "text_en": "Yes", "priority": None},
        {"text_id": "Tidak", "text_en": "No", "priority": 1},
    ]
    page = as_user("tuti").get(url).text
    assert "Apakah korban bernapas?" in page
    assert "P1" in page
    (entry,) = trail("incident_type_changed")
    assert (entry.subject, entry.detail["after"]["text_en"]) == (
        f"incident_types:{medical.id}", "Is the person breathing?",
    )  # fmt: skip


def test_a_question_is_changed_and_moved(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    for place, text in enumerate(("Satu?", "Dua?", "Tiga?"), start=1):
        add(tuti, url, "questions", BREATHING, text_id=text, position=place)
    third = scripts.questions(medical.id)[2]
    values = BREATHING | {"text_id": "Ketiga?", "position": "1"}
    assert save(tuti, f"{url}/questions/{third.id}", values).status_code == 302
    assert asked(medical) == ["Ketiga?", "Satu?", "Dua?"]
    assert [question.position for question in scripts.questions(medical.id)] == [1, 2, 3]


def test_a_new_question_comes_last_unless_it_is_placed(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    add(tuti, url, "questions", BREATHING, text_id="Satu?")
    assert '<option selected value="2">2</option>' in tuti.get(f"{url}/questions/new").text
    add(tuti, url, "questions", BREATHING, text_id="Nol?", position=1)
    assert asked(medical) == ["Nol?", "Satu?"]


def test_a_removed_question_leaves_no_gap(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    for place, text in enumerate(("Satu?", "Dua?", "Tiga?"), start=1):
        add(tuti, url, "questions", BREATHING, text_id=text, position=place)
    second = scripts.questions(medical.id)[1]
    assert tuti.post(f"{url}/questions/{second.id}/removal").status_code == 302
    assert asked(medical) == ["Satu?", "Tiga?"]
    assert [question.position for question in scripts.questions(medical.id)] == [1, 2]
    assert trail("incident_type_changed")[-1].detail["before"]["text_id"] == "Dua?"


def test_nobody_is_asked_more_than_five_questions(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    for place in range(1, 6):
        add(tuti, url, "questions", BREATHING, position=place)
    assert "questions/new" not in tuti.get(url).text
    answer = tuti.post(f"{url}/questions/new", data=BREATHING)
    assert answer.status_code == 422
    assert "Sudah ada 5" in answer.text
    assert len(scripts.questions(medical.id)) == 5


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text_id": " "}, "text_id-error"),
        ({"text_en": ""}, "text_en-error"),
        ({"position": "7"}, "position"),
        ({"answer_3_id": "", "answer_3_en": "", "answer_3_priority": ""}, "sedikitnya dua jawaban"),
        ({"answer_3_en": ""}, "answer_3_en-error"),
        ({"answer_3_id": ""}, "answer_3_id-error"),
        ({"answer_2_priority": "2"}, "answer_2_id-error"),
        ({"answer_1_priority": "5"}, "answer_1_priority-error"),
        ({"answer_1_id": "a" * 81}, "answer_1_id-error"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(
    as_user: AsUser, url: str, medical: IncidentType, wrong: dict[str, str], says: str
) -> None:
    answer = as_user("tuti").post(f"{url}/questions/new", data=BREATHING | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert not asked(medical)


def test_advice_is_added_with_a_step_on_each_line(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    add(tuti, url, "advice", CHOKING)
    (piece,) = scripts.advice(medical.id)
    assert piece.text_id == "Suruh batuk.\nPukul punggungnya lima kali."
    assert "<li>Suruh batuk.</li>" in tuti.get(url).text
    assert tuti.post(f"{url}/advice/{piece.id}/removal").status_code == 302
    assert scripts.advice(medical.id) == []


@pytest.mark.parametrize("name", ["title_id", "title_en", "text_id", "text_en"])
def test_advice_without_a_text_is_refused(as_user: AsUser, url: str, medical: IncidentType, name: str) -> None:
    answer = as_user("tuti").post(f"{url}/advice/new", data=CHOKING | {name: " "})
    assert answer.status_code == 422
    assert f"{name}-error" in answer.text
    assert scripts.advice(medical.id) == []


def test_the_second_of_two_administrators_is_told(as_user: AsUser, url: str, medical: IncidentType) -> None:
    tuti = as_user("tuti")
    add(tuti, url, "questions", BREATHING)
    address = f"{url}/questions/{scripts.questions(medical.id)[0].id}"
    version = seen(tuti.get(address))
    assert save(tuti, address, BREATHING | {"answer_3_priority": "2"}).status_code == 302
    answer = tuti.post(address, data=BREATHING | {"answer_3_en": "Not at all", "seen": version})
    assert answer.status_code == 422
    assert "Orang lain telah mengubah" in answer.text
    assert tuti.post(address, data=BREATHING | {"seen": seen(answer)}).status_code == 302


@pytest.mark.parametrize("path", ["", "/questions/new", "/advice/new"])
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, url: str, path: str) -> None:
    assert as_user("tuti").get(url + path).status_code == 200
    for username in EVERYONE_ELSE:
        assert as_user(username).get(url + path).status_code == 403


def test_a_question_of_another_type_is_not_found(as_user: AsUser, url: str, cast: Cast) -> None:
    fire = cast.incident_type("fire")
    question = TypeQuestion(type_id=fire.id, position=1, text_id="?", text_en="?", answers=[])
    piece = TypeAdvice(type_id=fire.id, position=1, title_id="!", title_en="!", text_id="!", text_en="!")
    db.session.add_all([question, piece])
    db.session.flush()
    tuti = as_user("tuti")
    for part in (f"questions/{question.id}", f"advice/{piece.id}", "questions/999"):
        assert tuti.get(f"{url}/{part}").status_code == 404
        assert tuti.post(f"{url}/{part}/removal").status_code == 404


def test_the_page_of_a_type_leads_to_its_script(as_user: AsUser, url: str, app: Flask) -> None:
    assert f'href="{url}"' in as_user("tuti").get(url.removesuffix("/script")).text
