"""HTTP as the web worker speaks it: requests in pieces and in a row, all kinds of bodies, and a full worker."""

import contextlib
import io
import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from meteor.alerts.models import Alert
from meteor.hazards.models import HazardPhoto
from meteor.incidents import timeline
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.web.open_connections import MOST_BUFFERED
from meteor.web.poll_queue import POLL_PATIENCE
from tests.cast import Cast
from tests.partners import Partner
from tests.premises.places import image
from tests.processes.conftest import LONGEST, Servers, count, until, workers_of
from tests.scenes import report

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: meteor\r\n\r\n"
NONSENSE = (
    (b"GET / HTTP/1.1\r\nHost: meteor\r\nX: " + b"x" * 20_000, 431),
    (b"POST /alerts HTTP/1.1\r\nHost: meteor\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    (b"POST /alerts HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /alerts HTTP/1.1\r\nHost: meteor\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n", 401),  # never looked at
    (b"nonsense\r\n\r\n", 400),
)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class Raw:
    """A connection on which a test says each byte."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), LONGEST, (address, 0))
        self.said = self.socket.makefile("rb")

    def close(self) -> None:
        self.said.close()
        self.socket.close()

    def send(self, data: bytes) -> "Raw":
        self.socket.sendall(data)
        return self

    def status(self) -> int:
        """Read one answer; its status."""
        return self.answer()[0]

    def answer(self) -> tuple[int, bytes]:
        fields = self.head()
        return int(fields[b"status"].split()[1]), self.said.read(int(fields.get(b"content-length", b"0")))

    def head(self) -> dict[bytes, bytes]:
        """Read the head of an answer: its fields, and the first line as b"status", in small letters."""
        status = self.said.readline().rstrip().lower()
        fields = dict(line.rstrip().lower().split(b": ", 1) for line in iter(self.said.readline, b"\r\n"))
        return {b"status": status, **fields}

    def is_over(self) -> bool:
        """Whether the server has nothing more to say; waits for it."""
        try:
            return self.said.read(1) == b""
        except ConnectionResetError:
            return True


@pytest.fixture
def raw(cast: Cast, servers: Servers) -> Iterator[Raw]:
    servers.start_gunicorn()
    with closing(Raw(servers.port)) as raw:
        yield raw


def press(servers: Servers, cast: Cast, fields: str, body: bytes) -> bytes:
    """A press of Sari's with these fields in its head."""
    cookie = servers.cookie(cast.sari.id)
    head = (
        f"POST /alerts HTTP/1.1\r\nHost: meteor\r\nCookie: {cookie}\r\n{fields}\r\n"
        "Accept: application/json\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n\r\n"
    )
    return head.encode() + body


def fields_of(**more: str) -> bytes:
    return json.dumps({"id": str(uuid4()), "kind": "fire"} | more).encode()


def test_requests_are_found_in_a_stream_whatever_its_pieces_and_what_is_none_is_refused(
    servers: Servers, raw: Raw
) -> None:
    raw.send(HEALTH + b"GET /no-such-page HTTP/1.1\r\nHost: meteor\r\nAccept: application/json\r\n\r\n" + HEALTH)
    assert [raw.status() for _ in range(3)] == [200, 404, 200]
    for number in range(len(HEALTH)):
        raw.send(HEALTH[number : number + 1])
    assert raw.status() == 200
    with closing(Raw(servers.port)) as old:
        assert old.send(b"GET /healthz HTTP/1.0\r\n\r\n").status() == 200
        assert old.is_over()
    for head, status in NONSENSE:
        with closing(Raw(servers.port)) as connection:
            assert connection.send(head + HEALTH).status() == status, head
            assert connection.is_over(), head


def test_a_press_is_taken_in_chunks_after_asking_first_and_with_more_than_can_be_kept(
    raw: Raw, servers: Servers, cast: Cast
) -> None:
    body = fields_of()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[at : at + 7]), body[at : at + 7]) for at in range(0, len(body), 7))
    raw.send(press(servers, cast, "Transfer-Encoding: chunked", pieces + b"0\r\n\r\n") + HEALTH)
    assert [raw.status(), raw.status()] == [201, 200]

    body = fields_of()
    raw.send(press(servers, cast, f"Expect: 100-continue\r\nContent-Length: {len(body)}", b""))
    assert raw.status() == 100
    assert raw.send(body).status() == 201

    body = fields_of(note="tolong " * 2_000_000)
    assert len(body) > servers.app.config["MAX_CONTENT_LENGTH"]
    raw.send(press(servers, cast, f"Content-Length: {len(body)}", body[: 9 * 1024 * 1024]))
    assert raw.status() == 201
    assert raw.is_over()


