"""What stands between the brackets, read into events: SIA-DCS (blocks of DC-03) and ADM-CID (Contact ID, DC-05)."""

import re

from meteor.sas import codes
from meteor.sas.codes import Event
from meteor.sas.dc09.messages import Content, Header, Unreadable

POLLS = ("NULL", "XNM")
"""The supervision poll, and DC-09-2021's extended one."""


def events(header: Header, content: Content) -> list[Event]:
    """The events of a message, none for a poll. Raises Unreadable for what has none, or is of another kind."""
    if header.token in POLLS:
        return []
    if header.token not in _READERS:
        raise Unreadable
    blocks = [block for block in content.data.split("|") if block and not block.startswith("#")]
    found = [event for block in blocks for event in _READERS[header.token](block)]
    if not found:
        raise Unreadable
    return found


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
    """Zero is nobody and nowhere, and 01 is 1."""
    return text.lstrip("0")


def _zone(address: str) -> str:
    return _number(address).rjust(3, "0") if _number(address) else ""


_READERS = {"SIA-DCS": _sia, "ADM-CID": _contact_id}
_WORDS = re.compile(r"\^[^^]*\^?|\*(?:'[^']*'?|\"[^\"]*\"?|[0-9.-]*)[A-Z]{0,2}")
_TYPED = re.compile(r"[NO](?:[a-z]{2}|[A-Z]{2}|/)")
_UNTYPED = re.compile(r"(?:[a-z]{2}[0-9.:-]+/?)*[A-Z]{2}(?:[0-9][0-9A-F]*)?(?:/[A-Z]{2}(?:[0-9][0-9A-F]*)?)*/?")
_PACKET = re.compile(r"([a-z]{2})([0-9.:-]*)|([A-Z]{2})([0-9A-F]*)")
_CONTACT_ID = re.compile(r"([136])([0-9A-F]{3}) *([0-9A-F]{2}) *([0-9A-F]{3})")
