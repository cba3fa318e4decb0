"""Neighbours who agreed to help: who is told of what near their home, what they see, and when they are called off."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.alerts import merging
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import receive
from meteor.alerts.separating import separate
from meteor.dispatch import override, rules
from meteor.incidents import rules as incidents
from meteor.incidents.places import Place
from meteor.neighbourhood import safety, view
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.residents import helping
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import TOO_OLD
from tests.alerts.neighbours import FAR, alarm, mark, resident, row, told
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import report

As = Callable[[str], Browser]
pytestmark = pytest.mark.usefixtures("willing")


def test_a_fire_is_told_to_the_volunteer_next_door(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "fire")
    scheduler()
    assert told() == ["wahyu"]
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "neighbour"))
    assert (notice.url, notice.detail) == ("/helping", {"metres": 60})


def test_a_volunteer_is_not_told_metres_from_a_vague_place(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "fire", accuracy=150.0)
    scheduler()
    notice = db.session.scalars(select(Notice).where(Notice.kind == "neighbour")).one()
    assert notice.detail == {"metres": "0–210"}


def test_who_lives_further_than_300_m_away_is_not_told(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "fire", latitude=HOME[0] - 0.0032)
    scheduler()
    assert told() == []


@pytest.mark.parametrize("change", ["not asked", "not verified", "rejected", "moved out", "no position", "disabled"])
def test_who_has_not_agreed_or_lives_there_no_more_is_not_told(
    cast: Cast, scheduler: Callable[..., None], change: str
) -> None:
    person = resident(cast.wahyu)
    if change == "not asked":
        helping.stop(cast.wahyu)
    elif change == "not verified":
        person.verified_at = None
    elif change == "rejected":
        person.rejected_at = now()
    elif change == "moved out":
        person.moved_out_on = now().date()
    elif change == "no position":
        person.household.latitude = None
    else:
        cast.wahyu.active = False
    report(cast, "sari", "fire")
    scheduler()
    assert told() == []


def test_a_volunteer_is_not_told_of_their_own_alert(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "wahyu", "fire")
    scheduler()
    assert told() == []


def test_a_type_that_the_administrator_did_not_mark_rings_no_helper(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "medical")
    scheduler()
    assert told() == []


def test_a_silent_fire_rings_no_helper(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "fire", silent=True)
    scheduler()
    assert told() == []


def test_a_drill_rings_no_helper(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "fire", drill=True)
    scheduler()
    assert told() == []


def test_an_emergency_that_turns_out_to_be_a_fire_rings_then(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari")
    scheduler()
    assert told() == []
    incidents.retype(incident, row(cast, "fire"), now())
    scheduler()
    assert told() == ["wahyu"]


def test_a_fire_whose_place_is_learnt_later_rings_then(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "karto", "fire", **FAR)
    scheduler()
    assert told() == []
    incidents.move(incident, Place(*HOME, 10.0, "device"), now())
    scheduler()
    assert told() == ["wahyu"]


def test_what_waits_for_a_call_taker_rings_once_it_is_let_go(cast: Cast, scheduler: Callable[..., None]) -> None:
    cast.sari.suspended_until = now() + timedelta(days=1)
    incident = report(cast, "sari", "fire")
    scheduler()
    assert (told(), told("neighbourhood")) == ([], [])
    override.release(incident, now(), cast.komang)
    scheduler()
    assert (told(), told("neighbourhood")) == (["wahyu"], ["endang"])


@pytest.mark.both_databases
def test_a_fire_that_was_taken_for_part_of_something_else_rings_once_it_stands_alone(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    incident = report(cast, "sari", "other")
    report(cast, "sari", "other", note="Rumah di belakang terbakar")
    _, fire = db.session.scalars(select(Alert).where(Alert.incident_id == incident.id).order_by(Alert.received_at))
    scheduler()
    assert told() == []
    separate(fire, row(cast, "fire"), Place(*HOME, 10.0, "call"), now(), cast.maya)
    scheduler()
    assert told() == ["wahyu"]


def test_the_leader_of_the_rt_that_an_incident_has_moved_to_is_told(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "toko", "fire", **FAR)
    scheduler()
    assert told("neighbourhood") == []
    incidents.move(incident, Place(*HOME, 10.0, "device"), now(), cast.komang)
    scheduler()
    assert told("neighbourhood") == ["endang"]


def test_nobody_is_told_twice(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    scheduler()
    incidents.move(incident, Place(HOME[0] + 0.0001, HOME[1], 5.0, "device"), now())
    scheduler()
    assert told() == ["wahyu"]


def test_helpers_are_called_off_when_it_is_over(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    scheduler()
    rules.close(incident, "helped", "", now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == ([], ["wahyu"])


def test_helpers_are_called_off_when_it_is_something_else(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    scheduler()
    incidents.retype(incident, row(cast, "crime"), now())
    scheduler()
    assert (told(), told("neighbour_off")) == ([], ["wahyu"])


def test_helpers_are_told_anew_and_called_off_anew(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    scheduler()
    for code, rung in (("other", False), ("fire", True), ("other", False), ("fire", True)):
        incidents.retype(incident, row(cast, code), now(), cast.komang)
        scheduler()
        assert (told(), told("neighbour_off")) == ((["wahyu"], []) if rung else ([], ["wahyu"]))
    rules.close(incident, "helped", "", now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == ([], ["wahyu"])
    rules.reopen(incident, "burns again", now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == (["wahyu"], [])
    assert told("neighbourhood") == ["endang"]


def test_helpers_are_called_off_from_where_it_has_moved_away(cast: Cast, scheduler: Callable[..., None]) -> None:
    there = resident(cast.karto)
    there.verified_at, there.household.latitude, there.household.longitude = now(), *FAR.values()
    helping.agree(cast.karto, now())
    incident = report(cast, "sari", "fire")
    scheduler()
    assert told() == ["wahyu"]
    incidents.move(incident, Place(**FAR), now())
    scheduler()
    assert (told(), told("neighbour_off")) == (["karto"], ["wahyu"])


def test_who_says_that_they_know_is_called_off_too(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    scheduler()
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "neighbour"))
    assert notices.acknowledge(notice.id, cast.wahyu, now())
    rules.close(incident, "helped", "", now(), cast.komang)
    scheduler()
    assert told("neighbour_off") == ["wahyu"]


def test_nobody_is_called_off_from_a_fire_of_which_two_reports_become_one(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    stays, goes = report(cast, "sari", "fire"), report(cast, "karto", "fire")
    scheduler()
    assert told() == ["wahyu", "wahyu"]
    merging.merge(goes, stays, now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == (["wahyu"], [])


@pytest.mark.both_databases
def test_who_was_told_of_one_report_is_told_of_the_one_that_stays(cast: Cast, scheduler: Callable[..., None]) -> None:
    stays, goes = report(cast, "sari", "other", latitude=HOME[0] + 0.001), report(cast, "karto", "fire")
    scheduler()
    assert told() == ["wahyu"]
    merging.merge(goes, stays, now(), cast.komang)
    scheduler()
    assert stays.type.code == "fire"
    assert (told(), told("neighbour_off")) == (["wahyu"], [])
    assert db.session.scalars(select(Notice.key).where(Notice.key.startswith(f"volunteers:{stays.id}:"))).all()


def test_helpers_are_called_off_when_it_becomes_a_part_of_what_rings_nobody(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    stays, goes = report(cast, "sari", "crime"), report(cast, "karto", "fire")
    incidents.reprioritise(goes, 3, now(), cast.komang, reason="")
    scheduler()
    assert told() == ["wahyu"]
    merging.merge(goes, stays, now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == ([], ["wahyu"])


def test_who_was_never_told_is_not_called_off(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "medical")
    rules.close(incident, "helped", "", now(), cast.komang)
    scheduler()
    assert told("neighbour_off") == []


def test_a_fire_of_an_hour_ago_sends_nobody_and_the_dispatchers_are_told(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    report(cast, "sari", "fire")
    scheduler(TOO_OLD + timedelta(minutes=1))
    assert told() == []
    assert db.session.scalars(select(Notice).where(Notice.kind == "deadline_missed", Notice.role == "dispatcher")).all()


def test_a_fire_alarm_of_premises_rings_volunteers_and_the_leader(
    cast: Cast, as_user: As, scheduler: Callable[..., None]
) -> None:
    incident = alarm(cast, "minimarket", "fire")
    scheduler()
    assert told() == ["wahyu"]
    assert incident.number in as_user("endang").get("/neighbourhood").text


def test_an_alarm_of_a_type_that_is_not_marked_is_kept_from_everybody_around(
    cast: Cast, as_user: As, scheduler: Callable[..., None]
) -> None:
    incident = alarm(cast, "minimarket", "medical")
    scheduler()
    assert told() == []
    assert incident.number not in as_user("endang").get("/neighbourhood").text


@pytest.mark.parametrize(("kind", "rung"), [("house", ["wahyu"]), ("gold_shop", [])])
def test_a_burglary_is_watched_where_it_is_a_house_and_rings_nowhere_else(
    cast: Cast, scheduler: Callable[..., None], kind: str, rung: list[str]
) -> None:
    mark(cast, "crime").code = safety.BURGLARY
    db.session.flush()
    alarm(cast, kind, safety.BURGLARY)
    scheduler()
    assert (told("neighbour_watch"), told()) == (rung, [])


@pytest.mark.both_databases
def test_nobody_is_asked_into_a_house_where_a_burglar_is(cast: Cast, as_user: As) -> None:
    mark(cast, "crime").code = safety.BURGLARY
    db.session.flush()
    number = alarm(cast, "house", safety.BURGLARY).number
    db.session.commit()
    for who, page in (("wahyu", "/helping"), ("endang", "/neighbourhood")):
        html = as_user(who).get(page).text
        assert number in html
        assert "Jangan masuk" in html
        assert f"there-{number}" not in html
        assert as_user(who).post(f"{page}/{number}/presence").status_code == 404


def test_who_was_asked_to_help_is_told_that_it_is_a_burglar(cast: Cast, scheduler: Callable[..., None]) -> None:
    mark(cast, "crime").code = safety.BURGLARY
    db.session.flush()
    incident = alarm(cast, "house", "fire")
    scheduler()
    assert told() == ["wahyu"]
    incidents.retype(incident, row(cast, safety.BURGLARY), now())
    scheduler()
    assert (told(), told("neighbour_watch"), told("neighbour_off")) == ([], ["wahyu"], [])


def test_the_page_shows_what_is_near_and_how_far_but_not_who_raised_it(cast: Cast, as_user: As) -> None:
    number = report(cast, "sari", "fire").number
    for address in ("/helping", "/helping/rows"):
        html = as_user("wahyu").get(address).text
        for said in (f"near-{number}", "Kebakaran", "dari rumah Anda", f"geo:{HOME[0]:.6f},{HOME[1]:.6f}"):
            assert said in html
        for kept in ("Sari", "Ikan Paus 3", "+6281330000001"):
            assert kept not in html


def test_who_has_not_agreed_is_shown_nothing_but_how_to_agree(cast: Cast, as_user: As) -> None:
    number = report(cast, "sari", "fire").number
    html = as_user("karto").get("/helping").text
    assert number not in html
    assert "Setuju membantu di sekitar rumah Anda" in html
    assert as_user("karto").post(f"/helping/{number}/presence").status_code == 404


def test_a_volunteer_says_that_they_are_there_once(cast: Cast, as_user: As) -> None:
    incident = report(cast, "sari", "fire")
    wahyu = as_user("wahyu")
    for _ in range(2):
        assert wahyu.post(f"/helping/{incident.number}/presence").status_code == 303
    assert [presence.name for presence in view.present(incident.id)] == [cast.wahyu.name]
    assert f"there-{incident.number}" not in wahyu.get("/helping").text


def test_nobody_is_there_where_they_were_not_called(cast: Cast, as_user: As) -> None:
    incident = report(cast, "sari", "medical")
    assert as_user("wahyu").post(f"/helping/{incident.number}/presence").status_code == 404
    assert view.present(incident.id) == []


def test_a_citizen_agrees_and_takes_it_back(cast: Cast, as_user: As) -> None:
    sari = as_user("sari")
    assert 'id="agree-to-help"' in sari.get("/residence").text
    sari.post("/residence/help")
    assert 'id="stop-helping"' in sari.get("/residence").text
    db.session.rollback()
    assert resident(cast.sari).helps_since
    sari.post("/residence/help/end")
    db.session.rollback()
    assert resident(cast.sari).helps_since is None


def test_who_is_not_verified_cannot_agree_and_reads_why(cast: Cast, as_user: As) -> None:
    karto = as_user("karto")
    assert 'id="agree-to-help"' not in karto.get("/residence").text
    assert karto.post("/residence/help").status_code == 303
    assert "perlu memverifikasi dulu" in karto.get("/residence").text
    db.session.rollback()
    assert resident(cast.karto).helps_since is None


def test_whose_home_has_no_position_reads_whom_to_ask(cast: Cast, as_user: As) -> None:
    resident(cast.sari).household.latitude = None
    db.session.commit()
    assert "Letak rumah Anda belum diketahui" in as_user("sari").get("/residence").text
    with pytest.raises(helping.NotYet):
        helping.agree(cast.sari, now())


def test_who_reported_the_same_fire_is_not_told_of_it(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "fire")
    receive(IncomingAlert(uuid4(), "panic", "fire", cast.wahyu.id, incident_id=incident.id), now())
    scheduler()
    assert told() == []
