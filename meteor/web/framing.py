"""Finds the end of a request in a connection's received bytes."""

import re
from collections.abc import Callable

HEAD_BYTES = 16 * 1024
MOST_CHUNKS = 16_384  # 8 MiB in pieces of 512 bytes; smaller pieces cost more time to join than they are worth
_LONGEST_CHUNK_LINE = 1024

_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}(?=[ \t;\r])")


class HeadTooLarge(Exception):
    """The head of a request is longer than HEAD_BYTES."""


class RequestBuffer:
    """The bytes of a connection, until they hold a whole request.

    It decides only when a request is handed to gunicorn's parser, never what the request says. What it cannot
    understand counts as whole, and the parser refuses it. Of a body as many bytes are kept as `longest_body` says of
    the request's method and target; a longer one is `cut` there until it is taken, and its connection must be closed
    after the answer.
    """

    def __init__(self, longest_body: Callable[[bytes, bytes], int]) -> None:
        self.data = bytearray()
        self._longest_body = longest_body
        self._begin()

    def _begin(self) -> None:
        self._searched = 0  # bytes in which the head does not end
        self._head_end = 0
        self._end = 0
        self._most = 0  # bytes of the body that are kept
        self._chunk: int | None = None  # where the next line with a chunk's size begins
        self._chunks = 0
        self.cut = False
        self._awaits_continue = False

    def whole(self) -> bool:
        """Return whether the request is there to its end. Raises HeadTooLarge."""
        if not self._head_end and not self._find_head():
            return False
        if self._chunk is not None:
            self._follow_chunks()
        last = self._head_end + self._most
        if len(self.data) >= last and not 0 < self._end <= last:
            self._end, self.cut = last, True
        return 0 < self._end <= len(self.data)

    @property
    def has_head(self) -> bool:
        return self._head_end > 0

    def must_say_continue(self) -> bool:
        """Return whether the client waits to be told that it may send the body; true once."""
        waits, self._awaits_continue = self._awaits_continue, False
        return waits

    @property
    def head(self) -> bytes:
        """The request line and the fields, of a request whose head is there."""
        return bytes(self.data[: self._head_end])

    def method_and_target(self) -> tuple[bytes, bytes]:
        """The first two words of a whole request; empty where they are missing."""
        line = bytes(self.data[: self.data.find(b"\r\n")]).split(b" ", 2)
        return line[0], line[1] if len(line) > 1 else b""

    def take(self) -> bytes:
        """The whole request; what follows it stays, as the beginning of the next."""
        request = bytes(self.data[: self._end])
        del self.data[: self._end]
        self._begin()
        return request

    def _find_head(self) -> bool:
        end = self.data.find(b"\r\n\r\n", max(0, self._searched - 3), HEAD_BYTES)
        if end < 0:
            self._searched = len(self.data)
            if self._searched >= HEAD_BYTES:
                raise HeadTooLarge
            return False
        self._head_end = end + 4
        self._read_framing({name.lower(): value for name, value in _FRAMING.findall(self.data, 0, end + 2)})
        return True

    def _read_framing(self, fields: dict[bytes, bytes]) -> None:
        self._end = self._head_end
        length = fields.get(b"content-length", b"").strip()
        if fields.get(b"transfer-encoding", b"").lower().rstrip().endswith(b"chunked"):
            self._chunk, self._end = self._head_end, 0
        elif length.isdigit() and len(length) < 16:
            self._end += int(length)
        if self._end != self._head_end:
            self._most = self._longest_body(*self.method_and_target())
        self._awaits_continue = fields.get(b"expect", b"").lower().strip() == b"100-continue"

    def _follow_chunks(self) -> None:
        while self._chunk is not None:
            line = self.data.find(b"\r\n", self._chunk, self._chunk + _LONGEST_CHUNK_LINE)
            if line < 0:
                if len(self.data) >= self._chunk + _LONGEST_CHUNK_LINE:
                    self._refuse()
                return
            size = _CHUNK_SIZE.match(self.data, self._chunk)
            self._chunks += 1
            if size is None or self._chunks > MOST_CHUNKS:
                self._refuse()
            elif int(size[0], 16) == 0:
                self._find_trailers_end(line)
                return
            elif line + 2 + int(size[0], 16) + 2 > len(self.data):
                self._chunks -= 1  # looked at again with more bytes
                return
            else:
                self._chunk = line + 2 + int(size[0], 16) + 2

    def _find_trailers_end(self, line: int) -> None:
        end = self.data.find(b"\r\n\r\n", line, line + HEAD_BYTES)
        if end >= 0:
            self._chunk, self._end = None, end + 4
        elif len(self.data) >= line + HEAD_BYTES:
            self._refuse()

    def _refuse(self) -> None:
        """Hand over what is there: the parser finds the same fault, or misses the rest."""
        self._chunk, self._end, self.cut = None, len(self.data), True
