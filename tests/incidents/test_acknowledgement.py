"""The door at which somebody says that they see to an alarm, and what an incident's page says of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.incidents import escalation, rules, timeline
from meteor.incidents.models import Escalation, Incident
from meteor.notices import unread
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


@pytest.fixture
def alarm(cast: Cast) -> Incident:
    """An incident whose chain began this moment."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    escalation.start(incident.id, now())
    db.session.commit()
    return incident


def address(incident: Incident) -> str:
    return f"/incidents/{incident.number}/acknowledgement"


def button(text: str) -> dict[str, str]:
    """What the page's button sends, by which somebody sees to an alarm."""
    [(name, value)] = re.findall(r'/acknowledgement" name="(\w+)" value="([^"]+)"', text)
    return {name: value}


def who_sees_to(incident: Incident) -> str:
    run = db.session.get_one(Escalation, incident.id, populate_existing=True)
    return run.acknowledged_by.name if run.acknowledged_by else ""


@pytest.mark.parametrize("username", ["maya", "komang", "hadi", "yusuf"])
def test_whoever_is_told_can_see_to_it(as_user: AsUser, alarm: Incident, username: str) -> None:
    answer = as_user(username).post(address(alarm))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/incidents/{alarm.number}")
    line = timeline.of_incident(alarm.id)[-1]
    assert (line.event_type, line.actor_name) == ("acknowledged", who_sees_to(alarm))


def test_who_does_so_at_the_alarm_screen_stays_there(as_user: AsUser, alarm: Incident) -> None:
    answer = as_user("maya").post(address(alarm), data={"next": "/sas/monitor"})
    assert answer.headers["Location"] == "/sas/monitor"
    elsewhere = as_user("maya").post(address(alarm), data={"next": "//example.org"})
    assert elsewhere.headers["Location"] == f"/incidents/{alarm.number}"


def test_a_script_is_told_where_to_go(as_user: AsUser, alarm: Incident) -> None:
    answer = as_user("maya").post(address(alarm), headers={"Accept": "application/json"})
    assert answer.json == {"url": f"/incidents/{alarm.number}"}


