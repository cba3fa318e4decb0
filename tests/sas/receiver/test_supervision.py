"""Panels that are missed: first a trouble, then an incident of low priority, until they speak again."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.sas import admission, intake, panels, supervision, testing
from meteor.sas.dc09 import messages
from meteor.sas.models import Panel, PanelEvent
from meteor.scheduler.loop import Scheduler
from meteor.store import work
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.sas.dialler import Dialler
from tests.sas.scenes import alarm_types

pytestmark = pytest.mark.usefixtures("panels")

AT = datetime.fromisoformat("2026-11-24T03:00:00+00:00")
MINUTE = timedelta(minutes=1)


def speak(panel: Dialler, at: datetime) -> None:
    """The panel's poll is taken at this moment."""
    intake.store_message(admission.Message(messages.header(panel.poll()[1:-1]), "udp", at))
    db.session.flush()


def listen(since: datetime, until: datetime) -> None:
    """The receiver is well all the time."""
    while since <= until:
        supervision.beat(since)
        since += supervision.PAUSE / 2
    supervision.beat(until)


def passes(minutes: float, since: datetime = AT) -> None:
    """The receiver listens all the while; nobody speaks, and the clock looks every five seconds."""
    listen(since, since + minutes * MINUTE)
    for second in range(0, int(minutes * 60) + 1, 5):
        if second >= minutes * 60 - supervision.PAUSE.total_seconds():
            supervision.look(since + timedelta(seconds=second))


def incidents() -> list[Incident]:
    return list(db.session.scalars(select(Incident).order_by(Incident.id)))


def told() -> list[str]:
    """The kinds of what nobody knows yet."""
    return list(db.session.scalars(select(Notice.kind).where(Notice.acknowledged_at.is_(None)).order_by(Notice.kind)))


def troubles() -> int:
    return db.session.scalar(select(func.count()).select_from(PanelEvent).where(PanelEvent.code == "350")) or 0


@pytest.fixture
def heard(shop: Dialler) -> Panel:
    """The shop's panel, polled every minute, was heard at AT."""
    supervision.beat(AT)
    speak(shop, AT)
    return panel_of_(shop)


def panel_of_(dialler: Dialler) -> Panel:
    return db.session.scalars(select(Panel).where(Panel.account == dialler.account)).one()


def test_a_panel_that_speaks_in_time_is_not_missed(heard: Panel) -> None:
    passes(1.4)
    assert (heard.trouble_at, heard.silent_at) == (None, None)


def test_after_one_interval_and_a_half_it_is_a_trouble_that_dispatchers_are_told_of_once(heard: Panel) -> None:
    passes(1.9)
    assert heard.trouble_at == AT + 1.5 * MINUTE
    assert heard.silent_at is None
    assert db.session.execute(select(Notice.kind, Notice.role)).all() == [("panel_missed", "dispatcher")]
    assert troubles() == 1
    assert incidents() == []


def test_after_two_it_is_an_incident_of_low_priority_once(heard: Panel) -> None:
    passes(5)
    assert heard.silent_at is not None
    [incident] = incidents()
    assert (incident.premises_id, incident.priority) == (heard.premises_id, 4)


def test_the_next_message_ends_it(heard: Panel, shop: Dialler) -> None:
    passes(3)
    speak(shop, AT + 3 * MINUTE)
    assert (heard.trouble_at, heard.silent_at) == (None, None)


def test_who_speaks_again_takes_back_what_was_told_of_their_silence_and_of_nothing_else(
    cast: Cast, heard: Panel, shop: Dialler, bank: Dialler
) -> None:
    alarm_types(cast)
    panel_of_(bank).heard_at = AT
    passes(3)
    assert told() == ["alarm_signal", "alarm_signal", "panel_missed", "panel_missed"]
    [mine] = [incident for incident in incidents() if incident.premises_id == heard.premises_id]
    notices.tell(f"alarm_signal:{mine.id}1:", "alarm_signal", "/", role="call_taker")
    speak(shop, AT + 3 * MINUTE)
    assert told() == ["alarm_signal", "alarm_signal", "panel_missed"]
    assert db.session.scalar(select(Notice.acknowledged_at).where(Notice.key == f"alarm_signal:{mine.id}:"))


def test_who_was_missed_for_a_moment_only_takes_that_back_too(heard: Panel, shop: Dialler) -> None:
    passes(1.9)
    speak(shop, AT + 2 * MINUTE)
    assert told() == []


def test_it_may_be_missed_again(heard: Panel, shop: Dialler) -> None:
    passes(3)
    speak(shop, AT + 3 * MINUTE)
    passes(3, AT + 3 * MINUTE)
    assert heard.silent_at is not None
    assert troubles() == 2


def test_a_clock_that_was_away_does_both_at_once(heard: Panel) -> None:
    listen(AT, AT + 10 * MINUTE)
    supervision.look(AT + 10 * MINUTE)
    assert heard.trouble_at == heard.silent_at == AT + 10 * MINUTE
    assert len(incidents()) == troubles() == 1


