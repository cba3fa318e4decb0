"""The server's own key for push (VAPID, RFC 8292): browsers subscribe to it, push services take what it has signed."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()

_own: dict[str, Any] = {"private": None, "public": "", "contact": ""}


def configure(key: bytes | None, contact: str) -> None:
    """Set the process's key (32 bytes; None: nothing is pushed) and where push services reach who runs METEOR."""
    private = ec.derive_private_key(int.from_bytes(key), CURVE) if key else None
    _own.update(private=private, public=_point(private) if private else "", contact=contact)


def public_key() -> str:
    """The public key for browsers: base64url without padding; empty if push is off."""
    return _own["public"]


def signer() -> Any:
    """The signing key for pywebpush."""
    from py_vapid import Vapid02  # here, since only the scheduler signs: web servers need not hold it

    return Vapid02(_own["private"])


def contact() -> str:
    """The address that is signed with every message: mailto: or https:."""
    return _own["contact"]


def _point(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
