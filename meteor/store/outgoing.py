"""HTTP requests to addresses chosen by others. Private addresses are refused (SSRF)."""

import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import urllib3

from meteor.store.moments import now

CONNECT_SECONDS, READ_SECONDS = 2.0, 3.0
NAT64 = IPv6Network("64:ff9b::/96")

_named: set[str] = set()


class PrivateAddress(Exception):
    """The name leads to an address that is not of the public internet."""


class Refused(Exception):
    """The server did not answer with success, but with `status`. It may ask for a `pause` (Retry-After)."""

    def __init__(self, status: int, retry_after: str = "") -> None:
        super().__init__(status, retry_after)  # as it is made again in another process
        self.status = status
        self.pause = _pause(retry_after)

    def __str__(self) -> str:
        return f"answered {self.status}"


def configure(hosts: Iterable[str]) -> None:
    """Set the private hosts that may be reached: by webhooks, messages to phones, and feeds of warnings."""
    _named.clear()
    _named.update(hosts)


class Connection:
    """A connection to one server that a thread keeps for its next request there."""

    def __init__(self) -> None:
        self.pool: urllib3.HTTPSConnectionPool | None = None

    def again(self, pool: urllib3.HTTPSConnectionPool) -> urllib3.HTTPSConnectionPool:
        """The pool that is open if it leads to the same server as this one, else this one."""
        if self.pool is None or _server(self.pool) != _server(pool):
            self.close()
            self.pool = pool
        return self.pool

    def close(self) -> None:
        """Close it. The next request opens another one."""
        if self.pool is not None:
            self.pool.close()
            self.pool = None


def post_again(connection: Connection, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """The same as `post`, over a connection that stays open for the next request if the answer has no content."""
    pool, target, host = pool_of(url, inside=False)
    try:
        answer = _posted(connection.again(pool), target, host, body, headers)
    except Exception:
        connection.close()
        raise
    if answer.length_remaining == 0:
        answer.release_conn()
    else:
        connection.close()
    _accept(answer)


def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False, answer_bytes: int = 0) -> bytes:
    """POST to an HTTPS address, at the public IP address that its name resolves to. Follows no redirects.

    With `inside` also at a named private host (see configure). Returns the beginning of the
    answer, `answer_bytes` at most.

    Raises PrivateAddress, Refused; OSError and urllib3's HTTPError for a server that cannot be reached or proved.
    """
    pool, target, host = pool_of(url, inside=inside)
    with pool:
        answer = _posted(pool, target, host, body, headers)
        said: bytes = answer.read(answer_bytes) if answer_bytes else b""
        answer.close()
    _accept(answer)
    return said


def pool_of(url: str, *, inside: bool) -> tuple[urllib3.HTTPSConnectionPool, str, str]:
    """The pool of connections to an address, its path and query, and the host as the address names it.

    Raises PrivateAddress, and OSError if the name has no address.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    # The address that was looked at is the one that is gone to: a name may lead elsewhere a moment later.
    pool = urllib3.HTTPSConnectionPool(
        address_of(host, port, inside=inside), port, server_hostname=host, assert_hostname=host, ssl_context=context(),
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False, maxsize=1,
    )  # fmt: skip
    return pool, parts._replace(scheme="", netloc="", fragment="").geturl() or "/", parts.netloc


def host_of(url: str) -> tuple[str, int]:
    """Host and port of an HTTPS address without a password. Raises ValueError for anything else."""
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError("not an HTTPS address")
    return parts.hostname, parts.port or 443


def address_of(host: str, port: int, *, inside: bool = False) -> str:
    """The first address of `host`.

    Raises PrivateAddress if one of its addresses is not public, unless it may be `inside` and is named; OSError if it
    has none.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not is_public(address) and not (inside and host.lower() in _named):
            raise PrivateAddress(f"{host} leads to {address}")
    return found[0]


def refuse_private(host: str) -> None:
    """Raise PrivateAddress for a literal IP address that may not be reached. Names are not looked up.

    A form is checked with the right to write, for which nobody must wait until a name server answers.
    """
    with suppress(ValueError):
        if not is_public(host) and host.lower() not in _named:
            raise PrivateAddress(f"{host} is no public address")


def is_public(address: str) -> bool:
    """Return whether an IP address is public, also where IPv6 only wraps an older one."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = _wrapped(ip) or ip
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


@cache
def context() -> ssl.SSLContext:
    """Certificates are checked against those that this machine trusted at the first request.

    To read them takes 20 ms of a processor; a broadcast asks thousands of times.
    """
    return ssl.create_default_context()


def _posted(
    pool: urllib3.HTTPSConnectionPool, target: str, host: str, body: bytes, headers: Mapping[str, str]
) -> urllib3.BaseHTTPResponse:
    return pool.urlopen(
        "POST", target, body=body, headers={"Host": host, "User-Agent": "METEOR", **headers},
        redirect=False, assert_same_host=False, preload_content=False,
    )  # fmt: skip


def _accept(answer: urllib3.BaseHTTPResponse) -> None:
    """Raise Refused for an answer that is no success."""
    if not 200 <= answer.status < 300:
        raise Refused(answer.status, answer.headers.get("Retry-After", ""))


def _server(pool: urllib3.HTTPSConnectionPool) -> tuple[str, int | None, str | None]:
    """Address, port and name of the server that a pool leads to."""
    return pool.host, pool.port, pool.conn_kw.get("server_hostname")


def _pause(retry_after: str) -> timedelta:
    """Seconds, or a date (RFC 9110, 10.2.3); none for anything else."""
    if retry_after.isdecimal():
        return timedelta(seconds=int(retry_after[:6]))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta()
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now(), timedelta())


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
