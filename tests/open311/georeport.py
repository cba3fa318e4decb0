"""An agency's GeoReport v2 server on this machine, which keeps what it is sent."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.integrations.receiver import certificate

SERVICES = [
    {"service_code": "001", "service_name": "Banjir", "metadata": False, "keywords": None},
    {"service_code": "002", "service_name": "Pohon tumbang", "metadata": False},
]


@dataclass
class Agency:
    """`requests` are what it keeps, by id. It speaks the formats `speaks`, and refuses other keys than `key`.

    A list of requests has `page` at most. `answers` replaces its answers by the end of a path: a status and a body.
    With `loses_answers` it keeps a request and ends the connection; with `gives_tokens` a request has an id only
    once it is `numbered`; it answers nothing while `hangs`, and a byte now and then while it `drips`.
    """

    url: str
    trusted: Path
    key: str = ""
    speaks: tuple[str, ...] = ("json", "xml")
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    loses_answers: bool = False
    lists_requests: bool = True
    page: int = 1000
    gives_tokens: bool = False
    numbered: bool = False
    hangs: bool = False
    drips: bool = False
    closed: Event = field(default_factory=Event)

    def paths(self, method: str) -> list[str]:
        return [path for verb, path, _ in self.asked if verb == method]


@contextmanager
def agency_server(folder: Path) -> Iterator[Agency]:
    """A server that is called localhost, for as long as the block lasts."""
    proof, key = certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    agency = Agency(f"https://localhost:{server.server_port}/open311/v2", proof)
    server.RequestHandlerClass = _handler(agency)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(proof, key)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield agency
    finally:
        agency.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(agency: Agency) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer("GET", parts.path, dict(parse_qsl(parts.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer("POST", self.path, dict(parse_qsl(body)))

        def _answer(self, method: str, path: str, fields: dict[str, str]) -> None:
            name, _, form = path.removeprefix("/open311/v2/").lstrip("/").rpartition(".")
            agency.asked.append((method, name, fields))
            agency.headers.append({key.lower(): value for key, value in self.headers.items()})
            status, said = _said(agency, method, name, form, fields)
            if method == "POST" and agency.loses_answers:
                self.close_connection = True
                return
            try:
                if agency.hangs:
                    agency.closed.wait()
                self.send_response(status)
                self.end_headers()
                while agency.drips and not agency.closed.wait(0.05):
                    self.wfile.write(b" ")
                self.wfile.write(said)
            except OSError:
                return  # METEOR has hung up

        def log_message(self, *said: Any) -> None: ...

    return Handler


def _said(agency: Agency, method: str, name: str, form: str, fields: dict[str, str]) -> tuple[int, bytes]:
    if f"{method} {name}" in agency.answers:
        return agency.answers[f"{method} {name}"]
    if form not in agency.speaks:
        return 404, b"<html><body>Not found</body></html>"
    if agency.key and fields.get("api_key") != agency.key:
        return 403, b'[{"code": 403, "description": "wrong key"}]'
    found = _found(agency, method, name, fields)
    if found is None:
        return 404, b"[]"
    return 201 if method == "POST" else 200, packed(found, name, form)


def _found(agency: Agency, method: str, name: str, fields: dict[str, str]) -> list[dict[str, Any]] | None:
    if name == "services":
        return SERVICES
    if method == "POST" and name == "requests":
        number = str(100 + len(agency.requests))
        agency.requests[number] = {
            "service_request_id": number, "status": "open", "status_notes": "",
            "requested_datetime": datetime.now(UTC).isoformat(), **fields,
        }  # fmt: skip
        return (
            [{"token": f"t{number}"}] if agency.gives_tokens else [{"service_request_id": number, "account_id": None}]
        )
    if name.startswith("requests/"):
        found = agency.requests.get(unquote(name.removeprefix("requests/")))
        return [found] if found else None
    if name.startswith("tokens/t"):
        token = name.removeprefix("tokens/")
        return [{"token": token, "service_request_id": token[1:] if agency.numbered else None}]
    if name == "requests" and agency.lists_requests:
        return [each for each in agency.requests.values() if _is_asked_for(each, fields)][: agency.page]
    return None


def _is_asked_for(request: dict[str, str], fields: dict[str, str]) -> bool:
    if "service_request_id" in fields:
        return request["service_request_id"] in fields["service_request_id"].split(",")
    at = datetime.fromisoformat(request["requested_datetime"])
    begin, end = (datetime.fromisoformat(fields[name]) if name in fields else at for name in ("start_date", "end_date"))
    return begin <= at <= end and fields.get("service_code", request["service_code"]) == request["service_code"]


def packed(found: list[dict[str, Any]], name: str, form: str) -> bytes:
    """Records as GeoReport v2 writes them."""
    if form == "json":
        return json.dumps(found).encode()
    inner = "".join(
        f"<request>{''.join(f'<{key}>{value or str()}</{key}>' for key, value in each.items())}</request>"
        for each in found
    )
    root = "services" if name == "services" else "service_requests"
    return f'<?xml version="1.0" encoding="utf-8"?><{root}>{inner}</{root}>'.encode()
