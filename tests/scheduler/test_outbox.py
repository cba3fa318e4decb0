"""The outbox: seen to once, again after a pause when it fails, given up after a day, forgotten after a month."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from meteor.notices.models import Notice
from meteor.scheduler import delivery
from meteor.scheduler.delivery import deliver
from meteor.store import audit, outbox, work
from meteor.store.database import db, only_reading
from meteor.store.models import AuditEntry, OutboxItem
from meteor.store.moments import now

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def tell(payload: dict[str, Any], at: datetime) -> None:
    audit.record(None, "told", f"word:{payload['word']}")


def fail(payload: dict[str, Any], at: datetime) -> None:
    audit.record(None, "told", f"word:{payload['word']}")
    raise ConnectionError("nobody answers")


def put(key: str = "greeting:1", topic: str = "greeting", word: str = "halo") -> None:
    outbox.put(key, topic, word=word)
    db.session.commit()


def told() -> list[str]:
    with only_reading():
        return list(db.session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "told")))


def item(key: str = "greeting:1") -> OutboxItem:
    db.session.rollback()
    return db.session.scalars(select(OutboxItem).where(OutboxItem.key == key)).one()


def test_an_item_is_seen_to_once() -> None:
    put()
    deliver({"greeting": tell}, now())
    deliver({"greeting": tell}, now() + timedelta(hours=1))
    assert told() == ["word:halo"]
    assert item().done_at is not None


def test_the_same_key_put_twice_is_one_item() -> None:
    put()
    put(word="lagi")
    deliver({"greeting": tell}, now())
    assert told() == ["word:halo"]


def test_what_its_cause_takes_back_was_never_there() -> None:
    outbox.put("greeting:1", "greeting", word="halo")
    db.session.rollback()
    deliver({"greeting": tell}, now())
    assert told() == []


def test_a_claimed_item_is_left_alone_until_its_lease_is_over() -> None:
    put()
    at = now()
    claimed = outbox.claim(at)
    db.session.commit()
    assert [it.key for it in claimed] == ["greeting:1"]
    assert outbox.claim(at + outbox.LEASE / 2) == []
    assert [it.attempts for it in outbox.claim(at + outbox.LEASE)] == [2]


def test_whoever_was_too_slow_takes_back_what_it_did() -> None:
    put()
    at = now()

    def slow(payload: dict[str, Any], moment: datetime) -> None:
        tell(payload, moment)
        outbox.claim(at + outbox.LEASE)  # by another scheduler, meanwhile
        db.session.execute(OutboxItem.__table__.update().values(attempts=2))

    deliver({"greeting": slow}, at)
    assert told() == []
    assert item().done_at is None


def test_a_failure_leaves_nothing_and_comes_again_after_longer_and_longer_pauses() -> None:
    put()
    at = now()
    pauses = []
    for _ in range(12):
        deliver({"greeting": fail}, at)
        pauses.append((item().due_at - at).total_seconds())
        at = item().due_at
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert item().problem == "ConnectionError: nobody answers"
    assert told() == []
    deliver({"greeting": tell}, at)
    assert told() == ["word:halo"]
    assert item().problem is None


def test_one_that_fails_does_not_keep_the_others_waiting() -> None:
    put("a", "sulky")
    put("b", "greeting")
    deliver({"sulky": fail, "greeting": tell}, now())
    assert told() == ["word:halo"]


def test_a_topic_that_nobody_sees_to_waits_for_somebody_who_does() -> None:
    put()
    at = now()
    deliver({}, at)
    assert item().problem == "Unattended: greeting"
    deliver({"greeting": tell}, item().due_at)
    assert told() == ["word:halo"]


def test_after_a_day_it_is_given_up_and_people_are_told() -> None:
    put()
    deliver({"greeting": fail}, now() + outbox.DEAD_AFTER - timedelta(minutes=1))
    assert item().failed_at is None
    deliver({"greeting": fail}, now() + outbox.DEAD_AFTER + timedelta(hours=1))
    assert item().failed_at is not None
    deliver({"greeting": tell}, now() + timedelta(days=3))
    assert told() == []
    notices = db.session.scalars(select(Notice).where(Notice.kind == "undelivered"))
    assert {notice.role for notice in notices} == {"dispatcher", "admin"}
    assert f"outbox:{item().id}" in db.session.scalars(
        select(AuditEntry.subject).where(AuditEntry.action == "undelivered")
    )


def test_more_than_a_batch_says_that_there_is_more() -> None:
    for number in range(delivery.FEW + 1):
        outbox.put(f"greeting:{number}", "greeting", word=str(number))
    db.session.commit()
    assert deliver({"greeting": tell}, now())
    assert not deliver({"greeting": tell}, now())
    assert len(told()) == delivery.FEW + 1


def test_what_was_done_is_forgotten_after_a_month_and_what_failed_is_kept() -> None:
    put("done")
    put("failed")
    put("waiting")
    at = now()
    item("done").done_at = at
    db.session.commit()
    item("failed").failed_at = at
    db.session.commit()
    outbox.forget(at + outbox.KEPT - timedelta(hours=1))
    db.session.commit()
    assert item("done")
    outbox.forget(at + outbox.KEPT + timedelta(hours=1))
    db.session.commit()
    assert set(db.session.scalars(select(OutboxItem.key))) == {"failed", "waiting"}


def ask(subject: str, word: str, urgency: int = outbox.ORDINARY) -> None:
    outbox.ask(subject, "greeting", urgency=urgency, word=word)
    db.session.commit()


def test_what_is_asked_for_again_before_it_begins_is_done_once_as_it_was_said_last() -> None:
    ask("incident:1", "halo")
    ask("incident:1", "lagi")
    ask("incident:2", "lain")
    deliver({"greeting": tell}, now())
    assert told() == ["word:lagi", "word:lain"]


def test_what_is_asked_for_while_it_is_done_is_done_once_more() -> None:
    ask("incident:1", "halo")
    outbox.claim(now())
    db.session.commit()
    ask("incident:1", "lagi")
    ask("incident:1", "sekali lagi")
    deliver({"greeting": tell}, now())
    assert told() == ["word:sekali lagi"]


def test_the_most_urgent_goes_first_then_what_came_first_and_what_is_late_last_with_the_newest_first() -> None:
    at = now()
    for word, urgency, minutes in (("b", 5, 0.2), ("c", 5, 0.1), ("e", 5, 700), ("d", 5, 3), ("a", 1, 700)):
        outbox.put(word, "greeting", urgency=urgency, word=word)
        db.session.commit()
        item(word).due_at = at - timedelta(minutes=minutes)
        db.session.commit()
    deliver({"greeting": tell}, at)
    assert told() == [f"word:{word}" for word in "abcde"]


def test_what_fails_among_others_takes_back_only_what_it_did() -> None:
    put("a", "sulky")
    put("b", word="satu")
    put("c", word="dua")
    deliver({"sulky": fail, "greeting": tell}, now())
    assert told() == ["word:satu", "word:dua"]


def test_a_job_that_has_used_its_share_gives_the_right_to_write_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "SHARE", 0)
    commits: list[object] = []

    def count(session: object) -> None:
        commits.append(session)

    event.listen(db.session, "after_commit", count)
    for number in range(5):
        outbox.put(f"greeting:{number}", "greeting", word=str(number))
    deliver({"greeting": tell}, now())
    event.remove(db.session, "after_commit", count)
    assert len(commits) >= 6  # the claim, and each item
    assert len(told()) == 5
