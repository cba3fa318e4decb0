"""Load from one process: keep-alive clients that each send their next request as soon as the last is answered."""

import select
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

END = b"\r\n\r\n"
LENGTH = b"Content-Length: "


class WrongAnswer(Exception):
    """The server answered with something else than what is measured."""


@dataclass
class Client:
    """One connection. `requests` are what it sends, byte for byte; `status` is how every answer has to begin."""

    requests: Iterator[bytes]
    status: bytes
    sent: float = 0.0
    got: bytes = b""
    body: bytes = b""  # of the last answer
    times: list[float] = field(default_factory=list)  # seconds from request to answer

    def connect(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> bool:
        """Send the next request; false when there is none."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.sent = perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> bool:
        """Read what has come; whether the answer is complete. Raises WrongAnswer."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise WrongAnswer("the server closed the connection")
        got = self.got + piece if self.got else piece
        head = got.find(END)
        if head < 0 or len(got) < head + len(END) + _length(got, head):
            self.got = got
            return False
        if not got.startswith(self.status):
            raise WrongAnswer(got[:600].decode(errors="replace"))
        self.times.append(perf_counter() - self.sent)
        self.got, self.body = b"", got[head + len(END) :]
        return True


def run(port: int, clients: Sequence[Client], seconds: float = float("inf")) -> float:
    """Let the clients loose for so long, or until they have nothing left to send; answers per second."""
    for client in clients:
        client.connect(port)
    waiting = {client.socket.fileno(): client for client in clients}
    poll = select.epoll()
    before = sum(len(client.times) for client in clients)
    began = perf_counter()
    for number, client in waiting.items():
        poll.register(number, select.EPOLLIN)
        client.send()
    while waiting and perf_counter() - began < seconds:
        for number, _ in poll.poll(30):
            client = waiting[number]
            if client.receive() and not client.send():
                poll.unregister(number)
                del waiting[number]
    took = perf_counter() - began
    poll.close()
    for client in clients:
        client.socket.close()
    return (sum(len(client.times) for client in clients) - before) / took


def per_cpu_second(port: int, pid: int, clients: Sequence[Client], seconds: float = float("inf")) -> float:
    """The same; answers per second of the processor time of the workers of the gunicorn with this process id."""
    before, counted = workers_seconds(pid), sum(len(client.times) for client in clients)
    run(port, clients, seconds)
    return (sum(len(client.times) for client in clients) - counted) / (workers_seconds(pid) - before)


def workers_seconds(pid: int) -> float:
    """The processor time in seconds that the workers of this gunicorn have had, of all their threads."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = [thread for worker in workers for thread in Path(f"/proc/{worker}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def _length(got: bytes, head: int) -> int:
    at = got.find(LENGTH, 0, head)
    return 0 if at < 0 else int(got[at + len(LENGTH) : got.find(b"\r\n", at)])
