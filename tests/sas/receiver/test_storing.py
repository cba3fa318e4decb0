"""The database goes away, METEOR makes a mistake, the receiver is killed: what was acknowledged is there, once."""

import gc
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from bench._disk import MovedClock
from meteor.sas import alarms, storing, waiting
from meteor.sas.admission import Message
from meteor.sas.dc09 import messages
from meteor.sas.intake import Answer
from meteor.sas.models import PanelEvent
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import now
from tests.processes.conftest import LONGEST, Process, Servers, count, rows, until
from tests.sas.dialler import Dialler, Tcp
from tests.sas.receiver.conftest import KEY, Away, Listening, heard, panel_of, said, stored, told

pytestmark = pytest.mark.both_databases


class TestTheDatabaseIsAway:
    def test_nothing_is_answered_and_all_is_when_it_is_back(
        self, tcp: Tcp, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        with Away() as away:
            tcp.send(shop.sia("NBA001"))
            assert away.noticed.wait(30)
        assert shop.read(tcp.receive()).word == "ACK"
        assert len(stored()) == 1
        assert "they are not answered" in caplog.text

    def test_after_a_while_only_what_is_said_again_is_answered(
        self, receiver: Listening, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(storing, "PATIENCE", timedelta(0))
        frame = shop.sia("NBA001")
        with Away():
            tcp.send(frame)
            until(lambda: receiver.within(lambda: given_up(receiver)))
        reply = said(tcp, shop, shop.sia("NBA002"))
        assert reply.sequence == "0002"  # the first was not answered
        assert said(tcp, shop, frame).word == "ACK"
        assert [row.zone for row in stored()] == ["002", "001"]

    def test_too_much_that_waits_is_left_unanswered(
        self, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(waiting, "MOST_WAITING", 2)
        with Away():
            tcp.send(b"".join(shop.sia(f"NBA{zone:03d}") for zone in range(1, 11)))
            until(lambda: "too much waits" in caplog.text)
        assert shop.read(tcp.receive()).word == "ACK"
        assert len(stored()) < 10


class TestWhatWaitsTogether:
    @pytest.fixture(autouse=True)
    def _committed(self, panels: None) -> None:
        db.session.remove()

    @pytest.mark.parametrize(("key", "together"), [("", [3]), (KEY, [1, 1, 1])], ids=["plain", "AES-128"])
    def test_what_is_said_again_meanwhile_is_written_once_and_all_are_answered(
        self, app: Flask, key: str, together: list[int]
    ) -> None:
        panel, frames = Dialler("5678" if key else "1234", key), []
        for _ in range(3):
            frames.append(panel.sia("NBA001", sequence="0007"))
            panel.fast -= 2
        written, words = write(app, panel, frames)
        assert (written, words) == (together, ["ACK"] * 3)
        assert len(stored()) == 1

    def test_the_very_same_frame_waits_with_it_though_it_is_encrypted(self, app: Flask, bank: Dialler) -> None:
        assert write(app, bank, [bank.sia("NBA001")] * 3) == ([3], ["ACK"] * 3)

    def test_what_is_encrypted_is_not_taken_unread_for_another_with_its_number(self, app: Flask, bank: Dialler) -> None:
        thief = Dialler("5678", "F" * 32)
        frames = [panel.sia(f"NBA{zone:03d}", sequence="0001") for panel, zone in ((thief, 1), (bank, 2), (bank, 3))]
        assert write(app, bank, frames) == ([1, 1, 1], ["NAK", "ACK", "ACK"])
        assert {event.zone for event in stored()} == {"002", "003"}

    def test_garbage_is_collected_while_nobody_waits_to_write(self, app: Flask, shop: Dialler) -> None:
        collected, usual, pool = [], gc.get_threshold(), db.engine.pool

        def heard(phase: str, info: dict[str, int]) -> None:
            if phase == "start" and current_thread().name == "storer":
                collected.append(pool.checkedout() > 0)  # type: ignore[attr-defined]

        gc.callbacks.append(heard)
        gc.set_threshold(1, 10_000, 10_000)
        try:
            write(app, shop, [shop.sia("NBA001")])
        finally:
            gc.set_threshold(*usual)
            gc.callbacks.remove(heard)
        assert len(stored()) == 1
        assert set(collected) == {False}


class TestAMistakeOfOurs:
    """… does not lose an alarm, nor those that were to be written with it."""

    @pytest.fixture
    def mistaken(self, receiver: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
        right = alarms.process_event

        def wrong(said: PanelEvent, *rest: Any) -> None:
            right(said, *rest)
            if said.zone == "002":
                raise ZeroDivisionError

        monkeypatch.setattr(alarms, "process_event", wrong)

    @pytest.mark.usefixtures("mistaken")
    def test_it_is_stored_and_the_dispatchers_are_asked_to_see_to_it(
        self, tcp: Tcp, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        tcp.send(shop.sia("NBA001") + shop.sia("NBA002") + shop.sia("NBA003"))
        assert {shop.read(tcp.receive()).word for _ in range(3)} == {"ACK"}
        assert {row.zone: row.incident_id is None for row in stored()} == {"001": False, "002": True, "003": False}
        assert ("panel_unhandled", "dispatcher", "") in told()
        assert "ZeroDivisionError" in caplog.text

    def test_what_cannot_be_stored_at_all_is_not_answered_and_the_rest_is(
        self, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def wrong(*given: Any) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as broken:
            broken.setattr("meteor.sas.intake._row", wrong)
            tcp.send(shop.sia("NBA001") + shop.poll())
            assert shop.read(tcp.receive()).sequence == "0002"
        assert said(tcp, shop, shop.sia("NBA001", sequence="0001")).word == "ACK"


class TestTheProcess:
    @pytest.fixture
    def servers(self, panels: None, app: Flask, tmp_path: Path) -> Iterator[Servers]:
        servers = Servers(app, tmp_path)
        yield servers
        servers.stop()

    @pytest.fixture
    def port(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as free:
            return int(free.getsockname()[1])

    def test_killed_at_any_moment_it_has_stored_once_what_it_acknowledged(
        self, servers: Servers, port: int, shop: Dialler
    ) -> None:
        panel_of("1234").source = "127.0.0.1"
        db.session.commit()
        process = start(servers, port)
        acknowledged, cut_off = 0, 0
        for round_ in range(3):
            with closing(Tcp(port)) as line:
                frames = [shop.sia(f"NBA{zone:03d}") for zone in range(1, 2 * storing.BATCH + 1)]
                line.send(b"".join(frames))
                for _ in range(5 + 5 * round_):
                    assert shop.read(line.receive()).word == "ACK"
                servers.kill(process)
            cut_off += count(select(PanelEvent)) < acknowledged + len(frames)
            process = start(servers, port)
            with closing(Tcp(port)) as line:
                for frame in frames:  # the panel says all of it again
                    assert said(line, shop, frame).word == "ACK"
            acknowledged += len(frames)
            assert count(select(PanelEvent)) == acknowledged
        assert cut_off

    def test_killed_while_the_clock_is_wrong_the_next_one_knows_a_repetition(
        self, servers: Servers, port: int, shop: Dialler, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        clock = MovedClock(tmp_path_factory.mktemp("clock"))
        servers.anew, servers.environment = True, servers.environment | clock.environment
        clock.move(7200)
        panel_of("1234").source, shop.stamped = "127.0.0.1", False
        db.session.commit()
        process = start(servers, port)
        with closing(Tcp(port)) as line:
            assert said(line, shop, shop.sia("NBA001", sequence="0042")).word == "ACK"
        [(received_at,)] = rows(select(PanelEvent.received_at))
        assert received_at - now() > timedelta(hours=1)
        servers.kill(process)
        clock.move(0)
        start(servers, port)
        with closing(Tcp(port)) as line:
            assert said(line, shop, shop.sia("NBA001", sequence="0042")).word == "ACK"
        assert count(select(PanelEvent)) == 1

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_in_order(
        self, servers: Servers, port: int, shop: Dialler, number: signal.Signals
    ) -> None:
        process = start(servers, port)
        with closing(Tcp(port)) as line:
            said(line, shop, shop.sia("NBA001"))
            os.kill(process.pid, number)
            process.join(LONGEST)
            assert process.exitcode == 0
            assert line.receive() == b""
        servers.running.remove(process)

    def test_its_heart_beats(self, servers: Servers, port: int) -> None:
        start(servers, port)
        until(lambda: ("sas.receiver",) in rows(select(Heartbeat.job)))

    @pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # it ends before it stores anything
    def test_a_port_that_is_taken_is_said_in_one_line(self, servers: Servers) -> None:
        process = servers._start("flask", "--app", "app", "sia-server", "--port", str(servers.port))
        process.join(LONGEST)
        assert process.exitcode == 1
        servers.running.remove(process)
        assert servers._said(process) == (
            f"Error: cannot listen on 127.0.0.1, port {servers.port}: Address already in use\n".encode()
        )


def write(app: Flask, panel: Dialler, frames: list[bytes]) -> tuple[list[int], list[str]]:
    """Let frames wait together, then be written: how many waited for each that was, and the words of the answers."""
    delivered: list[tuple[storing.Waiting, Answer | None]] = []
    storer = storing.Storer(app.app_context, delivered.extend, lambda: None)
    for frame in frames:
        message = Message(messages.header(frame[1:-1]), "tcp", now())
        assert storer.put(storing.Waiting(message, "127.0.0.1", [lambda answer: None]))
    storer.start()
    storer.stop(60)
    words = [panel.read(answer.reply).word for waiting, answer in delivered if answer for _ in waiting.listeners]
    return [len(waiting.listeners) for waiting, _ in delivered], words


def given_up(receiver: Listening) -> bool:
    """Whether what came on the only connection does not wait any more."""
    return any(each.heard_at > each.since and not each.unanswered for each in receiver.receiver.connections)


def start(servers: Servers, port: int) -> Process:
    """A receiver that listens."""
    process = servers._start("flask", "--app", "app", "sia-server", "--port", str(port))
    until(lambda: b"listens on" in servers._said(process))
    return process


def test_a_poll_is_not_answered_while_it_is_not_written(tcp: Tcp, shop: Dialler) -> None:
    with Away() as away:
        tcp.send(shop.poll())
        assert away.noticed.wait(30)
        assert tcp.held == b""
    assert shop.read(tcp.receive()).word == "ACK"
    assert heard("1234") is not None


class TestWhenATransactionHasLastedLongEnough:
    """It takes neither a further message nor a further event, so that others can write; the rest follows."""

    @pytest.fixture(autouse=True)
    def over(self, panels: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storing, "HOLD", 0.0)

    @pytest.fixture
    def transactions(self) -> Iterator[list[int]]:
        """How many events are stored at each commit of the receiver, in order."""
        stored_by_then: list[int] = []
        inserted = [0]

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            inserted[0] += statement.startswith("INSERT INTO panel_events")

        def commit(connection: Any) -> None:
            stored_by_then.append(inserted[0])

        event.listen(db.engine, "before_cursor_execute", note)
        event.listen(db.engine, "commit", commit)
        yield stored_by_then
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", commit)

    def test_a_frame_of_many_events_is_as_many_transactions_and_one_answer(
        self, app: Flask, bank: Dialler, transactions: list[int]
    ) -> None:
        frame = bank.sia("N" + "/".join(f"FA{zone:03d}" for zone in range(1, 17)))
        assert write(app, bank, [frame]) == ([1], ["ACK"])
        assert [number for number in transactions if number] == list(range(1, 17))

    def test_messages_that_wait_together_are_a_transaction_each(
        self, app: Flask, bank: Dialler, transactions: list[int]
    ) -> None:
        frames = [bank.sia(f"NFA{zone:03d}") for zone in range(1, 6)]
        assert write(app, bank, frames) == ([1] * 5, ["ACK"] * 5)
        assert [number for number in transactions if number] == [1, 2, 3, 4, 5]

    def test_polls_that_are_left_do_not_wait_for_others_again(
        self, app: Flask, shop: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(storing, "LINGER", 3600.0)
        delivered: list[tuple[storing.Waiting, Answer | None]] = []
        storer = storing.Storer(app.app_context, delivered.extend, lambda: None)
        for frame in (shop.sia("NBA001"), shop.poll(), shop.poll()):
            message = Message(messages.header(frame[1:-1]), "tcp", now())
            assert storer.put(storing.Waiting(message, "127.0.0.1", [lambda answer: None]))
        storer.start()
        until(lambda: len(delivered) == 3, 20)
        storer.stop(60)
