"""A signal ends the scheduler, which leaves its turns to the next one at once."""

import signal

import pytest
from sqlalchemy import select

from meteor.scheduler.models import Lease
from meteor.store.models import Heartbeat
from tests.cast import Cast
from tests.processes.conftest import Servers, rows, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_scheduler_in_order(cast: Cast, servers: Servers, number: signal.Signals) -> None:
    scheduler = servers.start_scheduler()
    jobs = {job.name for job in servers.app.config["JOBS"]}
    until(lambda: {name for (name,) in rows(select(Heartbeat.job))} >= jobs)
    scheduler.send_signal(number)
    assert scheduler.wait(20) == 0  # whoever stops it waits no longer
    assert rows(select(Lease.job)) == []
    servers.running.remove(scheduler)