def test_the_second_reads_who_and_since_when(as_user: AsUser, alarm: Incident) -> None:
    as_user("maya").post(address(alarm))
    komang = as_user("komang")
    answer = komang.post(address(alarm), headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "Maya Operator menangani alarm ini sejak" in answer.json["detail"]
    komang.post(address(alarm))
    assert "Maya Operator menangani alarm ini sejak" in komang.get(f"/incidents/{alarm.number}").text
    assert who_sees_to(alarm) == "Maya Operator"
    assert [line.event_type for line in timeline.of_incident(alarm.id)].count("acknowledged") == 1


def test_whoever_read_less_than_what_it_has_become_is_asked_again(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    page = f"/incidents/{alarm.number}"
    rules.reprioritise(alarm, 3, now(), cast.komang, reason="")
    db.session.commit()
    maya = as_user("maya")
    read = button(maya.get(page).text)
    rules.reprioritise(alarm, 1, now(), None, reason="a second sign")
    db.session.commit()
    answer = maya.post(address(alarm), data=read, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["detail"]) == (409, "Kejadian ini sudah menjadi Darurat, P1. Anda tangani?")
    assert maya.post(address(alarm), data={**read, "next": "/calls"}).headers["Location"] == page
    assert who_sees_to(alarm) == ""
    text = maya.get(page).text
    assert "Kejadian ini sudah menjadi Darurat, P1. Anda tangani?" in text
    maya.post(address(alarm), data=button(text))
    assert who_sees_to(alarm) == "Maya Operator"


def test_a_notice_says_what_was_read_too(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    maya = as_user("maya")
    read = button(maya.get("/notices").text)
    rules.retype(alarm, rules.type_for("fire"), now(), cast.komang)
    db.session.commit()
    assert maya.post(address(alarm), data=read, headers={"Accept": "application/json"}).status_code == 409
    assert maya.post(address(alarm), data=button(maya.get(f"/incidents/{alarm.number}").text)).status_code == 303
    assert who_sees_to(alarm) == "Maya Operator"


def test_where_there_is_no_alarm_nobody_sees_to_one(as_user: AsUser, cast: Cast) -> None:
    quiet = report(cast)
    answer = as_user("maya").post(address(quiet), headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "Tidak ada alarm" in answer.json["detail"]


def test_an_incident_that_is_not_there_is_not_found(as_user: AsUser, cast: Cast) -> None:
    assert as_user("maya").post("/incidents/261124-999/acknowledgement").status_code == 404


def test_an_officer_does_not_see_to_it(as_user: AsUser, alarm: Incident) -> None:
    assert as_user("agus").post(address(alarm)).status_code == 403
    assert who_sees_to(alarm) == ""


def test_whoever_has_no_token_does_not_see_to_it(as_user: AsUser, alarm: Incident) -> None:
    assert as_user("maya").post(address(alarm), csrf=False).status_code == 400
    assert who_sees_to(alarm) == ""


# --- the incident's page ---


def test_the_page_says_that_nobody_sees_to_it_and_who_is_told_next(as_user: AsUser, alarm: Incident) -> None:
    text = as_user("maya").get(f"/incidents/{alarm.number}").text
    assert "Belum ada yang menangani alarm ini." in text
    assert "Berikutnya diberi tahu: Perwira pengawas (pawas) dalam" in text
    assert f'formaction="{address(alarm)}"' in text


def test_a_crew_reads_it_and_has_no_button(as_user: AsUser, alarm: Incident) -> None:
    text = as_user("agus").get(f"/incidents/{alarm.number}").text
    assert "Belum ada yang menangani alarm ini." in text
    assert address(alarm) not in text


def test_the_page_says_who_sees_to_it(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    escalation.acknowledge(alarm.id, cast.hadi, now())
    text = as_user("maya").get(f"/incidents/{alarm.number}").text
    assert "Hadi Pawas menangani alarm ini sejak" in text
    assert address(alarm) not in text


def test_the_last_step_has_nobody_after_it(as_user: AsUser, alarm: Incident) -> None:
    escalation.escalate(now() + timedelta(minutes=1))
    text = as_user("maya").get(f"/incidents/{alarm.number}").text
    assert "Belum ada yang menangani alarm ini." in text
    assert "Berikutnya diberi tahu" not in text


def test_what_meteor_closes_by_itself_is_over(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    escalation.stop(alarm.id, None, now())
    text = as_user("maya").get(f"/incidents/{alarm.number}").text
    assert "Alarm berakhir sejak" in text
    answer = as_user("maya").post(address(alarm), headers={"Accept": "application/json"})
    assert "METEOR menangani" in answer.json["detail"]


def test_an_incident_that_is_no_alarm_says_nothing_of_one(as_user: AsUser, cast: Cast) -> None:
    assert "alarm ini" not in as_user("maya").get(f"/incidents/{report(cast).number}").text


# --- the notices of those who are told ---


def test_whoever_is_told_sees_to_it_from_any_page(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    text = as_user("maya").get("/notices").text
    assert f'formaction="{address(alarm)}"' in text
    assert "Saya tangani" in text
    as_user("maya").post(address(alarm), data={"next": "/calls"})
    assert unread.unacknowledged(cast.maya) == []


def test_the_chief_is_told_on_the_incidents_page(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    assert 'hx-get="/notices"' in as_user("yusuf").get("/incidents").text
    assert f"/incidents/{alarm.number}/duplicates" not in as_user("yusuf").get(f"/incidents/{alarm.number}").text


def test_a_closed_incident_has_been_seen_to(as_user: AsUser, cast: Cast, alarm: Incident) -> None:
    rules.close(alarm, "false_alarm", "", now(), cast.komang)
    assert "Komang Dispatcher menangani alarm ini" in as_user("maya").get(f"/incidents/{alarm.number}").text
