"""Passwords and PINs: hashed with Argon2id, checked in equal time whether or not the user exists."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

SHORTEST = 10
"""A new password has at least this many characters."""


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed. Without a hash it takes as long, and is false."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except VerificationError:
        return False
