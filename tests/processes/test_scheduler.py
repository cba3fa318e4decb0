"""The scheduler killed at any moment, and two schedulers at once: nothing twice, nothing forgotten."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.alerts.rules import IncomingAlert, receive
from meteor.dispatch.models import Assignment
from meteor.dispatch.overdue import STEPS
from meteor.incidents.models import Event, Incident
from meteor.notices.models import Notice
from meteor.scheduler.models import Lease
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.processes.conftest import Process, Servers, count, motorbikes, people, rows, until

pytestmark = pytest.mark.both_databases

ROUNDS = 5
FIRST, MORE = 20, 4  # incidents at the beginning, and in every round
LONGEST_LIFE = 1.5  # seconds from a scheduler's first turn until it is killed
KILLS = 3
WAITING = 100  # incidents that nobody accepts: their steps take longer than KILLS schedulers live


@pytest.fixture
def reporters(cast: Cast) -> Iterator[int]:
    """Citizens who have not pressed yet, in a city with a motorbike for each of them and as many again."""
    motorbikes(cast, 2 * (FIRST + ROUNDS * MORE))
    return iter(people("citizen", FIRST + ROUNDS * MORE))


def test_a_clock_that_is_killed_at_any_moment_does_nothing_twice_and_forgets_nothing(
    reporters: Iterator[int], servers: Servers
) -> None:
    random, ran_out = Random(30), set()
    press(reporters, FIRST)
    for _ in range(ROUNDS):
        press(reporters, MORE)
        ran_out |= let_time_run_out()
        scheduler = servers.start_scheduler()
        live(scheduler, random.uniform(0, LONGEST_LIFE))
        servers.kill(scheduler)
    ran_out |= let_time_run_out()
    servers.start_scheduler()
    all_was_done_once(ran_out)


def test_two_schedulers_at_once_do_nothing_twice_whichever_of_them_is_killed(
    reporters: Iterator[int], servers: Servers
) -> None:
    random, ran_out = Random(31), set()
    schedulers = [servers.start_scheduler(), servers.start_scheduler()]
    press(reporters, FIRST)
    for number in range(len(schedulers)):
        press(reporters, MORE)
        ran_out |= let_time_run_out()
        live(schedulers[number], random.uniform(0, LONGEST_LIFE))
        servers.kill(schedulers[number])
        schedulers[number] = servers.start_scheduler()
        until(lambda: not due())
        nothing_twice()
    all_was_done_once(ran_out)


def test_a_scheduler_that_is_killed_between_and_inside_steps_of_escalation_takes_each_once(
    cast: Cast, servers: Servers
) -> None:
    press(iter(people("citizen", WAITING)), WAITING)
    since = now() - STEPS[-1].after
    db.session.execute(update(Incident).values(escalated=0, waiting_since=since))
    db.session.commit()
    for _ in range(KILLS):
        before = len(steps_taken())
        scheduler = servers.start_scheduler()
        until(lambda before=before: len(steps_taken()) > before)  # type: ignore[misc]
        servers.kill(scheduler)
        assert len(steps_taken()) < len(STEPS) * WAITING
        let_time_run_out()
    servers.start_scheduler()
    until(lambda: not count(select(Incident.id).where(Incident.escalated < len(STEPS))))
    incidents = [incident for (incident,) in rows(select(Incident.id))]
    assert Counter(steps_taken()) == dict.fromkeys(product(incidents, (1, 2, 3)), 1)
    kinds = ("unaccepted", "nobody_left_at")  # the second says more, to the dispatchers
    told = rows(select(Notice.url, Notice.role).where(Notice.kind.in_(kinds)))
    assert Counter(role for _, role in told) == {"dispatcher": WAITING, "supervisor": WAITING}
    assert len(set(map(tuple, told))) == len(told)


def steps_taken() -> list[tuple[int, int]]:
    """The steps of escalation on the timelines, each with its incident."""
    step = Event.detail["step"].as_integer()
    return [tuple(row) for row in rows(select(Event.incident_id, step).where(Event.event_type == "escalated"))]


def press(reporters: Iterator[int], number: int) -> None:
    """So many more citizens call for help at Sari's door, once what waited before has been escalated: not again."""
    for _ in range(number):
        incoming = IncomingAlert(
            uuid4(), "panic", "emergency", next(reporters), latitude=HOME[0], longitude=HOME[1], accuracy=10.0
        )
        receive(incoming, now())
    db.session.execute(update(Incident).values(escalated=len(STEPS)))
    db.session.commit()


def let_time_run_out() -> set[int]:
    """End the time of all open offers, and all leases. Returns the offers' ids."""
    ended = update(Assignment).where(Assignment.status == "offered").values(expires_at=now() - timedelta(seconds=1))
    over = set(db.session.scalars(ended.returning(Assignment.id)))
    db.session.execute(delete(Lease))
    db.session.execute(update(OutboxItem).where(OutboxItem.done_at.is_(None)).values(due_at=now()))
    db.session.commit()
    return over


def live(scheduler: Process, seconds: float) -> None:
    """Let the scheduler live so long."""
    scheduler.join(seconds)
    assert scheduler.exitcode is None


def due() -> bool:
    """Whether an offer stands whose time is over."""
    return count(select(Assignment.id).where(Assignment.status == "offered", Assignment.expires_at <= now())) > 0


def waiting() -> bool:
    """Whether something is left in the outbox."""
    return count(select(OutboxItem.id).where(OutboxItem.done_at.is_(None))) > 0


def nothing_twice() -> None:
    """Every expiry stands on the timeline once, and no line of a plan has been offered to two."""
    expired = select(Assignment.incident_id, Unit.call_sign).join(Unit).where(Assignment.status == "expired")
    told = select(Event.incident_id, Event.detail["unit"].as_string()).where(Event.event_type == "offer_expired")
    assert Counter(map(tuple, rows(told))) == Counter(map(tuple, rows(expired)))
    line = (Assignment.incident_id, Assignment.capability)
    assert rows(select(*line).where(Assignment.ended_at.is_(None)).group_by(*line).having(func.count() > 1)) == []


def all_was_done_once(ran_out: set[int]) -> None:
    """In the end every offer that ran out was followed by another, and the RT leader was told of every press once."""
    until(lambda: not due() and not waiting())
    nothing_twice()
    expired = select(Assignment.id).where(Assignment.status == "expired")
    assert ran_out <= {offer for (offer,) in rows(expired)}
    assert rows(expired.where(Assignment.ended_at < Assignment.expires_at)) == []
    minded = select(Assignment.incident_id).where(Assignment.status == "offered")
    assert rows(select(Incident.number).where(Incident.id.not_in(minded))) == []
    told = Counter(who for (who,) in rows(select(Notice.key).where(Notice.kind == "neighbourhood")))
    endang = rows(select(Notice.user_id).where(Notice.kind == "neighbourhood").distinct())
    assert len(endang) == 1
    assert told == {f"neighbourhood:{alert}:{endang[0][0]}": 1 for (alert,) in rows(select(Alert.id))}
