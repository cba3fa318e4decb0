"""A push service in a process of its own: it takes what it can prove (RFC 8292) and read (RFC 8291)."""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric import ec

from meteor.config import PROJECT
from tests.integrations.receiver import certificate
from tests.notices.push_service import CURVE, Device, claims

DEVICE = Device("", ec.derive_private_key(7, CURVE), b"auth of a device")
"""The keys of every device: to make thousands would take longer than what is measured."""


class Service:
    """The process. `taken` are the moments at which it took a message."""

    def __init__(self, port: int, trusted: Path) -> None:
        self.origin, self.trusted = f"https://localhost:{port}", trusted

    @property
    def taken(self) -> list[float]:
        """Seconds by the machine's monotonic clock, in their order."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        with urlopen(f"{self.origin}/taken", context=context, timeout=30) as answer:  # noqa: S310  our own
            found: list[float] = json.load(answer)
        return sorted(found)


@contextmanager
def push_service(folder: Path, signer: str) -> Iterator[Service]:
    """Serves until the end, what the key `signer` has signed; its certificate lies in `folder`."""
    trusted, _ = certificate(folder)
    command = (sys.executable, "-m", "bench._push_service", str(folder), signer)
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Service(int(process.stdout.readline()), trusted)
        finally:
            process.terminate()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay, as with those of the browsers' makers
    signer = ""
    taken: list[float] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        claims(self.headers["Authorization"], self.signer)  # raises, and the connection breaks, if it is forged
        json.loads(DEVICE.read(body))
        self.taken.append(monotonic())
        self._answer(201, b"")

    def do_GET(self) -> None:
        self._answer(200, json.dumps(self.taken).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None: ...


def main() -> None:
    """Print the port, then serve."""
    os.nice(10)  # in life it is another machine
    folder, _Handler.signer = Path(sys.argv[1]), sys.argv[2]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(*certificate(folder))
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
