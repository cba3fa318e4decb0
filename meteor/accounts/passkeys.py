"""Passkeys (WebAuthn): registered by their owner, a second factor or a sign-in by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import webauthn
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from meteor.accounts import second_factors
from meteor.accounts.credentials import Passkey
from meteor.accounts.models import User
from meteor.store import audit
from meteor.store.database import db, guarded_update

MOST = 20
"""Passkeys of one user."""


class Refused(Exception):
    """The browser's answer is no valid passkey for this site, challenge and user."""


class Site(NamedTuple):
    """The site that passkeys are bound to: its domain (RP ID) and its origin, `https://host[:port]`."""

    domain: str
    origin: str


class Challenge(NamedTuple):
    """The random bytes that a passkey signs, and when they were made. Each is good for one signature."""

    value: bytes
    at: datetime


def of_user(user: User) -> Sequence[Passkey]:
    """The passkeys of `user`, the oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def find(user: User, passkey_id: int) -> Passkey | None:
    """Return the user's passkey with this id, or None."""
    return db.session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))


def creation_options(user: User, site: Site, challenge: Challenge) -> str:
    """The JSON from which a browser makes a passkey."""
    options = webauthn.generate_registration_options(
        rp_id=site.domain, rp_name=second_factors.ISSUER, user_id=str(user.id).encode(), user_name=user.username,
        user_display_name=user.name, challenge=challenge.value, exclude_credentials=_descriptors(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options)


def register(user: User, name: str, answer: str, site: Site, challenge: Challenge) -> None:
    """Keep the passkey that a browser has made (`answer`: its JSON). Raises Refused."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge.value, expected_rp_id=site.domain,
            expected_origin=site.origin,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused from error
    new = Passkey(
        user_id=user.id, name=name, credential_id=made.credential_id, public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )  # fmt: skip
    if len(of_user(user)) >= MOST:
        raise Refused
    try:
        with db.session.begin_nested():
            db.session.add(new)
    except IntegrityError as error:
        raise Refused from error
    audit.record(user, "passkey_added", f"users:{user.id}", name=name)


def request_options(user: User | None, site: Site, challenge: Challenge) -> str:
    """The JSON by which a browser asks for a passkey of `user`; of None for one that also names its user."""
    needed = UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=site.domain, challenge=challenge.value, user_verification=needed,
        allow_credentials=_descriptors(user) if user else None,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def prove(user: User | None, answer: str, site: Site, challenge: Challenge, at: datetime) -> User:
    """The user whose passkey has signed the challenge (`answer`: the browser's JSON). Raises Refused.

    Without `user` the passkey replaces the password too: the device must have verified its user (PIN, finger, face).
    """
    try:
        found = _named_in(answer)
        if found is None or (user and found.user_id != user.id):
            raise Refused
        proof = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge.value, expected_rp_id=site.domain,
            expected_origin=site.origin, credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count, require_user_verification=user is None,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused from error
    by_clock_ahead = Passkey.last_used_at > at
    unused = or_(Passkey.last_used_at.is_(None), Passkey.last_used_at < challenge.at, by_clock_ahead)
    used = guarded_update(Passkey, Passkey.id == found.id, unused, sign_count=proof.new_sign_count, last_used_at=at)
    if not used:
        raise Refused  # the same answer was sent before
    return found.user


def remove(passkey: Passkey) -> None:
    """Remove a passkey at its owner's wish."""
    owner = passkey.user
    db.session.delete(passkey)
    db.session.flush()
    audit.record(owner, "passkey_removed", f"users:{owner.id}", name=passkey.name)
    second_factors.after_removal(owner)


def _named_in(answer: str) -> Passkey | None:
    credential_id = base64url_to_bytes(parse_authentication_credential_json(answer).id)
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in of_user(user)]
