"""Requests to addresses chosen by others, with their answers: of limited size, in time, at public addresses only."""

import socket
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection

from meteor.store.outgoing import Refused, host_of, pool_of

REDIRECTS = 3
"""Redirects that are followed. Each address is looked at like the first."""


class TooLarge(Exception):
    """The answer is larger than what is taken, as it came or unpacked."""


class TooSlow(Exception):
    """The answer was not complete in time."""


class Unreadable(Exception):
    """The answer is packed in a way that was not asked for, or damaged."""


class Answer(NamedTuple):
    """A success, or 304 without a body. `headers` are found by any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Connection(HTTPSConnection):
    """Remembers its socket, which http.client gives to the answer."""

    connected: Any = None

    def connect(self) -> None:
        super().connect()
        self.connected = self.sock


def get(url: str, headers: Mapping[str, str], *, inside: bool = False, most_bytes: int, seconds: float) -> Answer:
    """GET what stands at an HTTPS address, with `inside` also at a named private host.

    The body is `most_bytes` at most, as it comes and unpacked. `seconds` is for all of it, however slowly it comes.

    Raises what outgoing.post raises, ValueError for what is no HTTPS address, and TooLarge, TooSlow, Unreadable.
    """
    until, first = monotonic() + seconds, urlsplit(url).hostname
    for _ in range(1 + REDIRECTS):
        host_of(url)
        # A public server must not lead to a private host, though it is named.
        here = inside and urlsplit(url).hostname == first
        answer = _ask("GET", url, None, headers, inside=here, most=most_bytes, until=until)
        if answer.status not in (301, 302, 303, 307, 308) or "Location" not in answer.headers:
            break
        url = urljoin(url, answer.headers["Location"])
    return answer if answer.status == 304 else _succeeded(answer)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False, most_bytes: int, seconds: float
) -> Answer:
    """POST to an HTTPS address and take the whole answer, within the limits of `get`. Follows no redirects.

    Raises as `get` does.
    """
    host_of(url)
    until = monotonic() + seconds
    return _succeeded(_ask("POST", url, body, headers, inside=inside, most=most_bytes, until=until))


def _succeeded(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        raise Refused(answer.status, answer.headers.get("Retry-After", ""))
    return answer


def _ask(
    method: str, url: str, sent: bytes | None, headers: Mapping[str, str], *, inside: bool, most: int, until: float
) -> Answer:
    pool, target, host = pool_of(url, inside=inside)
    asked = {"Host": host, "User-Agent": "METEOR", "Accept-Encoding": "gzip", **headers}
    with pool, _ended_at(until, pool):
        answer = pool.urlopen(
            method, target, body=sent, headers=asked, redirect=False, assert_same_host=False, preload_content=False,
            decode_content=False,
        )  # fmt: skip
        body = b""
        with closing(answer):
            while 200 <= answer.status < 300 and (part := answer.read1(most)):
                body += part
                if len(body) > most:
                    raise TooLarge
    return Answer(answer.status, answer.headers, _unpacked(body, answer.headers.get("Content-Encoding", ""), most))


@contextmanager
def _ended_at(until: float, pool: urllib3.HTTPSConnectionPool) -> Iterator[None]:
    """Shut the pool's connections at the moment `until` (monotonic): a byte every few seconds is never too late.

    Raises TooSlow instead of what follows from that.
    """
    opened: list[_Connection] = []
    ended = Event()

    def remembered(**options: Any) -> _Connection:
        opened.append(_Connection(**options))
        return opened[-1]

    def shut() -> None:
        ended.wait(until - monotonic())
        while not ended.wait(0.2):  # again, for a connection that was only being made
            for connection in opened:
                with suppress(OSError, TypeError):  # it is closed, or not yet open
                    socket.socket.shutdown(connection.connected or connection.sock, socket.SHUT_RDWR)

    pool.ConnectionCls = remembered  # type: ignore[assignment]
    Thread(target=shut, name="deadline", daemon=True).start()
    try:
        yield
    except (OSError, urllib3.exceptions.HTTPError) as problem:
        if monotonic() >= until:
            raise TooSlow from problem
        raise
    finally:
        ended.set()
    if monotonic() >= until:
        raise TooSlow


def _unpacked(body: bytes, encoding: str, most: int) -> bytes:
    if not body or encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise Unreadable(f"packed as {encoding}")
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        whole = unpacking.decompress(body, most + 1)
    except zlib.error as problem:
        raise Unreadable(str(problem)) from problem
    if len(whole) > most:
        raise TooLarge
    if not unpacking.eof:
        raise Unreadable("it ends too early")
    return whole
