"""The scripts that a new city begins with: complete, in both languages, and found by what people say."""

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.protocols import reference_data, script_edits, scripts
from meteor.protocols.models import IncidentType
from meteor.protocols.script_forms import AdviceForm, QuestionForm
from meteor.store.database import Base, db


@pytest.fixture
def types(app: Flask) -> dict[str, IncidentType]:
    """The incident types of a city that has just been seeded, by code."""
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    reference_data.seed()
    return {each.code: each for each in db.session.scalars(select(IncidentType))}


@pytest.mark.both_databases
def test_every_type_has_words_questions_and_advice_that_an_admin_can_save(types: dict[str, IncidentType]) -> None:
    assert len(types) > 30
    for known in types.values():
        questions, advice = scripts.questions(known.id), scripts.advice(known.id)
        assert len(known.keywords.split(", ")) >= 5, known.code
        assert 3 <= len(questions) <= script_edits.MOST["questions"], known.code
        assert 1 <= len(advice) <= script_edits.MOST["advice"], known.code
        for form, parts in ((QuestionForm, questions), (AdviceForm, advice)):
            for part in parts:
                filled = form.among(script_edits.others(part), data=form.by_field(script_edits.values_of(part)))
                assert filled.validate(), (known.code, filled.errors)
                assert filled.values == script_edits.values_of(part)


def test_advice_has_the_same_steps_in_both_languages(types: dict[str, IncidentType]) -> None:
    for known in types.values():
        for piece in scripts.advice(known.id):
            assert len(piece.text_id.splitlines()) == len(piece.text_en.splitlines()), piece.title_en


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("kebakaran", "fire"), ("ada api di dapur", "fire"), ("asap", "fire"), ("kobongan", "fire"),
        ("orang pingsan", "medical"), ("bayi tidak bernapas", "medical"), ("keselek", "medical"),
        ("sesak napas", "medical"), ("pendarahan", "medical"), ("kesetrum", "medical"), ("ambulan", "medical"),
        ("struk", "medical"), ("mau lahiran", "childbirth"), ("ketuban pecah", "childbirth"),
        ("antar pasien ke rumah sakit", "patient_transport"), ("tabrakan motor", "traffic_accident"),
        ("tabrak lari", "traffic_accident"), ("laka", "traffic_accident"), ("macet", "traffic_jam"),
        ("ban bocor", "broken_down_vehicle"), ("maling masuk rumah", "theft"), ("maling", "theft"),
        ("motor hilang", "theft"), ("begal", "crime"), ("orang masuk rumah bawa celurit", "crime"),
        ("rampok toko emas", "hold_up"), ("suami memukul istri", "domestic_violence"), ("kdrt", "domestic_violence"),
        ("tawuran", "brawl"), ("orang tawuran", "brawl"),
        ("dikeroyok", "brawl"), ("bom", "suspicious_object"), ("anak hilang", "missing_person"),
        ("mayat", "body_found"), ("balap liar", "public_order"), ("tetangga berisik", "public_order"),
        ("orang gila ngamuk", "mental_health"), ("mau bunuh diri", "mental_health"), ("odgj", "mental_health"),
        ("tawon", "wasp_nest"), ("sarang tawon", "wasp_nest"), ("ular di kamar mandi", "snake"), ("ulo", "snake"),
        ("kucing di selokan", "animal_rescue"), ("cincin tidak bisa lepas", "stuck_ring"), ("bau gas", "gas_leak"),
        ("elpiji bocor", "gas_leak"), ("tenggelam", "drowning"), ("anak kecebur sumur", "drowning"),
        ("hanyut", "drowning"), ("banjir", "flood"), ("air masuk rumah", "flood"), ("banjir rob", "tidal_flood"),
        ("angin ribut", "strong_wind"), ("pohon tumbang", "fallen_tree"), ("pohon roboh", "fallen_tree"),
        ("tiang listrik roboh", "fallen_pole"), ("kabel putus", "fallen_pole"), ("rumah ambruk", "building_collapse"),
        ("gempa", "disaster"), ("hujan abu bromo", "disaster"), ("tolong", "emergency"), ("lain", "other"),
        # misspelt, half typed, in English
        ("kebakran", "fire"), ("tengelam", "drowning"), ("kecelakaan lalulintas", "traffic_accident"), ("keb", "fire"),
        ("tawn", "wasp_nest"), ("snake", "snake"), ("flood", "flood"), ("childbirth", "childbirth"),
    ],
)  # fmt: skip
def test_a_type_is_found_by_what_people_say(types: dict[str, IncidentType], said: str, code: str) -> None:
    assert [each.code for each in scripts.search_types(said)][:1] == [code]


@pytest.mark.parametrize(
    ("code", "question", "answer", "priority"),
    [
        ("medical", "bernapas", "Tidak", 1),
        ("medical", "keluhan", "Keluhan ringan", 3),
        ("fire", "terbakar", "Sampah", 3),
        ("fire", "di dalam", "Ya", 1),
        ("theft", "masih di sana", "Ya", 1),
        ("snake", "digigit", "Ya", 1),
        ("flood", "Setinggi", "Di atas", 1),
        ("broken_down_vehicle", "rel", "Rel", 1),
    ],
)
def test_an_answer_changes_the_priority(
    types: dict[str, IncidentType], code: str, question: str, answer: str, priority: int
) -> None:
    asked = next(each for each in scripts.questions(types[code].id) if question in each.text_id)
    chosen = next(at for at, each in enumerate(asked.answers) if each["text_id"].startswith(answer))
    assert scripts.priority_after(types[code], {asked.id: chosen}) == priority


def test_what_kills_fastest_is_read_out_first(types: dict[str, IncidentType]) -> None:
    titles = [piece.title_id for piece in scripts.advice(types["medical"].id)]
    assert titles[:3] == ["Korban tidak bernapas", "Korban tersedak", "Perdarahan hebat"]
