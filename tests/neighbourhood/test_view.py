"""What an RT leader sees of the alerts in the neighbourhood, and what is kept from them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.agencies import rules as agencies
from meteor.alerts import merging, rules
from meteor.alerts.rules import IncomingAlert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.neighbourhood import view
from meteor.residents.models import Leadership, Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser

As = Callable[[str], Browser]
FAR = {"latitude": -7.7600, "longitude": 113.2300}  # in the city, in no RT


def press(cast: Cast, who: str = "sari", **given: Any) -> Incident:
    user = getattr(cast, who)
    position = {"latitude": HOME[0], "longitude": HOME[1], "accuracy": 10.0}
    values = {"id": uuid4(), "source": "panic", "kind": "fire", "reporter_id": user.id} | position | given
    receipt = rules.receive(IncomingAlert(**values), now())
    db.session.commit()
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def shown(as_user: As, leader: str = "endang") -> str:
    page = as_user(leader).get("/neighbourhood")
    rows = as_user(leader).get("/neighbourhood/rows")
    assert (page.status_code, rows.status_code) == (200, 200)
    return rows.text


def test_an_alert_from_a_home_of_the_rt_is_shown_with_who_and_where(as_user: As, cast: Cast) -> None:
    number = press(cast).number
    html = shown(as_user)
    for said in (f"nearby-{number}", "Kebakaran", "Sari Wulandari", "Jl. Ikan Paus 3", "tel:+6281330000001"):
        assert said in html


def test_another_rt_sees_nothing_of_it(as_user: As, cast: Cast) -> None:
    press(cast)
    assert "Tidak ada laporan terbuka" in shown(as_user, "slamet")


def test_who_lives_in_the_rt_is_shown_though_it_happens_elsewhere(as_user: As, cast: Cast) -> None:
    press(cast, **FAR)
    html = shown(as_user)
    assert "Sari Wulandari" in html
    assert "Bukan di RT Anda" in html


def test_a_home_of_another_rt_is_not_taken_for_that_of_a_reporter_who_was_merged(as_user: As, cast: Cast) -> None:
    nowhere = {"latitude": None, "longitude": None, "accuracy": None}
    incident = press(cast, **nowhere)
    merging.merge(press(cast, "wahyu", **nowhere), incident, now(), cast.maya)
    assert "Bukan di RT Anda: RT 03 RW 05" in " ".join(shown(as_user, "slamet").split())
    assert "Bukan di RT Anda" not in shown(as_user)


def test_what_happens_in_the_rt_to_somebody_of_another_is_shown_without_who(as_user: As, cast: Cast) -> None:
    press(cast, "wahyu")  # lives in RT 04
    html = shown(as_user)
    assert "tidak ada di data warga Anda" in html
    for kept in ("Wahyu", "Ikan Paus 4", "+6281330000002"):
        assert kept not in html


def test_who_moved_away_is_shown_no_more(as_user: As, cast: Cast) -> None:
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    resident.moved_out_on = now().date()
    press(cast, **FAR)
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_who_needs_help_there_is_shown_with_their_consent_only(as_user: As, cast: Cast) -> None:
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    others = {"Mbah Sumi": ("elderly disabled", now()), "Dik Budi": ("infant", None)}
    for name, (needs, consent) in others.items():
        db.session.add(Resident(household=resident.household, name=name, needs=needs, needs_consent_at=consent))
    press(cast)
    html = shown(as_user)
    assert "Mbah Sumi" in html
    assert "Dik Budi" not in html


@pytest.mark.both_databases
def test_a_reporter_whom_the_rt_has_not_verified_is_marked(as_user: As, cast: Cast) -> None:
    press(cast, "karto")
    assert "belum diverifikasi" in shown(as_user)


@pytest.mark.parametrize(
    "given",
    [{"silent": True}, {"kind": "domestic_violence"}, {"drill": True}, {"source": "sas"}],
)
def test_what_endangers_the_reporter_is_kept_from_neighbours(as_user: As, cast: Cast, given: dict[str, Any]) -> None:
    incident = press(cast, **given)
    assert "Tidak ada laporan terbuka" in shown(as_user)
    assert as_user("endang").post(f"/neighbourhood/{incident.number}/presence").status_code == 404


def test_an_alert_that_becomes_domestic_violence_disappears(as_user: As, cast: Cast) -> None:
    incident = press(cast)
    incidents.retype(incident, incidents.type_for("domestic_violence"), now())
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_domestic_violence_stays_hidden_whatever_it_is_called_later(as_user: As, cast: Cast) -> None:
    incident = press(cast, kind="domestic_violence")
    incidents.retype(incident, incidents.type_for("crime"), now())
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_an_alert_that_joins_silently_hides_the_incident(as_user: As, cast: Cast) -> None:
    press(cast)
    press(cast, silent=True)
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_an_incident_that_is_handled_silently_is_not_shown(as_user: As, cast: Cast) -> None:
    press(cast).silent = True
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_a_held_alert_is_not_shown(as_user: As, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    press(cast, "karto")
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_a_closed_alert_is_shown_no_more(as_user: As, cast: Cast) -> None:
    dispatch.close(press(cast), "helped", "", now(), cast.agus)
    assert "Tidak ada laporan terbuka" in shown(as_user)


def test_whether_help_is_on_its_way_is_shown(as_user: As, cast: Cast) -> None:
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    press(cast)
    assert "Belum ada unit yang menuju" in shown(as_user)
    offer = db.session.scalars(select(Assignment)).one()
    dispatch.accept(offer, now(), cast.agus)
    assert "TRAIL-01 sudah menerima dan belum berangkat" in shown(as_user)
    dispatch.depart(offer, now(), cast.agus)
    assert "TRAIL-01 sedang menuju" in shown(as_user)
    dispatch.arrive(offer, now(), cast.agus)
    assert "TRAIL-01 sudah di lokasi" in shown(as_user)


def test_an_unchanged_poll_is_empty(as_user: As, cast: Cast) -> None:
    press(cast)
    version = re.search(r'data-version="([^"]+)"', as_user("endang").get("/neighbourhood/rows").text)[1]
    assert as_user("endang").get(f"/neighbourhood/rows?v={version}").status_code == 204


def test_a_neighbour_who_is_there_stands_on_the_timeline_once(as_user: As, cast: Cast) -> None:
    incident = press(cast)
    browser = as_user("endang")
    for _ in range(2):
        answer = browser.post(f"/neighbourhood/{incident.number}/presence")
        assert (answer.status_code, answer.location) == (303, "/neighbourhood")
    (event,) = (event for event in timeline.of_incident(incident.id) if event.event_type == "neighbour_there")
    assert event.actor_name == "Endang Lestari"
    html = shown(as_user)
    assert "Endang Lestari (tetangga)" in html
    assert "/presence" not in html


def test_the_second_leader_of_the_rt_may_say_so_too(as_user: As, cast: Cast) -> None:
    db.session.get_one(Leadership, cast.slamet.id).rt_id = cast.rt(3).id
    incident = press(cast)
    for leader in ("endang", "slamet"):
        as_user(leader).post(f"/neighbourhood/{incident.number}/presence")
    assert [presence.name for presence in view.present(incident.id)] == ["Endang Lestari", "Slamet Riyadi"]


def test_the_leader_of_another_rt_finds_nothing_to_confirm(as_user: As, cast: Cast) -> None:
    incident = press(cast)
    assert as_user("slamet").post(f"/neighbourhood/{incident.number}/presence").status_code == 404
    assert view.present(incident.id) == []


def test_a_number_that_is_none_is_not_found(as_user: As) -> None:
    assert as_user("endang").post("/neighbourhood/261124-999/presence").status_code == 404


def test_a_leader_without_an_rt_is_told_whom_to_ask(as_user: As, cast: Cast) -> None:
    incident = press(cast)
    db.session.delete(db.session.get_one(Leadership, cast.endang.id))
    assert "administrator kota" in as_user("endang").get("/neighbourhood").text
    assert as_user("endang").post(f"/neighbourhood/{incident.number}/presence").status_code == 404


@pytest.mark.parametrize("who", ["sari", "agus", "komang", "tuti"])
def test_nobody_else_opens_the_page(as_user: As, cast: Cast, who: str) -> None:
    number = press(cast).number
    browser = as_user(who)
    answers = [browser.get("/neighbourhood"), browser.get("/neighbourhood/rows"),
               browser.post(f"/neighbourhood/{number}/presence")]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_confirming_needs_its_token(as_user: As, cast: Cast) -> None:
    number = press(cast).number
    assert as_user("endang").post(f"/neighbourhood/{number}/presence", csrf=False).status_code == 400
