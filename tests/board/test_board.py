"""The board's page and what it polls: who reads it, what fits a filter, and when nothing is new."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from meteor.alerts.rules import IncomingAlert, receive
from meteor.board.filters import Filters
from meteor.dispatch import override, rules
from meteor.dispatch.bursts import MANY
from meteor.incidents import escalation, timeline
from meteor.incidents.models import Escalation, Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import rings
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


def lines(client: Browser, query: str = "") -> list[str]:
    """The numbers of the incidents on the board, from top to bottom."""
    return re.findall(r'id="line-([\d-]+)"', client.get(f"/board/incidents{query}").text)


def version(page: str) -> str:
    return re.findall(r'data-version="([^"]+)"', page)[0]


# --- the queue ---


def test_a_line_says_what_where_how_late_and_who_goes(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, "sari", "other")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    text = as_user("komang").get("/board").text
    for said in ("Lainnya", "RW 05", "TRAIL-01", "P3", 'class="age"'):
        assert said in text


def test_polled_lines_refer_to_drawings_that_the_page_has(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, "sari", "fire")
    komang = as_user("komang")
    page, polled = komang.get("/board").text, komang.get("/board/incidents").text + komang.get("/board/units").text
    shown = set(re.findall(r'<use href="#([^"]+)"', polled))
    assert {"icon-fire", "icon-octagon", "icon-bell"} <= shown <= set(re.findall(r' id="([^"]+)"', page))
    assert "<path" not in polled


def test_an_incident_of_premises_stands_with_its_place_on_the_map(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    text = as_user("komang").get("/board/incidents").text
    assert f'data-mark="incident" data-latitude="{incident.latitude:.6f}"' in text


def test_a_burst_of_p1_folds_too_and_counts_every_incident(as_user: AsUser, cast: Cast) -> None:
    for _ in range(MANY + 1):
        receive(IncomingAlert(uuid4(), "api", "emergency", None, *HOME, 10.0), now())
    db.session.commit()
    komang = as_user("komang")
    assert lines(komang) == []
    text = komang.get("/board/incidents").text
    assert f"{MANY + 1} × Darurat" in text
    assert f'data-label="{MANY + 1} × Darurat"' in text
    assert f'data-latitude="{HOME[0]:.6f}"' in text
    group = re.findall(r"group=([\d-]+)", text)[0]
    assert len(lines(komang, f"?group={group}")) == MANY + 1


def test_the_queue_is_the_same_for_all_who_read_the_board_until_something_happens(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    page = as_user("komang").get("/board/incidents").text
    assert as_user("yusuf").get(f"/board/incidents?v={version(page)}").status_code == 204
    report(cast, "wahyu", "other")
    assert as_user("yusuf").get(f"/board/incidents?v={version(page)}").status_code == 200


# --- filters ---


@pytest.fixture
def three(cast: Cast) -> tuple[Incident, Incident, Incident]:
    """A fire that lacks an engine, a cry to which TRAIL-01 goes, and one that nobody has accepted."""
    on_duty(cast, "agus", "TRAIL-01")
    under_way = report(cast, "wahyu", "emergency")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    return under_way, report(cast, "sari", "fire"), report(cast, "endang", "other")


def test_a_filter_shows_what_fits_and_says_that_it_filters(
    as_user: AsUser, cast: Cast, three: tuple[Incident, ...]
) -> None:
    under_way, fire, waiting = (it.number for it in three)
    komang = as_user("komang")
    assert lines(komang) == [under_way, fire, waiting]
    assert lines(komang, "?priority=3") == [waiting]
    assert lines(komang, "?state=under_way") == [under_way]
    assert lines(komang, "?state=needs_person") == [fire, waiting]
    assert lines(komang, "?state=on_scene") == []
    assert lines(komang, f"?agency={cast.unit('DAMKAR-01').agency_id}") == [fire]
    assert lines(komang, "?kecamatan=1") == [under_way, fire, waiting]
    assert lines(komang, "?kecamatan=999") == []
    assert "tampilkan semua 3, 2 di antaranya menunggu unit" in komang.get("/board?priority=3").text


def test_what_is_no_filter_is_left_out() -> None:
    junk = {"priority": "9", "agency": "DAMKAR", "kecamatan": "9" * 30, "state": "burning", "group": "x"}
    assert Filters.read(junk) == Filters()


# --- taking over ---


def test_a_dispatcher_takes_an_incident_over_with_one_tap_and_the_timeline_says_from_whom(
    as_user: AsUser, cast: Cast
) -> None:
    incident = report(cast)
    komang, hadi = as_user("komang"), as_user("hadi")
    assert komang.post(f"/incidents/{incident.number}/dispatcher").status_code == 303
    assert "Komang" in hadi.get("/board/incidents").text
    assert hadi.post(f"/incidents/{incident.number}/dispatcher").status_code == 303
    db.session.expire_all()
    events = [event for event in timeline.of_incident(incident.id) if event.event_type == "taken_over"]
    assert [(event.actor_name, event.detail["before"]) for event in events] == [
        ("Komang Dispatcher", ""),
        ("Hadi Pawas", "Komang Dispatcher"),
    ]
    assert 'id="take-over"' not in hadi.get(f"/incidents/{incident.number}/units").text


def test_a_second_tap_takes_over_nothing_anew(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    for _ in range(2):
        as_user("komang").post(f"/incidents/{incident.number}/dispatcher")
    assert [event.event_type for event in timeline.of_incident(incident.id)].count("taken_over") == 1


def test_nobody_takes_over_what_is_closed(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    rules.close(incident, "helped", "", now(), cast.hadi)
    db.session.commit()
    as_json = {"Accept": "application/json"}
    assert as_user("komang").post(f"/incidents/{incident.number}/dispatcher", headers=as_json).status_code == 409
    with pytest.raises(AlreadyClosed):
        override.take_over(incident, now(), cast.komang)


# --- units and strip ---


def test_units_are_polled_until_one_of_them_changes(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    page = as_user("komang").get("/board/units").text
    assert as_user("komang").get(f"/board/units?v={version(page)}").status_code == 204
    on_duty(cast, "bayu", "TRAIL-01")
    changed = as_user("komang").get(f"/board/units?v={version(page)}")
    assert "Agus Santoso, Bayu Pratama" in changed.text


def test_the_strip_says_which_alarms_nobody_has_acknowledged_and_which_calls_ring(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")
    quiet = komang.get("/board/strip").text
    assert quiet.count(">tidak ada<") == 2
    incident = report(cast)
    db.session.add(Escalation(incident_id=incident.id, began_at=now()))
    rings("081234567890")
    loud = komang.get(f"/board/strip?v={version(quiet)}").text
    assert f'id="alarm-{incident.number}"' in loud
    assert "0812-3456-7890" in loud
    escalation.acknowledge(incident.id, cast.komang, now(), "")
    db.session.commit()
    assert f'id="alarm-{incident.number}"' not in komang.get("/board/strip").text


def test_the_chief_reads_the_board_without_callers_numbers_and_without_anything_to_do(
    as_user: AsUser, cast: Cast
) -> None:
    rings("081234567890")
    text = as_user("yusuf").get("/board").text
    assert 'class="call"' in text
    for part in ("0812-3456-7890", 'id="drop"', 'href="/calls"'):
        assert part not in text


# --- a page in the drawer ---


def test_a_page_in_the_drawer_has_neither_header_nor_alarms_nor_sound(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    komang = as_user("komang")
    address = f"/incidents/{incident.number}"
    own = komang.get(address).text
    framed = komang.get(address, headers={"Sec-Fetch-Dest": "iframe"}).text
    for part in ('class="top"', 'class="foot"', 'id="sound"', 'hx-get="/notices"'):
        assert part in own
        assert part not in framed
    assert "frame." in framed
