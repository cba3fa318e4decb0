"""What an RT may send, how often, and who ends it first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.broadcasts import reading, rules
from meteor.broadcasts.models import RtMessage
from meteor.notices import rules as notices
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import midnight, now
from tests.broadcasts.scenes import CLEANING, lives, neighbour, sent, tell_all
from tests.cast import Cast

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOMORROW = midnight(date(2026, 11, 28))


def test_an_rt_sends_five_notices_a_day(app: Flask, cast: Cast) -> None:
    for number in range(5):
        sent("notice", cast.endang, at=NOON + number * MINUTE)
    with pytest.raises(rules.TooMany) as refusal:
        sent("notice", cast.endang, at=NOON + 6 * MINUTE)
    assert refusal.value.next_at == TOMORROW
    db.session.rollback()
    sent("notice", cast.slamet, at=NOON, rt=4)
    sent("notice", cast.endang, at=TOMORROW)


def test_an_rt_sends_three_alarms_an_hour_and_six_a_day(app: Flask, cast: Cast) -> None:
    for number in range(3):
        sent("alarm", cast.endang, at=NOON + number * MINUTE)
    with pytest.raises(rules.TooMany) as refusal:
        sent("alarm", cast.endang, at=NOON + 3 * MINUTE)
    assert refusal.value.next_at == NOON + timedelta(hours=1)
    db.session.rollback()
    for number in range(3):
        sent("alarm", cast.endang, at=NOON + timedelta(hours=2 + number))
    with pytest.raises(rules.TooMany) as refusal:
        sent("alarm", cast.endang, at=NOON + timedelta(hours=8))
    assert refusal.value.next_at == TOMORROW
    assert sent("notice", cast.endang, at=NOON + timedelta(hours=8)).kind == "notice"


def test_a_form_that_comes_twice_is_one_message(app: Flask, cast: Cast) -> None:
    draft = rules.Draft(uuid4(), "notice", CLEANING, timedelta(hours=2))
    first = rules.send(draft, cast.rt(3), now(), cast.endang)
    assert rules.send(draft, cast.rt(3), now(), cast.endang) is first
    assert db.session.scalar(select(func.count()).select_from(RtMessage)) == 1
    with pytest.raises(rules.NotThisRt):
        rules.send(draft, cast.rt(4), now(), cast.slamet)


def test_a_form_that_comes_again_with_a_corrected_text_is_a_second_message(app: Flask, cast: Cast) -> None:
    draft = rules.Draft(uuid4(), "notice", "Kebakaran di gang 2", timedelta(hours=2))
    drafts = [draft, replace(draft, text="Kebakaran di gang 12"), replace(draft, kind="alarm")]
    messages = [rules.send(each, cast.rt(3), now(), cast.endang) for each in (*drafts, *drafts)]
    assert [(each.kind, each.text) for each in messages[:3]] == [(each.kind, each.text) for each in drafts]
    assert messages[3:] == messages[:3]
    assert db.session.scalar(select(func.count()).select_from(RtMessage)) == 3


def test_of_two_leaders_the_first_ends_a_message(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    rules.end(message, "Aman kembali", now(), cast.slamet)
    with pytest.raises(rules.AlreadyEnded):
        rules.end(message, "Belum", now(), cast.endang)
    assert (message.all_clear, message.ended_by) == ("Aman kembali", cast.slamet)


def test_an_expired_message_cannot_be_ended(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    with pytest.raises(rules.AlreadyEnded):
        rules.end(message, "", now() + timedelta(hours=3), cast.endang)


def test_the_audit_log_says_who_sent_and_ended_what_without_the_text(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang, "Ada pencuri di gang 2")
    rules.end(message, "Pencuri tertangkap", now(), cast.endang)
    entries = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor_name, AuditEntry.subject, AuditEntry.detail)
        .order_by(AuditEntry.id.desc())
        .limit(2)
    )
    said = (f"rt_messages:{message.id}", {"rt": "RT 03 RW 05 Mayangan"})
    assert [tuple(entry) for entry in entries] == [
        ("rt_alarm_ended", "Endang Lestari", *said), ("rt_alarm_sent", "Endang Lestari", *said),
    ]  # fmt: skip


def test_the_leader_reads_how_many_were_told_opened_it_and_have_no_account(app: Flask, cast: Cast) -> None:
    lives(cast.endang, 3)
    lives(cast.agus, 3)
    neighbour(3)
    neighbour(4)
    message = sent("notice", cast.endang)
    tell_all()
    notices.acknowledge(reading.notice_of(message, cast.sari).id, cast.sari, now())
    assert reading.reach(message) == (2, 0, 1)
    assert reading.residents(cast.rt(3), cast.endang.id) == (2, 0, 1)
    rules.end(message, "", now(), cast.endang)
    assert reading.reach(message) == (2, 0, 1)  # METEOR's own acknowledgement does not count


def test_an_alarm_stands_before_a_newer_notice_and_ends_with_its_time(app: Flask, cast: Cast) -> None:
    at = now()
    assert reading.current(cast.sari, at) is None
    alarm = sent("alarm", cast.endang, at=at - 2 * MINUTE)
    notice = sent("notice", cast.endang, at=at - MINUTE, hours=24)
    sent("alarm", cast.slamet, rt=4)
    assert reading.current(cast.sari, at) is alarm
    assert reading.current(cast.sari, at + timedelta(hours=3)) is notice
    assert reading.current(cast.endang, at) is alarm  # leads the RT
    assert reading.current(cast.karto, at) is None  # is not verified
    rules.end(alarm, "", at, cast.endang)
    assert reading.current(cast.sari, at) is notice
