"""The demo city's message of an RT leader: community work in RT 03 RW 05 Mayangan."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_DNS, uuid5

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.broadcasts.models import NOTICE, RtMessage
from meteor.residents.models import Leadership
from meteor.store.database import db

TEXT = "Kerja bakti hari Minggu pukul 07.00: membersihkan saluran air di depan balai RT. Mohon bawa sapu atau cangkul."


def build(at: datetime) -> None:
    """Store the notice. It is shown for a week; its residents count as told."""
    leader = db.session.scalars(select(User).where(User.username == "ketua-rt")).one()
    rt = db.session.get_one(Leadership, leader.id).rt
    db.session.add(
        RtMessage(id=uuid5(NAMESPACE_DNS, "rt-message"), rt=rt, kind=NOTICE, text=TEXT, author=leader, sent_at=at,
                  until=at + timedelta(days=7), told_at=at)
    )  # fmt: skip
