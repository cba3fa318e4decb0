"""The scheduler's process that sends push messages: it gives way, and neither outlives the other."""

import os
import signal
from pathlib import Path

from meteor.notices.sender_process import NICE
from tests.cast import Cast
from tests.processes.conftest import LONGEST, Process, Servers, until

MOST = 19
"""The highest niceness."""


def test_the_process_that_sends_gives_way_and_ends_with_a_scheduler_that_is_killed(
    cast: Cast, servers: Servers
) -> None:
    scheduler = servers.start_scheduler()
    sender = sender_of(scheduler)
    until(lambda: niceness(sender) == min(niceness(scheduler.pid) + NICE, MOST))
    for number in (signal.SIGTERM, signal.SIGINT):  # as all processes of a service are told, or of a terminal
        os.kill(sender, number)
    assert is_running(sender)
    servers.kill(scheduler)
    until(lambda: not is_running(sender))


def test_a_scheduler_whose_sending_process_is_killed_ends_to_be_started_again(cast: Cast, servers: Servers) -> None:
    scheduler = servers.start_scheduler()
    os.kill(sender_of(scheduler), signal.SIGKILL)
    scheduler.join(LONGEST)
    assert scheduler.exitcode == 1
    servers.running.remove(scheduler)


def sender_of(scheduler: Process) -> int:
    """The only child of the scheduler, once it is there."""
    children = Path(f"/proc/{scheduler.pid}/task/{scheduler.pid}/children")
    until(lambda: bool(children.read_text().split()))
    (sender,) = map(int, children.read_text().split())
    return sender


def niceness(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def is_running(pid: int) -> bool:
    """Whether it is there and no zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
