"""Claim cards: a code from the RT leader with which a resident makes their account, or comes back into it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from meteor.accounts import rules as accounts
from meteor.accounts.models import User
from meteor.residents import register
from meteor.residents.models import Household, Resident
from meteor.residents.rules import subject
from meteor.store import audit
from meteor.store.database import db
from meteor.store.secrets import blind_index, blind_indexes
from meteor.territory.models import Rt

LASTS = timedelta(days=30)

DIGITS = 15
"""How long a code is. Digits are read over the phone without spelling, as those of an electricity token are.

50,000 cards of 30 days among 10^15 codes: who tries a hundred a second finds one in about six years, and must then
still know its owner's phone number.
"""


class Used(Exception):
    """The code was used, has run out, or was replaced by a newer card since the page was opened."""


class WrongPhone(Exception):
    """The RT leader wrote down another phone number."""


class PhoneTaken(Exception):
    """Another account has this phone number."""


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
    """Who may be given a card, by address and name: verified, living here, with no account or a citizen's only."""
    query = register.residents(rt).where(Resident.verified_at.is_not(None))
    residents = db.session.scalars(query.order_by(Household.address_key, Household.id, Resident.name)).all()
    return [resident for resident in residents if may_claim(resident)]


def may_claim(resident: Resident) -> bool:
    """Whether a card would be good for this resident. A card never opens the account of an officer or another role."""
    user = resident.user
    lives_here = resident.verified_at is not None and resident.moved_out_on is None
    return lives_here and (user is None or (user.active and user.role_names <= {"citizen"}))


def make_card(resident: Resident, leader: User, at: datetime) -> Card:
    """A card with a fresh code, good for LASTS; the resident's earlier card ends. They may_claim."""
    card = Card(resident, "".join(secrets.choice("0123456789") for _ in range(DIGITS)), at + LASTS)
    resident.claim_hash, resident.claim_expires_at = _kept(card.code), card.expires_at
    audit.record(leader, "claim_card_made", subject(resident))
    return card


def digits_of(text: str) -> str:
    """The code that somebody typed, without what they put between its digits."""
    return "".join(character for character in text if character in "0123456789")


def claimant(code: str, at: datetime) -> Resident | None:
    """The resident whose card has this code, if it is still good."""
    resident = db.session.scalar(
        select(Resident).where(
            Resident.claim_hash.in_(blind_indexes(code, "residents.claim")), Resident.claim_expires_at > at
        )
    )
    return resident if resident and may_claim(resident) else None


def claim(resident: Resident, code: str, phone: str, password: str, at: datetime) -> User:
    """Use the card up: the resident has an account with this phone number (E.164) and password.

    If they had one, its password and phone number are new and its sessions end. Raises Used, WrongPhone, PhoneTaken.
    """
    if resident.phone and resident.phone != phone:
        raise WrongPhone
    used = db.session.execute(
        update(Resident)
        .where(
            Resident.id == resident.id,
            Resident.claim_hash.in_(blind_indexes(code, "residents.claim")),
            Resident.claim_expires_at > at,
        )
        .values(claim_hash=None, claim_expires_at=None)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise Used
    try:
        with db.session.begin_nested():
            user = _account_of(resident, phone, password)
    except (accounts.UsernameTaken, IntegrityError) as error:
        raise PhoneTaken from error
    audit.record(user, "claimed", subject(resident))
    return user


def _account_of(resident: Resident, phone: str, password: str) -> User:
    resident.phone = phone
    user = resident.user
    if user is None:
        user = resident.user = accounts.new_user(phone, resident.name, ["citizen"], phone=phone, password=password)
        return user
    if user.username == user.phone:
        user.username = phone
    user.phone = phone
    accounts.set_password(user, password)
    return user


def _kept(code: str) -> str:
    return blind_index(code, "residents.claim")
