"""Reads the content of messages into events: SIA-DCS (blocks of DC-03) and ADM-CID (Contact ID, DC-05)."""

import re
from typing import NamedTuple

from meteor.sas import codes
from meteor.sas.codes import Event
from meteor.sas.dc09.messages import Content, Header, Unreadable

POLLS = ("NULL", "XNM")
"""The supervision poll, and DC-09-2021's extended one."""


MOST_EVENTS = 16
"""Events of one message that are taken. DC-09 allows 4 kB, which would be 1,300 alarms."""


class Altered(Exception):
    """The header does not fit what stands between the brackets: the message was changed on its way."""


class Events(NamedTuple):
    """The events of a message that are taken; `left_out` counts the others, in a message that had too many."""

    taken: list[Event]
    left_out: int


def check(header: Header, content: Content) -> None:
    """Compare the unprotected header of an encrypted message with its content. Raises Altered.

    A poll has no data: an alarm whose header was rewritten to a poll would be acknowledged and lost.
    """
    if header.token in POLLS and (content.data or _is_cut(content.padding)):
        raise Altered
    account = _ACCOUNT.match(content.data)
    if account and int(account[1], 16) != int(header.account, 16):
        raise Altered
    other = {"SIA-DCS": "ADM-CID", "ADM-CID": "SIA-DCS"}.get(header.token)
    if other and not _events(header.token, content) and _events(other, content):
        raise Altered


def events(header: Header, content: Content) -> Events:
    """The events of a message, none for a poll. Raises Unreadable for what has none, or is of another kind.

    The same code, area and zone counts once. Of more than MOST_EVENTS the most urgent ones are taken.
    """
    if header.token in POLLS:
        return Events([], 0)
    found = _events(header.token, content) if header.token in _READERS else []
    if not found:
        raise Unreadable
    once = list({(event.code, event.restore, event.area, event.zone): event for event in reversed(found)}.values())
    once.reverse()
    taken = sorted(once, key=codes.urgency)[:MOST_EVENTS] if len(once) > MOST_EVENTS else once
    return Events(taken, len(found) - len(taken) if len(found) > MOST_EVENTS else 0)


def _events(token: str, content: Content) -> list[Event]:
    blocks = [block for block in content.data.split("|") if block and not block.startswith("#")]
    return [event for block in blocks for event in _READERS[token](block)]


def _is_cut(padding: str) -> bool:
    """Return whether a poll's padding looks like the end of a longer message that was cut.

    The block behind the cut decrypts to random bytes, and readable text follows it up to the end of the data. A panel
    that pads with random bytes looks so once in 50,000 polls, and repeats the poll with another padding.
    """
    tail = len(padding) % 16 or 16
    end = padding[-tail:]
    return len(padding) > tail and not padding[:-tail].isprintable() and end.isprintable() and end.isascii()


def _sia(block: str) -> list[Event]:
    """The events of a block "Nri1/BA001*'text'NM": new event (N) or old (O), modifiers, codes with an address each.

    A modifier holds for the codes behind it. Blocks of text (A) and others say nothing that METEOR acts on; one that
    is all codes is taken for events though it does not say so.
    """
    packets = _WORDS.sub("", block)  # what people wrote might look like a code
    if _TYPED.match(packets):
        packets = packets[1:]
    elif not _UNTYPED.fullmatch(packets):
        return []
    modifiers: dict[str, str] = {}
    found = []
    for name, value, code, address in _PACKET.findall(packets):
        if name:
            modifiers[name] = value
        else:
            found.append(_sia_event(code, address, modifiers))
    return found


def _sia_event(code: str, address: str, modifiers: dict[str, str]) -> Event:
    meaning, restore = codes.sia(code)
    area, user = _number(modifiers.get("ri", "")), _number(modifiers.get("id", ""))
    if codes.about_a_user(code):
        return Event(code, meaning, restore, area, "", _number(address) or user)
    return Event(code, meaning, restore, area, _zone(address), user)


def _contact_id(block: str) -> list[Event]:
    """The event of "QEEE GG ZZZ": qualifier, code, partition, zone or user."""
    found = _CONTACT_ID.fullmatch(block.strip())
    if not found:
        return []
    qualifier, code, area, number = found.groups()
    meaning, restore = codes.contact_id(code, qualifier)
    if codes.about_a_user(code):
        return [Event(code, meaning, restore, _number(area), "", _number(number))]
    return [Event(code, meaning, restore, _number(area), _zone(number))]


def _number(text: str) -> str:
    """Normalise a number: zero is empty, and 01 is 1."""
    return text.lstrip("0")


def _zone(address: str) -> str:
    return _number(address).rjust(3, "0") if _number(address) else ""


_ACCOUNT = re.compile(r"#([0-9A-Fa-f]{1,16})(?:\||$)")
_READERS = {"SIA-DCS": _sia, "ADM-CID": _contact_id}
_WORDS = re.compile(r"\^[^^]*\^?|\*(?:'[^']*'?|\"[^\"]*\"?|[0-9.-]*)[A-Z]{0,2}")
_TYPED = re.compile(r"[NO](?:[a-z]{2}|[A-Z]{2}|/)")
_UNTYPED = re.compile(r"(?:[a-z]{2}[0-9.:-]+/?)*[A-Z]{2}(?:[0-9][0-9A-F]*)?(?:/[A-Z]{2}(?:[0-9][0-9A-F]*)?)*/?")
_PACKET = re.compile(r"([a-z]{2})([0-9.:-]*)|([A-Z]{2})([0-9A-F]*)")
_CONTACT_ID = re.compile(r"([136])([0-9A-F]{3}) *([0-9A-F]{2}) *([0-9A-F]{3})")
