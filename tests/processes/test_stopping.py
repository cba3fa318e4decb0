"""SIGTERM ends the clock within a second, and leaves its turns to the next one at once."""

import signal
from time import monotonic

import pytest
from sqlalchemy import select

from meteor.clock.models import Heartbeat, Lease
from tests.cast import Cast
from tests.processes.conftest import Servers, rows, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_clock_within_a_second(cast: Cast, servers: Servers, number: signal.Signals) -> None:
    clock = servers.start_clock()
    jobs = {job.name for job in servers.app.config["JOBS"]}
    until(lambda: {name for (name,) in rows(select(Heartbeat.job))} >= jobs)
    began = monotonic()
    clock.send_signal(number)
    assert clock.wait(5) == 0
    assert monotonic() - began < 1.5  # the second, and what Python takes to go
    assert rows(select(Lease.job)) == []
    servers.running.remove(clock)
