"""Claim cards: a code from the RT leader with which a resident makes an account, or asks for access to it again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from meteor.accounts import passwords, recoveries
from meteor.accounts import rules as accounts
from meteor.accounts.models import RecoveryRequest, User
from meteor.accounts.phone_numbers import PhoneTaken
from meteor.residents import register
from meteor.residents.models import Household, Resident
from meteor.residents.rules import subject
from meteor.store import audit
from meteor.store.database import db, guarded_update
from meteor.store.secrets import blind_index, blind_indexes
from meteor.territory.models import Rt

LASTS = timedelta(days=30)

DIGITS = 15
"""Length of a code. Digits can be read over the phone, like those of an electricity token.

50,000 cards of 30 days among 10^15 codes: who tries a hundred a second finds one in about six years, and must then
still know its owner's phone number.
"""


class Used(Exception):
    """The code was used, has run out, or was replaced by a newer card since the page was opened."""


class WrongPhone(Exception):
    """The RT leader wrote down another phone number."""


@dataclass(frozen=True)
class Card:
    """A claim card as it is printed: the only place where its code is ever seen."""

    resident: Resident
    code: str
    expires_at: datetime

    @property
    def spoken(self) -> str:
        """The code in groups of three: "482 913 607 551 204"."""
        return " ".join(self.code[at : at + 3] for at in range(0, DIGITS, 3))


def claimable(rt: Rt) -> Sequence[Resident]:
    """The verified residents who live here without an account, by address and name."""
    query = register.residents(rt).where(Resident.verified_at.is_not(None), Resident.user_id.is_(None))
    return db.session.scalars(query.order_by(Household.address_key, Household.id, Resident.name)).all()


def may_claim(resident: Resident, at: datetime) -> bool:
    """Return whether a card would be good: never for an account with another role."""
    user = resident.user
    if resident.verified_at is None or resident.moved_out_on is not None:
        return False
    return user is None or (user.active and user.role_names <= {"citizen"} and recoveries.takes_cards(user, at))


def make_card(resident: Resident, leader: User, at: datetime) -> Card:
    """A card with a fresh code, good for LASTS; the resident's earlier card ends. They may_claim."""
    card = Card(resident, "".join(secrets.choice("0123456789") for _ in range(DIGITS)), at + LASTS)
    resident.claim_hash, resident.claim_expires_at = _kept(card.code), card.expires_at
    audit.record(leader, "claim_card_made", subject(resident))
    return card


def digits_of(text: str) -> str:
    """The typed code, without separators."""
    return "".join(character for character in text if character in "0123456789")


def claimant(code: str, at: datetime) -> Resident | None:
    """The resident whose card has this code, if it is still good."""
    resident = db.session.scalar(
        select(Resident).where(
            Resident.claim_hash.in_(blind_indexes(code, "residents.claim")), Resident.claim_expires_at > at
        )
    )
    return resident if resident and may_claim(resident, at) else None


def request_of(code: str) -> RecoveryRequest | None:
    """The recovery request that the card with this code opened, also after its end."""
    return recoveries.of_card(blind_indexes(code, "residents.claim"))


def ask_back(resident: Resident, code: str, phone: str, password: str, at: datetime) -> RecoveryRequest:
    """Use the card of a resident who has an account up: its owner is asked whether it gets this phone (E.164) and
    password. Nothing changes yet. Raises Used, PhoneTaken."""
    password_hash = passwords.hashed_apart(password)
    _use_up(resident, code, at)
    if resident.user is None:
        raise Used
    try:
        request = recoveries.by_card(resident.user, phone, password_hash, _kept(code), at)
    except recoveries.Waiting as error:
        raise Used from error
    audit.record(None, "claim_card_used", subject(resident))
    return request


def claim(resident: Resident, code: str, phone: str, password: str, at: datetime) -> User:
    """Use the card up: the resident, who had no account, has one with this phone number (E.164) and password.

    Raises Used, WrongPhone, PhoneTaken.
    """
    if resident.user_id is not None:
        raise Used
    if resident.phone and resident.phone != phone:
        raise WrongPhone
    password_hash = passwords.hashed_apart(password)
    _use_up(resident, code, at)
    try:
        with db.session.begin_nested():
            user = accounts.new_user(phone, resident.name, ["citizen"], phone=phone)
            user.password_hash, resident.user, resident.phone = password_hash, user, phone
    except (accounts.UsernameTaken, IntegrityError) as error:
        raise PhoneTaken from error
    audit.record(user, "claimed", subject(resident))
    return user


def _use_up(resident: Resident, code: str, at: datetime) -> None:
    used = guarded_update(
        Resident,
        Resident.id == resident.id,
        Resident.claim_hash.in_(blind_indexes(code, "residents.claim")),
        Resident.claim_expires_at > at,
        claim_hash=None,
        claim_expires_at=None,
    )
    if not used:
        raise Used


def _kept(code: str) -> str:
    return blind_index(code, "residents.claim")
