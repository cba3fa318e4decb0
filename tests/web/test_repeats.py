"""Polls that came before: which of them a worker answers by itself, and how."""

from meteor.web.repeats import LONGEST, MOST, UNCHANGED, Answer, Repeats

POLL = b"GET /incidents/rows?v=7 HTTP/1.1\r\nHost: meteor\r\n\r\n"


def test_only_what_came_before_is_answered_whatever_its_version() -> None:
    repeats = Repeats()
    repeats.note(POLL, lambda version: Answer("200 OK", [("Content-Length", "1")], version.encode()))
    for version in (b"7", b"8", b""):
        answer = repeats.answer(POLL.replace(b"7", version)) or b""
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\nContent-Length: 1\r\n\r\n" + version)
    others = (POLL.replace(b"rows", b"other"), POLL.replace(b"?v=", b"?v=7&v="), POLL.replace(b"meteor", b"other"))
    for other in (*others, POLL + POLL, POLL[:-1], b""):
        assert repeats.answer(other) is None


def test_a_poll_is_looked_at_anew_each_time() -> None:
    repeats, says = Repeats(), iter([UNCHANGED, None, UNCHANGED])
    repeats.note(POLL, lambda version: next(says))
    assert [repeats.answer(POLL) is not None for _ in range(3)] == [True, False, True]


def test_only_so_many_requests_are_remembered_and_none_that_is_long() -> None:
    repeats = Repeats()
    polls = [POLL + str(number).encode() for number in range(MOST + 1)]
    long = POLL + b"x" * LONGEST
    for poll in (long, *polls):
        repeats.note(poll, lambda version: UNCHANGED)
    assert [repeats.answer(poll) is not None for poll in (long, polls[0], polls[1])] == [False, False, True]
