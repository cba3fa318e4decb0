"""A city that grows: nothing that a press, a poll or the scheduler asks reads through a table that grows with it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import UserSession
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.notices.models import PushSubscription
from meteor.residents import helping
from meteor.sas.models import Panel
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import now
from meteor.warnings.models import WarnedRt
from tests.alerts.neighbours import mark, resident
from tests.calls.switchboard import enough, rings
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.partners import Partner
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import on_duty
from tests.store.plans import scans, statements
from tests.trackers.phones import Phone
from tests.warnings.scenes import cancel, publish
from tests.web.gates import serving

PLACE = {"latitude": str(HOME[0]), "longitude": str(HOME[1]), "accuracy": "12"}
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


class Day:
    """One day of the city, through the front door: a fire, a call, an alarm, and the silent button of a shop."""

    def __init__(self, site: Flask, cast: Cast) -> None:
        self.site, self.cast = site, cast
        self.browsers: dict[str, Browser] = {}
        self.phone = Phone(site, cast, "TRAIL-02", f"Ponsel {uuid4()}")
        self.wall = Partner(site, f"Dinding {uuid4()}", "board:read")

    def of(self, who: str) -> Browser:
        if who not in self.browsers:
            client = self.site.test_client()
            assert isinstance(client, Browser)
            self.browsers[who] = client.of(who)
        return self.browsers[who]

    def sees(self, who: str, *addresses: str) -> None:
        for address in addresses:
            answer = self.of(who).get(address, headers=HTMX if address.count("/") > 1 else {})
            assert answer.status_code in (200, 204), (who, address, answer.status_code)
            self.of(who).get(f"{address}?v=0", headers=HTMX)

    def does(self, who: str, address: str, **fields: str) -> Any:
        answer = self.of(who).post(address, data=fields)
        assert answer.status_code in (200, 201, 204, 302, 303), (who, address, answer.status_code, answer.text)
        return answer

    def scheduler(self) -> None:
        with self.site.app_context():
            for job in self.site.config["JOBS"]:
                if job.due:
                    job.due(now())
                job.run(now())
                db.session.commit()

    def passes(self) -> None:
        for part in (self.a_fire, self.a_call, self.an_alarm, self.a_hold_up):
            part()
            self.scheduler()
            self.everybody_looks()
            self.two_are_one()
            for incident in db.session.scalars(select(Incident).where(Incident.status != "closed")).all():
                self.does("komang", f"/incidents/{incident.number}/closure", outcome="helped", note="")
            self.scheduler()
            db.session.expire_all()
        self.a_storm()

    def a_fire(self) -> None:
        press = {"id": str(uuid4()), "kind": "fire", **PLACE}
        assert self.of("sari").post("/alerts", data=press, headers=JSON).status_code == 201
        self.scheduler()
        address = f"/alerts/{press['id']}"
        self.sees("sari", "/", address, f"{address}/status")
        self.does("sari", f"{address}/notes", note="Api di dapur")
        self.does("sari", f"{address}/position", **PLACE)
        self.sees("sari", "/alerts")
        for who in ("agus", "dewi"):
            self.sees(who, "/unit", "/unit/offers", "/unit/strip", "/unit/status", "/incidents")
        for job in db.session.scalars(select(Assignment).where(Assignment.status == "offered")).all():
            who = "dewi" if job.unit.call_sign == "DAMKAR-01" else "agus"
            for step in ("acceptance", "departure", "arrival"):
                self.does(who, f"/assignments/{job.id}/{step}")
                self.sees(who, "/unit/offers")
        self.does("agus", "/unit/position", taken_at=now().isoformat(), **PLACE)
        self.a_way()
        self.sees("endang", "/neighbourhood", "/neighbourhood/rows", "/residents")
        self.sees("wahyu", "/helping", "/helping/rows")
        self.sees("sari", address, f"{address}/status")

    def a_call(self) -> None:
        call = rings()
        self.sees("maya", "/calls", "/calls/waiting", "/calls/waiting/brief")
        address = f"/calls/{call.id}"
        self.does("maya", f"{address}/taking")
        self.sees("maya", address, f"{address}/known")
        self.does("maya", f"{address}/incident", **enough(self.cast, "medical"))
        self.sees("maya", address, f"{address}/response", "/calls")
        self.does("maya", f"{address}/classification", **{"version": "0", "class": "normal"})

    def an_alarm(self) -> None:
        with self.site.app_context():
            panel = db.session.scalars(select(Panel).where(Panel.account == "1234")).one()
            for code, zone in (("BA", "001"), ("BA", "003"), ("BR", "001"), ("RP", "")):
                says(panel, code, now(), zone)

    def a_way(self) -> None:
        phone = self.phone
        for answer in (phone.owntracks(0), phone.osmand(900, now()), phone.traccar(40, acc=9000), phone.owntracks(0)):
            assert answer.status_code == 200
        self.sees("tuti", "/admin/trackers", f"/admin/trackers/{phone.id}")

    def a_hold_up(self) -> None:
        self.sees("toko", "/sas")
        self.does("toko", "/sas/alarms", id=str(uuid4()), **PLACE)
        alert = db.session.scalars(select(Alert.id).order_by(Alert.received_at.desc()).limit(1)).one()
        self.sees("toko", f"/sas/alarms/{alert}", f"/sas/alarms/{alert}/status")

    def two_are_one(self) -> None:
        """Wahyu presses for the same; a call-taker merges, undoes it and merges again; he takes it back."""
        main = self.newest()
        press = {"id": str(uuid4()), "kind": "other", **PLACE}
        number = self.of("wahyu").post("/alerts", data=press, headers=JSON).json["number"]
        for action in ("merger", "separation", "merger"):
            self.does("maya", f"/incidents/{number}/{action}", into=main.number)
            self.sees("maya", f"/incidents/{main.number}/duplicates", f"/incidents/{main.number}/state")
        self.does("wahyu", f"/alerts/{press['id']}/cancellation", reason="safe", sure="yes")
        self.sees("wahyu", f"/alerts/{press['id']}/status")

    def newest(self) -> Incident:
        return db.session.scalars(select(Incident).order_by(Incident.id.desc()).limit(1)).one()

    def everybody_looks(self) -> None:
        address = f"/incidents/{self.newest().number}"
        parts = ("", "/state", "/premises", "/callers", "/units", "/duplicates")
        for who in ("komang", "maya"):
            self.sees(who, "/incidents", "/incidents/rows", "/notices", *(f"{address}{part}" for part in parts))
        self.sees("komang", f"{address}/assignments")
        self.sees("tuti", "/admin", "/admin/state")
        self.sees("hadi", "/sas/monitor", "/sas/monitor/state", "/incidents/rows", "/notices", "/board/coverage/rows")
        self.sees("hadi", "/board", "/board/incidents", "/board/units", "/board/strip", "/board/viewers")
        self.does("hadi", f"/board/viewers{address.removeprefix('/incidents')}")
        self.does("yusuf", "/board/filters", priority="1")
        self.sees(
            "komang",
            f"/board/search?q=sari+{self.newest().number}",
            "/board/search.json?q=kemarin+jam+14",
            "/board/search.json?q=0812",
            "/board/search?q=567890",
            "/board/paper",
        )
        self.sees("komang", "/board/watch", "/board/handovers", "/board/catch-up")
        self.sees("yusuf", "/statistics", "/statistics/incidents", "/statistics.csv")
        self.sees("yusuf", "/board/chief", "/board/chief/state", "/board/chief/city", "/board/units/TRAIL-01")
        for address in ("/board/wall", "/board/wall/state"):
            answer = self.site.test_client().get(f"{address}?token={self.wall.token}")
            assert answer.status_code == 200, address
        for who in ("sari", "endang", "wahyu", "agus", "toko", "tuti"):
            self.sees(who, "/notices", "/warnings/banner", "/warnings/headline")

    def a_storm(self) -> None:
        """A warning, its update, which is for one RT, and its cancellation, each told to residents."""
        first = publish("Mayangan")
        self.scheduler()
        self.everybody_looks()
        self.sees("sari", f"/warnings/{first.id}")
        self.does("sari", f"/warnings/{first.id}/opening")
        self.sees("komang", f"/warnings/{first.id}/reach", f"/warnings/{first.id}/reach/numbers")
        of_rt = [WarnedRt(rt_id=person.household.rt_id) for person in [resident(self.cast.sari)]]
        second = publish("Mayangan", replaces=[first], touched_rts=of_rt)
        self.scheduler()
        self.everybody_looks()
        cancel(second)
        self.scheduler()


@pytest.fixture
def site(app: Flask, cast: Cast) -> Iterator[Flask]:
    """METEOR as it is served, in a city with crews, an alarm panel, a neighbour who helps, and a dispatcher's phone."""
    alarm_types(cast)
    panel_of(shop(cast))
    for who, call_sign in (("agus", "TRAIL-01"), ("dewi", "DAMKAR-01"), ("rina", "AMBULANS-01")):
        on_duty(cast, who, call_sign)
    person = resident(cast.wahyu)
    person.verified_at, person.household.latitude, person.household.longitude = now(), HOME[0] + 0.0005, HOME[1]
    helping.agree(cast.wahyu, now())
    mark(cast, "fire")
    session = db.session.scalars(select(UserSession.id).where(UserSession.user_id == cast.komang.id)).first()
    keys = {"endpoint": "https://push.example/1", "service": "push.example", "p256dh": "", "auth": "", "device": ""}
    db.session.add(PushSubscription(user_id=cast.komang.id, session_id=session, **keys))
    db.session.commit()
    with serving(app) as site:
        yield site


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_asked_by_a_press_a_poll_or_the_scheduler_reads_through_what_grows(site: Flask, cast: Cast) -> None:
    Day(site, cast).passes()
    with site.app_context():
        hang_up()
        engines = db.engine, db.engines[READER]
    with statements(*engines) as asked:
        Day(site, cast).passes()
    assert any(sql.startswith("INSERT INTO alerts") for sql in asked)
    assert any("FROM outbox" in sql for sql in asked)
    assert scans(db.engine, dict(asked)) == {}
