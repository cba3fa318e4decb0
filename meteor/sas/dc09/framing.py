"""Frames in a stream of bytes: one begins with LF, ends with CR, and says its CRC and length in between."""

LONGEST = 1 + 4 + 4 + 0xFFF + 1
"""A frame says its length in three hexadecimal digits: LF, CRC, 0LLL, so many characters, CR."""

LF, CR = b"\n", b"\r"


class Framer:
    """Takes what comes in, piece by piece, and gives the frames in it, each without its LF and CR.

    What lies between frames is passed over; `passed_over` counts its bytes, so that somebody can lose patience.
    """

    def __init__(self) -> None:
        self._held = b""
        self.passed_over = 0

    @property
    def holds(self) -> bool:
        """Return whether a frame has begun and not ended."""
        return bool(self._held)

    def feed(self, piece: bytes) -> list[bytes]:
        """The frames that end in `piece`, in order."""
        *ended, rest = (self._held + piece).split(CR)
        frames = []
        for part in ended:
            before, begun, frame = part.rpartition(LF)
            if begun and len(frame) <= LONGEST - 2:
                frames.append(frame)
                self.passed_over += len(before)
            else:
                self.passed_over += len(part) + 1
        self._hold(rest)
        return frames

    def _hold(self, rest: bytes) -> None:
        """Keep what may still become a frame: from the last LF on, unless it is too long for one."""
        _, begun, frame = rest.rpartition(LF)
        keep = begun + frame if begun and len(frame) <= LONGEST - 2 else b""
        self._held = keep
        self.passed_over += len(rest) - len(keep)


def crc(body: bytes) -> int:
    """CRC-16 of DC-09 (5.5.1.2): polynomial 0xA001 (0x8005 reflected), from 0, no final exclusive-or."""
    value = 0
    for byte in body:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def framed(body: bytes) -> bytes:
    """A whole frame around `body` (from the quoted token to before CR)."""
    return LF + b"%04X0%03X" % (crc(body), len(body)) + body + CR


def _steps(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xA001 if byte & 1 else 0)
    return byte


_TABLE = [_steps(byte) for byte in range(256)]
