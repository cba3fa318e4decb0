"""Signs a CAP message (XML-DSig, enveloped), as section 3.3.4.1 of CAP 1.2 has it."""

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def signed(message: bytes, key: bytes, certificate: bytes) -> bytes:
    """The message with its signature; `key` (RSA or elliptic curve) and `certificate` are PEM."""
    from lxml import etree  # here, since a site without a key need not load it
    from signxml.algorithms import SignatureMethod
    from signxml.signer import XMLSigner

    private = load_pem_private_key(key, password=None)
    elliptic = isinstance(private, EllipticCurvePrivateKey)
    method = SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256
    root = XMLSigner(signature_algorithm=method).sign(
        etree.fromstring(message), key=key, cert=certificate.decode()
    )  # fmt: skip
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
