"""Signs a CAP message (XML-DSig, enveloped), as section 3.3.4.1 of CAP 1.2 has it.

Only a site with a key imports this module, at its start: lxml and signxml take memory, and a while to load.
"""

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.signer import XMLSigner


def signed(message: bytes, key: bytes, certificate: bytes) -> bytes:
    """The message with its signature; `key` (RSA or elliptic curve) and `certificate` are PEM."""
    private = load_pem_private_key(key, password=None)
    elliptic = isinstance(private, EllipticCurvePrivateKey)
    method = SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256
    root = XMLSigner(signature_algorithm=method).sign(
        etree.fromstring(message), key=key, cert=certificate.decode()
    )  # fmt: skip
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
