"""Secrets at rest: text sealed to its row and column, and an index that finds it without opening it."""

import hashlib
import hmac
import os
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_keys: dict[str, bytes] = {}


def configure(data_key: bytes, index_key: bytes) -> None:
    """Set the process's two keys (32 bytes each): one seals, the other indexes."""
    _keys.update(data=data_key, index=index_key)


def seal(text: str, column: str, row: UUID) -> bytes:
    """AES-256-GCM of `text`, bound to `column` ("residents.nik") and `row`, so that it opens nowhere else."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_keys["data"]).encrypt(nonce, text.encode(), _bound_to(column, row))


def unseal(sealed: bytes, column: str, row: UUID) -> str:
    """The text that was sealed for this column and row. Raises cryptography's InvalidTag for any other."""
    return AESGCM(_keys["data"]).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(column, row)).decode()


def blind_index(text: str, column: str) -> str:
    """HMAC-SHA-256 in hexadecimal: equal texts in one column have equal indexes, and nothing else can be read of it."""
    return hmac.new(_keys["index"], f"{column}\0{text}".encode(), hashlib.sha256).hexdigest()


def _bound_to(column: str, row: UUID) -> bytes:
    return f"{column}:{row}".encode()


class Sealed:
    """An attribute of a model with `id: UUID` that is sealed into `<name>_sealed`.

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
