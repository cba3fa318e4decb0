"""Messages in doubt keep their order, and for a mistake in judging them no other message or panel pays."""

from contextlib import closing
from threading import Event

import pytest

from meteor.sas import connections, refusals
from meteor.sas.directory import Directory
from tests.processes.conftest import until
from tests.sas.dialler import Dialler, Tcp
from tests.sas.receiver.conftest import Listening, said, stored


class Broken(BaseException):
    """What no part of the receiver catches."""


def fail(*given: object) -> None:
    raise ZeroDivisionError


def break_down(*given: object) -> None:
    raise Broken


def test_a_panel_is_heard_again_once_the_panels_can_be_read(
    tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    frame = shop.sia("NHA001")
    with monkeypatch.context() as broken:
        broken.setattr(Directory, "load", fail)
        tcp.send(frame)
        until(lambda: "The panels cannot be read: ZeroDivisionError" in caplog.text)
    assert said(tcp, shop, frame).word == "ACK"


def test_a_panel_is_written_in_its_order_while_the_panels_are_read(
    receiver: Listening, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, known, go_on = Directory.load, Event(), Event()

    def load_and_wait(directory: Directory) -> None:
        load(directory)
        known.set()
        go_on.wait()

    monkeypatch.setattr(Directory, "load", load_and_wait)
    tcp.send(shop.sia("NBA001"))
    known.wait()
    tcp.send(shop.sia("NBA002"))
    until(lambda: receiver.within(lambda: [each.unanswered for each in receiver.receiver.connections]) == [2])
    go_on.set()
    assert [shop.read(tcp.receive()).sequence for _ in range(2)] == ["0001", "0002"]
    assert [event.zone for event in stored()] == ["001", "002"]


def test_what_is_refused_is_answered_though_the_dispatchers_cannot_be_told(
    receiver: Listening, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "tell", fail)
    stranger = Dialler("ABCD")
    tcp.send(shop.sia("NHA001") + stranger.sia("NBA001"))
    assert sorted(shop.read(tcp.receive()).word for _ in range(2)) == ["ACK", "NAK"]
    assert receiver.within(lambda: [each.unanswered for each in receiver.receiver.connections]) == [0]
    monkeypatch.setattr(connections, "SILENT_SECONDS", 0.0)
    assert tcp.receive() == b""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_receiver_ends_when_nothing_judges_messages_any_more(
    receiver: Listening, shop: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Directory, "load", break_down)
    with closing(Tcp(receiver.port)) as line:
        line.send(shop.poll())
        assert line.receive() == b""
    assert receiver.receiver.broke
