"""Limits guesses of passwords, without locking users out of their own accounts on known devices.

Counters are rows, so that all workers count together. Each try counts before its password is checked, in a short
transaction of its own: many tries at the same moment are as many as one after the other.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import delete, select, update

from meteor.accounts.models import GuessCount, User
from meteor.store.database import db, insert_once
from meteor.store.secrets import blind_index


class Pace(NamedTuple):
    """`free` tries without a wait; then `first` seconds, doubled every `step` tries up to `longest`.

    The counter begins again after `quiet` seconds without a try.
    """

    free: int
    first: float
    step: int
    longest: float
    quiet: float


OWN_DEVICE = Pace(free=10, first=60, step=1, longest=600, quiet=3600)
"""One account on one device that has signed in to it before. No other device counts here."""

ACCOUNT_FROM_ADDRESS = Pace(free=10, first=60, step=1, longest=900, quiet=3600)
"""One account on all other devices behind one address."""

ACCOUNT = Pace(free=100, first=5, step=10, longest=60, quiet=3600)
"""One account on all other devices, wherever they are."""

DEVICE = Pace(free=20, first=5, step=2, longest=900, quiet=3600)
"""All accounts on one device that has not signed in to them before."""

ADDRESS = Pace(free=50, first=1, step=10, longest=20, quiet=600)
"""All accounts behind one address. A carrier's address is half the city: the wait stays short."""

CODE_ELSEWHERE = Pace(free=10, first=60, step=1, longest=3600, quiet=86_400)
"""Codes of one account's second factor on all other devices. These tries know the password: 24 a day are enough."""

MOST_ROWS = 50_000
KEPT = timedelta(days=1)
PRUNED_EVERY = 100  # tries
AUDITED_EACH_HOUR = 100


class TooSoon(Exception):
    """There were too many wrong tries; `wait` is the number of whole seconds until the next one is taken."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class Place(NamedTuple):
    """The source of a try. `device` is the id in the device cookie; `users` have signed in on it."""

    device: str
    users: frozenset[int]
    address: str


class Counter(NamedTuple):
    """The key of a counter, and its pace."""

    key: str
    pace: Pace


def count_try(account: User | str, place: Place, at: datetime) -> Sequence[Counter]:
    """Count a try of an account: its user, or the name that no user has. Raises TooSoon and then counts nothing."""
    return _count_all(_counters(account, place), at)


def begin_own(user: User, what: str, at: datetime) -> Sequence[Counter]:
    """Count a try by the signed-in user of the own password or PIN; `what` names the device, or the PIN."""
    return _count_all([_own(user, what)], at)


def begin_code(user: User, place: Place, at: datetime) -> Sequence[Counter]:
    """Count a try of a second factor's code, apart from tries at the password. Raises TooSoon."""
    if place.device and user.id in place.users:
        return _count_all([_own(user, f"code:{place.device}")], at)
    return _count_all([Counter(_key(f"code:{user.id}"), CODE_ELSEWHERE)], at)


def forgive(counters: Sequence[Counter]) -> None:
    """The try was right: what it counted is taken back, and a counter of this account alone begins again."""
    for key, pace in counters:
        if pace in (OWN_DEVICE, ACCOUNT_FROM_ADDRESS):
            db.session.execute(delete(GuessCount).where(GuessCount.key == key))
        else:
            mine = update(GuessCount).where(GuessCount.key == key, GuessCount.count > 0)
            db.session.execute(mine.values(count=GuessCount.count - 1))


def wait_of(pace: Pace, count: int, seconds: float) -> float:
    """Seconds to wait after `count` tries, of which the last was so many seconds ago. A negative age counts as quiet:
    the clock was set back."""
    if count < pace.free or not 0 <= seconds <= pace.quiet:
        return 0.0
    doubled = min((count - pace.free) // pace.step, 30)
    return max(0.0, min(pace.first * 2**doubled, pace.longest) - seconds)


def how_many_this_hour(what: str, at: datetime) -> int:
    """Count an event of the kind `what`. Returns its number within the hour."""
    return _count(_key(f"hour:{at:%Y%m%d%H}:{what}"), 2 * 3600, at)


def is_entered(number: int, of_all: int = 0) -> bool:
    """Return whether the audit log has an entry for the `number`th of its kind in the hour.

    It has one for 1, 10, 100 …, until there are more than AUDITED_EACH_HOUR `of_all` kinds.
    """
    return of_all <= AUDITED_EACH_HOUR and str(number).strip("0") == "1"


def prune(at: datetime) -> None:
    """Delete counters older than KEPT, counters dated in the future, and the oldest beyond MOST_ROWS."""
    over = (GuessCount.last_at < at - KEPT) | (GuessCount.last_at > at + KEPT)
    db.session.execute(delete(GuessCount).where(over))
    newest = select(GuessCount.last_at).order_by(GuessCount.last_at.desc()).offset(MOST_ROWS).limit(1)
    oldest_kept = db.session.scalar(newest)
    if oldest_kept:
        db.session.execute(delete(GuessCount).where(GuessCount.last_at <= oldest_kept))


def network(address: str) -> str:
    """An address; of IPv6 the network of 64 bits, since each device has one."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known)


def _counters(account: User | str, place: Place) -> list[Counter]:
    if isinstance(account, User) and place.device and account.id in place.users:
        return [_own(account, place.device)]
    name, address = (str(account.id) if isinstance(account, User) else f"@{account}"), network(place.address)
    found = [
        Counter(_key(f"account:{name}:{address}"), ACCOUNT_FROM_ADDRESS),
        Counter(_key(f"account:{name}"), ACCOUNT),
        Counter(_key(f"address:{address}"), ADDRESS),
    ]
    return [*found, Counter(_key(f"device:{place.device}"), DEVICE)] if place.device else found


def _own(user: User, what: str) -> Counter:
    return Counter(_key(f"own:{user.id}:{what}"), OWN_DEVICE)


def _count_all(counters: Sequence[Counter], at: datetime) -> Sequence[Counter]:
    counters = sorted(counters, key=lambda counter: counter.key)  # each try locks in one order: no two wait for another
    rows = select(GuessCount).where(GuessCount.key.in_([counter.key for counter in counters]))
    known = {row.key: row for row in db.session.scalars(rows.order_by(GuessCount.key).with_for_update())}
    waits = [
        wait_of(pace, known[key].count, (at - known[key].last_at).total_seconds())
        for key, pace in counters
        if key in known
    ]
    if max(waits, default=0.0) > 0:
        raise TooSoon(int(max(waits)) + 1)
    for key, pace in counters:
        _count(key, pace.quiet, at)
    if secrets.randbelow(PRUNED_EVERY) == 0:
        prune(at)
    return counters


def _count(key: str, quiet: float, at: datetime) -> int:
    db.session.execute(insert_once(GuessCount).values(key=key, count=0, last_at=at))
    row = db.session.get_one(GuessCount, key, with_for_update=True, populate_existing=True)
    age = (at - row.last_at).total_seconds()
    row.count = row.count + 1 if 0 <= age <= quiet else 1
    row.last_at = at
    db.session.flush()
    return row.count


def _key(text: str) -> str:
    return blind_index(text, "accounts.guesses")
