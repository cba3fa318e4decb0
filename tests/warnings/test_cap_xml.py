"""Our warnings as CAP 1.2: what the OASIS schema takes, and what a receiver reads from it."""

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from signxml import SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import InvalidSignature

from meteor.warnings import cap_signature, cap_xml
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.models import HazardWarning
from tests.cast import Cast
from tests.warnings.drafting import PUBLISHER, in_wib, published
from tests.warnings.validation import said, valid

NOON = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
PAGE = "https://meteor.example/warnings/7"
SQUARE = [[-7.7, 113.2], [-7.7, 113.21], [-7.71, 113.21], [-7.7, 113.2]]


def warning(**changed: Any) -> HazardWarning:
    texts = {"event": "Banjir", "headline": "Waspada banjir", "description": "Air naik.", "instruction": "Naik."}
    english = {"event": "Flood", "headline": "Flood", "description": "", "instruction": "", "sender_name": "BPBD"}
    known: dict[str, Any] = {
        "identifier": "METEOR-BPBD-20261129-001", "sender": "bpbd@kota.example", "sent": NOON, "status": "Actual",
        "message_type": "Alert", "urgency": "Immediate", "severity": "Severe", "certainty": "Observed",
        "onset": None, "expires": NOON + dt.timedelta(hours=6), "texts": {"id": texts, "en": english},
        "areas": [{"description": "Kelurahan Mayangan", "polygons": [SQUARE], "circles": [[-7.7337, 113.2166, 1.5]],
                   "geocodes": {"KEMENDAGRI": ["35.74.03.1001"]}}],
        "parameters": {"category": "Met", "hazard": "flood"},
    }  # fmt: skip
    return HazardWarning(**known | changed)


def test_a_message_says_what_the_warning_says() -> None:
    root = valid(cap_xml.message(warning(onset=NOON), PAGE))
    assert said(root, "sent") == ["2026-11-29T13:00:00+07:00"]
    assert (said(root, "scope"), said(root, "references")) == (["Public"], [])
    assert said(root, "info/language") == ["id", "en"]
    assert said(root, "info/event") == ["Banjir", "Flood"]
    assert said(root, "info/headline") == ["Waspada banjir", "Flood"]
    assert said(root, "info/onset") == ["2026-11-29T13:00:00+07:00"] * 2
    assert said(root, "info/expires") == ["2026-11-29T19:00:00+07:00"] * 2
    assert said(root, "info/web") == [PAGE] * 2
    assert said(root, "info/eventCode/value") == ["flood"] * 2
    polygon = "-7.700000,113.200000 -7.700000,113.210000 -7.710000,113.210000 -7.700000,113.200000"
    assert said(root, "info/area/polygon") == [polygon] * 2
    assert said(root, "info/area/circle") == ["-7.733700,113.216600 1.5"] * 2
    assert said(root, "info/area/geocode/valueName") == ["KEMENDAGRI"] * 2
    assert said(root, "info/area/geocode/value") == ["35.74.03.1001"] * 2


def test_no_time_is_in_utc() -> None:
    assert b"Z<" not in cap_xml.message(warning(onset=NOON), PAGE)
    assert cap_xml.cap_time(datetime(2026, 1, 1, 0, 0, 0, 999999, tzinfo=UTC)) == "2026-01-01T07:00:00+07:00"


def test_without_english_there_is_one_info() -> None:
    alone = warning().texts["id"]
    assert said(valid(cap_xml.message(warning(texts={"id": alone}), PAGE)), "info/language") == ["id"]


def test_an_all_clear_names_what_it_cancels() -> None:
    first, update = warning(), warning(message_type="Update", identifier="METEOR-BPBD-20261129-002")
    cancel = warning(message_type="Cancel", urgency="Past", severity="Minor", identifier="METEOR-BPBD-20261129-003")
    root = valid(cap_xml.message(cancel, PAGE, [first, update]))
    names = [f"bpbd@kota.example,METEOR-BPBD-20261129-00{n},2026-11-29T13:00:00+07:00" for n in (1, 2)]
    assert said(root, "references") == [" ".join(names)]
    assert said(root, "info/responseType") == ["AllClear"] * 2


@pytest.mark.parametrize("hazard", HAZARDS)
def test_every_hazard_has_a_category_of_cap(hazard: str) -> None:
    valid(cap_xml.message(warning(parameters={"category": HAZARDS[hazard].category, "hazard": hazard}), PAGE))


@given(text=st.text(st.characters()), other=st.text(st.characters(codec="utf-8"), min_size=1))
@settings(max_examples=300)
def test_no_text_breaks_a_message(text: str, other: str) -> None:
    texts = {"event": "Banjir", "headline": text, "description": other, "instruction": f"\x00]]>&<b>{text}\ufffe"}
    root = valid(cap_xml.message(warning(texts={"id": texts}), PAGE))
    assert said(root, "info/headline") == ([cap_xml.clean(text)] if cap_xml.clean(text) else [])
    assert said(root, "info/description") == ([cap_xml.clean(other)] if cap_xml.clean(other) else [])


def test_what_is_published_is_valid(cast: Cast) -> None:
    first = published(cast)
    update = published(cast, message_type="Update", about_id=first.id, onset=in_wib(1))
    cancel = published(cast, message_type="Cancel", about_id=update.id, urgency="Past", severity="Minor")
    for each in (first, update, cancel):
        root = valid(each.xml.encode())
        assert said(root, "identifier") == [each.identifier]
        assert said(root, "info/web") == [f"https://meteor.example/warnings/{each.id}"]
    (references,) = said(root, "references")
    assert [part.split(",")[1] for part in references.split()] == [first.identifier, update.identifier]
    assert len({each.identifier for each in (first, update, cancel)}) == 3


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
    """A key and a certificate of its own that is good for ten years."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BPBD Kota Probolinggo")])
    begins = datetime(2025, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(begins).not_valid_after(begins + dt.timedelta(days=3650))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


KEYS = {
    SignatureMethod.RSA_SHA256: pem(rsa.generate_private_key(65537, 2048)),
    SignatureMethod.ECDSA_SHA256: pem(ec.generate_private_key(ec.SECP256R1())),
}


@pytest.mark.parametrize("method", KEYS)
def test_a_signed_message_is_valid_and_verified(app: Flask, cast: Cast, method: SignatureMethod) -> None:
    key, certificate = KEYS[method]
    message = published(cast, replace(PUBLISHER, key=key, certificate=certificate)).xml.encode()
    valid(message)
    expects = SignatureConfiguration(signature_methods=frozenset({method}))
    verified = XMLVerifier().verify(message, x509_cert=certificate.decode(), expect_config=expects)
    assert said(verified.signed_xml, "info/headline") == ["Waspada banjir"]


def test_a_signed_message_that_was_changed_is_not_verified() -> None:
    key, certificate = KEYS[SignatureMethod.RSA_SHA256]
    message = cap_signature.signed(cap_xml.message(warning(), PAGE), key, certificate)
    with pytest.raises(InvalidSignature):
        XMLVerifier().verify(message.replace(b"Severe", b"Minor"), x509_cert=certificate.decode())
