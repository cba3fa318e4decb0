"""Proof of a message's panel by key, time, content and address; without the database."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol

from meteor.sas.dc09 import cipher, messages, reading
from meteor.sas.dc09.cipher import WrongKey
from meteor.sas.dc09.messages import Content, Header


class UnknownAccount(Exception):
    """No active panel has this account."""


class KeyLocked(Exception):
    """The panel's stored key cannot be unsealed."""


class NotEncrypted(Exception):
    """The message is in plain text, though its panel has a key."""


class Replayed(Exception):
    """The same encrypted message was taken before under another header."""


@dataclass(frozen=True)
class Message:
    """A frame that arrived whole, over a transport of TRANSPORTS from the IP address `source`, at the moment `at`."""

    header: Header
    transport: str
    at: datetime
    source: str = ""

    @property
    def is_poll(self) -> bool:
        """Return whether it only says that the panel is there, by its header."""
        return self.header.token in reading.POLLS


class Sender(Protocol):
    """A panel as the sender of messages: a row of Panel, or a copy in memory. `key` is hexadecimal."""

    @property
    def key(self) -> str | None: ...
    @property
    def source(self) -> str: ...


def read(message: Message, sender: Sender | None) -> Content:
    """The content of a message, if it is from `sender`.

    Raises UnknownAccount, NotEncrypted, WrongKey, Stale, Altered; Unreadable for content that is not DC-09's.
    """
    if sender is None:
        raise UnknownAccount
    header, key = message.header, sender.key
    if header.encrypted and not key:
        raise WrongKey
    if key and not header.encrypted:
        raise NotEncrypted
    if not key:
        return messages.content(header.rest)
    content = cipher.decrypted(header.rest, bytes.fromhex(key), message.at)
    reading.check(header, content)
    return content


def is_confirmed(message: Message, sender: Sender) -> bool:
    """Return whether something proves the sender: its key, or its registered address."""
    return bool(sender.key) or (bool(sender.source) and is_within(message.source, sender.source))


def network(text: str) -> IPv4Network | IPv6Network:
    """The network that an administrator typed: one address, or one in CIDR notation. Raises ValueError."""
    return ip_network(text, strict=False)


def written(text: str) -> str:
    """The network in its shortest form: "203.0.113.7", "2001:db8::/64". Raises ValueError."""
    found = network(text)
    return str(found.network_address if found.num_addresses == 1 else found)


def is_within(address: str, source: str) -> bool:
    """Return whether an IP address lies in a network. IPv4 in IPv6 notation counts as IPv4."""
    try:
        host = ip_address(address.partition("%")[0])
        mapped = host.ipv4_mapped if isinstance(host, IPv6Address) else None
        return (mapped or host) in network(source)
    except ValueError:
        return False
