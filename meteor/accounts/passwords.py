"""Passwords and PINs: hashed with Argon2id, checked in equal time whether or not the user exists."""

from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

_one_at_a_time = Lock()
"""A hash takes a whole core for about 50 ms: a process computes one, whatever its number of threads."""

SHORTEST = 10
"""A new password has at least this many characters."""


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    with _one_at_a_time:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed. Without a hash it takes as long, and is false."""
    try:
        with _one_at_a_time:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except VerificationError:
        return False
