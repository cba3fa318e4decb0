"""One frame read: its header, and what stands between the brackets."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from meteor.sas.dc09.framing import crc

STAMP = "%H:%M:%S,%m-%d-%Y"


class Damaged(Exception):
    """The CRC does not fit, or it is no frame at all: what was sent did not arrive. Not answered (C.2.3.5)."""


class Unreadable(Exception):
    """It arrived as it was sent, and is not what DC-09 describes."""


@dataclass(frozen=True)
class Header:
    """The header of a frame. `receiver` and `line` are as sent, with R and L, or empty.

    `account` is in capitals. `rest` is all behind the opening bracket: text, or hexadecimal if `encrypted`.
    """

    token: str
    encrypted: bool
    sequence: str
    receiver: str
    line: str
    account: str
    rest: str


@dataclass(frozen=True)
class Content:
    """The content in brackets, the extended data, and the panel's time (UTC) if sent.

    `padding` is the random text in front of an encrypted message.
    """

    data: str
    extended: tuple[str, ...] = ()
    told_at: datetime | None = None
    padding: str = ""


def header(frame: bytes) -> Header:
    """Read a frame without its LF and CR. Raises Damaged, Unreadable.

    That the length is wrong while the CRC fits says that a panel counts in another way, not that something is lost.
    """
    body = frame[8:]
    if not _BEGINNING.match(frame) or int(frame[:4], 16) != crc(body):
        raise Damaged
    found = _HEADER.fullmatch(body.decode("utf-8", "replace"))
    if not found:
        raise Unreadable
    star, token, sequence, receiver, line, account, rest = found.groups("")
    return Header(token, star == "*", sequence, receiver, line, account.upper(), rest)


def content(text: str) -> Content:
    """Read what stands behind the opening bracket, decrypted and without its padding. Raises Unreadable.

    A time that is none is left out: an alarm is not refused for its clock.
    """
    found = _CONTENT.fullmatch(text)
    if not found:
        raise Unreadable
    data, extended, stamp = found.groups("")
    return Content(data, tuple(_EXTENDED.findall(extended)), _moment(stamp))


def stamp(at: datetime) -> str:
    """A moment as DC-09 writes it, with its underscore: UTC."""
    return f"_{at.astimezone(UTC):{STAMP}}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


_BEGINNING = re.compile(rb'[0-9A-Fa-f]{8}"')
# The line is compulsory in DC-09 (5.5.1.6); some diallers leave it out.
_HEADER = re.compile(
    r'"(\*?)([A-Z0-9-]{1,16})"([0-9]{4})(R[0-9A-Fa-f]{1,6})?(L[0-9A-Fa-f]{1,6})?#([0-9A-Fa-f]{1,16})\[(.*)', re.DOTALL
)
_CONTENT = re.compile(r"([^\[\]]*)\]((?:\[[^\[\]]*\])*)(?:_([0-9:,-]*))?\s*", re.DOTALL)
_EXTENDED = re.compile(r"\[([^\[\]]*)\]")
