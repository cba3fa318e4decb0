"""Closed roads and staging areas: who marks them, who sees them, and when they end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.alerts import merging
from meteor.dispatch import rules as dispatch
from meteor.incidents import timeline
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import WIB, now
from meteor.territory.models import Landmark
from meteor.traffic import rules
from meteor.traffic.current import current
from meteor.traffic.models import RoadClosure, StagingArea
from tests.board.scenes import incident
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

CLOSURES, AREAS = "/traffic/closures", "/traffic/staging-areas"
SUROYO = {"street": "Jl. Suroyo", "reason": "Pohon tumbang"}
ENDS = {"from_latitude": "-7,7510", "from_longitude": "113.2110", "to_latitude": "-7.7530", "to_longitude": "113.2150"}
GOR = {"name": "Parkir GOR", "latitude": "-7.7440", "longitude": "113.2160"}


def closed(as_user: AsUser, **given: Any) -> RoadClosure:
    """A stretch of Jalan Suroyo that Komang has marked as closed."""
    assert as_user("komang").post(CLOSURES, data=SUROYO | ENDS | given).status_code == 303
    db.session.rollback()
    return db.session.scalars(select(RoadClosure).order_by(RoadClosure.id.desc()).limit(1)).one()


def area(as_user: AsUser, **given: Any) -> StagingArea:
    """The staging area that Komang has chosen."""
    assert as_user("komang").post(AREAS, data=GOR | given).status_code == 303
    db.session.rollback()
    return db.session.scalars(select(StagingArea).order_by(StagingArea.id.desc()).limit(1)).one()


def square_of_the_city() -> tuple[float, float]:
    """The point of the Alun-alun, degrees WGS-84."""
    found = db.session.scalars(select(Landmark).where(Landmark.name == "Alun-alun Probolinggo")).one()
    return found.latitude, found.longitude


def audited(prefix: str) -> list[tuple[str, str]]:
    found = select(AuditEntry.action, AuditEntry.actor_name).where(AuditEntry.action.like(f"{prefix}%"))
    return [tuple(row) for row in db.session.execute(found.order_by(AuditEntry.id))]


class TestAClosedRoad:
    def test_it_stands_on_every_map_with_its_ends_reason_and_author(self, as_user: AsUser, cast: Cast) -> None:
        closure = closed(as_user)
        number = incident(cast, closed=False).number
        for address in ("/traffic", "/traffic/state", f"/incidents/{number}/traffic"):
            text = as_user("komang").get(address).text
            assert "Jl. Suroyo" in text
            assert "Pohon tumbang" in text
            assert "ditandai oleh Komang Dispatcher" in text
            assert 'data-mark="closure" data-latitude="-7.752000" data-longitude="113.213000"' in text
            assert 'data-trail="-7.751000,113.211000 -7.753000,113.215000"' in text
            assert "jarak, waktu tempuh, dan pemilihan unit tidak memperhitungkannya" in text
        assert f'action="/traffic/closures/{closure.id}/end"' not in as_user("yusuf").get("/traffic").text
        assert audited("road") == [("road_closed", "Komang Dispatcher")]

    def test_it_ends_by_itself_at_its_time(self, as_user: AsUser, cast: Cast) -> None:
        until = (now() + timedelta(hours=2)).astimezone(WIB).replace(second=0, microsecond=0)
        closed(as_user, until=f"{until:%Y-%m-%dT%H:%M}")
        assert "Ditutup sampai" in as_user("komang").get("/traffic").text
        assert [it.until for it in current(until - timedelta(seconds=1)).closures] == [until]
        assert current(until).closures == []

    def test_without_an_end_it_stays_until_somebody_opens_the_road_again(self, as_user: AsUser, cast: Cast) -> None:
        closure = closed(as_user)
        assert "sampai pemberitahuan lebih lanjut" in as_user("maya").get("/traffic").text
        assert len(current(now() + timedelta(days=400)).closures) == 1
        as_user("maya").post(f"{CLOSURES}/{closure.id}/end")
        assert current(now()).closures == []
        assert audited("road")[1:] == [("road_reopened", "Maya Operator")]

    def test_of_two_who_open_it_again_the_second_reads_that_it_is_open(self, as_user: AsUser) -> None:
        address = f"{CLOSURES}/{closed(as_user).id}/end"
        as_user("komang").post(address)
        assert as_user("maya").post(address, headers={"Accept": "application/json"}).status_code == 409
        assert len(audited("road_reopened")) == 1

    def test_an_end_in_words_is_the_place_that_they_surely_mean(self, as_user: AsUser, cast: Cast) -> None:
        as_user("komang").post(CLOSURES, data=SUROYO | {"from_place": "Alun-alun Probolinggo"})
        (shown,) = current(now()).closures
        assert shown.points == [square_of_the_city()]
        assert "di Alun-alun Probolinggo" in as_user("komang").get("/traffic").text

    def test_one_whose_place_is_not_known_is_listed_and_the_dispatcher_reads_so(self, as_user: AsUser) -> None:
        browser = as_user("komang")
        browser.post(CLOSURES, data={"street": "Gang Belakang Sawah Qwxz", "reason": "Banjir"})
        text = browser.get("/traffic").text
        assert "tidak di peta" in text
        assert "data-mark" not in text

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ({"street": " "}, "Tulis jalan mana yang ditutup"),
            ({"reason": ""}, "Tulis mengapa jalan ditutup"),
            ({"to_latitude": ""}, "Isi kedua koordinat, atau kosongkan keduanya."),
            ({"to_latitude": "utara"}, "Isi derajat seperti"),
            ({"until": "besok sore"}, "Tulis tanggal dan jam"),
            ({"until": "2020-01-01T10:00"}, "Waktu ini sudah lewat"),
        ],
    )
    def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(
        self, as_user: AsUser, given: dict[str, str], problem: str
    ) -> None:
        answer = as_user("komang").post(CLOSURES, data=SUROYO | ENDS | {"from_place": "Pasar Baru"} | given)
        (name, value) = next(iter(given.items()))
        assert answer.status_code == 422
        assert problem in answer.text.partition(f'id="{name}-error"')[2].partition("</p>")[0]
        for typed in ({**SUROYO, **ENDS, "from_place": "Pasar Baru", name: value}).values():
            assert typed.strip() in answer.text
        assert current(now()).closures == []


class TestAStagingArea:
    def test_that_of_an_incident_is_on_its_map_and_timeline_and_ends_with_it(self, as_user: AsUser, cast: Cast) -> None:
        found = incident(cast, closed=False)
        area(as_user, incident=found.number)
        text = as_user("komang").get(f"/incidents/{found.number}/traffic").text
        assert "Parkir GOR" in text
        assert 'data-mark="staging" data-latitude="-7.744000" data-longitude="113.216000"' in text
        assert timeline.of_incident(found.id)[-1].detail["name"] == "Parkir GOR"
        assert audited("staging") == [("staging_area_set", "Komang Dispatcher")]
        as_user("komang").post(f"/incidents/{found.number}/closure", data={"outcome": "helped"})
        assert current(now()).areas == []

    def test_it_follows_its_incident_into_the_one_that_it_is_merged_into(self, as_user: AsUser, cast: Cast) -> None:
        one, other = incident(cast, closed=False), incident(cast, closed=False)
        area(as_user, incident=one.number)
        merging.merge(one, other, now(), cast.komang)
        db.session.commit()
        assert [it.incident for it in current(now()).areas] == [other.number]

    def test_one_of_no_incident_stays_until_somebody_ends_it(self, as_user: AsUser) -> None:
        chosen = area(as_user)
        assert "Parkir GOR" in as_user("agus").get("/traffic/state").text
        as_user("hadi").post(f"{AREAS}/{chosen.id}/end")
        assert current(now()).areas == []
        assert as_user("hadi").post(
            f"{AREAS}/{chosen.id}/end", headers={"Accept": "application/json"}
        ).status_code == 409  # fmt: skip
        assert audited("staging")[1:] == [("staging_area_ended", "Hadi Pawas")]

    def test_ending_that_of_an_incident_stands_on_its_timeline(self, as_user: AsUser, cast: Cast) -> None:
        found = incident(cast, closed=False)
        as_user("komang").post(f"{AREAS}/{area(as_user, incident=found.number).id}/end")
        assert timeline.of_incident(found.id)[-1].event_type == "staging_area_ended"

    def test_officers_see_those_of_no_incident_and_of_their_own(self, as_user: AsUser, cast: Cast) -> None:
        on_duty(cast, "dewi", "DAMKAR-01")
        fire, crime = report(cast, kind="fire"), report(cast, "wahyu", kind="domestic_violence")
        assert open_assignment("DAMKAR-01").incident_id == fire.id
        area(as_user, incident=fire.number)
        area(as_user, incident=crime.number, name="Pos rahasia")
        area(as_user, name="Lapangan")
        seen = as_user("dewi").get(f"/incidents/{fire.number}/traffic").text
        assert "Parkir GOR" in seen
        assert "Lapangan" in seen
        assert "Pos rahasia" not in seen
        for address in ("/traffic", "/traffic/state"):
            text = as_user("dewi").get(address).text
            assert "Lapangan" in text
            assert "Parkir GOR" not in text
            assert "Pos rahasia" in as_user("komang").get(address).text
        assert as_user("dewi").get(f"/incidents/{crime.number}/traffic").status_code == 404

    @pytest.mark.parametrize(
        ("given", "name", "problem"),
        [
            ({"name": ""}, "name", "Tulis nama yang dikenal petugas"),
            ({"latitude": "", "longitude": ""}, "place", "Tulis tempatnya, atau koordinatnya."),
            ({"latitude": "", "longitude": "", "place": "Qwxz"}, "place", "belum dapat dipastikan"),
            ({"latitude": ""}, "latitude", "Isi kedua koordinat"),
            ({"incident": "261129-999"}, "incident", "Tidak ada kejadian terbuka"),
        ],
    )
    def test_a_mistake_is_named_at_its_field(
        self, as_user: AsUser, given: dict[str, str], name: str, problem: str
    ) -> None:
        answer = as_user("komang").post(AREAS, data=GOR | {"place": ""} | given)
        assert answer.status_code == 422
        assert problem in answer.text.partition(f'id="{name}-error"')[2].partition("</p>")[0]
        assert current(now()).areas == []

    def test_it_ends_for_good_with_its_incident(self, as_user: AsUser, cast: Cast) -> None:
        found = incident(cast, closed=False)
        of_it, of_none = area(as_user, incident=found.number), area(as_user, name="Lapangan")
        rules.end_with_incidents(now())
        assert of_it.ended_at is None
        dispatch.close(found, "helped", "", now(), cast.komang)
        rules.end_with_incidents(now())
        db.session.commit()
        assert (of_it.ended_at is not None, of_none.ended_at) == (True, None)

    def test_a_closed_incident_takes_none(self, as_user: AsUser, cast: Cast) -> None:
        found = incident(cast)
        assert as_user("komang").post(AREAS, data=GOR | {"incident": found.number}).status_code == 422
        with pytest.raises(rules.AlreadyClosed):
            rules.choose_area("Parkir GOR", (-7.744, 113.216), found, now(), cast.komang)

    def test_its_place_may_be_words(self, as_user: AsUser, cast: Cast) -> None:
        chosen = area(as_user, latitude="", longitude="", place="Alun-alun Probolinggo")
        assert (chosen.latitude, chosen.longitude) == square_of_the_city()


class TestThePoll:
    def test_nothing_new_has_no_content(self, app: Flask, as_user: AsUser) -> None:
        closed(as_user)
        shown = current(now())
        assert as_user("komang").get(f"/traffic/state?v={shown.version}").status_code == 204
        closed(as_user)
        assert as_user("komang").get(f"/traffic/state?v={shown.version}").status_code == 200

    def test_the_board_and_an_incidents_page_poll_it(self, as_user: AsUser, cast: Cast) -> None:
        found = incident(cast, closed=False)
        assert 'hx-get="/traffic/state"' in as_user("komang").get("/board").text
        page = as_user("komang").get(f"/incidents/{found.number}").text
        assert f'hx-get="/incidents/{found.number}/traffic"' in page
