"""Writes of one session in turn."""

import pytest

from meteor.web.turns import Turns

HEAD = b"POST /alerts HTTP/1.1\r\nHost: meteor\r\nCookie: device=x; meteor=sari; other=y\r\n\r\n"


@pytest.fixture
def turns() -> Turns:
    return Turns("meteor")


@pytest.mark.parametrize(
    ("head", "session"),
    [
        (HEAD, "sari"),
        (HEAD.replace(b"Cookie: device=x; ", b"cookie:\t"), "sari"),
        (HEAD.replace(b"Cookie: device=x; ", b"Cookie:"), "sari"),
        (HEAD.replace(b"=sari", b'="\\163ari"'), "sari"),
        (b"\r\n" + HEAD, "sari"),
        (HEAD.replace(b"POST", b"GET"), ""),
        (HEAD.replace(b" meteor=", b" notmeteor="), ""),
        (HEAD.replace(b"Cookie", b"X-Cookie"), ""),
        (b"POST / HTTP/1.1\r\n\r\n", ""),
    ],
)
def test_a_post_is_of_the_session_in_its_cookie(turns: Turns, head: bytes, session: str) -> None:
    assert turns.of(head) == session


def test_the_second_of_a_session_starts_when_the_first_is_over(turns: Turns) -> None:
    started: list[str] = []
    for name in ("first", "second", "third"):
        turns.begin("sari", lambda name=name: started.append(name))
    turns.begin("wahyu", lambda: started.append("Wahyu's"))
    assert started == ["first", "Wahyu's"]
    turns.end("wahyu")
    turns.end("sari")
    assert started == ["first", "Wahyu's", "second"]
    turns.end("sari")
    turns.end("sari")
    turns.begin("sari", lambda: started.append("fourth"))
    assert started == ["first", "Wahyu's", "second", "third", "fourth"]


def test_requests_without_a_session_never_wait(turns: Turns) -> None:
    started: list[int] = []
    for number in range(3):
        turns.begin("", lambda number=number: started.append(number))
    assert started == [0, 1, 2]
