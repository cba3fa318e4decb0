"""A report that waits longer than 15 minutes: the hazard officers are told, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.hazards import handling, rules, waiting
from meteor.hazards.models import HazardReport
from meteor.notices.labels import QUIET, sentence
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.hazards.scenes import hazard

pytestmark = pytest.mark.both_databases


def told(kind: str = "hazard_waiting") -> list[Notice]:
    db.session.commit()
    return list(db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def verified(cast: Cast, hours: float) -> HazardReport:
    """A hazard that was verified so long ago."""
    report = hazard(cast, minutes=60 * hours + 5)
    handling.verify(report, now() - timedelta(hours=hours), cast.bagas)
    return report


def test_the_hazard_officers_are_told_of_a_late_report_once(cast: Cast) -> None:
    report = hazard(cast, minutes=16)
    hazard(cast, minutes=14)
    for _ in range(3):
        waiting.tell_late(now())
    (notice,) = told()
    assert (notice.role, notice.url) == ("hazard_officer", f"/hazards/desk/{report.number}")


def test_nobody_is_told_of_a_report_that_was_answered_or_joined(cast: Cast) -> None:
    main = hazard(cast, minutes=16)
    asked, part = hazard(cast, minutes=16), hazard(cast, "wahyu", minutes=16)
    handling.ask(asked, "Di mana?", now(), cast.bagas)
    handling.join(part, main, now(), cast.bagas)
    handling.verify(main, now(), cast.bagas)
    waiting.tell_late(now())
    assert told() == []


def test_the_clock_starts_again_with_the_reporters_answer_to_a_question(cast: Cast) -> None:
    report = hazard(cast, minutes=80)
    waiting.tell_late(now())
    handling.ask(report, "Masih naik?", now() - timedelta(minutes=50), cast.bagas)
    rules.add(report, "Masih", (), now() - timedelta(minutes=16), cast.sari)
    rules.add(report, "Sudah di pintu", (), now() - timedelta(minutes=2), cast.sari)
    for _ in range(3):
        waiting.tell_late(now())
    assert [notice.acknowledged_at is None for notice in told()] == [False, True]
    handling.verify(report, now(), cast.bagas)
    assert [notice.acknowledged_at is None for notice in told()] == [False, False]


def test_nobody_is_told_of_an_answer_that_came_lately_or_was_asked_about_again(cast: Cast) -> None:
    lately, again, unasked = hazard(cast, minutes=80), hazard(cast, minutes=80), hazard(cast, minutes=80)
    for report, minutes in ((lately, 14), (again, 30)):
        handling.ask(report, "Di mana?", now() - timedelta(minutes=60), cast.bagas)
        rules.add(report, "Di sini", (), now() - timedelta(minutes=minutes), cast.sari)
    handling.ask(again, "Di mana persisnya?", now(), cast.bagas)
    handling.verify(unasked, now() - timedelta(minutes=60), cast.bagas)
    rules.add(unasked, "Masih", (), now() - timedelta(minutes=30), cast.sari)
    waiting.tell_late(now())
    assert told() == []


def test_the_first_answer_ends_the_notice(cast: Cast) -> None:
    report = hazard(cast, minutes=16)
    waiting.tell_late(now())
    handling.verify(report, now(), cast.bagas)
    (notice,) = told()
    assert notice.acknowledged_by_id == cast.bagas.id


def test_a_report_that_is_taken_back_ends_its_notice(cast: Cast) -> None:
    report, by_link = hazard(cast, minutes=16), hazard(cast, None, minutes=16, phone="+6281330000099")
    waiting.tell_late(now())
    rules.withdraw(report, now(), cast.sari)
    rules.withdraw(by_link, now(), None)
    assert [notice.acknowledged_at is not None for notice in told()] == [True, True]


def test_a_report_of_the_day_before_is_told_to_nobody(cast: Cast) -> None:
    hazard(cast, reported_at=now() - timedelta(hours=25))
    waiting.tell_late(now())
    assert told() == []


def test_many_late_reports_are_told_in_turns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "BATCH", 2)
    for _ in range(5):
        hazard(cast, minutes=20)
    turns = 1
    while waiting.tell_late(now()):
        turns += 1
    assert len(told()) == db.session.query(HazardReport).count()
    assert turns >= 3


# --- verified hazards that nobody ended ---


def test_a_verified_hazard_without_a_message_for_a_day_is_asked_about_once_and_quietly(cast: Cast) -> None:
    report = verified(cast, 24)
    verified(cast, 23.9)
    for _ in range(3):
        waiting.ask_if_over(now())
    (notice,) = told("hazard_lasting")
    assert (notice.role, notice.url) == ("hazard_officer", f"/hazards/desk/{report.number}")
    assert "masih ada?" in sentence(notice.kind, notice.detail)
    assert notice.kind in QUIET


@pytest.mark.parametrize("answer", ["confirm", "resolve"])
def test_an_answer_of_the_agency_ends_the_question(cast: Cast, answer: str) -> None:
    report = verified(cast, 25)
    waiting.ask_if_over(now())
    words = [""] if answer == "resolve" else []
    getattr(handling, answer)(report, *words, now(), cast.bagas)
    assert [notice.acknowledged_by_id for notice in told("hazard_lasting")] == [cast.bagas.id]
    waiting.ask_if_over(now())
    assert len(told("hazard_lasting")) == 1


def test_a_day_after_the_last_confirmation_the_question_comes_again(cast: Cast) -> None:
    report = verified(cast, 60)
    waiting.ask_if_over(now() - timedelta(hours=30))
    handling.confirm(report, now() - timedelta(hours=25), cast.bagas)
    waiting.ask_if_over(now())
    assert [notice.acknowledged_at is None for notice in told("hazard_lasting")] == [False, True]


def test_a_message_of_a_joined_reporter_counts_and_ends_no_question(cast: Cast) -> None:
    main, part = verified(cast, 60), hazard(cast, "wahyu", minutes=3700)
    handling.join(part, main, now() - timedelta(hours=59), cast.bagas)
    waiting.ask_if_over(now() - timedelta(hours=30))
    rules.add(part, "Masih tergenang", (), now() - timedelta(hours=25), cast.wahyu)
    waiting.ask_if_over(now() - timedelta(hours=20))
    assert [notice.acknowledged_at for notice in told("hazard_lasting")] == [None]
    waiting.ask_if_over(now())
    assert [notice.acknowledged_at is None for notice in told("hazard_lasting")] == [False, True]


def test_many_silent_hazards_are_asked_about_in_turns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "BATCH", 2)
    for _ in range(5):
        verified(cast, 30)
    turns = 1
    while waiting.ask_if_over(now()):
        turns += 1
    assert len(told("hazard_lasting")) == 5
    assert turns >= 3
