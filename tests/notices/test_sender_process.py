"""The process that sends for the scheduler: what it is given arrives, and what went wrong is told as it is here."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from meteor.notices.devices import Keys
from meteor.notices.push_message import Message
from meteor.notices.sender_process import NotSent, SenderProcess
from meteor.store.outgoing import Refused
from tests.notices.push_service import PushService

WARNING = Message("Banjir di kelurahan Anda", "/warnings/1", "a" * 32)


@pytest.fixture
def sender(app: Flask, service: PushService) -> Iterator[SenderProcess]:
    """The process, to which the push service on this machine is public too."""
    process = SenderProcess()
    yield process
    process._control.close()
    process.wait()


def test_what_it_posts_arrives_one_message_after_the_other(sender: SenderProcess, service: PushService) -> None:
    device = service.subscribe()
    for _ in range(2):
        sender.post(Keys(**device.form), WARNING, 60)
    assert [WARNING.sentence.encode() in device.read(body) for _, body in service.server.received] == [True, True]


def test_a_service_that_refuses_is_told_with_its_status_and_the_pause_it_asks_for(
    sender: SenderProcess, service: PushService
) -> None:
    service.server.status, service.server.headers = 429, {"Retry-After": "120"}
    with pytest.raises(Refused, match="answered 429") as refused:
        sender.post(Keys(**service.subscribe().form), WARNING, 60)
    assert (refused.value.status, refused.value.pause) == (429, timedelta(minutes=2))


def test_what_else_goes_wrong_is_told_by_name_and_the_next_message_is_sent(
    sender: SenderProcess, service: PushService
) -> None:
    form = service.subscribe().form
    with pytest.raises(NotSent, match="NewConnectionError"):
        sender.post(Keys(**form | {"endpoint": "https://localhost:9/push/1"}), WARNING, 60)
    sender.post(Keys(**form), WARNING, 60)
    assert len(service.server.received) == 1


TOLD_TO_STOP_WHILE_IT_FORKS = """
import os, signal, sys
from meteor.notices import sender_process
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(7))
os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGTERM))
sender_process.begin()
"""


def test_a_scheduler_that_is_told_to_stop_while_it_begins_the_process_stops() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", TOLD_TO_STOP_WHILE_IT_FORKS], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (7, "")
