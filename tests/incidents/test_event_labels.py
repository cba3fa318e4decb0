"""The timeline's sentences: every event_type that is recorded anywhere can be read by a person."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app import PACKAGES
from meteor.dispatch.choice import Reason
from meteor.dispatch.labels import how_it_ended, too_late
from meteor.dispatch.rules import REFUSALS, TooLate
from meteor.incidents import event_labels, labels, rules
from meteor.incidents.event_labels import Names, line
from meteor.incidents.models import Event
from meteor.neighbourhood.answers import ANSWERS
from meteor.residents.models import NEEDS
from meteor.store.moments import now

METEOR = Path(event_labels.__file__).parents[1]
NAMES = Names({"fire": "Kebakaran"}, {"fire": "Kebakaran"}, lambda code: {"patrol": "Patroli"}.get(code, code))


def gap(capability: str, count: int, reason: str, unanswered: int = 0) -> dict[str, Any]:
    """What the timeline keeps of a line of the plan that no unit covers."""
    return {"capability": capability, "count": count, "reason": reason, "unanswered": unanswered}


# What the packages write beside each event_type.
DETAILS: dict[str, dict[str, Any]] = {
    "staging_area_set": {"name": "Lapangan Kodim"},
    "staging_area_ended": {"name": "Lapangan Kodim"},
    "received": {"source": "panic", "kind": "fire", "flags": ["home_position"], "silent": True, "note": "Api besar"},
    "offered": {"unit": "TRAIL-01", "distance": 812.3, "considered": []},
    "offer_expired": {"unit": "TRAIL-01", "late": False},
    "refused": {"unit": "TRAIL-01", "reason": "vehicle"},
    "withdrawn": {"unit": "TRAIL-01", "reason": "Lebih dekat"},
    "added": {"unit": "TRAIL-01", "distance": None, "reason": "Perlu bantuan"},
    "self_dispatched": {"unit": "TRAIL-01", "distance": 812.3, "capability": "patrol"},
    "taken_for_p1": {"unit": "TRAIL-01", "by": "261124-002"},
    "nobody_left": {"shortfall": [gap("patrol", 2, "busy")]},
    "offered_again": {},
    "escalated": {"seconds": 30, "late": False},
    "alarm_told": {"role": "supervisor", "seconds": 15, "step": 2},
    "acknowledged": {"seconds": 12},
    "panel_said": {"meaning": "burglary", "restore": True, "where": "Panel 1234 · Brankas (003)"},
    "panel_heard": {"panel": "Panel 1234"},
    "second_sign": {"zone": "Pintu belakang (002)", "first": "Brankas (003)", "minutes": 4},
    "officer_in_danger": {"unit": "TRAIL-03", "position_age": 12.0, "placed": True},
    "welfare_asked": {"unit": "TRAIL-03", "minutes": 20},
    "welfare_due": {"unit": "TRAIL-03", "minutes": 20},
    "contact_called": {"contact": "Bu Ratna", "answer": "right"},
    "phone_at": {"latitude": -7.7437, "longitude": 113.2166, "accuracy": 12.0, "away": 40.0},
    "moved": {"accuracy": 12.4},
    "retyped": {"before": "fire", "after": "flood", "reason": ""},
    "reprioritised": {"before": 3, "after": 1, "reason": "Ada korban"},
    "note": {"note": "Pagar terkunci", "from_reporter": True},
    "cancelled": {"reason": "safe", "forced": False},
    "alarm_cancelled": {"reason": "safe", "forced": False, "verified": True},
    "separated": {"number": "261124-002"},
    "needs_help_here": {"note": "di rumah Bu Yati", "from_reporter": True},
    "kind_said": {"kind": "fire"},
    "merged": {"number": "261124-001"},
    "merged_here": {"number": "261124-002", "note": "Asap tebal", "from_reporter": True},
    "unmerged": {"number": "261124-001"},
    "unmerged_here": {"number": "261124-002"},
    "went_over": {"unit": "TRAIL-01", "number": "261124-001"},
    "came_over": {"unit": "TRAIL-01", "number": "261124-002"},
    "closed": {"outcome": "handed_over", "note": "Polsek"},
    "reopened": {"reason": "Asap lagi"},
}


def said(event_type: str, locale: str = "en", **detail: Any) -> str:
    with force_locale(locale):
        return line(
            Event(event_type=event_type, at=now(), detail=detail or DETAILS.get(event_type, {"unit": "TRAIL-01"})),
            NAMES,
        ).sentence


def recorded() -> Iterator[tuple[str, str]]:
    """The event types that the code records, each with the package that does."""
    for path in METEOR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if (
                isinstance(called, ast.Attribute)
                and called.attr == "record"
                and ast.unparse(called.value) == "timeline"
            ):
                assert isinstance(node, ast.Call)
                event_type = node.args[1]
                if isinstance(event_type, ast.Constant):
                    yield path.relative_to(METEOR).parts[0], event_type.value


def test_every_event_type_that_is_recorded_has_a_sentence_in_its_own_package() -> None:
    by_variable = ("accepted", "refused", "en_route", "on_scene", "cleared", "withdrawn")  # what assignments become
    answers = (("neighbourhood", f"neighbour_{word}") for word in ANSWERS)
    known = {*recorded(), *(("dispatch", event_type) for event_type in by_variable), *answers}
    said = {
        (package.blueprint.name, event_type)
        for package in PACKAGES
        for event_type in package.blueprint.contributions.get("event_types", {})
    }
    assert said <= known
    assert {event_type for _, event_type in known} == set(event_labels.EVENT_TYPES)


def test_every_sentence_is_complete_in_both_languages(app: Flask) -> None:
    for event_type in event_labels.EVENT_TYPES:
        for locale in ("id", "en"):
            sentence = said(event_type, locale)
            assert sentence
            assert "–" not in sentence, f"{event_type} lacks a word: {sentence}"
            assert "%(" not in sentence
    assert said("accepted", "id") == "TRAIL-01 menerima"


def test_an_event_without_a_sentence_shows_no_code(app: Flask) -> None:
    assert said("alien_landed") == "An entry without a description"


def test_an_event_without_its_words_breaks_no_page(app: Flask) -> None:
    for event_type in event_labels.EVENT_TYPES:
        assert line(Event(event_type=event_type, at=now(), detail={}), Names()).sentence


@pytest.mark.parametrize(
    ("event_type", "detail", "sentence"),
    [
        ("received", {"source": "panic", "kind": "fire", "drill": True}, "A drill by panic button · Kebakaran"),
        ("received", {"source": "sas", "silent": True}, "Alert by silent alarm (SAS) · silent: do not call"),
        ("received", {"source": "sas", "flags": ["no_position"]}, "Alert by alarm panel (SAS) · No position: ask the "
         "reporter where it is"),
        ("offered", {"unit": "TRAIL-01", "distance": None}, "Offered to TRAIL-01"),
        ("offered", {"unit": "TRAIL-01", "distance": 1234.0}, "Offered to TRAIL-01, 1.2 km away"),
        ("offered", {"unit": "TRAIL-01", "distance": 130.0, "radius": 1500.0}, "Offered to TRAIL-01, 0–1.6 km away"),
        ("added", {"unit": "TRAIL-01", "distance": 130.0, "radius": 1500.0}, "TRAIL-01 was added, 0–1.6 km away"),
        ("withdrawn", {"unit": "TRAIL-01", "reason": "place_corrected", "by": ""},
         "The offer to TRAIL-01 went back: the place was corrected"),
        ("offer_expired", {"unit": "TRAIL-01", "late": True}, "TRAIL-01 had not answered; this was noticed late"),
        ("withdrawn", {"unit": "TRAIL-01", "reason": "taken", "by": "TRAIL-02"},
         "The offer to TRAIL-01 went back: TRAIL-02 has taken it"),
        ("nobody_left", {"shortfall": [gap("patrol", 2, "busy"), gap("medical", 1, "busy")]},
         "No unit left: 2 × Patroli, 1 × medical"),
        ("nobody_left", {"shortfall": [gap("boat", 1, "none"), gap("patrol", 1, "unanswered", 1)]},
         "The city has no unit in service: 1 × boat · 1 × Patroli: 1 unit did not answer, call it by radio"),
        ("nobody_left", {"shortfall": [gap("patrol", 1, "unanswered", 1), gap("medical", 1, "unanswered", 2)]},
         "1 × Patroli, 1 × medical: 3 units did not answer, call them by radio"),
        ("escalated", {"late": True, "seconds": 30}, "Nobody had accepted; this was noticed late"),
        ("moved", {"accuracy": None}, "The place was changed"),
        ("moved", {"before": {"words": "", "rt": "", "kelurahan": "Mangunharjo", "accuracy": 1500.0},
                   "after": {"words": "Polsek Mayangan", "rt": "", "kelurahan": "Mayangan", "accuracy": 100.0}},
         "The place was corrected: Kelurahan Mangunharjo ± 1.5 km → Polsek Mayangan ± 100 m"),
        ("moved", {"before": {"words": "", "rt": "", "kelurahan": "", "accuracy": None},
                   "after": {"words": "", "rt": "RT 03 RW 05", "kelurahan": "Mayangan", "accuracy": 12.4}},
         "The place was corrected: place unknown → RT 03 RW 05, Mayangan ± 12 m"),
        ("officer_in_danger", {"unit": "TRAIL-03", "position_age": 240.0, "placed": True},
         "Officer in danger: TRAIL-03 · the unit's last position, 4 minutes old"),
        ("officer_in_danger", {"unit": "TRAIL-03", "position_age": None, "placed": True},
         "Officer in danger: TRAIL-03 · position not known: the unit's base was taken"),
        ("officer_in_danger", {"unit": "TRAIL-03", "position_age": None, "placed": False},
         "Officer in danger: TRAIL-03 · the unit's position is unknown"),
        ("retyped", {"before": "fire", "after": "flood"}, "Changed from Kebakaran to a removed type"),
        ("cancelled", {"reason": "mistake", "forced": True},
         "The reporter says: it was a mistake · with a wrong PIN: perhaps forced to say so"),
        ("cancelled", {"reason": "safe", "forced": False}, "The reporter says: safe now"),
        ("alarm_cancelled", {"reason": "safe", "forced": True, "verified": False},
         "The premises say: safe now · with a wrong PIN or pass phrase: perhaps forced to say so"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_matters(app: Flask, event_type: str, detail: dict[str, Any], sentence: str) -> None:
    assert said(event_type, **detail) == sentence


def test_a_cancellation_that_may_be_forced_stands_in_red(app: Flask) -> None:
    forced = Event(event_type="cancelled", at=now(), detail={"reason": "safe", "forced": True})
    assert line(forced, NAMES).tone == "danger"


@pytest.mark.parametrize(
    ("event_type", "detail", "quoted"),
    [
        ("note", {"note": "Pagar terkunci"}, "Pagar terkunci"),
        ("added", {"unit": "TRAIL-01", "reason": "Pelaku dua orang"}, "Pelaku dua orang"),
        ("refused", {"unit": "TRAIL-01", "reason": "vehicle"}, ""),
        ("cancelled", {"reason": "safe"}, ""),
        ("withdrawn", {"unit": "TRAIL-01", "reason": "taken", "by": "TRAIL-02"}, ""),
    ],
)
def test_what_a_person_wrote_is_quoted_and_our_own_words_are_not(
    app: Flask, event_type: str, detail: dict[str, Any], quoted: str
) -> None:
    assert line(Event(event_type=event_type, at=now(), detail=detail), NAMES).said == quoted


def test_every_reason_of_a_choice_has_its_words(app: Flask) -> None:
    assert {reason.value for reason in Reason} == set(labels.REASONS)


def test_every_word_of_ours_has_its_words() -> None:
    assert set(REFUSALS) == set(labels.REFUSALS)
    assert set(rules.OUTCOMES) == set(labels.OUTCOMES)
    assert set(NEEDS) == set(labels.NEEDS)


def test_a_flag_without_words_of_its_own_shows_no_code(app: Flask) -> None:
    with force_locale("en"):
        assert labels.flag("smells_of_gas") == "Part of the alert is doubtful: ask the reporter"


@pytest.mark.parametrize(
    ("event_type", "detail"),
    [
        ("refused", {"unit": "TRAIL-01", "reason": "some_code"}),
        ("closed", {"outcome": "some_code"}),
        ("alarm_told", {"role": "some_code", "seconds": 15}),
        ("added", {"unit": "TRAIL-01", "standard": "some_code"}),
        ("received", {"source": "panic", "flags": ["some_code"]}),
    ],
)
def test_a_word_that_is_not_known_any_more_reaches_no_screen_as_a_code(
    app: Flask, event_type: str, detail: dict[str, Any]
) -> None:
    assert "some" not in said(event_type, **detail)


STATES = (
    "offered", "accepted", "en_route", "on_scene", "cleared", "refused", "expired", "withdrawn", "taken", "closed",
)  # fmt: skip


@pytest.mark.parametrize("status", STATES)
def test_whoever_comes_too_late_can_read_why_in_every_state(app: Flask, status: str) -> None:
    assert too_late(TooLate(status, "Bayu", now()), "14.03.05")


@pytest.mark.parametrize(
    ("status", "reason", "words_"),
    [
        ("cleared", "", "Last job:"),
        ("withdrawn", "taken", "Another unit has taken it:"),
        ("withdrawn", "closed", "Closed before your answer was needed:"),
        ("withdrawn", "Lebih dekat", "Your unit was taken off:"),
        ("expired", "", "The offer was not answered in time:"),
    ],
)
def test_a_crew_reads_how_its_last_offer_ended(app: Flask, status: str, reason: str, words_: str) -> None:
    from meteor.dispatch.models import Assignment

    with force_locale("en"):
        assert how_it_ended(Assignment(status=status, reason=reason)) == words_
