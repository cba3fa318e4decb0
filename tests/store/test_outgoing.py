"""Messages to servers of others over a connection that stays open, and when it does not."""

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from urllib3.exceptions import SSLError

from meteor.store import outgoing
from tests.integrations.receiver import certificate


class Service:
    """A push service on this machine: how many connections it was asked for, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.connections = 0
        self.asked: list[str] = []
        self.status = 201
        self.answer = b""
        self.hangs_up = False

    def handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                service.connections += 1
                super().setup()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append(self.path)
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(service.answer)))
                if service.hangs_up:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(service.answer)

            def log_message(self, *said: Any) -> None: ...

        return Handler


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """It stands on this machine, which for once counts as the public internet."""
    found = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), found.handler())
    server.daemon_threads = True
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(*certificate(tmp_path))
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    trusted = ssl.create_default_context(cafile=str(certificate(tmp_path)[0]))
    monkeypatch.setattr(outgoing, "context", lambda: trusted)
    monkeypatch.setattr(outgoing, "is_public", lambda address: True)
    found.url = f"https://localhost:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connection() -> Iterator[outgoing.Connection]:
    kept = outgoing.Connection()
    yield kept
    kept.close()


def test_messages_to_one_server_share_a_connection(service: Service, connection: outgoing.Connection) -> None:
    for number in range(5):
        outgoing.post_again(connection, f"{service.url}/{number}", b"x", {})
    assert (service.connections, service.asked) == (1, ["/0", "/1", "/2", "/3", "/4"])


def test_a_refused_message_leaves_it_open(service: Service, connection: outgoing.Connection) -> None:
    service.status = 410
    with pytest.raises(outgoing.Refused):
        outgoing.post_again(connection, service.url, b"x", {})
    service.status = 201
    outgoing.post_again(connection, service.url, b"x", {})
    assert service.connections == 1


def test_an_answer_with_content_is_not_read_and_ends_it(service: Service, connection: outgoing.Connection) -> None:
    service.answer = b"thanks"
    for _ in range(2):
        outgoing.post_again(connection, service.url, b"x", {})
    assert (service.connections, len(service.asked)) == (2, 2)


def test_a_server_that_hung_up_is_asked_over_another_one(service: Service, connection: outgoing.Connection) -> None:
    service.hangs_up = True
    for _ in range(3):
        outgoing.post_again(connection, service.url, b"x", {})
    assert (service.connections, len(service.asked)) == (3, 3)


def test_another_name_is_asked_over_another_one_and_proved(service: Service, connection: outgoing.Connection) -> None:
    outgoing.post_again(connection, service.url, b"x", {})
    before = connection.pool
    with pytest.raises(SSLError, match="doesn't match"):
        outgoing.post_again(connection, service.url.replace("localhost", "127.0.0.1"), b"x", {})
    assert connection.pool is not before


def test_a_private_address_is_refused_also_over_an_open_one(
    service: Service, connection: outgoing.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    outgoing.post_again(connection, service.url, b"x", {})
    monkeypatch.setattr(outgoing, "is_public", lambda address: False)
    with pytest.raises(outgoing.PrivateAddress):
        outgoing.post_again(connection, service.url, b"x", {})
    assert len(service.asked) == 1
