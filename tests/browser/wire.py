"""A wire between a browser and a server that counts what goes over it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """`address` leads to the server; `carried` is how many bytes came back from it, headers and all."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.carried = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.ends: list[socket.socket] = []
        self.threads = [threading.Thread(target=self._listen)]
        self.counting = threading.Lock()

    def cut(self) -> None:
        """End every connection, and wait until all is quiet."""
        for end in (self.listener, *self.ends):
            with suppress(OSError):  # the other side was faster
                end.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for end in (self.listener, *self.ends):
            end.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # cut
            far = socket.create_connection(self.server)
            self.ends += [near, far]
            for source, target in ((near, far), (far, near)):
                thread = threading.Thread(target=self._carry, args=(source, target, source is far))
                self.threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        with suppress(OSError):  # one side has gone
            while piece := source.recv(65536):
                if back:
                    with self.counting:
                        self.carried += len(piece)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)


@contextmanager
def wire_to(host: str, port: int) -> Iterator[Wire]:
    wire = Wire((host, port))
    wire.threads[0].start()
    try:
        yield wire
    finally:
        wire.cut()
