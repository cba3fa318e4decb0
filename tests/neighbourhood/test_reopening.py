"""After an incident is reopened its neighbours are asked anew, whatever they had answered before."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.neighbourhood import answers, view
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.neighbours import told
from tests.cast import Cast
from tests.conftest import Browser
from tests.neighbourhood.test_answers import banner, events
from tests.scenes import report

As = Callable[[str], Browser]
Scheduler = Callable[..., None]

BOTH = pytest.mark.parametrize(("username", "base"), [("endang", "neighbourhood"), ("wahyu", "helping")])
"""The RT leader, and the volunteer near it."""


@pytest.fixture
def fire(cast: Cast, scheduler: Scheduler, willing: None) -> Incident:
    """A fire at Sari's, to which Bu Endang (the RT leader) and Wahyu (a volunteer) are called."""
    incident = report(cast, "sari", "fire")
    scheduler()
    return incident


def close_and_reopen(incident: Incident, cast: Cast, between: Callable[[], None] = lambda: None) -> None:
    dispatch.close(incident, "helped", "", now(), cast.komang)
    between()
    dispatch.reopen(incident, "Api menyala lagi", now(), cast.komang)
    db.session.commit()


@BOTH
@pytest.mark.parametrize("word", ["going", "cannot"])
@pytest.mark.parametrize("at_once", [True, False])
def test_who_had_answered_is_asked_and_rung_anew(
    as_user: As, cast: Cast, fire: Incident, scheduler: Scheduler, username: str, base: str, word: str, at_once: bool
) -> None:
    neighbour = as_user(username)
    neighbour.post(f"/{base}/{fire.number}/answer", data={"answer": word})
    close_and_reopen(fire, cast, (lambda: None) if at_once else scheduler)
    scheduler()
    assert answers.going(fire.id) == []
    said = banner(neighbour)
    assert "data-alarm" in said
    assert "Ya, saya ke sana" in said
    assert events(fire) == [(f"neighbour_{word}", getattr(cast, username).name)]


@pytest.mark.both_databases
@BOTH
def test_who_was_there_is_asked_again_and_may_be_there_again(
    as_user: As, cast: Cast, fire: Incident, scheduler: Scheduler, username: str, base: str
) -> None:
    neighbour = as_user(username)
    neighbour.post(f"/{base}/{fire.number}/presence")
    close_and_reopen(fire, cast)
    scheduler()
    assert view.present(fire.id) == []
    assert "Ya, saya ke sana" in banner(neighbour)
    neighbour.post(f"/{base}/{fire.number}/presence")
    assert [presence.name for presence in view.present(fire.id)] == [getattr(cast, username).name]
    assert "Kebakaran" not in banner(neighbour)
    assert [event for event, _ in events(fire)] == ["neighbour_there", "neighbour_there"]


@pytest.mark.both_databases
def test_before_the_scheduler_gets_to_it_an_old_answer_counts_no_more(
    as_user: As, cast: Cast, fire: Incident, scheduler: Scheduler
) -> None:
    endang = as_user("endang")
    endang.post(f"/neighbourhood/{fire.number}/answer", data={"answer": "going"})
    close_and_reopen(fire, cast)
    assert answers.going(fire.id) == []
    assert "Ya, saya ke sana" in banner(endang)
    endang.post(f"/neighbourhood/{fire.number}/answer", data={"answer": "going"})
    scheduler()  # the new answer stands, though the call was made before the reopening
    assert [each.name for each in answers.going(fire.id)] == ["Endang Lestari"]
    assert [event for event, _ in events(fire)] == ["neighbour_going", "neighbour_going"]


def test_an_alert_of_hours_ago_calls_the_leader_when_it_is_reopened(
    cast: Cast, fire: Incident, scheduler: Scheduler
) -> None:
    db.session.query(Alert).update({"received_at": now() - timedelta(hours=3)})
    close_and_reopen(fire, cast, scheduler)
    scheduler()
    assert told("neighbourhood") == ["endang"]


def test_an_answer_to_the_new_call_is_not_asked_for_again(
    as_user: As, cast: Cast, fire: Incident, scheduler: Scheduler
) -> None:
    close_and_reopen(fire, cast)
    scheduler()
    wahyu = as_user("wahyu")
    wahyu.post(f"/helping/{fire.number}/answer", data={"answer": "going"})
    timeline.visibility_changed(fire.id, now())
    scheduler()
    assert told() == []
    assert [each.name for each in answers.going(fire.id)] == ["Wahyu Hidayat"]
