"""DC-09's encryption: AES-CBC with 128, 192 or 256 bits, from an initial vector of zeros, written in hexadecimal.

What is encrypted is padding, "|", data, "]", extended data and the time (5.4). The padding is at the front, at random,
of any characters but "|", "[" and "]"; without data its "|" is left out. Nothing proves who wrote a message but that
it makes sense under the key, so the time at its end is compulsory.
"""

import binascii
import hashlib
import secrets
import string
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from meteor.sas.dc09.messages import Content, Unreadable, content, stamp

BLOCK = 16
OLDEST, NEWEST = timedelta(seconds=-40), timedelta(seconds=20)
"""Highest difference of an encrypted message's time (5.5.1.8)."""

_PADDING = string.ascii_letters + string.digits


class WrongKey(Exception):
    """It makes no sense under this key."""


class Stale(Exception):
    """The message is readable, but its time is too far off: a wrong clock, or a replay."""


def encrypted(text: str, key: bytes) -> str:
    """`text`, from "]" or the data on, encrypted: capitals in hexadecimal. `text` must end with a time."""
    text = text if text.startswith("]") else f"|{text}"
    missing = -len(text.encode()) % BLOCK
    padding = "".join(secrets.choice(_PADDING) for _ in range(BLOCK + missing))
    encryptor = _cipher(key).encryptor()
    return (encryptor.update((padding + text).encode()) + encryptor.finalize()).hex().upper()


def decrypted(text: str, key: bytes, at: datetime) -> Content:
    """Decrypt a panel's content with `key`, received at the moment `at`. Raises WrongKey, Stale."""
    try:
        sealed = binascii.unhexlify(text.strip())
        decryptor = _cipher(key).decryptor()
        opened = (decryptor.update(sealed) + decryptor.finalize()).decode("utf-8", "replace")  # padding is any bytes
        before, bar, after = opened.partition("|")
        has_data = bar and "]" not in before
        padding, _, rest = opened.partition("]")
        read = replace(content(after if has_data else "]" + rest), padding=before if has_data else padding)
    except (ValueError, Unreadable):  # no hexadecimal, no whole block, no sense
        raise WrongKey from None
    if read.told_at is None:
        raise WrongKey
    if not OLDEST <= read.told_at - at <= NEWEST:
        raise Stale
    return read


def fingerprint(text: str) -> str:
    """Identifies an encrypted message by its last two blocks, which hold its time.

    The blocks before them can be altered without the key where they hold padding, so they do not count. Raises
    binascii.Error for text that is not hexadecimal.
    """
    return hashlib.sha256(binascii.unhexlify(text.strip())[-2 * BLOCK :]).hexdigest()


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK)))


def empty(at: datetime, key: bytes) -> str:
    """The encrypted content of an acknowledgement: padding and the time."""
    return encrypted("]" + stamp(at), key)
