"""Forms that are sent again because their answer was lost: done once, answered like the first time."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.alerts import merging
from meteor.incidents.models import Event, Incident
from meteor.store.database import db
from meteor.store.models import KeptAnswer
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, report
from tests.web.sent_twice import SENT

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

AREA = {"name": "Parkir GOR", "latitude": "-7.7440", "longitude": "113.2160"}


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari has pressed the button, and Agus on TRAIL-01 has been offered the job."""
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast)


def events(event_type: str) -> int:
    mine = Event.event_type == event_type, Event.actor_id.is_not(None)
    return db.session.scalar(select(func.count()).select_from(Event).where(*mine)) or 0


def stored() -> dict[str, Sequence[Any]]:
    """All rows of all tables, but for that of kept answers."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name != KeptAnswer.__tablename__]
    return {table.name: db.session.execute(select(table)).all() for table in tables}


@pytest.mark.parametrize("endpoint", SENT)
def test_a_form_that_is_sent_again_is_done_once_and_nobody_is_too_late(
    as_user: AsUser, cast: Cast, endpoint: str
) -> None:
    who, address, fields = SENT[endpoint](cast)
    db.session.commit()
    person, before = as_user(who), stored()
    first = person.post(address, data=fields | {"form_key": "a"})
    once = stored()
    again = person.post(address, data=fields | {"form_key": "a"})
    assert (first.status_code // 100, again.status_code) == (3, 303)
    assert once != before
    assert stored() == once
    shown = person.get(again.location).text
    assert "Kiriman pertama Anda sudah diterima" in shown
    assert "Terlambat" not in shown


def test_each_form_that_is_done_once_is_sent_here(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if hasattr(view, "idempotent")} == set(SENT)


def test_a_staging_area_that_is_sent_again_leads_back_to_its_incident(as_user: AsUser, incident: Incident) -> None:
    typed, page = AREA | {"incident": incident.number, "form_key": "a"}, f"/incidents/{incident.number}"
    assert [as_user("komang").post("/traffic/staging-areas", data=typed).location for _time in range(2)] == [page] * 2


def test_other_words_from_the_same_page_and_the_same_words_of_others_are_forms_of_their_own(
    as_user: AsUser, incident: Incident
) -> None:
    address = f"/incidents/{incident.number}/notes"
    for who, note in (("komang", "Pagar"), ("komang", "Pintu"), ("agus", "Pagar")):
        as_user(who).post(address, data={"note": note, "form_key": "a"})
    db.session.rollback()
    assert events("note") == 3


def test_a_form_that_was_refused_may_be_sent_again_under_its_key(as_user: AsUser, incident: Incident) -> None:
    address, typed = f"/incidents/{incident.number}/reopening", {"reason": "Kembali", "form_key": "a"}
    as_user("komang").post(address, data=typed)
    as_user("komang").post(f"/incidents/{incident.number}/closure", data={"outcome": "helped"})
    as_user("komang").post(address, data=typed)
    db.session.rollback()
    assert events("reopened") == 1


def test_a_merger_that_is_sent_again_is_not_said_to_be_too_late(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    other = report(cast, "wahyu", "fire")
    address, typed = f"/incidents/{other.number}/merger", {"into": incident.number}
    page = f"/incidents/{incident.number}"
    assert [as_user("komang").post(address, data=typed).location for _time in range(2)] == [page] * 2
    db.session.rollback()
    assert merging.find(other) is not None
    assert "Terlambat" not in as_user("komang").get(page).text
