"""Forms that are sent again because their answer was lost: done once, answered like the first time."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.board import watch
from meteor.board.models import Handover
from meteor.calls.models import CallerFlag
from meteor.hazards.models import HazardMessage
from meteor.incidents.models import Event, Incident
from meteor.premises.models import Contact
from meteor.protocols.models import TypeQuestion
from meteor.store.database import db
from meteor.store.moments import now
from meteor.traffic.models import RoadClosure, StagingArea
from meteor.warnings.models import WarningDraft
from tests.cast import Cast
from tests.conftest import Browser
from tests.hazards.scenes import hazard
from tests.premises.places import shop
from tests.protocols.test_scripts_admin import BREATHING
from tests.scenes import on_duty, report
from tests.warnings import drafting

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


Twice = tuple[str, str, dict[str, Any], Callable[[], int]]
"""Who sends what where, and how often it is done then."""


def note_of_a_citizen(cast: Cast) -> Twice:
    report(cast, "wahyu")
    alert_id = db.session.scalars(select(Alert.id)).one()
    return "wahyu", f"/alerts/{alert_id}/notes", NOTE, lambda: events("note")


def blocked_number(cast: Cast) -> Twice:
    typed = {"phone": "081234567890", "days": "7", "reason": "200 panggilan semalam"}
    return "hadi", "/calls/numbers", typed, lambda: rows(CallerFlag)


def contact_of_premises(cast: Cast) -> Twice:
    known, typed = shop(), {"name": "Pak Joko", "phone": "0813 4500 0002", "position": "2"}
    return "toko", f"/premises/{known.id}/contacts/new", typed, lambda: rows(Contact) - 1


def draft_of_a_warning(cast: Cast) -> Twice:
    return "bagas", "/warnings/drafts/new?hazard=flood", drafting.typed(), lambda: rows(WarningDraft)


def question_of_a_script(cast: Cast) -> Twice:
    type_id, before = report(cast).type_id, rows(TypeQuestion)
    address = f"/admin/incident-types/{type_id}/script/questions/new"
    return "tuti", address, BREATHING, lambda: rows(TypeQuestion) - before


def question_to_a_reporter(cast: Cast) -> Twice:
    number = hazard(cast).number
    db.session.commit()
    asked = select(func.count()).where(HazardMessage.kind == "asked")
    typed = {"question": "Setinggi apa airnya?"}
    return "bagas", f"/hazards/desk/{number}/question", typed, lambda: db.session.scalar(asked) or 0


@pytest.mark.parametrize(
    "sent",
    [
        note_of_a_citizen, blocked_number, contact_of_premises, draft_of_a_warning, question_of_a_script,
        question_to_a_reporter,
    ],
)  # fmt: skip
def test_what_has_no_name_of_its_own_is_done_once(as_user: AsUser, cast: Cast, sent: Callable[[Cast], Twice]) -> None:
    who, address, typed, done = sent(cast)
    person = as_user(who)
    answers = [person.post(address, data=typed | {"form_key": "a"}) for _time in range(2)]
    assert [answer.status_code // 100 for answer in answers] == [3, 3]
    db.session.rollback()
    assert done() == 1
    assert "Kiriman pertama Anda sudah diterima" in person.get(answers[1].location).text


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
