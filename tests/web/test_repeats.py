"""Requests that a worker has answered with 204 before: which it answers again by itself."""

from meteor.web.repeats import LONGEST, MOST, Repeats

POLL = b"GET /incidents/rows?v=7 HTTP/1.1\r\nHost: meteor\r\n\r\n"


def test_only_what_came_byte_for_byte_before_is_answered() -> None:
    repeats = Repeats()
    repeats.note(POLL, lambda: True)
    assert repeats.answer(bytearray(POLL)) is not None
    for other in (POLL.replace(b"7", b"8"), POLL + POLL, POLL[:-1], b""):
        assert repeats.answer(bytearray(other)) is None


def test_an_answer_that_holds_no_longer_is_not_given_again() -> None:
    repeats, says = Repeats(), iter([True, False, True])
    repeats.note(POLL, lambda: next(says))
    assert [repeats.answer(bytearray(POLL)) is not None for _ in range(3)] == [True, False, False]


def test_only_so_many_requests_are_remembered_and_none_that_is_long() -> None:
    repeats = Repeats()
    polls = [POLL + str(number).encode() for number in range(MOST + 1)]
    repeats.note(b"x" * (LONGEST + 1), lambda: True)
    assert repeats.answer(bytearray(b"x" * (LONGEST + 1))) is None
    for poll in polls:
        repeats.note(poll, lambda: True)
    assert [repeats.answer(bytearray(poll)) is not None for poll in (polls[0], polls[1])] == [False, True]
