"""Passwords and PINs: which are too easy to guess, and their Argon2id hashes, checked in equal time for all names."""

import re
from collections.abc import Iterable
from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from meteor.store.database import only_reading

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one destination.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

_one_at_a_time = Lock()
"""Limits hashing to one at a time in a process: a hash takes a core for about 50 ms."""

SHORTEST = 10
"""A new password has at least this many characters."""

MOST_COMMON = 10_000
"""Number of most common passwords that are refused."""

_OWN = 5
"""A new password has at least this many letters and digits that do not come from its owner's name, user name or
phone number."""


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    with _one_at_a_time:
        return _hasher.hash(password)


def hashed_apart(password: str) -> str:
    """The hash, made while this transaction keeps no press from writing. What was not committed before is lost."""
    with only_reading():
        return hashed(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether the hash is of `password`; without a hash False, after the same time."""
    try:
        with _one_at_a_time:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except VerificationError:
        return False


def is_common(password: str) -> bool:
    """Return whether the password is one of the MOST_COMMON, ignoring case."""
    return password.strip().lower() in _common()


def is_personal(password: str, about: Iterable[str]) -> bool:
    """Return whether little of the password remains without the words `about` its owner.

    `about` holds the name, the user name and the phone number.
    """
    left = password.lower()
    for part in sorted({part for text in about for part in _parts(text.lower())}, key=len, reverse=True):
        left = left.replace(part, " ")
    return len(re.findall(r"\w", left)) < _OWN <= len(re.findall(r"\w", password))


def _parts(text: str) -> list[str]:
    """The words of a text, and the digits of a phone number with and without the prefix that everyone knows."""
    digits = re.sub(r"\D", "", text)
    number = [digits, digits.removeprefix("62")] if text.startswith("+") else []
    return [part for part in (*re.findall(r"\w+", text), *number) if len(part) >= 3]


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # here: the lists take 10 MB, and few processes need them

    return frozenset(word for word in FREQUENCY_LISTS["passwords"][:MOST_COMMON] if len(word) >= SHORTEST)
