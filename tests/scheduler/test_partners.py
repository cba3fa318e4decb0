"""Several messages to one server: noted together, and none waits behind a slow answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update

from meteor.scheduler import delivery
from meteor.scheduler.delivery import deliver_to_partners
from meteor.store import audit, outbox
from meteor.store.database import db, only_reading
from meteor.store.models import AuditEntry, OutboxItem
from meteor.store.moments import now
from meteor.store.work import Note, PartnerHandler

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

TOPIC, SERVER = "letter", "push.example"


def note_all(words: Sequence[str]) -> None:
    for word in words:
        audit.record(None, "told", f"word:{word}")


def send(payload: dict[str, Any], at: datetime) -> Note:
    return Note(note_all, payload["word"])


def put(*words: str) -> None:
    for word in words:
        outbox.put(f"{TOPIC}:{word}", TOPIC, destination=SERVER, word=word)
    db.session.commit()


def turn(handler: PartnerHandler = send, most: int = 8) -> int:
    return deliver_to_partners({TOPIC: handler}, now(), SERVER, most)


def noted() -> list[str]:
    with only_reading():
        return list(
            db.session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "told").order_by(AuditEntry.id))
        )


def waiting() -> list[str]:
    with only_reading():
        waits = select(OutboxItem.payload["word"].as_string()).where(OutboxItem.done_at.is_(None))
        return list(db.session.scalars(waits.order_by(OutboxItem.id)))


def commits(run: Callable[[], object]) -> int:
    seen = []

    def count(connection: object) -> None:
        seen.append(connection)

    event.listen(db.engine, "commit", count)
    run()
    event.remove(db.engine, "commit", count)
    return len(seen)


def test_what_is_sent_together_is_noted_in_one_transaction() -> None:
    put("satu", "dua", "tiga")
    assert commits(turn) == 2  # the claim, and the notes
    assert noted() == ["word:satu", "word:dua", "word:tiga"]
    assert waiting() == []


def test_no_more_is_taken_than_is_asked_for() -> None:
    put("satu", "dua", "tiga")
    assert turn(most=2) == 2
    assert waiting() == ["tiga"]


def test_behind_a_slow_answer_nothing_waits_that_was_claimed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SLOW", -1.0)
    put("satu", "dua", "tiga")
    assert turn() == 1
    assert noted() == ["word:satu"]
    assert [each.payload["word"] for each in outbox.claim(now(), only=[TOPIC])] == ["dua", "tiga"]
    assert {each.attempts for each in db.session.scalars(select(OutboxItem))} == {1}


def test_a_thread_that_fails_notes_what_was_sent_and_gives_the_rest_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(payload: dict[str, Any], at: datetime) -> Note:
        if payload["word"] == "dua":
            raise ConnectionError("nobody answers")
        return send(payload, at)

    monkeypatch.setattr(outbox, "put_off", lambda *given: 1 / 0)
    put("satu", "dua", "tiga")
    with pytest.raises(ZeroDivisionError):
        turn(refuse)
    assert noted() == ["word:satu"]
    assert [each.payload["word"] for each in outbox.claim(now(), only=[TOPIC])] == ["tiga"]


def test_one_that_the_server_refuses_comes_again_and_the_others_are_noted() -> None:
    def refuse(payload: dict[str, Any], at: datetime) -> Note:
        if payload["word"] == "dua":
            raise ConnectionError("nobody answers")
        return send(payload, at)

    put("satu", "dua", "tiga")
    assert turn(refuse) == 3
    assert noted() == ["word:satu", "word:tiga"]
    assert waiting() == ["dua"]


def test_one_whose_note_fails_is_put_off_and_the_others_are_noted() -> None:
    def write(words: Sequence[str]) -> None:
        note_all(words)
        if "dua" in words:
            raise ValueError("no such device")

    put("satu", "dua", "tiga")
    turn(lambda payload, at: Note(write, payload["word"]))
    assert noted() == ["word:satu", "word:tiga"]
    assert waiting() == ["dua"]
    assert turn() == 0  # not at once, and after longer and longer pauses


def test_one_that_another_scheduler_has_claimed_meanwhile_is_left_to_it() -> None:
    def slow(payload: dict[str, Any], at: datetime) -> Note:
        if payload["word"] == "dua":
            db.session.execute(update(OutboxItem).where(OutboxItem.key == "letter:dua").values(attempts=2))
            db.session.commit()  # another scheduler, when the lease was over
        return send(payload, at)

    put("satu", "dua")
    turn(slow)
    assert noted() == ["word:satu"]
    assert waiting() == ["dua"]
