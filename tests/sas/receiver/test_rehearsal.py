"""The receiver rehearses alarms before it listens."""

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.sas.models import PanelEvent
from meteor.sas.rehearsal import REHEARSED
from meteor.store import prepared, rehearsal
from meteor.store.database import db
from tests.sas.receiver.conftest import stored

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("panels")]


def test_the_first_alarms_find_their_prepared_statements_compiled(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "HOLD", 10.0)
    monkeypatch.setattr(rehearsal, "SECONDS", 60.0)
    prepared._prepared.cache_clear()
    rehearsal.rehearse(REHEARSED, app.app_context)
    before = prepared._prepared.cache_info().misses
    for take in REHEARSED:
        take()
        assert db.session.scalar(select(PanelEvent.id).limit(1))
        db.session.rollback()
    assert before == prepared._prepared.cache_info().misses > 0
    assert not stored()