def test_only_a_form_with_photos_may_be_larger_than_others(cast: Cast, servers: Servers, raw: Raw) -> None:
    def sent(path: str, photo: bytes) -> int:
        form = {"csrf_token": servers.token(), "kind": "flood", "note": "Banjir", "id": str(uuid4())}
        boundary, body = encode_multipart(MultiDict(form | {"photos": FileStorage(io.BytesIO(photo), "foto.jpg")}))
        head = (
            f"POST {path} HTTP/1.1\r\nHost: meteor\r\nCookie: {servers.cookie(cast.sari.id)}\r\n"
            f"Content-Length: {len(body)}\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
        )
        return raw.send(head.encode() + body).status()

    assert sent("/hazards", image() + bytes(9_900_000)) == 303
    assert count(select(func.count()).select_from(HazardPhoto)) == 1
    assert sent("/hazards", image() + bytes(11_000_000)) == 422
    assert sent("/account/photo-of-nothing", bytes(9_900_000)) == 404
    assert raw.is_over()


def test_when_connections_run_out_the_address_with_most_gives_up_its_oldest(cast: Cast, servers: Servers) -> None:
    servers.environment["GUNICORN_CMD_ARGS"] = "--workers 1 --worker-connections 20"
    servers.start_gunicorn(workers=1)
    with closing(Raw(servers.port, "127.0.0.2")) as sari:
        assert sari.send(HEALTH).status() == 200
        crowd = [Raw(servers.port, "127.0.0.3").send(HEALTH[:20]) for _ in range(40)]
        assert crowd[-1].send(HEALTH[20:]).status() == 200
        assert sari.send(HEALTH).status() == 200
        assert crowd[0].is_over()
        for each in crowd:
            each.close()


def test_bodies_that_never_end_fill_only_so_much_memory(cast: Cast, servers: Servers) -> None:
    servers.environment["GUNICORN_CMD_ARGS"] = "--workers 1"
    servers.start_gunicorn(workers=1)
    head = b"POST /alerts HTTP/1.1\r\nHost: meteor\r\nContent-Length: 7900000\r\n\r\n"
    piece = bytes(7_000_000)
    many = MOST_BUFFERED // len(piece) + 2
    crowd = [Raw(servers.port) for _ in range(many)]
    with contextlib.suppress(ConnectionError):  # those that are closed while they send
        for each in crowd:
            each.send(head + piece)
    assert any_is_closed(crowd)
    with closing(Raw(servers.port)) as sari:
        assert sari.send(HEALTH).status() == 200
    for each in crowd:
        each.close()


def any_is_closed(connections: list[Raw]) -> bool:
    """Whether the server closes one of them, at one of its sweeps, long before they are too slow for it."""
    heard = wait([each.socket for each in connections], timeout=LONGEST)
    return any(each.is_over() for each in connections if each.socket in heard)


def test_a_full_worker_survives_bytes_on_connections_that_it_has_just_closed(cast: Cast, servers: Servers) -> None:
    servers.environment["GUNICORN_CMD_ARGS"] = "--workers 1 --worker-connections 20"
    gunicorn = servers.start_gunicorn(workers=1)
    (worker,) = workers_of(gunicorn)
    crowd = [Raw(servers.port, "127.0.0.3").send(HEALTH[:20]) for _ in range(30)]
    os.kill(worker, signal.SIGSTOP)  # both happen before it looks: it makes room, and meets bytes of what it closed
    crowd += [Raw(servers.port, "127.0.0.3").send(HEALTH[:20]) for _ in range(10)]
    for each in crowd:
        with contextlib.suppress(ConnectionError):
            each.send(b"x")
    os.kill(worker, signal.SIGCONT)
    with closing(Raw(servers.port, "127.0.0.2")) as sari:
        assert sari.send(HEALTH).status() == 200
    for each in crowd:
        each.close()
    assert workers_of(gunicorn) == [worker]


