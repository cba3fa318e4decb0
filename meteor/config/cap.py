"""Warnings of the city's own for others (CAP 1.2): the name of their sender, and the key that signs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from meteor.config.fields import WrongSetting

SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.@_:/-]{0,99}")


@dataclass(frozen=True)
class Cap:
    """`sender` is empty where the host of the site says it. `key` and `certificate` are PEM; without them nothing is
    signed.
    """

    sender: str = ""
    key: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Cap":
        """Read the METEOR_CAP_* settings. Raises WrongSetting."""
        sender = env.get("METEOR_CAP_SENDER", "").strip()
        if sender and not SENDER.fullmatch(sender):
            raise WrongSetting(f"METEOR_CAP_SENDER is {sender!r}; give a name such as bpbd@probolinggokota.go.id")
        files = {name: env.get(name, "").strip() for name in ("METEOR_CAP_KEY", "METEOR_CAP_CERTIFICATE")}
        if not any(files.values()):
            return cls(sender)
        for name, path in files.items():
            if not path:
                raise WrongSetting(f"{name} is missing; give the PEM files of both the key and its certificate")
        key, certificate = (_content(name, path) for name, path in files.items())
        _check(key, certificate)
        return cls(sender, key, certificate)


def _content(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise WrongSetting(f"{name}: cannot read the file {path}: {error.strerror}") from error


def _check(key: bytes, certificate: bytes) -> None:
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise WrongSetting("METEOR_CAP_KEY is no private key in PEM without a password") from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise WrongSetting("METEOR_CAP_KEY must be a key of RSA or of an elliptic curve")
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise WrongSetting("METEOR_CAP_CERTIFICATE is no certificate in PEM") from error
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if public.public_bytes(*form) != private.public_key().public_bytes(*form):
        raise WrongSetting("METEOR_CAP_CERTIFICATE is not the certificate of METEOR_CAP_KEY")
