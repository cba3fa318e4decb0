"""A signal ends the scheduler, which leaves its turns to the next one at once."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from meteor.scheduler.models import Lease
from meteor.store.models import Heartbeat
from tests.cast import Cast
from tests.processes.conftest import LONGEST, Servers, rows, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("paused", [False, True], ids=["running", "paused before"])
def test_a_signal_ends_the_scheduler_in_order(
    cast: Cast, servers: Servers, number: signal.Signals, paused: bool
) -> None:
    scheduler = servers.start_scheduler()
    jobs = {job.name for job in servers.app.config["JOBS"]}
    until(lambda: {name for (name,) in rows(select(Heartbeat.job))} >= jobs)
    if paused:  # then the kernel may give the next signal to any of its threads
        os.kill(scheduler.pid, signal.SIGSTOP)
        until(lambda: "(stopped)" in Path(f"/proc/{scheduler.pid}/status").read_text())
        os.kill(scheduler.pid, signal.SIGCONT)
    os.kill(scheduler.pid, number)
    scheduler.join(LONGEST)
    assert scheduler.exitcode == 0  # whoever stops it waits no longer
    assert rows(select(Lease.job)) == []
    servers.running.remove(scheduler)
