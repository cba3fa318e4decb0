"""The audit log is hash-chained: an entry that was changed, removed or exchanged is found, and named."""

from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select, update

from meteor.store import audit, audit_chain
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast

pytestmark = pytest.mark.both_databases


@pytest.fixture
def chained(app: Flask, cast: Cast) -> list[int]:
    """Five readings of a NIK by Bu Endang, chained; their ids."""
    for number in range(5):
        audit.record(cast.endang, "nik_read", f"residents:{number}", reason="ronda", share=0.1)
    audit_chain.extend(now())
    db.session.commit()
    return list(
        db.session.scalars(select(AuditEntry.id).where(AuditEntry.action == "nik_read").order_by(AuditEntry.id))
    )


def problem(known: audit_chain.Head | None = None) -> str | None:
    db.session.expire_all()
    return audit_chain.verify(now(), known).problem


def test_a_chain_that_nobody_touched_is_verified(chained: list[int]) -> None:
    report = audit_chain.verify(now())
    assert report == (audit_chain.head(), 0, None)
    assert report.head.number == len(chained)


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "Orang lain"},
        {"actor_id": None},
        {"subject": "residents:99"},
        {"detail": {}},
        {"action": "nik_seen"},
        {"at": now() - timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_was_changed_is_named(chained: list[int], change: dict[str, Any]) -> None:
    db.session.execute(update(AuditEntry).where(AuditEntry.id == chained[2]).values(change))
    assert str(problem()).startswith(f"entry 3 (id {chained[2]}) was changed")


def test_an_entry_that_was_removed_is_named(chained: list[int]) -> None:
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == chained[1]))
    assert problem() == "entry 2 is missing; the next one found is 3"


def test_entries_cut_off_at_the_end_are_found_with_a_head_noted_before(chained: list[int]) -> None:
    noted = audit_chain.head()
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == chained[4]))
    assert problem() is None
    assert problem(noted) == "entries 5 to 5 are missing at the end"


def test_a_chain_written_anew_does_not_fit_a_head_noted_before(chained: list[int]) -> None:
    noted = audit_chain.head()
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == chained[1]))
    db.session.execute(update(AuditEntry).values(chain_number=None, chain_hash=None))
    audit_chain.extend(now())
    assert problem() is None
    audit.record(None, "nik_read", "residents:5")
    audit_chain.extend(now())
    assert "the chain was written anew" in str(problem(noted))


def test_a_long_backlog_is_chained_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "BATCH", 2)
    audit.record_each(None, "nik_read", [f"residents:{number}" for number in range(3)])
    assert audit_chain.extend(now())
    assert not audit_chain.extend(now())
    assert audit_chain.verify(now())[:2] == (audit_chain.head(), 0)
    assert audit_chain.head().number == 3


def test_entries_that_the_scheduler_has_not_chained_for_minutes_are_reported(app: Flask) -> None:
    audit.record(None, "nik_read", "residents:1")
    assert problem() is None
    assert "the scheduler does not run" in str(audit_chain.verify(now() + timedelta(minutes=6)).problem)


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["audit", "verify", *arguments])


def test_the_command_prints_the_head_alone_on_its_last_line(app: Flask, chained: list[int]) -> None:
    head = str(audit_chain.head())
    printed = run(app)
    assert printed.exit_code == 0
    assert printed.output.splitlines()[-1] == head
    assert run(app, "--head", head).exit_code == 0


def test_the_command_fails_at_a_changed_entry(app: Flask, chained: list[int]) -> None:
    db.session.execute(update(AuditEntry).where(AuditEntry.id == chained[0]).values(actor_name="Orang lain"))
    printed = run(app)
    assert printed.exit_code == 1
    assert "entry 1" in printed.output


def test_a_head_that_cannot_be_read_is_refused(app: Flask) -> None:
    printed = run(app, "--head", "5:abc")
    assert printed.exit_code == 1
    assert "NUMBER:HASH" in printed.output
