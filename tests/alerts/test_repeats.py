"""One account that calls again and again: every alert is kept, together they ring and write no more than a few."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from meteor.alerts import merging, rules
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.repeats import HEARD
from meteor.alerts.separating import separate
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.neighbourhood.models import Callout
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from meteor.store.work import TOO_OLD
from tests.alerts.neighbours import FAR, mark, row, told
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import report

pytestmark = pytest.mark.both_databases

As = Callable[[str], Browser]
Ring = Callable[..., None]
NOON = datetime.fromisoformat("2026-11-24T12:00:00+07:00")


def press(cast: Cast, at: datetime = NOON, who: str = "sari", **given: Any) -> Incident:
    """A press at Sari's door."""
    incoming = {
        "id": uuid4(),
        "source": "panic",
        "kind": "emergency",
        "latitude": HOME[0],
        "longitude": HOME[1],
    } | given
    receipt = rules.receive(IncomingAlert(reporter_id=getattr(cast, who).id, **incoming), at)
    db.session.commit()
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def again(cast: Cast, times: int, **given: Any) -> Incident:
    """Sari presses so many times within one minute."""
    return [press(cast, NOON + timedelta(milliseconds=number), **given) for number in range(times)][-1]


def lines(incident: Incident) -> int:
    return [event.event_type for event in timeline.of_incident(incident.id)].count("received")


def number_of(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def waiting() -> list[OutboxItem]:
    return list(
        db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "visibility_changed", OutboxItem.attempts == 0))
    )


def test_every_press_is_kept_and_they_are_one_line_on_the_timeline(cast: Cast) -> None:
    incident = again(cast, 30)
    assert number_of(Alert) == 30
    assert lines(incident) == 1


def test_a_minute_later_a_press_has_a_line_again(cast: Cast) -> None:
    again(cast, 3)
    assert lines(press(cast, NOON + timedelta(minutes=1))) == 2


def test_what_a_press_says_has_a_line_of_its_own_until_it_has_said_enough(cast: Cast) -> None:
    incident = again(cast, HEARD + 10, note="Api di dapur")
    assert lines(incident) == HEARD
    assert lines(press(cast, NOON + timedelta(minutes=1), note="Sudah di jalan")) == HEARD + 1


def test_another_kind_is_heard_from_a_press_until_it_has_said_enough(cast: Cast) -> None:
    again(cast, HEARD - 1)
    assert press(cast, NOON + timedelta(seconds=1), kind="fire").type.code == "fire"
    assert press(cast, NOON + timedelta(seconds=2), kind="medical").type.code == "fire"
    assert press(cast, NOON + timedelta(minutes=1), kind="medical").type.code == "medical"


def test_a_press_that_is_silent_is_always_heard(cast: Cast) -> None:
    again(cast, HEARD + 1)
    assert press(cast, NOON + timedelta(seconds=1), silent=True).silent


def test_presses_leave_one_item_for_their_incident_and_one_more_once_that_was_claimed(
    cast: Cast, scheduler: Ring
) -> None:
    again(cast, 5)
    assert len(waiting()) == 1
    scheduler()
    assert waiting() == []
    again(cast, 5)
    assert len(waiting()) == 1


def test_the_leader_is_rung_once_by_an_account_and_once_by_the_next(cast: Cast, scheduler: Ring) -> None:
    for _ in range(3):
        incident = report(cast, "sari")
        report(cast, "sari")
        scheduler()
    assert told("neighbourhood") == ["endang"]
    merging.merge(report(cast, "karto", **FAR), incident, now(), cast.komang)
    db.session.commit()
    scheduler()
    assert told("neighbourhood").count("endang") == 2


@pytest.mark.usefixtures("willing")
def test_a_helper_is_rung_once_however_often_it_is_pressed(cast: Cast, scheduler: Ring) -> None:
    for _ in range(3):
        report(cast, "sari", "fire")
        scheduler()
    assert told() == ["wahyu"]
    assert number_of(Callout) == 2
    called = select(func.count()).where(Notice.kind.in_(["neighbour", "neighbourhood"]))
    assert db.session.scalar(called) == 2


def test_what_waited_for_hours_rings_only_for_what_is_new(cast: Cast, scheduler: Ring) -> None:
    report(cast, "sari")
    db.session.execute(Alert.__table__.update().values(received_at=now() - TOO_OLD - timedelta(minutes=1)))
    again_ = report(cast, "sari")
    scheduler()
    assert told("neighbourhood") == []
    merging.merge(report(cast, "wahyu"), again_, now(), cast.komang)
    scheduler()
    assert sorted(told("neighbourhood")) == ["endang", "slamet"]
    assert number_of(Callout) == 2


def test_an_alert_that_was_taken_away_is_the_first_where_it_is_and_so_is_the_next_where_it_was(
    cast: Cast, scheduler: Ring
) -> None:
    mark(cast, "fire")
    incident = again(cast, 3)
    first, *_ = db.session.scalars(select(Alert).order_by(Alert.received_at))
    separate(first, row(cast, "fire"), Place(*HOME, 10.0, "call"), now(), cast.maya)
    db.session.commit()
    db.session.expire_all()
    firsts = db.session.scalars(select(Alert.incident_id).where(~Alert.repeat)).all()
    assert sorted(firsts) == sorted([incident.id, first.incident_id])


class TestTheIncidentsPage:
    def test_says_how_often_and_when_last(self, cast: Cast, as_user: As) -> None:
        incident = again(cast, 30)
        press(cast, now(), note="Tolong cepat")
        shown = as_user("komang").get(f"/incidents/{incident.number}/callers").text
        assert "Pressed 31 times" in shown or "Ditekan 31 kali" in shown
        assert "Tolong cepat" in shown

    def test_says_nothing_of_one_press(self, cast: Cast, as_user: As) -> None:
        incident = press(cast)
        assert "repeats-title" not in as_user("komang").get(f"/incidents/{incident.number}/callers").text

    def test_learns_of_a_press_that_has_no_line(self, cast: Cast, as_user: As) -> None:
        incident = again(cast, 2)
        page = f"/incidents/{incident.number}/callers"
        version = as_user("komang").get(page).text.split('data-version="')[1].split('"')[0]
        assert as_user("komang").get(f"{page}?v={version}").status_code == 204
        again(cast, 1)
        assert as_user("komang").get(f"{page}?v={version}").status_code == 200