def test_of_a_client_that_gave_up_waiting_a_press_counts_and_a_page_is_not_made(
    cast: Cast, servers: Servers, partner: Partner
) -> None:
    servers.environment["GUNICORN_CMD_ARGS"] = "--workers 1"
    (worker,) = workers_of(servers.start_gunicorn(workers=1))
    bearer = f"Authorization: Bearer {partner.token}\r\n\r\n".encode()
    read = b"GET /api/v1/incidents.geojson HTTP/1.1\r\nHost: meteor\r\n" + bearer
    body = fields_of()
    pressed = press(servers, cast, f"Content-Length: {len(body)}", body)
    os.kill(worker, signal.SIGSTOP)  # a worker that has too much to do
    for request in (read, pressed):
        Raw(servers.port).send(request).close()
    os.kill(worker, signal.SIGCONT)
    until(lambda: count(select(Alert.id)) == 1)
    used = select(AuditEntry.id).where(AuditEntry.action == "client_token_used")
    assert count(used) == 0
    with closing(Raw(servers.port)) as patient:
        assert patient.send(read).status() == 200
    assert count(used) == 1


def test_polls_let_a_press_go_first_for_a_second_at_most_and_crews_poll_before_those_who_wait(
    cast: Cast, servers: Servers
) -> None:
    alert = report_of(cast)
    servers.environment["GUNICORN_CMD_ARGS"] = "--workers 1"
    (worker,) = workers_of(servers.start_gunicorn(workers=1))
    body = fields_of()
    requests = (
        press(servers, cast, f"Content-Length: {len(body)}", body),
        polled(servers, cast.sari.id, f"/alerts/{alert}/status"),
        polled(servers, cast.agus.id, "/incidents/rows"),
    )
    db.session.connection()  # nobody else may write
    os.kill(worker, signal.SIGSTOP)  # so that all are there when it looks
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(closing(Raw(servers.port))) for _ in requests]
        for connection, request in zip(connections, requests, strict=True):
            connection.send(request)
        pressing, citizen, tablet = connections
        began = monotonic()
        os.kill(worker, signal.SIGCONT)
        first = wait([citizen.socket, tablet.socket], LONGEST)
        assert monotonic() - began >= POLL_PATIENCE
        assert tablet.socket in first
        assert [tablet.status(), citizen.status()] == [200, 200]
        db.session.rollback()
        assert pressing.status() == 201


def test_a_poll_that_comes_again_is_answered_as_before_until_there_is_news(
    raw: Raw, cast: Cast, servers: Servers
) -> None:
    report(cast)
    poll = polled(servers, cast.agus.id, f"/incidents/rows?v={timeline.version()}")
    answers = [raw.send(poll).head() for _ in range(20)]
    assert [it.pop(b"date").endswith(b"gmt") for it in answers] == [True] * 20
    assert answers == [answers[0]] * 20
    assert answers[0][b"status"] == b"http/1.1 204 no content"
    report(cast, who="tuti")
    until(lambda: raw.send(poll).status() == 200)
    assert len({raw.send(poll).answer() for _ in range(20)}) == 1


def report_of(cast: Cast) -> UUID:
    """The id of an alert of Sari's."""
    report(cast)
    return db.session.scalars(select(Alert.id)).one()


def polled(servers: Servers, user_id: int, path: str) -> bytes:
    """A poll by somebody whose page shows nothing yet."""
    lines = (f"GET {path} HTTP/1.1", "Host: meteor", "HX-Request: true", f"Cookie: {servers.cookie(user_id)}", "", "")
    return "\r\n".join(lines).encode()


def test_connections_that_stay_are_shared_by_the_workers(servers: Servers) -> None:
    gunicorn = servers.start_gunicorn()
    with contextlib.ExitStack() as stack:
        for number in range(1, 41):
            stack.enter_context(closing(Raw(servers.port)))
            until(lambda: sum(accepted(servers.port, worker) for worker in workers_of(gunicorn)) == number)  # noqa: B023
        assert min(accepted(servers.port, worker) for worker in workers_of(gunicorn)) >= 15


def accepted(port: int, worker: int) -> int:
    """How many connections to this port a worker has."""
    sockets = set()
    for link in Path(f"/proc/{worker}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            sockets.add(link.readlink().name)
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = [row for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"]
    return sum(f"socket:[{row[9]}]" in sockets for row in established)
