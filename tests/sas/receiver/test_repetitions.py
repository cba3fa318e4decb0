"""Unconfirmed events that add nothing are counted on a stored one; those that could be real news are stored."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.incidents import escalation
from meteor.incidents.models import Escalation, Event, Incident
from meteor.notices.models import Notice
from meteor.sas import cancelling, raising, repetitions
from meteor.sas.models import PanelEvent
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.processes.conftest import count, rows
from tests.sas import scenes
from tests.sas.dialler import Dialler, Tcp
from tests.sas.receiver.conftest import panel_of, said, stored, told

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def types(panels: None, cast: Cast) -> None:
    scenes.alarm_types(cast)


def send(tcp: Tcp, panel: Dialler, *alarms: str) -> None:
    for alarm in alarms:
        assert said(tcp, panel, panel.sia(alarm)).word == "ACK"


def kept() -> Sequence[tuple[str, str, int]]:
    """Code, zone and number of repetitions of what is stored."""
    return [(event.code, event.zone, event.repeats) for event in stored()]


def acknowledge(cast: Cast, before: timedelta) -> None:
    """The dispatcher acknowledges the only alarm, so long ago."""
    [(incident_id,)] = rows(select(Incident.id))
    db.session.rollback()
    escalation.acknowledge(incident_id, db.session.get_one(User, cast.komang.id), now())
    db.session.execute(update(Escalation).values(acknowledged_at=now() - before, began_at=now() - before))
    db.session.commit()


def rings() -> bool:
    return rows(select(Escalation.acknowledged_at)) == [(None,)]


def test_the_same_unconfirmed_alarm_is_a_count(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, *["NHA001"] * 5)
    assert kept() == [("HA", "001", 4)]
    assert count(select(Alert.id)) == 1
    assert count(select(Event.id).where(Event.event_type == "received")) == 1


def test_the_count_stands_on_the_alarm_screen_and_beside_the_panel(
    tcp: Tcp, shop: Dialler, as_user: Callable[[str], Browser]
) -> None:
    send(tcp, shop, *["NHA001"] * 5)
    db.session.rollback()
    panel = panel_of("1234")
    assert "4 lagi, terakhir pukul" in as_user("komang").get("/sas/monitor").text
    assert (
        "4 lagi, terakhir pukul" in as_user("tuti").get(f"/admin/premises/{panel.premises_id}/panels/{panel.id}").text
    )


def test_another_zone_and_another_type_are_stored(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001", "NHA002", "NFA001", "NHA001", "NFA001")
    assert sorted(kept()) == [("FA", "001", 1), ("HA", "001", 1), ("HA", "002", 0)]
    assert count(select(Incident.id)) == 2


def test_a_less_urgent_alarm_of_a_hold_up_is_counted_too(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001", *["NBA002"] * 3)
    assert sorted(kept()) == [("BA", "002", 2), ("HA", "001", 0)]


def test_a_confirmed_alarm_is_always_stored(tcp: Tcp, bank: Dialler) -> None:
    send(tcp, bank, *["NHA001"] * 4)
    assert kept() == [("HA", "001", 0)] * 4
    assert count(select(Alert.id)) == 4


def test_an_alarm_from_the_registered_address_is_stored_beside_unconfirmed_ones(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001", "NHA001")
    panel_of("1234").source = "127.0.0.1"
    db.session.commit()
    send(tcp, shop, "NHA001")
    assert kept() == [("HA", "001", 1), ("HA", "001", 0)]
    assert rows(select(Incident.flags)) == [([],)]


def test_a_counted_alarm_rings_again_as_a_stored_one_does(tcp: Tcp, shop: Dialler, cast: Cast) -> None:
    send(tcp, shop, "NHA001")
    acknowledge(cast, raising.KNOWN - timedelta(minutes=1))
    send(tcp, shop, "NHA001")
    assert not rings()
    db.session.execute(update(Escalation).values(acknowledged_at=now() - raising.KNOWN * 2))
    db.session.commit()
    send(tcp, shop, "NHA001")
    assert rings()
    assert kept() == [("HA", "001", 2)]


def test_a_second_sign_of_a_burglary_is_never_only_counted(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NBA001", "NBA001")
    assert rows(select(Incident.priority)) == [(3,)]
    db.session.execute(update(PanelEvent).values(received_at=now() - timedelta(hours=2)))
    db.session.commit()
    send(tcp, shop, "NBA001", "NBA002")  # the count of the first zone is 0 minutes old
    assert rows(select(Incident.priority)) == [(1,)]
    assert sorted(kept()) == [("BA", "001", 2), ("BA", "002", 0)]


def test_an_alarm_after_a_cancellation_is_stored(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001")
    db.session.execute(update(Incident).values(cancelled="mistake"))
    db.session.commit()
    send(tcp, shop, "NHA001", "NHA001")
    assert sorted(repeats for _, _, repeats in kept()) == [0, 1]
    assert rows(select(Incident.cancelled)) == [("",)]


def test_an_alarm_after_the_premises_have_cancelled_is_stored(tcp: Tcp, shop: Dialler, cast: Cast) -> None:
    send(tcp, shop, "NHA001", "NHA001")
    db.session.rollback()
    cancelling.cancel(db.session.scalars(select(Alert)).one(), "mistake", "", now(), cast.toko)
    db.session.commit()
    send(tcp, shop, "NHA001", "NHA001")
    assert sorted(repeats for _, _, repeats in kept()) == [1, 1]
    lines = select(Event.event_type).where(Event.event_type.in_(("received", "alarm_cancelled"))).order_by(Event.id)
    assert [event_type for (event_type,) in rows(lines)] == ["received", "alarm_cancelled", "received"]


def test_an_alarm_after_the_closure_opens_another_incident(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001", "NHA001")
    db.session.execute(update(Incident).values(status="closed"))
    db.session.commit()
    send(tcp, shop, "NHA001")
    assert count(select(Incident.id)) == 2
    assert kept() == [("HA", "001", 1), ("HA", "001", 0)]


def test_a_message_that_is_said_again_counts_once(tcp: Tcp, shop: Dialler) -> None:
    send(tcp, shop, "NHA001")
    again = shop.sia("NHA001")
    for _ in range(3):
        assert said(tcp, shop, again).word == "ACK"
    assert kept() == [("HA", "001", 1)]


def test_forged_zones_are_counted_beyond_a_bound_and_told(
    tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repetitions, "MOST_ALARMS", 5)
    send(tcp, shop, *[f"NHA{zone:03d}" for zone in range(1, 21)])
    assert [repeats for _, _, repeats in kept()] == [0, 0, 0, 0, 15]
    assert ("panel_flooded", "dispatcher", "1234") in told()


def test_other_events_are_counted_beyond_a_bound_of_a_day(
    tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repetitions, "OTHERS", repetitions.OTHERS._replace(most=3))
    send(tcp, shop, *["NOP001"] * 6, "NAT")
    assert [(code, repeats) for code, _, repeats in kept()] == [("OP", 0), ("OP", 0), ("OP", 4)]
    assert count(select(func.count(Notice.id)).where(Notice.kind == "panel_power")) == 1
    send(tcp, shop, "NHA001")
    assert kept()[-1] == ("HA", "001", 0)
