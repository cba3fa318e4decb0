"""The demo city's call-takers, and a log of recent calls that were no emergencies."""

from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.calls import classifying, holding, rules
from meteor.calls.rules import Announcement
from meteor.clients.models import ApiClient
from meteor.demo.people import Register
from meteor.store.database import db

EXCHANGE = "Sentral telepon 112"
"""A client without a token: an administrator gives it one."""

TAKERS = 8
"""The city's call-takers: the printed account and its colleagues."""

# minutes ago, seconds until it was answered (None: never), seconds spoken, what it was, reason
_CALLS = (
    (14, 6, 41, "information", ""),
    (25, 4, 12, "ghost", ""),
    (38, None, 22, "", ""),
    (52, 9, 17, "prank", "Anak-anak tertawa, lalu telepon ditutup"),
    (71, 13, 64, "information", ""),
    (96, 5, 9, "prank", "Nomor yang sama, tertawa lagi"),
    (130, 8, 15, "dropped", ""),
    (185, 18, 33, "information", ""),
    (240, 3, 28, "test", ""),
)


def build(register: Register, at: datetime) -> None:
    """Add the calls, all taken by the printed account, and its colleagues; the two pranks are of one number."""
    taker = db.session.scalars(select(User).where(User.username == "operator")).one()
    client = ApiClient(name=EXCHANGE, scopes=["calls:write", "calls:read"])
    db.session.add(client)
    db.session.flush()
    joker = register.phone()
    for number, (minutes, waited, spoken, as_, reason) in enumerate(_CALLS, 1):
        rang = at - timedelta(minutes=minutes)
        caller = joker if as_ == "prank" else register.phone()
        call = rules.announce(Announcement(f"demo-{number}", caller, rang, "112"), client, rang)
        if waited is None:
            rules.exchange_event(call, "abandoned", rang + timedelta(seconds=spoken))
            continue
        answered = rang + timedelta(seconds=waited)
        holding.take_call(call, answered, taker)
        rules.exchange_event(call, "answered", answered, "101")
        classifying.classify(call, as_, reason, answered + timedelta(seconds=spoken), taker)
    for number in range(2, TAKERS + 1):
        register.account(f"operator-{number}", register.name(woman=number % 2 == 0), ("call_taker",))
