"""A publisher of warnings on this machine: an index of messages, the messages, and lists of earthquakes."""

import gzip
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import Any

from tests.integrations.receiver import certificate

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SENDER = "cuaca.ekstrem@bmkg.go.id"
MORNING = "2026-11-29T08:00:00+07:00"

MAYANGAN = "-7.72,113.20 -7.72,113.23 -7.74,113.23 -7.74,113.20 -7.72,113.20"
"""A polygon around the middle of Kelurahan Mayangan, which reaches Sukabumi too."""

ELSEWHERE = "-7.9,112.5 -7.9,112.7 -8.1,112.7 -7.9,112.5"


def cap(identifier: str = "2.49.0.1.360.0.1", **said: str) -> bytes:
    """A message as BMKG writes it, about heavy rain over Mayangan."""
    fields = {
        "sender": SENDER, "sent": MORNING, "status": "Actual", "type": "Alert", "references": "", "area": "Jawa Timur",
        "severity": "Moderate", "effective": MORNING, "expires": "2026-11-29T11:00:00+07:00", "polygon": MAYANGAN,
        "headline": "Hujan Lebat disertai Petir di Jawa Timur", "geometry": "", "infos": "", "scope": "Public",
    } | said  # fmt: skip
    geometry = fields["geometry"] or (f"<polygon>{fields['polygon']}</polygon>" if fields["polygon"] else "")
    references = f"<references>{fields['references']}</references>" if fields["references"] else ""
    info = f"""
      <info>
        <language>id</language><category>Met</category><event>Hujan Lebat dan Petir</event>
        <urgency>Immediate</urgency><severity>{fields["severity"]}</severity><certainty>Observed</certainty>
        <eventCode><valueName>OET:v1.2</valueName><value>OET-194</value></eventCode>
        <effective>{fields["effective"]}</effective><expires>{fields["expires"]}</expires>
        <senderName>BMKG</senderName><headline>{fields["headline"]}</headline>
        <description>Masih berpotensi terjadi hujan lebat.</description>
        <area><areaDesc>{fields["area"]}</areaDesc>{geometry}</area>
      </info>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <alert xmlns="{NAMESPACE}">
      <identifier>{identifier}</identifier><sender>{fields["sender"]}</sender><sent>{fields["sent"]}</sent>
      <status>{fields["status"]}</status><msgType>{fields["type"]}</msgType><scope>{fields["scope"]}</scope>
      <code>profile:BMKG-Versi:1</code>{references}{fields["infos"] or info}
    </alert>""".encode()


def refers_to(identifier: str, sent: str = MORNING) -> str:
    return f"{SENDER},{identifier},{sent}"


def quake(**said: Any) -> dict[str, Any]:
    """An entry of BMKG's lists: near the city, felt there."""
    return {
        "Tanggal": "29 Nov 2026", "Jam": "08:00:00 WIB", "DateTime": "2026-11-29T01:00:00+00:00",
        "Coordinates": "-7.90,113.30", "Lintang": "7.90 LS", "Bujur": "113.30 BT", "Magnitude": "5.1",
        "Kedalaman": "10 km", "Wilayah": "Pusat gempa berada di darat 18 km tenggara Kota Probolinggo",
        "Potensi": "Gempa ini dirasakan untuk diteruskan pada masyarakat", "Dirasakan": "III-IV Probolinggo, II Malang",
        "Shakemap": "20261129080000.mmi.jpg",
    } | said  # fmt: skip


def quakes(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"Infogempa": {"gempa": entries[0] if len(entries) == 1 else list(entries)}}).encode()


@dataclass
class Page:
    """An answer. A page that hangs sends its headers and then nothing, or, if it `drips`, a byte now and then."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    hangs: bool = False
    drips: bool = False


@dataclass
class Publisher:
    """What is published, by path; `asked` are the paths of all requests and their headers, names in small letters.

    `came` is released at each request.
    """

    url: str
    trusted: Path
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closed: Event = field(default_factory=Event)
    came: Semaphore = field(default_factory=lambda: Semaphore(0))

    def publish(self, path: str, body: bytes, **said: Any) -> str:
        """Put something at a path; its address."""
        self.pages[path] = Page(body, **said)
        return f"{self.url}{path}"

    def index(self, *links: str, published: str = "Sun, 29 Nov 2026 08:00:00 +0700", **said: Any) -> str:
        """Publish an RSS index of these links."""
        items = (f"<item><title>Peringatan</title><link>{link}</link><pubDate>{published}</pubDate></item>"
                 for link in links)  # fmt: skip
        rss = f'<rss version="2.0"><channel><title>Peringatan Dini</title>{"".join(items)}</channel></rss>'
        return self.publish("/index", rss.encode(), **said)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def bomb(size: int = 50_000_000) -> bytes:
    """So many spaces, packed."""
    return gzip.compress(b" " * size)


@contextmanager
def publishing(folder: Path) -> Iterator[Publisher]:
    """A server that is called localhost, for as long as the block lasts."""
    proof, key = certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    publisher = Publisher(f"https://localhost:{server.server_port}", proof)
    server.RequestHandlerClass = _handler(publisher)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(proof, key)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            publisher.came.release()
            page = publisher.pages.get(self.path, Page(b"", status=404))
            known = page.headers.get("ETag")
            if known and self.headers.get("If-None-Match") == known:
                page = Page(b"", {"ETag": known}, 304)
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in page.headers and not page.drips:
                self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self._send(page)

        def _send(self, page: Page) -> None:
            try:
                while page.drips and not publisher.closed.wait(0.05):
                    self.wfile.write(b" ")
                if page.hangs:
                    publisher.closed.wait()
                self.wfile.write(page.body)
            except OSError:
                return  # METEOR has hung up

        def log_message(self, *said: Any) -> None: ...

    return Handler
