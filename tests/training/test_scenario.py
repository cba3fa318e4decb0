"""The busiest day of 2023, ten times over in one hour of simulated time, and the figures on the supervisor's page."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User, UserRole
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.notices.unread import unacknowledged
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.training import busiest_day
from meteor.training.call_model import simulated_day
from meteor.training.scenario import TAKERS, Scenario, Staff
from tests.calls.switchboard import exchange, rings
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty

BEGAN = datetime(2026, 11, 20, 9, 30, tzinfo=WIB)
PAGE = "/calls/statistics?day=2026-11-20"
SEED = 2023


def call_takers(count: int = TAKERS) -> list[User]:
    people = [
        User(username=f"operator-{at}", name=f"Operator {at}", phone=f"+6281340000{at:03}") for at in range(count)
    ]
    for person in people:
        person.password_hash, person.roles = "-", [UserRole(role="call_taker")]
    db.session.add_all(people)
    db.session.flush()
    return people


def played(cast: Cast, count: int, minutes: float, began: datetime = BEGAN, takers: int = TAKERS) -> list[Call]:
    """What became of so many calls; commits."""
    staff = Staff(call_takers(takers), cast.komang)
    Scenario(simulated_day(count, minutes, SEED), exchange(), staff, began, SEED).play()
    db.session.commit()
    return list(db.session.scalars(select(Call).order_by(Call.received_at)))


def test_of_a_years_days_the_busiest_has_no_more_than_14_reports_in_99_years_of_100() -> None:
    mean = 1428 / 365

    def sure(most: int) -> float:
        return (
            sum(math.exp(number * math.log(mean) - mean - math.lgamma(number + 1)) for number in range(most + 1)) ** 365
        )

    assert sure(13) < 0.99 <= sure(14)
    assert (busiest_day.reports(), busiest_day.calls(), busiest_day.calls(pranks=0.7)) == (14, 25, 175)


def test_so_many_calls_ring_as_are_asked_for_the_same_for_the_same_seed() -> None:
    one, same, other = (list(simulated_day(250, 60, seed)) for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == 250
    assert 0 <= one[0].at <= one[-1].at <= 3600
    assert [ring.at for ring in one] == sorted(ring.at for ring in one)


def test_the_page_says_of_the_busiest_day_ten_times_over_what_the_calls_say(
    cast: Cast, as_user: Callable[[str], Browser]
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    calls = played(cast, busiest_day.calls() * 10, minutes=60)
    whole, hours, classes, people = tables(as_user("hadi").get(PAGE).text)
    assert len(calls) == 250
    assert 0 < len([call for call in calls if call.status == "abandoned"]) < 50
    assert whole == [told(calls)]
    assert hours == [
        told([call for call in calls if call.received_at.astimezone(WIB).hour == hour]) for hour in (9, 10)
    ]
    assert classes == [
        told([call for call in calls if call.classified_as == name])
        for name in ("normal", "information", "prank", "ghost", None)
    ]
    operators = db.session.scalars(select(User).where(User.username.like("operator-%")).order_by(User.name))
    assert people == [told([call for call in calls if call.taken_by == operator]) for operator in operators]
    for parts in (hours, classes):
        assert [sum(int(row[at]) for row in parts) for at in (0, 1)] == [int(whole[0][at]) for at in (0, 1)]


def test_only_the_supervisor_sees_how_soon_each_call_taker_answers(
    cast: Cast, as_user: Callable[[str], Browser]
) -> None:
    played(cast, 10, minutes=5)
    for who in ("maya", "komang"):
        page = as_user(who).get(PAGE).text
        assert len(tables(page)) == 3
        assert "Operator 0" not in page
    assert "Operator 0" in as_user("hadi").get(PAGE).text
    assert as_user("agus").get(PAGE).status_code == 403


def test_every_report_is_sent_dispatched_and_closed_and_leaves_no_alarm(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    calls = played(cast, 40, minutes=20)
    normal = [call for call in calls if call.classified_as == "normal"]
    alerts = db.session.scalars(select(Alert)).all()
    assert {call.alert_id for call in normal} == {alert.id for alert in alerts}
    assert {incident.status for incident in db.session.scalars(select(Incident))} == {"closed"}
    offers = db.session.scalars(select(Assignment)).all()
    assert offers
    assert all(offer.accepted_at and offer.ended_at for offer in offers)
    assert unacknowledged(cast.komang) == []
    assert all(call.status in ("ended", "abandoned") for call in calls)


def test_the_same_seed_is_answered_alike_on_another_day(cast: Cast) -> None:
    staff = Staff(call_takers(), cast.komang)
    for days in (0, 1):
        began = BEGAN + timedelta(days=days)
        Scenario(simulated_day(30, 10, SEED), exchange(), staff, began, SEED).play()
    calls = db.session.scalars(select(Call).order_by(Call.received_at)).all()
    assert waits(calls[:30]) == pytest.approx(waits(calls[30:]))


def test_a_rehearsal_that_breaks_off_has_not_been(cast: Cast) -> None:
    exchange()
    db.session.commit()
    Scenario(simulated_day(5, 2, SEED), exchange(), Staff(call_takers(), cast.komang), BEGAN, SEED).play()
    db.session.rollback()
    assert db.session.scalars(select(Call)).all() == []


def test_fewer_call_takers_answer_less(cast: Cast) -> None:
    calls = played(cast, 30, minutes=10, takers=1)
    assert len([call for call in calls if call.status == "abandoned"]) > 10


class TestCommand:
    ASKED = ("simulate-busiest-day", "--times", "2", "--hours", "1", "--day", "2026-11-20")

    @pytest.fixture
    def demo(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
        audit.record(None, audit.DEMO, "city:demo")
        db.session.commit()

    @pytest.mark.usefixtures("demo")
    def test_prints_how_soon_the_calls_were_answered(self, app: Flask, cast: Cast) -> None:
        call_takers()
        db.session.commit()
        printed = app.test_cli_runner().invoke(args=self.ASKED)
        assert printed.exit_code == 0, printed.output
        calls = db.session.scalars(select(Call)).all()
        assert {call.received_at.astimezone(WIB).hour for call in calls} == {0}
        rang, within, seconds, _ = printed.output.splitlines()
        assert rang.startswith("50 calls, ")
        answered = waits(calls)
        assert f"{sum(wait <= 10 for wait in answered) * 2} % within 10 s" in within
        assert f"50 % within {answered[(len(answered) - 1) // 2]:.1f} s" in seconds

    @pytest.mark.usefixtures("demo")
    def test_does_not_mix_with_calls_that_rang(self, app: Flask, cast: Cast) -> None:
        call_takers()
        rings(at=datetime(2026, 11, 19, 17, 30, tzinfo=UTC))  # half past midnight in the city
        printed = app.test_cli_runner().invoke(args=self.ASKED)
        assert printed.exit_code == 1
        assert "other calls rang in that time" in printed.output

    @pytest.mark.usefixtures("demo")
    def test_needs_all_call_takers(self, app: Flask, cast: Cast) -> None:
        printed = app.test_cli_runner().invoke(args=self.ASKED)
        assert printed.exit_code == 1
        assert "there are 1 call-takers, not 8" in printed.output

    @pytest.mark.usefixtures("demo")
    def test_makes_up_no_calls_where_the_demo_city_is_switched_off(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=False))
        assert self.refused(app)

    def test_makes_up_no_calls_among_real_people(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
        assert self.refused(app)

    def refused(self, app: Flask) -> bool:
        printed = app.test_cli_runner().invoke(args=self.ASKED)
        return printed.exit_code == 1 and "not the demo city" in printed.output


def tables(page: str) -> list[list[list[str]]]:
    """The cells of the page's tables, row by row, without their headings."""
    rows = (re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", table, re.DOTALL) for table in page.split("<table")[1:])
    return [
        [[cell.strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in table]
        for table in rows
    ]


def told(calls: Sequence[Call]) -> list[str]:
    """A row of the page as the calls themselves have it: rang, missed, shares of all, percentiles of the answered."""
    seconds = waits(calls)

    def within(most: float) -> int:
        return sum(wait <= most for wait in seconds)

    def soonest(percent: int) -> str:
        least = (math.ceil(wait) for wait in seconds if within(wait) * 100 >= percent * len(seconds))
        return f"{next(least)} dtk" if seconds else "–"

    return [
        str(len(calls)),
        str(sum(call.status == "abandoned" for call in calls)),
        *(f"{within(step) * 100 // len(calls)} %" for step in (10, 15, 20)),
        *(soonest(percent) for percent in (50, 90, 95, 99)),
    ]


def waits(calls: Sequence[Call]) -> list[float]:
    """How many seconds each that was answered had waited, the shortest first."""
    return sorted((call.answered_at - call.received_at).total_seconds() for call in calls if call.answered_at)
