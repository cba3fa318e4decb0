"""The chief's map: what is open where it is known, the units on duty, and the same as a list."""

from collections.abc import Callable

import pytest

from meteor.board import city as chief_map
from meteor.board.city import city
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, report

AsUser = Callable[[str], Browser]


def test_an_open_incident_and_a_unit_on_duty_are_on_the_map(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, "sari")
    page = as_user("yusuf").get("/board/chief").text
    assert f'id="line-{incident.number}" data-mark="incident" data-latitude="{incident.latitude:.6f}"' in page
    assert f'id="unit-{unit.id}" data-mark="unit"' in page
    assert f'data-label="{unit.call_sign}"' in page


def test_an_incident_whose_place_is_unknown_is_in_the_list_and_not_on_the_map(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, "sari")
    incident.latitude = incident.longitude = incident.kelurahan_id = None
    db.session.commit()
    listed = as_user("yusuf").get("/board/chief/city").text
    assert f'<li id="line-{incident.number}" >' in listed
    assert "Lokasi belum diketahui" in listed


def test_what_is_closed_is_not_on_the_map(cast: Cast) -> None:
    incident = report(cast, "sari")
    incident.status = "closed"
    db.session.commit()
    assert city(now()).incidents == []


def test_the_most_urgent_are_shown_and_the_others_are_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chief_map, "MOST", 1)
    monkeypatch.setattr(chief_map, "_OPEN", chief_map._OPEN.limit(1))
    quiet, urgent = report(cast, "sari"), report(cast, "endang")
    quiet.priority, urgent.priority = 3, 1
    db.session.commit()
    shown = city(now())
    assert ([row.number for row in shown.incidents], shown.further) == ([urgent.number], 1)


def test_an_officer_in_danger_is_not_among_those_that_are_only_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chief_map, "_OPEN", chief_map._OPEN.limit(1))
    report(cast, "sari")
    later = report(cast, "endang")
    later.priority, later.endangered_at = 2, now()
    db.session.commit()
    assert [row.number for row in city(now()).incidents] == [later.number]


@pytest.mark.parametrize("column", ["priority", "latitude"])
def test_the_map_changes_with_what_it_shows(cast: Cast, column: str) -> None:
    incident = report(cast, "sari")
    before, changed = city(now()).version, {"priority": 4, "latitude": -7.7501}
    setattr(db.session.get_one(Incident, incident.id), column, changed[column])
    db.session.commit()
    assert city(now()).version != before


def test_a_page_that_shows_it_already_is_not_sent_it_again(as_user: AsUser, cast: Cast) -> None:
    version = city(now()).version
    answer = as_user("yusuf").get("/board/chief/city", query_string={"v": version})
    assert answer.status_code == 204
