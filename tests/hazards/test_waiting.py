"""A report that waits longer than 15 minutes: the hazard officers are told, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.hazards import handling, rules, waiting
from meteor.hazards.models import HazardReport
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.hazards.scenes import hazard

pytestmark = pytest.mark.both_databases


def told() -> list[Notice]:
    db.session.commit()
    return list(db.session.scalars(select(Notice).where(Notice.kind == "hazard_waiting")))


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
