"""Forms that are sent again because their answer was lost: done once, answered like the first time."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from meteor.alerts import merging
from meteor.board import watch
from meteor.board.models import Handover
from meteor.incidents.models import Event, Incident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.traffic.models import RoadClosure, StagingArea
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

HERE = "/incidents/{number}"
NOTE = {"note": "Pagar belakang terkunci"}
ROAD = {"street": "Jl. Suroyo", "reason": "Pohon tumbang"}
AREA = {"name": "Parkir GOR", "latitude": "-7.7440", "longitude": "113.2160"}


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari has pressed the button, and Agus on TRAIL-01 has been offered the job."""
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast)


def events(event_type: str) -> int:
    mine = Event.event_type == event_type, Event.actor_id.is_not(None)
    return db.session.scalar(select(func.count()).select_from(Event).where(*mine)) or 0


def rows(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("address", "typed", "page", "done"),
    [
        (f"{HERE}/notes", NOTE, HERE, lambda: events("note")),
        (f"{HERE}/closure", {"outcome": "helped"}, HERE, lambda: events("closed")),
        (f"{HERE}/place", {"latitude": "-7.75", "longitude": "113.215"}, HERE, lambda: events("moved")),
        ("/traffic/closures", ROAD, "/traffic", lambda: rows(RoadClosure)),
        ("/traffic/staging-areas", AREA, "/traffic", lambda: rows(StagingArea)),
    ],
)
def test_a_form_that_is_sent_again_is_done_once_and_led_to_the_same_page(
    as_user: AsUser, incident: Incident, address: str, typed: dict[str, str], page: str, done: Callable[[], int]
) -> None:
    komang, number = as_user("komang"), incident.number
    for _time in range(2):
        answer = komang.post(address.format(number=number), data=typed | {"form_key": "a"})
        assert (answer.status_code, answer.location) == (303, page.format(number=number))
    db.session.rollback()
    assert done() == 1
    shown = komang.get(page.format(number=number)).text
    assert "Kiriman pertama Anda sudah diterima" in shown
    assert "Terlambat" not in shown


def test_a_staging_area_that_is_sent_again_leads_back_to_its_incident(as_user: AsUser, incident: Incident) -> None:
    typed, page = AREA | {"incident": incident.number, "form_key": "a"}, f"/incidents/{incident.number}"
    assert [as_user("komang").post("/traffic/staging-areas", data=typed).location for _time in range(2)] == [page] * 2


def test_a_hand_over_that_is_sent_again_is_signed_once_and_not_refused(as_user: AsUser, cast: Cast) -> None:
    watch.take(cast.komang, now())
    to = watch.successors(cast.komang)[0]
    typed = {"to": str(to.id), "note": "Aman", "form_key": str(uuid4())}
    assert [as_user("komang").post("/board/handovers", data=typed).status_code for _time in range(2)] == [303, 303]
    db.session.rollback()
    assert rows(Handover) == 1


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
