"""Connections: however the bytes come, however many, and whatever they are, the receiver listens on."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from meteor.sas import connections, storing
from meteor.sas import receiver as receiving
from meteor.sas.dc09.framing import LONGEST
from tests.processes.conftest import until
from tests.sas.dialler import Dialler, Tcp, Udp, wrap
from tests.sas.receiver.conftest import KEY, Listening, said, stored

FUZZED = settings(
    max_examples=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


class TestFramesInSegments:
    def test_several_frames_in_one_segment_are_each_answered(self, tcp: Tcp, shop: Dialler) -> None:
        tcp.send(b"".join(shop.sia(f"NBA{zone:03d}") for zone in range(1, 31)))
        replies = [shop.read(tcp.receive()) for _ in range(30)]
        assert [reply.sequence for reply in replies] == [f"{number:04d}" for number in range(1, 31)]
        assert {reply.word for reply in replies} == {"ACK"}
        assert len(stored()) == 30

    @pytest.mark.parametrize("size", [1, 7])
    def test_one_frame_in_several_segments_is_one(self, tcp: Tcp, bank: Dialler, size: int) -> None:
        frame = bank.sia("Nri1/BA001")
        for start, end in pairwise([*range(0, len(frame), size), len(frame)]):
            tcp.send(frame[start:end])
        assert bank.read(tcp.receive()).word == "ACK"
        assert len(stored()) == 1

    def test_of_several_frames_in_one_datagram_the_first_is_answered_and_no_other(
        self, receiver: Listening, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(Udp(receiver.port)) as line:
            line.send(shop.sia("NBA001") + shop.sia("NBA002") + shop.sia("NBA003"))
            assert shop.read(line.receive()).sequence == "0001"
            assert said(line, shop, shop.sia("NBA004")).sequence == "0004"
        assert {event.zone for event in stored()} == {"001", "004"}
        assert "more than one frame" in caplog.text

    def test_panels_share_a_line_and_each_has_its_own_answers(self, tcp: Tcp, shop: Dialler, bank: Dialler) -> None:
        tcp.send(shop.sia("NBA001") + bank.sia("NBA001") + shop.poll() + bank.poll())
        replies = [(bank if b'"*' in frame else shop).read(frame) for frame in (tcp.receive() for _ in range(4))]
        assert sorted((reply.account, reply.sequence) for reply in replies) == [
            ("#1234", "0001"), ("#1234", "0002"), ("#5678", "0001"), ("#5678", "0002"),
        ]  # fmt: skip


class TestTooMuch:
    def test_a_thousand_connections_that_come_and_go_and_a_panel_among_them(
        self, receiver: Listening, shop: Dialler
    ) -> None:
        with ExitStack() as held:
            for number in range(1_000):
                line = held.enter_context(closing(Tcp(receiver.port)))
                if number % 2:
                    line.close()
            with closing(Tcp(receiver.port)) as line:
                assert said(line, shop, shop.sia("NBA001")).word == "ACK"
        until(lambda: receiver.within(lambda: not receiver.receiver.connections))

    def test_who_has_waited_longest_without_a_word_makes_room(
        self, receiver: Listening, shop: Dialler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 3)
        with ExitStack() as held:
            panel, first, second, third = (held.enter_context(closing(Tcp(receiver.port))) for _ in range(1 + 3))
            # the fourth has made the panel leave: it had said nothing either
            assert panel.receive() == b""
            assert said(first, shop, shop.sia("NBA001")).word == "ACK"
            fourth = held.enter_context(closing(Tcp(receiver.port)))
            assert second.receive() == b""
            assert said(first, shop, shop.poll()).word == "ACK"
            assert said(fourth, shop, shop.poll()).word == "ACK"
            assert said(third, shop, shop.poll()).word == "ACK"
        assert "there are too many" in caplog.text

    def test_where_only_confirmed_panels_are_the_newest_is_turned_away(
        self, receiver: Listening, bank: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 1)
        with closing(Tcp(receiver.port)) as first:
            said(first, bank, bank.poll())
            with closing(Tcp(receiver.port)) as second:
                assert second.receive() == b""
            assert said(first, bank, bank.poll()).word == "ACK"

    def test_polls_that_anybody_can_send_keep_no_panel_out(
        self, receiver: Listening, shop: Dialler, bank: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 3)
        with ExitStack() as held:
            panel, *others = (held.enter_context(closing(Tcp(receiver.port))) for _ in range(3))
            said(panel, bank, bank.poll())
            for line in others:
                said(line, shop, shop.poll())
            late = held.enter_context(closing(Tcp(receiver.port)))
            assert others[0].receive() == b""
            assert said(late, bank, bank.sia("NHA001")).word == "ACK"
            assert said(panel, bank, bank.poll()).word == "ACK"
            assert said(others[1], shop, shop.poll()).word == "ACK"

    def test_the_place_with_most_unconfirmed_connections_makes_room(
        self, receiver: Listening, shop: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 3)
        with ExitStack() as held:
            first, *others = (held.enter_context(closing(Tcp(receiver.port))) for _ in range(3))
            for line in (first, *others):
                said(line, shop, shop.poll())
            oldest = next(iter(receiver.receiver.unconfirmed))
            receiver.within(lambda: setattr(oldest, "place", "203.0.113.7"))
            held.enter_context(closing(Tcp(receiver.port)))
            assert others[0].receive() == b""
            assert said(first, shop, shop.poll()).word == "ACK"

    def test_a_frame_that_never_ends_ends_the_connection(self, tcp: Tcp, caplog: pytest.LogCaptureFixture) -> None:
        with suppress(ConnectionError):
            for _ in range(1_000):
                tcp.send(b"\n" + b"A" * LONGEST)
        assert gone(tcp)
        assert "it sends what is no DC-09" in caplog.text

    def test_so_do_many_damaged_frames(self, tcp: Tcp, shop: Dialler, caplog: pytest.LogCaptureFixture) -> None:
        tcp.send(b"".join(shop.sia("NBA001", crc=1) for _ in range(30)))
        assert gone(tcp)
        assert "a damaged frame is not answered" in caplog.text

    def test_what_waits_for_its_answer_is_bounded_and_all_is_answered(self, tcp: Tcp, shop: Dialler) -> None:
        for _ in range(6):
            tcp.send(b"".join(shop.poll() for _ in range(50)))
        assert [shop.read(tcp.receive()).word for _ in range(300)] == ["ACK"] * 300

    def test_a_garbage_datagram_is_a_line_in_the_log(
        self, receiver: Listening, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(Udp(receiver.port)) as line:
            for garbage in (b"", b"\xff" * 1000, b"\n" * 60_000, shop.sia("NBA001")[:-1], b"\r"):
                line.send(garbage)
            assert said(line, shop, shop.sia("NBA001")).word == "ACK"
        assert "a datagram is no DC-09" in caplog.text


class TestSilence:
    @pytest.fixture
    def hasty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The receiver's patience is over at once."""
        for patience in ("STRANGER_SECONDS", "SILENT_SECONDS"):
            monkeypatch.setattr(connections, patience, 0.0)

    def test_whoever_connects_and_says_nothing_is_let_go(
        self, tcp: Tcp, hasty: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert gone(tcp)
        assert "nothing that it said was taken" in caplog.text

    def test_so_is_a_panel_that_has_been_silent_for_long(
        self, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        said(tcp, shop, shop.poll())
        monkeypatch.setattr(connections, "SILENT_SECONDS", 0.0)
        assert gone(tcp)
        assert "it has been silent" in caplog.text

    def test_and_one_that_stops_in_the_middle_of_a_frame(
        self, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        said(tcp, shop, shop.poll())
        tcp.send(shop.sia("NBA001")[:20])
        monkeypatch.setattr(connections, "STRANGER_SECONDS", 0.0)
        assert gone(tcp)
        assert "it began a frame and did not end it" in caplog.text

    def test_a_panel_that_has_been_heard_may_be_silent_for_longer_than_a_stranger(
        self, receiver: Listening, tcp: Tcp, shop: Dialler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said(tcp, shop, shop.poll())
        monkeypatch.setattr(connections, "STRANGER_SECONDS", 0.0)
        with closing(Tcp(receiver.port)) as stranger:
            assert gone(stranger)
        assert said(tcp, shop, shop.poll()).word == "ACK"

    def test_a_connection_that_breaks_within_a_frame_is_a_line_in_the_log(
        self, receiver: Listening, shop: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(Tcp(receiver.port)) as line:
            line.send(shop.sia("NBA001")[:20])
        until(lambda: "the connection ended within a frame" in caplog.text)


class TestStopping:
    def test_what_has_arrived_is_written_and_answered_before_it_stops(
        self, receiver: Listening, tcp: Tcp, shop: Dialler
    ) -> None:
        said(tcp, shop, shop.poll())
        alarms = 2 * storing.BATCH + 1  # so that more than one transaction is left to write
        tcp.send(b"".join(shop.sia(f"NBA{zone:03d}") for zone in range(1, alarms + 1)))
        assert shop.read(tcp.receive()).word == "ACK"
        receiver.stop()
        replies = list(iter(tcp.receive, b""))
        assert len(replies) == alarms - 1
        assert len(stored()) == alarms


class TestSecrets:
    def test_no_key_and_no_word_of_a_message_is_in_the_log(
        self, receiver: Listening, bank: Dialler, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        thief, late = Dialler("5678", "F" * 32), Dialler("5678", KEY, fast=-900)
        words = "^Brankas terbuka^"
        with closing(Tcp(receiver.port)) as line:
            for panel in (bank, thief, late, Dialler("5678"), Dialler("ABCD")):
                said(line, panel, panel.sia(f"NBA001{words}"))
            line.send(bank.sia(f"NBA001{words}")[:-3])
        until(lambda: "within a frame" in caplog.text)
        assert "account 5678" in caplog.text
        assert KEY.lower() not in caplog.text.lower()
        assert "Brankas" not in caplog.text


FRAMES = st.one_of(
    st.binary(max_size=200),
    st.from_regex(rb'"\*?(SIA-DCS|ADM-CID|NULL|X)"[0-9]{4}L0#(1234|5678)\[.{0,80}', fullmatch=True).map(
        lambda body: wrap(body.decode("latin-1"))
    ),
    st.text("|[]#NOBA01/^*'_:,-", max_size=60).map(lambda data: Dialler("1234").sia(data)),
    st.text("|#NOBA01/^*'", max_size=60).map(lambda data: Dialler("5678", KEY).sia(data)),
)


class TestWhateverComes:
    @pytest.fixture
    def watched(
        self, receiver: Listening, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Listening]:
        """Whatever a connection's handler raises is a test that fails. Polls do not wait for each other."""
        monkeypatch.setattr(storing, "LINGER", 0.0)
        raised: list[object] = []
        receiver.loop.call_soon_threadsafe(
            receiver.loop.set_exception_handler, lambda _, context: raised.append(context)
        )
        yield receiver
        assert raised == []
        assert "Traceback" not in caplog.text

    @FUZZED
    @given(frame=FRAMES)
    def test_it_is_answered_or_is_a_line_in_the_log_and_the_next_message_is_taken(
        self, watched: Listening, caplog: pytest.LogCaptureFixture, frame: bytes
    ) -> None:
        caplog.clear()
        watched.within(watched.receiver._complaints._said.clear)
        shop = Dialler("1234")
        with closing(Tcp(watched.port)) as line:
            line.send(frame + b"\r" + shop.poll(sequence="9999"))
            replies = replies_until(line, ack_of(shop, "9999"))
            # The poll may be written before an alarm, and what is refused is answered a moment later.
            until(lambda: replies or caplog.text or line.is_answered or b"\n" not in frame)

    @FUZZED
    @given(datagram=FRAMES)
    def test_by_udp_too(self, watched: Listening, datagram: bytes) -> None:
        shop = Dialler("1234")
        with closing(Udp(watched.port)) as line:
            line.send(datagram)
            line.send(shop.poll(sequence="9999"))
            replies_until(line, ack_of(shop, "9999"))


def replies_until(line: Tcp, last: bytes) -> list[bytes]:
    """What the receiver says before it says this."""
    replies = []
    while (reply := line.receive()) != last:
        assert reply, "the connection was ended"
        replies.append(reply)
    return replies


def ack_of(panel: Dialler, sequence: str) -> bytes:
    """The answer to a plain message, byte for byte."""
    return wrap(f'"ACK"{sequence}L0#{panel.account}[]')


def gone(line: Tcp) -> bool:
    """Whether the receiver has ended the connection; waits for it."""
    try:
        while line.receive():
            pass
    except ConnectionResetError:
        pass
    return True