def test_many_missed_panels_do_not_hold_the_right_to_write_at_once(
    heard: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SHARE", 0)
    db.session.add_all(
        Panel(premises_id=heard.premises_id, account=f"{0xB000 + number:X}", interval=60, heard_at=AT)
        for number in range(2)
    )
    listen(AT, AT + 10 * MINUTE)
    silent = []
    for _ in range(4):
        more = supervision.look(AT + 10 * MINUTE)
        silent.append((more, troubles()))
    assert silent == [(True, 1), (True, 2), (False, 3), (False, 3)]


def test_panels_in_test_do_not_keep_others_from_being_missed(
    heard: Panel, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SHARE", 0)
    bank = db.session.scalars(select(Panel).where(Panel.account == "5678")).one()
    bank.heard_at = AT
    tried = min(heard, bank, key=lambda panel: panel.id)
    other = bank if tried is heard else heard
    testing.begin_test(tried.premises, None, timedelta(minutes=30), "", AT, cast.tuti)
    listen(AT, AT + 10 * MINUTE)
    assert not supervision.look(AT + 10 * MINUTE)
    assert (tried.silent_at, other.silent_at) == (None, AT + 10 * MINUTE)


def test_while_the_receiver_does_not_listen_nobody_is_missed(heard: Panel) -> None:
    for minutes in range(1, 60):
        supervision.look(AT + minutes * MINUTE)
    assert (heard.trouble_at, heard.silent_at, incidents()) == (None, None, [])


def test_after_it_was_down_the_time_counts_from_when_it_listens_again(heard: Panel) -> None:
    again = AT + 30 * MINUTE
    listen(again, again + 1.4 * MINUTE)
    supervision.look(again + 1.4 * MINUTE)
    assert heard.trouble_at is None
    listen(again + 1.4 * MINUTE, again + 2 * MINUTE)
    supervision.look(again + 2 * MINUTE)
    assert heard.silent_at == again + 2 * MINUTE


def test_a_quick_restart_gives_nobody_more_time(heard: Panel) -> None:
    listen(AT, AT + MINUTE)
    supervision.beat(AT + MINUTE + timedelta(seconds=20))
    assert supervision.listening_since(AT + MINUTE + timedelta(seconds=30)) == AT


@pytest.mark.parametrize("change", [{"interval": 0}, {"active": False}, {"heard_at": None}])
def test_a_panel_that_need_not_be_heard_or_never_was_is_not_missed(heard: Panel, change: dict[str, object]) -> None:
    db.session.execute(update(Panel).where(Panel.id == heard.id).values(**change))
    passes(5)
    assert (heard.trouble_at, heard.silent_at, incidents()) == (None, None, [])


@pytest.mark.parametrize(
    ("before", "after"), [({"interval": 0}, {"interval": 60}), ({"active": False}, {"active": True})]
)
def test_one_that_has_to_be_heard_again_is_missed_from_then_on(
    heard: Panel, cast: Cast, before: dict[str, object], after: dict[str, object]
) -> None:
    db.session.execute(update(Panel).where(Panel.id == heard.id).values(before))
    db.session.refresh(heard)
    listen(AT, AT + 10 * MINUTE)
    panels.save_panel(heard, panels.panel_values(heard) | after, cast.tuti)
    assert heard.supervised_at is not None
    heard.supervised_at = AT + 10 * MINUTE
    passes(1.4, AT + 10 * MINUTE)
    assert (heard.trouble_at, heard.silent_at, incidents()) == (None, None, [])
    passes(2, AT + 10 * MINUTE)
    assert (heard.trouble_at, heard.silent_at) == (AT + 11.5 * MINUTE, AT + 12 * MINUTE)


@pytest.mark.parametrize("change", [{"interval": 0}, {"interval": 3600}, {"active": False}])
def test_one_that_is_silent_is_not_missed_any_more_when_another_interval_holds(
    heard: Panel, cast: Cast, change: dict[str, object]
) -> None:
    passes(3)
    panels.save_panel(heard, panels.panel_values(heard) | change, cast.tuti)
    assert (heard.trouble_at, heard.silent_at) == (None, None)
    assert None not in db.session.scalars(select(Notice.acknowledged_at).where(Notice.kind == "panel_missed")).all()


def test_a_panel_that_only_has_another_name_is_missed_still(heard: Panel, cast: Cast) -> None:
    passes(3)
    panels.save_panel(heard, panels.panel_values(heard) | {"name": "Brankas"}, cast.tuti)
    assert heard.silent_at is not None


def test_one_that_is_in_test_may_be_switched_off_until_the_test_is_over(heard: Panel, cast: Cast) -> None:
    testing.begin_test(heard.premises, None, 30 * MINUTE, "baterai diganti", AT, cast.tuti)
    passes(29)
    assert (heard.trouble_at, heard.silent_at) == (None, None)
    listen(AT + 29 * MINUTE, AT + 31 * MINUTE)
    supervision.look(AT + 31 * MINUTE)
    assert heard.silent_at is not None


def test_an_alarm_is_a_sign_of_life_too(heard: Panel, shop: Dialler) -> None:
    later = AT + MINUTE
    intake.store_message(admission.Message(messages.header(shop.sia("NRP0000")[1:-1]), "tcp", later))
    db.session.flush()
    assert heard.heard_at == later


def test_two_panels_are_missed_each_for_itself(heard: Panel, bank: Dialler) -> None:
    other = panel_of_(bank)
    other.heard_at, other.interval = AT, 3600
    passes(5)
    assert heard.silent_at is not None
    assert (other.trouble_at, other.silent_at) == (None, None)


class TestItIsDue:
    """When the first panel will be missed if it is not heard."""

    def test_after_one_interval_and_a_half_and_then_after_two(self, heard: Panel) -> None:
        assert supervision.next_missed(AT) == AT + 1.5 * MINUTE
        passes(1.6)
        assert supervision.next_missed(AT + 1.6 * MINUTE) == AT + 2 * MINUTE
        passes(2.1)
        assert supervision.next_missed(AT + 2.1 * MINUTE) is None

    def test_not_before_the_test_of_the_premises_is_over(self, heard: Panel, cast: Cast) -> None:
        test = testing.begin_test(heard.premises, None, 30 * MINUTE, "baterai diganti", AT, cast.tuti)
        assert supervision.next_missed(AT) == test.until

    def test_never_while_nobody_listens(self, heard: Panel) -> None:
        assert supervision.next_missed(AT + MINUTE) is None

    @pytest.mark.parametrize("moment", ["heard_at", "supervised_at", "trouble_at", "silent_at"])
    def test_at_once_when_a_moment_lies_in_the_future(self, heard: Panel, moment: str) -> None:
        setattr(heard, moment, AT + 60 * MINUTE)
        db.session.flush()
        assert supervision.next_missed(AT) == AT

    def test_at_once_when_the_receiver_was_heard_in_the_future(self, heard: Panel) -> None:
        supervision.beat(AT + 60 * MINUTE)
        assert supervision.next_missed(AT) == AT


def test_it_is_a_job_of_the_clock(app: Flask) -> None:
    [job] = [job for job in app.config["JOBS"] if job.name == "sas.supervision"]
    assert Scheduler([job], app.app_context).turn(job) == job.every


class TestReadiness:
    def test_without_panels_nobody_needs_the_receiver(self, as_user: object) -> None:
        db.session.execute(update(Panel).values(active=False))
        assert self.said(as_user) == "ok"

    def test_with_panels_it_must_listen(self, as_user: object) -> None:
        assert self.said(as_user) == "alarm panels are not heard: run flask --app wsgi sia-server"
        supervision.beat(now())
        assert self.said(as_user) == "ok"
        supervision.beat(now() - timedelta(minutes=1))
        assert self.said(as_user) == "alarm panels are not heard: run flask --app wsgi sia-server"

    def said(self, as_user: object) -> str:
        return as_user("").get("/readyz").json["checks"]["receiver"]  # type: ignore[operator]


class TestAClockThatGoesBack:
    """Moments that were stored while the clock was an hour ahead do not keep a silent panel from being found."""

    HOUR = timedelta(hours=1)

    def test_a_panel_that_falls_silent_afterwards_is_found(self, heard: Panel, shop: Dialler) -> None:
        listen(AT, AT + MINUTE)
        speak(shop, AT + self.HOUR)
        panels.save_panel(heard, panels.panel_values(heard), None)
        heard.supervised_at = AT + self.HOUR
        supervision.beat(AT + self.HOUR)
        supervision.look(AT + MINUTE)
        assert (heard.heard_at, heard.supervised_at) == (AT + MINUTE, AT + MINUTE)
        passes(2.1, AT + MINUTE)
        assert heard.silent_at is not None

    def test_the_next_message_counts_from_when_it_came(self, heard: Panel, shop: Dialler) -> None:
        speak(shop, AT + self.HOUR)
        speak(shop, AT + MINUTE)
        assert heard.heard_at == AT + MINUTE

    def test_the_receiver_listens_since_it_was_heard_under_the_right_time(self, heard: Panel) -> None:
        supervision.beat(AT + self.HOUR)
        supervision.beat(AT + MINUTE)
        assert supervision.listening_since(AT + MINUTE) == AT + MINUTE

    def test_a_receiver_that_died_while_the_clock_was_ahead_does_not_look_well(self, heard: Panel) -> None:
        supervision.beat(AT + self.HOUR)
        assert supervision.listening_since(AT) is None
        supervision.look(AT)
        assert supervision.listening_since(AT + MINUTE) is None

    def test_an_alarm_under_a_number_of_that_hour_is_no_repetition(self, heard: Panel) -> None:
        shop, heard.source = Dialler("1234", stamped=False), "203.0.113.7"
        for at in (AT + self.HOUR, AT + MINUTE):
            frame = shop.sia("NBA001", sequence="0042")
            intake.store_message(admission.Message(messages.header(frame[1:-1]), "udp", at, heard.source))
            db.session.execute(update(PanelEvent).values(uptime=PanelEvent.uptime - 3600))  # an hour goes by
        assert db.session.scalar(select(func.count()).select_from(PanelEvent)) == 2
