"""The wall of the command centre: what it says, what it never says, who may look, and when it says nothing new."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.agencies import positions
from meteor.agencies.models import Agency, Unit
from meteor.alerts.rules import IncomingAlert, receive
from meteor.board import wall as walls
from meteor.board.views import wall as views
from meteor.board.wall import PublicIncident, Wall, wall
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.dispatch import rules as dispatch
from meteor.geo import metres
from meteor.incidents import escalation
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.sas.models import Panel
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import now
from meteor.territory.models import Kelurahan
from tests.cast import HOME, PEOPLE, Cast
from tests.partners import Partner
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import in_danger, on_duty, open_assignment, report

PAGE, STATE = "/board/wall", "/board/wall/state"


class Screen:
    """A screen on the wall, with the token of a client that may show the board."""

    def __init__(self, app: Flask) -> None:
        self.partner = Partner(app, f"Dinding {uuid4()}", "board:read")
        self.http = app.test_client()

    def asks(self, address: str = PAGE, **query: str) -> TestResponse:
        return self.http.get(address, query_string={"token": self.partner.token} | query)

    def shows(self) -> str:
        answer = self.asks(STATE)
        assert answer.status_code == 200
        return answer.text

    def version(self) -> str:
        found = re.search(r'data-version="(\w+)"', self.shows())
        assert found
        return found[1]


@pytest.fixture
def screen(app: Flask, cast: Cast) -> Screen:
    return Screen(app)


@pytest.fixture
def gold(cast: Cast) -> Panel:
    """The panel of Toko Emas Semeru; Agus is on duty."""
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    return panel_of(shop(cast))


def beats(at: datetime) -> None:
    """The scheduler has taken the steps of the chains."""
    db.session.merge(Heartbeat(job=escalation.JOB, at=at))
    db.session.commit()


def seen(at: datetime | None = None) -> Wall:
    return wall(at or now())


def only() -> PublicIncident:
    (incident,) = seen().incidents
    return incident


# --- what it never says ---

SECRETS = (
    "Sari", "Wulandari", "Wahyu", "Ratna", "Joko", "Toko Emas", "Semeru", "Soetomo", "Ikan Paus", "Brankas", "melati",
    "+62", "813300", "Tombol kasir", "KDRT", "domestic", "hold_up", "Perampokan", "Jangan menelepon", "Bu Siti",
    "rahasia", "085712345678", "RT 03", "RW 05", "Agus Santoso", "Kerabat",
)  # fmt: skip


def everything_private(cast: Cast, gold: Panel) -> None:
    """Incidents of every kind that holds something which no visitor may read."""
    report(cast, "sari", "fire", note="rahasia: Bu Siti di kamar")
    report(cast, "wahyu", "domestic_violence", note="Kerabat memukul")
    report(cast, "karto", "medical", silent=True, note="Jangan menelepon")
    says(gold, "HA", now(), "001")
    says(gold, "BA", now(), "003")
    told = Place(*HOME, 10.0, "call", "di belakang rumah Bu Siti")
    call = IncomingAlert(
        uuid4(), "call", "other", None, place=told, note="rahasia", caller_phone="+6285712345678", caller_name="Bu Siti"
    )
    receive(call, now(), cast.maya)
    db.session.commit()


def test_it_says_nothing_of_people_premises_notes_and_places_below_the_kelurahan(
    cast: Cast, gold: Panel, screen: Screen
) -> None:
    everything_private(cast, gold)
    assert len(seen().incidents) >= 5
    for address in (PAGE, STATE):
        text = screen.asks(address).text
        names = [name for name, _, _ in PEOPLE.values()]
        assert [word for word in (*SECRETS, *names) if word.lower() in text.lower()] == []
        assert db.session.scalars(select(Incident.number)).first() not in text


def test_a_silent_alarm_is_one_in_a_kelurahan_and_nothing_more(cast: Cast, gold: Panel, screen: Screen) -> None:
    says(gold, "HA", now(), "001")
    alarm = only()
    assert (alarm.instead, alarm.kind, alarm.name_id, alarm.name_en) == ("silent", None, "", "")
    assert "Alarm senyap, Kel. Mayangan" in screen.shows()


@pytest.mark.parametrize("kind", ["domestic_violence", "crime"])
def test_what_neighbours_never_hear_of_is_a_police_matter(cast: Cast, screen: Screen, kind: str) -> None:
    cast.incident_type("crime").silent_approach = True
    report(cast, kind=kind)
    assert (only().instead, only().kind) == ("police", None)
    assert "Urusan kepolisian" in screen.shows()


def test_violence_at_home_stays_a_police_matter_whatever_is_said_of_it_later(cast: Cast) -> None:
    incident = report(cast, kind="domestic_violence")
    incident.type_id = cast.incident_type("other").id
    db.session.commit()
    assert only().instead == "police"


def test_violence_at_home_that_is_silent_is_a_police_matter(cast: Cast) -> None:
    report(cast, kind="domestic_violence", silent=True)
    assert only().instead == "police"


# --- what it says ---


def test_a_fire_stands_there_with_type_kelurahan_age_and_the_units_under_way(cast: Cast, screen: Screen) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    incident = report(cast, kind="fire")
    assert only().under_way == 0
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    assert (only().name_id, only().kelurahan, only().under_way) == ("Kebakaran", "Mayangan", 1)
    assert only().opened_at == incident.opened_at
    assert "Kebakaran" in screen.shows()


def test_what_is_late_says_so(cast: Cast, screen: Screen) -> None:
    incident = report(cast)
    assert "data-late " not in screen.shows()
    incident.opened_at -= timedelta(seconds=31)
    db.session.commit()
    assert re.search(r'data-late-after="30" data-late>', screen.shows())


def opened(cast: Cast, count: int) -> None:
    """So many incidents, one beside the other."""
    for number in range(count):
        receive(IncomingAlert(uuid4(), "api", "other", None, latitude=HOME[0] + number / 100, longitude=HOME[1]), now())
    db.session.commit()


def test_what_does_not_fit_is_counted(cast: Cast, screen: Screen) -> None:
    opened(cast, walls.ROWS)
    assert (len(seen().incidents), seen().more_incidents) == (walls.ROWS, 0)
    assert "lagi" not in screen.shows()
    opened(cast, 3)
    assert (len(seen().incidents), seen().more_incidents) == (walls.ROWS, 3)
    assert "dan 3 lagi" in screen.shows()


def test_the_most_urgent_stand_first_then_the_oldest(cast: Cast) -> None:
    for kind in ("other", "crime", "emergency", "fire"):
        report(cast, "sari" if kind != "fire" else "wahyu", kind)
    assert [it.priority for it in seen().incidents] == sorted(it.priority for it in seen().incidents)
    ages = [it.opened_at for it in seen().incidents if it.priority == 1]
    assert ages == sorted(ages)


def test_open_incidents_are_counted_by_priority_and_those_without_a_unit(cast: Cast) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    report(cast, "sari", "fire")
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    opened(cast, 2)
    assert [tuple(count) for count in seen().counts.values()] == [(1, 0), (0, 0), (2, 2), (0, 0)]


def test_alarms_leave_fewer_rows_and_end_with_the_acknowledgement(cast: Cast, gold: Panel, screen: Screen) -> None:
    opened(cast, walls.ROWS)
    says(gold, "HA", now(), "001")
    assert (len(seen().incidents), len(seen().alarms)) == (walls.ROWS_BELOW_BAND, 1)
    assert "alarm belum ditangani" in screen.shows()
    alarm = db.session.scalars(select(Incident).where(Incident.premises_id.is_not(None))).one()
    escalation.acknowledge(alarm.id, cast.komang, now())
    db.session.commit()
    assert seen().alarms == []
    assert "alarm belum ditangani" not in screen.shows()


def test_more_alarms_than_fit_are_counted(cast: Cast, gold: Panel, screen: Screen) -> None:
    for number in range(walls.ALARMS + 2):
        says(panel_of(shop(cast, f"Bank {number}", ()), f"9{number}"), "HA", now(), "001")
    assert (len(seen().alarms), seen().more_alarms) == (walls.ALARMS, 2)
    assert f"<strong>{walls.ALARMS + 2}</strong>" in screen.shows()


def test_free_units_are_counted_by_agency(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    report(cast)
    counts = {each.code: (each.free, each.on_duty) for each in seen().agencies}
    assert counts == {"DAMKAR": (0, 0), "POLRES": (1, 2), "PSC119": (0, 0)}


def test_a_unit_whose_officer_is_in_danger_is_not_free(cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    in_danger(cast, trail)
    trail.status = "available"
    db.session.commit()
    counts = {each.code: (each.free, each.on_duty) for each in seen().agencies}
    assert counts["POLRES"] == (0, 1)


def test_more_agencies_than_fit_are_counted(cast: Cast) -> None:
    for number in range(walls.AGENCIES):
        agency = Agency(code=f"A{number}", name=f"Dinas {number}")
        base = {"base_name": "Pos", "base_latitude": HOME[0], "base_longitude": HOME[1]}
        db.session.add(Unit(call_sign=f"A-{number}", agency=agency, kind="team", **base))
    db.session.commit()
    assert (len(seen().agencies), seen().more_agencies) == (walls.AGENCIES, 3)


def test_the_map_has_one_mark_for_a_kelurahan_with_its_number_and_most_urgent_priority(
    cast: Cast, screen: Screen
) -> None:
    report(cast, "sari", "other")
    report(cast, "wahyu", "domestic_violence")
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    (area,) = seen().areas
    assert (area.open, area.priority) == (2, min(it.priority for it in seen().incidents))
    assert (area.latitude, area.longitude) == (kelurahan.latitude, kelurahan.longitude)
    assert 'data-label="Mayangan 2"' in screen.shows()


def test_the_map_shows_about_where_a_unit_is_and_never_at_whose_door(cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    positions.report_position(trail, *HOME, 8.0, now(), now())
    db.session.commit()
    (unit,) = seen().units
    assert (unit.call_sign, unit.state) == ("TRAIL-01", "assigned")
    assert 0 < metres(HOME, (unit.latitude, unit.longitude)) < 400


def test_a_unit_without_a_position_is_not_on_the_map(cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    trail.at_base = False
    db.session.commit()
    assert (seen().units, len(seen().agencies)) == ([], 3)


def test_a_scheduler_that_stands_still_covers_the_wall_and_says_since_when(cast: Cast, screen: Screen) -> None:
    beats(now())
    assert 'id="wall-stopped"' not in screen.shows()
    last = now() - timedelta(seconds=11)
    beats(last)
    assert (seen().stopped, seen().stopped_at) == (True, last)
    assert 'id="wall-stopped"' in screen.shows()


# --- who may look ---


def refusals(app: Flask, token: str) -> set[int]:
    return {app.test_client().get(address, query_string={"token": token}).status_code for address in (PAGE, STATE)}


def test_without_a_token_and_with_a_wrong_one_there_is_no_wall(app: Flask, screen: Screen) -> None:
    assert {app.test_client().get(address).status_code for address in (PAGE, STATE)} == {404}
    assert refusals(app, "meteor_wrong") == refusals(app, "") == refusals(app, "x" * 5000) == {404}


def test_a_token_for_something_else_opens_no_wall(app: Flask, partner: Partner) -> None:
    assert refusals(app, partner.token) == {404}


def test_a_token_that_was_withdrawn_or_whose_client_is_disabled_opens_no_wall(app: Flask, screen: Screen) -> None:
    client = db.session.get_one(ApiClient, screen.partner.id)
    assert refusals(app, screen.partner.token) == {200}
    clients.set_active(client, False, None)
    db.session.commit()
    assert refusals(app, screen.partner.token) == {404}
    clients.set_active(client, True, None)
    clients.revoke(client.tokens[0], now(), None)
    db.session.commit()
    assert refusals(app, screen.partner.token) == {404}


def test_it_cannot_be_written_to(app: Flask, screen: Screen) -> None:
    assert screen.http.post(f"{PAGE}?token={screen.partner.token}").status_code == 405


# --- polls ---


def test_an_unchanged_wall_is_answered_with_nothing(cast: Cast, screen: Screen) -> None:
    beats(now())
    version = screen.version()
    assert screen.asks(STATE, v=version).status_code == 204
    report(cast)
    assert screen.asks(STATE, v=version).status_code == 200
    assert screen.version() != version


def test_a_release_that_changes_the_pages_files_is_something_new(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats(now())
    version = screen.version()
    monkeypatch.setattr(views, "FILES", views.FILES[1:])
    assert screen.asks(STATE, v=version).status_code == 200


def test_ten_walls_cost_one_rendering(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    real = views.render_template
    monkeypatch.setattr(views, "render_template", lambda name, **given: rendered.append(name) or real(name, **given))
    report(cast)
    beats(now())
    for _ in range(10):
        Screen(app).shows()
    assert rendered == ["board/_wall.html"]
