"""Codes that prove a phone number: six digits in a message to it, good for ten minutes and five tries.

A code is computed from the random id of its row, with the key for indexes, when it is sent and when it is checked. So
neither the database nor the outbox holds it.
"""

import hmac
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from meteor.accounts import gateway
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.models import RecoveryRequest, User
from meteor.store import outbox, quotas
from meteor.store.database import db
from meteor.store.quotas import Limit, LimitReached
from meteor.store.secrets import blind_index, blind_indexes

TOPIC = "phone_message"
"""The outbox's topic of a message to a phone (`code`: a row's id); its destination is the gateway's alone."""

DIGITS = 6
LASTS = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)
TRIES = 5

NUMBER = Limit("codes", 5, _l("codes for one phone number"))
NUMBER_BY_STRANGERS = Limit("codes_by_strangers", 3, _l("codes for one phone number"))
"""Limit of messages to a number that are not asked for by its account: sign-ups, claim cards, changes."""

NETWORK = Limit("codes_of_network", 300, _l("codes from one network"))
"""Messages that one network address may ask for; thousands of phones share the address of a mobile carrier."""

CITY = "city"
"""The owner of the limit of all messages of a day, which is the gateway's `daily`: messages cost money."""

WARNED = 0.8
"""The share of that limit at which the administrators are told."""

WITHOUT_CODE = ("known", "taken")
"""Purposes of messages that say that another account has the number."""

_COLUMN = "phone_codes.code"


class TooSoon(Exception):
    """A message went to this number less than PAUSE ago; `wait` is the number of seconds until the next one may."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class WrongCode(Exception):
    """The code is wrong; `left` is the number of tries that it has left."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class NoCode(Exception):
    """No code was sent, or it has expired, was used, or has had all its tries."""


def send(
    user: User, phone: str, purpose: str, network: str, at: datetime, *,
    request: RecoveryRequest | None = None, limit: Limit = NUMBER,
) -> None:  # fmt: skip
    """Leave a message to a number (E.164) in the outbox; older ones for the same purpose of the user end.

    `network` is where it was asked for. Whatever the purpose the same is written, so that no answer tells by its time
    whether another account has the number. Raises TooSoon, LimitReached, and then nothing is written.
    """
    with db.session.begin_nested():
        _spend(phone, limit, network, at)
        _refuse_soon(phone, at)
        older = PhoneCode.user_id == user.id, PhoneCode.purpose == purpose, PhoneCode.expires_at > at
        db.session.execute(update(PhoneCode).where(*older).values(expires_at=at))
        code = PhoneCode(id=uuid4(), user_id=user.id, phone=phone, purpose=purpose, created_at=at)
        code.expires_at, code.request_id = at + LASTS, request.id if request else None
        db.session.add(code)
        db.session.flush()
        outbox.put(f"{TOPIC}:{code.id}", TOPIC, destination=TOPIC, urgency=outbox.RINGING, code=str(code.id))


def send_if_possible(
    user: User, phone: str, purpose: str, network: str, at: datetime, request: RecoveryRequest | None = None
) -> None:
    """Call `send` for a request without a session.

    Nothing is sent, raised or said without a gateway or beyond a limit.
    """
    if gateway.connected():
        with suppress(TooSoon, LimitReached):
            send(user, phone, purpose, network, at, request=request, limit=NUMBER_BY_STRANGERS)


def newest(user: User, purposes: tuple[str, ...], at: datetime) -> PhoneCode | None:
    """Return the newest code of the user for one of the purposes that can still be entered."""
    mine = PhoneCode.user_id == user.id, PhoneCode.purpose.in_(purposes)
    good = PhoneCode.expires_at > at, PhoneCode.tries < TRIES
    return db.session.scalar(select(PhoneCode).where(*mine, *good).order_by(PhoneCode.created_at.desc()).limit(1))


def use_code(code: PhoneCode, typed: str, at: datetime) -> None:
    """Count a try, and use the code up if it is right. The caller commits in any case. Raises WrongCode, NoCode."""
    tries = db.session.scalar(
        update(PhoneCode)
        .where(PhoneCode.id == code.id, PhoneCode.tries < TRIES, PhoneCode.expires_at > at)
        .values(tries=PhoneCode.tries + 1)
        .returning(PhoneCode.tries)
        .execution_options(synchronize_session=False)
    )
    if tries is None:
        raise NoCode
    candidates = [_code(index) for index in blind_indexes(str(code.id), _COLUMN)]
    matches = [hmac.compare_digest(typed.encode(), candidate.encode()) for candidate in candidates]
    if not any(matches) or code.purpose in WITHOUT_CODE:
        raise WrongCode(TRIES - tries)
    db.session.execute(delete(PhoneCode).where(PhoneCode.id == code.id))


def digits_of(text: str) -> str:
    """Return the digits of what was typed."""
    return "".join(character for character in text if character in "0123456789")


def of(code: PhoneCode) -> str:
    """Return the code itself, for the message only."""
    return _code(blind_index(str(code.id), _COLUMN))


def forget(at: datetime) -> None:
    """Delete the codes that have expired."""
    db.session.execute(delete(PhoneCode).where(PhoneCode.expires_at <= at))


def nearly_used_up(at: datetime) -> bool:
    """Return whether most of the messages of this day have been asked for."""
    limit = _of_the_city()
    return quotas.used(CITY, limit, at) >= limit.most * WARNED


def _of_the_city() -> Limit:
    connected = gateway.connected()
    return Limit("messages", connected.daily if connected else 0, _l("messages to phones"))


def _code(index: str) -> str:
    return f"{int(index, 16) % 10**DIGITS:0{DIGITS}}"


def _spend(phone: str, limit: Limit, network: str, at: datetime) -> None:
    """Count the message. On PostgreSQL the number's row is locked from here on, so that two at once see each other."""
    quotas.spend(f"number:{blind_index(phone, 'phone_codes.phone')}", limit, at)
    quotas.spend(f"address:{network}", NETWORK, at)
    count_message(at)


def count_message(at: datetime) -> None:
    """Count a message of METEOR to a phone, whatever it says. Raises LimitReached beyond the city's day."""
    quotas.spend(CITY, _of_the_city(), at)


def _refuse_soon(phone: str, at: datetime) -> None:
    last = db.session.scalar(
        select(PhoneCode.created_at).where(PhoneCode.phone == phone).order_by(PhoneCode.created_at.desc()).limit(1)
    )
    if last and timedelta() <= at - last < PAUSE:
        raise TooSoon(int((last + PAUSE - at).total_seconds()) + 1)
