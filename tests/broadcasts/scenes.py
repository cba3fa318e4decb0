"""Messages to RT 03 and RT 04, and people who live there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from meteor.accounts import sessions
from meteor.accounts.models import User
from meteor.broadcasts import rules, telling
from meteor.broadcasts.models import RtMessage
from meteor.notices import devices
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast

FIRE = "Kebakaran di gudang Jl. Ikan Paus. Menjauh."
CLEANING = "Kerja bakti hari Minggu pukul 07.00."


def lives(user: User, rt_number: int, **values: Any) -> Resident:
    """Let a user without a home live in an RT, verified; commits."""
    home = Household(rt=Cast().rt(rt_number), address="Jl. Ikan Paus 9")
    resident = Resident(household=home, user=user, name=user.name, **({"verified_at": now()} | values))
    db.session.add(resident)
    db.session.commit()
    return resident


def neighbour(rt_number: int, name: str = "Mbah Surti") -> Resident:
    """A verified resident without an account; commits."""
    home = Household(rt=Cast().rt(rt_number), address="Jl. Ikan Paus 11")
    resident = Resident(household=home, name=name, verified_at=now())
    db.session.add(resident)
    db.session.commit()
    return resident


def with_push(user: User) -> None:
    """Turn push on for a user on a phone that is signed in; commits."""
    sessions.begin_session(user, "Firefox")
    devices.turn_on(user, devices.Keys(f"https://push.example/{user.id}", "", ""), "Firefox")
    db.session.commit()


def sent(kind: str, leader: User, text: str = "", at: datetime | None = None, hours: int = 2, rt: int = 3) -> RtMessage:
    """A message that a leader has sent to an RT; commits."""
    words = text or (FIRE if kind == "alarm" else CLEANING)
    draft = rules.Draft(uuid4(), kind, words, timedelta(hours=hours))
    message = rules.send(draft, Cast().rt(rt), at or now(), leader)
    db.session.commit()
    return message


def tell_all(at: datetime | None = None) -> None:
    """Let the scheduler's job do all that there is to do; commits after each step."""
    while telling.tell_next(at or now()):
        db.session.commit()
    db.session.rollback()


def told(user: User) -> list[str]:
    """The kinds of the user's notices about messages to an RT, oldest first."""
    mine = select(Notice.kind).where(Notice.user_id == user.id, Notice.kind.like("rt_%"))
    return list(db.session.scalars(mine.order_by(Notice.id)))


def ringing(user: User) -> list[str]:
    """The kinds of those that the user has not acknowledged."""
    mine = select(Notice.kind).where(Notice.user_id == user.id, Notice.kind.like("rt_%"))
    return list(db.session.scalars(mine.where(Notice.acknowledged_at.is_(None)).order_by(Notice.id)))
