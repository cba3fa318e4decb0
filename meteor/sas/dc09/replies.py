"""Answers of the receiver: ACK (stored), NAK (wrong key or time), DUH (unreadable)."""

from datetime import datetime

from meteor.sas.dc09.cipher import empty
from meteor.sas.dc09.framing import framed
from meteor.sas.dc09.messages import Header, stamp


def ack(header: Header, at: datetime, key: bytes | None) -> bytes:
    """Taken and stored (5.5.3.1). What came encrypted is acknowledged encrypted, with our time."""
    if header.encrypted and key:
        return _framed(f'"*ACK"{_to(header)}[{empty(at, key)}')
    return _framed(f'"ACK"{_to(header)}[]')


def nak(at: datetime) -> bytes:
    """Wrong key or wrong time (5.5.3.2). Never encrypted; the time lets a panel set its clock.

    The number, receiver, line and account are written as pysiaalarm and ioBroker.sia do; the standard's own line was
    not at hand.
    """
    return _framed(f'"NAK"0000R0L0A0[]{stamp(at)}')


def duh(header: Header) -> bytes:
    """It arrived, and we cannot do what it asks (5.5.3.3). Never encrypted."""
    return _framed(f'"DUH"{_to(header)}[]')


def _to(header: Header) -> str:
    return f"{header.sequence}{header.receiver}{header.line or 'L0'}#{header.account}"


def _framed(body: str) -> bytes:
    return framed(body.encode())
