"""A panel's dialler, written from SIA DC-09 alone: it builds frames by hand and reads what comes back.

It has a CRC and an AES library of its own, so that it cannot agree with the receiver by sharing its mistakes.
"""

import random
import re
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from select import select
from typing import Any

from Crypto.Cipher import AES

PATIENCE = 30.0
"""Seconds that an answer may take on a machine that is busy."""


def crc16(body: bytes) -> int:
    """Bit by bit, as the standard tells it: each bit of a byte, lowest first, against the lowest of the register."""
    register = 0
    for byte in body:
        for bit in range(8):
            carry = (register ^ (byte >> bit)) & 1
            register >>= 1
            if carry:
                register ^= 0xA001
    return register


def wrap(body: str, *, crc: int | None = None, length: int | None = None) -> bytes:
    """<LF><CRC><0LLL>body<CR>, with a wrong CRC or length if one is given."""
    raw = body.encode()
    told = len(raw) if length is None else length
    return f"\n{crc16(raw) if crc is None else crc:04X}0{told:03X}".encode() + raw + b"\r"


def clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("_%H:%M:%S,%m-%d-%Y")


@dataclass(frozen=True)
class Reply:
    """What a receiver said: ACK, NAK or DUH; whether it came encrypted; all that it named; its clock, if it told it."""

    word: str
    encrypted: bool
    sequence: str
    receiver: str
    line: str
    account: str
    clock: datetime | None


@dataclass
class Dialler:
    """A panel that speaks: `account` and `key` as they were typed into it, `fast` by how many seconds its clock is."""

    account: str
    key: str = ""
    receiver: str = ""
    line: str = "L0"
    fast: float = 0.0
    stamped: bool = True
    sequence: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(9))

    def next(self) -> str:
        self.sequence = self.sequence % 9999 + 1
        return f"{self.sequence:04d}"

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.fast)

    def sia(self, data: str, **how: Any) -> bytes:
        """A frame of SIA-DCS: `data` is a block of DC-03 such as "Nri1/BA001"."""
        return self.frame("SIA-DCS", f"#{self.account}|{data}", **how)

    def contact_id(self, data: str, **how: Any) -> bytes:
        """A frame of ADM-CID: `data` is "QEEE GG ZZZ"."""
        return self.frame("ADM-CID", f"#{self.account}|{data}", **how)

    def poll(self, **how: Any) -> bytes:
        """The supervision poll."""
        return self.frame("NULL", "", **how)

    def frame(self, token: str, data: str, *, sequence: str = "", extended: str = "", **wrong: Any) -> bytes:
        """The message as it goes over the wire. `extended` is of whole fields: "[X113E13.0]"."""
        head = f"{sequence or self.next()}{self.receiver}{self.line}#{self.account}["
        if self.key:
            return wrap(f'"*{token}"{head}{self.encrypt(data, extended)}', **wrong)
        stamp = clock(self.now()) if self.stamped else ""
        return wrap(f'"{token}"{head}{data}]{extended}{stamp}', **wrong)

    def encrypt(self, data: str, extended: str) -> str:
        text = f"{'|' + data if data else ''}]{extended}{clock(self.now())}".encode()
        padding = bytes(
            self.chance.choice([byte for byte in range(32, 127) if chr(byte) not in "[]|"])
            for _ in range(16 + -len(text) % 16)
        )
        return self.cipher().encrypt(padding + text).hex().upper()

    def cipher(self) -> Any:
        return AES.new(bytes.fromhex(self.key), AES.MODE_CBC, bytes(16))

    def read(self, frame: bytes) -> Reply:
        """Read an answer, as strictly as a panel would. AssertionError for one that is not as DC-09 has it."""
        assert frame[:1] == b"\n", frame
        assert frame[-1:] == b"\r", frame
        body = frame[9:-1]
        assert frame[1:5] == b"%04X" % crc16(body), frame
        assert frame[5:9] == b"0%03X" % len(body), frame
        found = re.fullmatch(
            r'"(\*?)(ACK|NAK|DUH)"(\d{4})(R[0-9A-F]{1,6})?(L[0-9A-F]{1,6})(#[0-9A-F]{1,16}|A0)\[(.*)', body.decode()
        )
        assert found, frame
        star, word, sequence, receiver, line, account, rest = found.groups("")
        if star:
            opened = self.cipher().decrypt(bytes.fromhex(rest)).decode()
            padding, _, rest = opened.partition("]")
            assert not re.search(r"[\[\]|]", padding), opened
            assert rest, "an encrypted answer tells the time"
        else:
            assert rest[:1] == "]", frame
            rest = rest[1:]
        told = datetime.strptime(rest, "_%H:%M:%S,%m-%d-%Y").replace(tzinfo=UTC) if rest else None
        return Reply(word, bool(star), sequence, receiver, line, account, told)


class Tcp:
    """A connection to a receiver."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.held = b""

    def send(self, piece: bytes) -> None:
        self.socket.sendall(piece)

    def receive(self) -> bytes:
        """The next frame; nothing if the other side has closed the connection."""
        while b"\r" not in self.held:
            piece = self.socket.recv(4096)
            if not piece:
                return b""
            self.held += piece
        frame, _, self.held = self.held.partition(b"\r")
        return frame + b"\r"

    @property
    def is_answered(self) -> bool:
        """Whether `receive` would not wait; also when the other side has closed the connection."""
        return bool(self.held or select([self.socket], [], [], 0)[0])

    def close(self) -> None:
        self.socket.close()


class Udp(Tcp):
    """The same by datagrams, one for each message."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.held = b""


TRANSPORTS = {"tcp": Tcp, "udp": Udp}
