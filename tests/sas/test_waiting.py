"""The order in which messages are written, and how many may wait."""

from datetime import UTC, datetime

import pytest

from meteor.sas import waiting
from meteor.sas.admission import Message
from meteor.sas.dc09 import messages
from meteor.sas.waiting import MOST_LISTENERS, MOST_OF_ONE, Queue, Waiting
from tests.sas.dialler import Dialler

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def says(panel: Dialler, data: str = "NBA001", *, confirmed: bool = True) -> Waiting:
    frame = panel.sia(data) if data else panel.poll()
    return Waiting(Message(messages.header(frame[1:-1]), "udp", AT), "10.0.0.1", [lambda answer: None], confirmed)


def accounts(batch: list[Waiting]) -> list[str]:
    return [each.message.header.account for each in batch]


def test_alarms_go_before_polls_and_proven_ones_before_others() -> None:
    queue = Queue()
    for panel, data, confirmed in (("A", "", True), ("B", "NHA001", False), ("C", "NHA001", True)):
        assert queue.put(says(Dialler(panel), data, confirmed=confirmed))
    assert accounts(queue.next(3)) == ["C", "B", "A"]
    assert len(queue) == 0


def test_panels_take_turns_however_much_one_says() -> None:
    queue, loud, quiet = Queue(), Dialler("AAA"), Dialler("BBB")
    for _ in range(50):
        queue.put(says(loud))
    queue.put(says(quiet))
    assert accounts(queue.next(3)) == ["AAA", "BBB", "AAA"]


def test_one_panel_fills_only_its_own_lane_and_forged_messages_only_theirs() -> None:
    queue, shop = Queue(), Dialler("1234")
    assert [queue.put(says(shop, confirmed=False)) for _ in range(MOST_OF_ONE + 1)] == [True] * MOST_OF_ONE + [False]
    assert queue.put(says(shop, confirmed=True))
    assert queue.put(says(Dialler("5678"), confirmed=False))


def test_forged_polls_that_fill_the_queue_shut_out_no_confirmed_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 2)
    queue = Queue()
    polls = [queue.put(says(Dialler(account), "", confirmed=False)) for account in ("AAA", "BBB", "CCC")]
    assert polls == [True, True, False]
    assert not queue.put(says(Dialler("DDD"), confirmed=False))
    assert queue.put(says(Dialler("5678")))


def test_polls_are_not_kept_waiting_for_ever_by_alarms() -> None:
    queue, loud = Queue(), Dialler("AAA")
    queue.put(says(Dialler("BBB"), ""))
    for _ in range(100):
        queue.put(says(loud))
    assert "BBB" in [account for _ in range(waiting.POLLS_FIRST) for account in accounts(queue.next(5))]


def test_what_is_said_again_meanwhile_waits_with_the_first_a_few_times() -> None:
    queue, shop = Queue(), Dialler("1234")
    same = says(shop)
    repeated = [queue.put(same._replace(listeners=[lambda answer: None])) for _ in range(MOST_LISTENERS + 1)]
    assert repeated == [True] * MOST_LISTENERS + [False]
    assert len(queue) == 1


def test_what_could_not_be_written_comes_first_again_with_those_who_asked_since() -> None:
    queue, shop = Queue(), Dialler("1234")
    first, second = says(shop), says(shop)
    queue.put(first)
    queue.put(second)
    batch = queue.next(1)
    queue.put(first._replace(listeners=[lambda answer: None]))
    queue.restore(batch)
    again = queue.next(5)
    assert [each.message.header.sequence for each in again] == ["0001", "0002"]
    assert len(again[0].listeners) == 2
