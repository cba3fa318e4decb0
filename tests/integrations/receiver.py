"""A partner's server: HTTPS on this machine, with a certificate of its own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meteor.store.moments import now


@dataclass
class Receiver:
    """What came in: headers (names in small letters) and bodies. `status` and `answer` are what it answers.

    While `open` is not set, it lets everybody wait. `took` is released whenever something came in.
    """

    url: str
    trusted: Path
    status: int = 204
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    open: Event = field(default_factory=Event)
    took: Semaphore = field(default_factory=lambda: Semaphore(0))


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """A server that is called localhost, for as long as the block lasts."""
    proof, key = certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    partner = Receiver(f"https://localhost:{server.server_port}/meteor?for=us", proof)
    partner.open.set()
    server.RequestHandlerClass = _handler(partner)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(proof, key)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield partner
    finally:
        partner.open.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(partner: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # whoever sent it was killed meanwhile
            said = {name.lower(): value for name, value in self.headers.items()} | {"path": self.path}
            partner.received.append((said, body))
            partner.took.release()
            partner.open.wait()
            self.send_response(partner.status)
            for name, value in partner.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(partner.answer)

        def log_message(self, *said: Any) -> None: ...

    return Handler


def certificate(folder: Path) -> tuple[Path, Path]:
    """Made once for each folder."""
    paths = folder / "partner.crt", folder / "partner.key"
    if paths[0].exists():
        return paths
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    proof = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths[0].write_bytes(proof.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return paths
