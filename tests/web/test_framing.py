"""Where a request ends in what a connection has sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meteor.web.framing import HEAD_BYTES, MOST_CHUNKS, HeadTooLarge, RequestBuffer

LONGEST_BODY = 10_000
GET = b"GET /incidents HTTP/1.1\r\nHost: meteor\r\n\r\n"
POST = b"POST /alerts HTTP/1.1\r\nHost: meteor\r\ncontent-LENGTH: 11\r\n\r\nkind=crime\n"
CHUNKED = (
    b"POST /alerts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;note=x\r\nkind=\r\n6\r\ncrime\n\r\n0\r\nExpires: never\r\n\r\n"
)
PLAIN_END = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"


def buffer(data: bytes = b"") -> RequestBuffer:
    request = RequestBuffer(lambda method, target: LONGEST_BODY)
    request.data += data
    return request


@given(st.lists(st.sampled_from([GET, POST, CHUNKED, PLAIN_END]), max_size=5), st.integers(1, 70))
def test_requests_are_found_however_the_network_cuts_them(sent: list[bytes], size: int) -> None:
    stream, request, found = b"".join(sent), buffer(), []
    for start in range(0, len(stream), size):
        request.data += stream[start : start + size]
        while request.whole():
            found.append(request.take())
    assert found == sent


@pytest.mark.parametrize("data", [b"", b"G", GET[:-1], POST[:-1], CHUNKED[:-1], PLAIN_END[:-2]])
def test_what_is_missing_something_is_not_whole(data: bytes) -> None:
    assert not buffer(data).whole()


def test_it_knows_the_method_and_the_target() -> None:
    request = buffer(GET)
    assert request.whole()
    assert request.method_and_target() == (b"GET", b"/incidents")


def test_a_head_that_does_not_end_is_refused() -> None:
    with pytest.raises(HeadTooLarge):
        buffer(b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES).whole()


def test_a_client_that_waits_with_its_body_is_told_once_to_go_on() -> None:
    request = buffer(b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
    assert not request.whole()
    assert [request.must_say_continue(), request.must_say_continue()] == [True, False]


@pytest.mark.parametrize(
    "head", [b"Content-Length: 99999999", b"Transfer-Encoding: chunked"], ids=["by length", "in chunks"]
)  # fmt: skip
def test_of_a_body_that_is_too_large_the_beginning_is_handed_over(head: bytes) -> None:
    beginning = b"POST /alerts HTTP/1.1\r\n" + head + b"\r\n\r\n"
    request = buffer(beginning + b"fffff\r\n" + b"x" * 2 * LONGEST_BODY)
    assert request.whole()
    assert request.cut
    assert len(request.take()) == len(beginning) + LONGEST_BODY


def test_how_long_a_body_may_be_depends_on_where_it_goes() -> None:
    def longest(method: bytes, target: bytes) -> int:
        return LONGEST_BODY if (method, target) == (b"POST", b"/hazards") else 10

    for data, cut in ((POST, True), (POST.replace(b"/alerts", b"/hazards"), False)):
        request = RequestBuffer(longest)
        request.data += data
        assert request.whole()
        assert request.cut is cut


@pytest.mark.parametrize(
    "chunks",
    [
        b"-5\r\nkind=\r\n", b"five\r\n", b"1;" + b"x" * 2000, b"0\r\nX: " + b"x" * 20_000,
        b"1\r\na\r\n" * (MOST_CHUNKS + 1),
    ],
    ids=["negative", "a word", "an endless line", "endless trailers", "too many"],
)  # fmt: skip
def test_chunks_that_make_no_sense_are_left_to_the_parser_and_end_the_connection(chunks: bytes) -> None:
    request = RequestBuffer(lambda method, target: 10 * 1024 * 1024)
    request.data += b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    assert request.whole()
    assert request.cut


@pytest.mark.parametrize("length", [b"eleven", b"-1", b"1" * 40])
def test_a_length_that_is_none_is_left_to_the_parser(length: bytes) -> None:
    assert buffer(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n").whole()
