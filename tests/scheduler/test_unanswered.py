"""Units that did not answer an offer: they are no "no unit", and are asked again after a pause."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from meteor.dispatch import offers, overdue, override, rules
from meteor.incidents import shortfall
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.incidents.shortfall import Gap
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.scenes import offered, open_assignment
from tests.scheduler.conftest import Press

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("crews")]

PAUSE = timedelta(seconds=90)


def let_run_out(at: datetime) -> datetime:
    """Both crews let the offer run out, one after the other; when the second did."""
    for _crew in range(2):
        at += offers.OFFER_TIME
        overdue.expire(at)
    return at


def rings(kind: str) -> list[bool]:
    """Whether each notice of this kind still rings, in their order."""
    told = db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [notice.acknowledged_at is None for notice in told]


def unanswered(incident: Incident) -> list[Gap]:
    return [gap for gap in shortfall.gaps(incident.id) if gap.reason == "unanswered"]


def test_the_shortfall_says_how_many_did_not_answer(press: Press) -> None:
    incident = press()
    let_run_out(now())
    assert unanswered(incident) == [Gap("patrol", 1, "unanswered", 2)]
    assert (rings("unanswered"), rings("nobody_left")) == ([True], [])


def test_after_the_pause_the_nearest_is_asked_again(press: Press) -> None:
    incident = press()
    silent = let_run_out(now())
    overdue.serve_waiting(silent + PAUSE - 2 * offers.OFFER_TIME)  # the first has rested for a minute
    assert offered(incident) == []
    overdue.serve_waiting(silent + PAUSE)
    assert offered(incident) == ["TRAIL-01"]
    assert shortfall.gaps(incident.id) == []
    assert rings("unanswered") == [False]


def test_the_pause_is_that_of_the_incidents_type(press: Press, cast: Cast) -> None:
    cast.incident_type("emergency").offer_again_after = 600
    incident = press()
    silent = let_run_out(now())
    overdue.serve_waiting(silent + timedelta(seconds=560))
    assert offered(incident) == []
    overdue.serve_waiting(silent + timedelta(seconds=600))
    assert offered(incident) == ["TRAIL-01"]


def test_who_was_not_asked_yet_comes_before_who_did_not_answer(press: Press, cast: Cast) -> None:
    incident = press()
    overdue.expire(now() + offers.OFFER_TIME)
    late = now() + offers.OFFER_TIME + PAUSE + timedelta(seconds=1)
    rules.refuse(open_assignment("TRAIL-02"), "vehicle", late, cast.bayu)
    assert offered(incident) == ["TRAIL-01"]


def test_who_refused_is_not_asked_again(press: Press, cast: Cast) -> None:
    incident = press()
    rules.refuse(open_assignment("TRAIL-01"), "vehicle", now(), cast.agus)
    overdue.expire(now() + offers.OFFER_TIME)
    overdue.serve_waiting(now() + timedelta(hours=1))
    assert offered(incident) == ["TRAIL-02"]


def test_the_dispatcher_asks_again_at_once(press: Press, cast: Cast) -> None:
    incident = press()
    silent = let_run_out(now())
    override.offer_again(incident, silent, cast.komang)
    assert offered(incident) == ["TRAIL-01"]


def test_nobody_is_asked_again_about_a_closed_incident(press: Press, cast: Cast) -> None:
    incident = press()
    silent = let_run_out(now())
    rules.close(incident, "nothing_found", "", silent, cast.komang)
    with pytest.raises(AlreadyClosed):
        override.offer_again(incident, silent, cast.komang)
    assert rings("unanswered") == [False]


def test_where_the_city_has_no_such_unit_the_shortfall_says_so(press: Press, cast: Cast) -> None:
    cast.unit("DAMKAR-01").in_service = False
    fire = press(kind="fire")
    assert [(gap.capability, gap.reason) for gap in shortfall.gaps(fire.id)] == [("fire", "none")]


def test_where_all_are_busy_the_shortfall_says_that(press: Press) -> None:
    press("wahyu", kind="crime")
    assert shortfall.gaps(press().id) == [Gap("patrol", 1, "busy")]
