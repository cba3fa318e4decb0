"""A push service (RFC 8030) and the browsers that subscribe to it: they read what they are sent as RFC 8291 says."""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.integrations.receiver import Receiver

CURVE = ec.SECP256R1()


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hmac(key: bytes, data: bytes) -> bytes:
    mac = HMAC(key, hashes.SHA256())
    mac.update(data)
    return mac.finalize()


def _expanded(key: bytes, info: bytes, length: int) -> bytes:
    return _hmac(key, info + b"\1")[:length]


@dataclass
class Device:
    """A browser's subscription, with the two secrets that only the browser has."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def form(self) -> dict[str, str]:
        """What its page sends to METEOR."""
        public = encoded(point(self.private.public_key()))
        return {"endpoint": self.endpoint, "p256dh": public, "auth": encoded(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Decrypt a message of one record (RFC 8188 and 8291)."""
        salt, length = body[:16], body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        info = b"WebPush: info\0" + point(self.private.public_key()) + sender
        secret = _hmac(salt, _expanded(_hmac(self.auth, shared), info, 32))
        key = _expanded(secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expanded(secret, b"Content-Encoding: nonce\0", 12)
        text, _, padding = AESGCM(key).decrypt(nonce, record, None).rpartition(b"\2")
        assert padding.strip(b"\0") == b""
        return text


class PushService:
    """What came in for each device. `server` is where it came in, and says what is answered."""

    def __init__(self, server: Receiver) -> None:
        self.server = server
        parts = urlsplit(server.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.devices = 0

    def subscribe(self) -> Device:
        """A new device of this service."""
        self.devices += 1
        return Device(f"{self.origin}/push/{self.devices}")

    def told(self, device: Device) -> list[dict[str, Any]]:
        """What the device reads of what was sent to it, oldest first."""
        path = urlsplit(device.endpoint).path
        return [json.loads(device.read(body)) for headers, body in self.server.received if headers["path"] == path]


def claims(authorization: str, signer: str) -> dict[str, Any]:
    """What an Authorization (RFC 8292) claims, if the key `signer` has signed it. Raises InvalidSignature."""
    kind, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (kind, parts["k"]) == ("vapid", signer)
    signed, _, signature = parts["t"].rpartition(".")
    raw = decoded(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(signer))
    public.verify(numbers, signed.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(decoded(signed.partition(".")[2]))
