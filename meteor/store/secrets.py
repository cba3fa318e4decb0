"""Secrets at rest: text sealed to its row and column, and an index that finds it without opening it."""

import hashlib
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import product
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_VERSION = b"\x01"
_ID_BYTES = 4
PREFIX_BYTES = len(_VERSION) + _ID_BYTES
_keys: dict[str, list[bytes]] = {}


def configure(
    data_key: bytes, index_key: bytes, old_data_keys: Iterable[bytes] = (), old_index_keys: Iterable[bytes] = ()
) -> None:
    """Set the process's two keys (32 bytes each): one seals, the other indexes. Old ones only read, newest first."""
    _keys.update(data=[data_key, *old_data_keys], index=[index_key, *old_index_keys])


def rotating() -> bool:
    """Return whether there are old keys."""
    return len(_keys["data"]) > 1 or len(_keys["index"]) > 1


def prefix() -> bytes:
    """The beginning of every value that is sealed under the present pair of keys."""
    return _prefix(_keys["data"][0], _keys["index"][0])


def old_keys_of(beginning: bytes) -> tuple[int, int] | None:
    """Numbers of the data key and the index key for this prefix (0: the present one, 1: the newest old).

    None for one that was sealed under unknown keys, or without a prefix, before keys could be rotated.
    """
    pairs = product(enumerate(_keys["data"]), enumerate(_keys["index"]))
    return next(((d, i) for (d, data), (i, index) in pairs if _prefix(data, index) == beginning), None)


def seal(text: str, column: str, row: UUID | int) -> bytes:
    """AES-256-GCM of `text`, bound to `column` ("residents.nik") and `row`, so that it opens nowhere else."""
    nonce = os.urandom(_NONCE_BYTES)
    return prefix() + nonce + AESGCM(_keys["data"][0]).encrypt(nonce, text.encode(), _bound_to(column, row))


def unseal(sealed: bytes, column: str, row: UUID | int) -> str:
    """The text that was sealed for this column and row. Raises cryptography's InvalidTag for any other."""
    bound = _bound_to(column, row)
    if (pair := old_keys_of(sealed[:PREFIX_BYTES])) is not None:
        with suppress(InvalidTag):  # by chance the nonce of a value without a prefix may look like one
            return _opened(sealed[PREFIX_BYTES:], _keys["data"][pair[0]], bound)
    for key in _keys["data"]:
        with suppress(InvalidTag):
            return _opened(sealed, key, bound)
    raise InvalidTag


def blind_index(text: str, column: str) -> str:
    """HMAC-SHA-256 in hexadecimal: equal texts in one column have equal indexes, and nothing else can be read of it."""
    return _index(_keys["index"][0], text, column)


def blind_indexes(text: str, column: str) -> list[str]:
    """The blind indexes under the present and all old keys, to look rows up."""
    return [_index(key, text, column) for key in _keys["index"]]


def _index(key: bytes, text: str, column: str) -> str:
    return hmac.new(key, f"{column}\0{text}".encode(), hashlib.sha256).hexdigest()


def _prefix(data: bytes, index: bytes) -> bytes:
    return _VERSION + hashlib.sha256(b"METEOR" + data + index).digest()[:_ID_BYTES]


def _opened(sealed: bytes, key: bytes, bound: bytes) -> str:
    if len(sealed) < _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound).decode()


def _bound_to(column: str, row: UUID | int) -> bytes:
    return f"{column}:{row}".encode()


class Sealed:
    """An attribute of a model with an `id` that is sealed into `<name>_sealed`.

    It is indexed in `<name>_index`, unless rows are never looked for by it.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self.indexed = indexed

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _column(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.name}"

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return None if sealed is None else unseal(sealed, self._column(row), row.id)

    def __set__(self, row: Any, text: str | None) -> None:
        column = self._column(row)
        setattr(row, f"{self.name}_sealed", None if text is None else seal(text, column, row.id))
        if self.indexed:
            setattr(row, f"{self.name}_index", None if text is None else blind_index(text, column))
