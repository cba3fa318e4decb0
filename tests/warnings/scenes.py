"""Warnings as they lie in the database, and people who live somewhere."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings import telling
from meteor.warnings.models import HazardWarning, WarnedKelurahan

RAIN = {
    "id": {
        "event": "Hujan lebat dan angin kencang",
        "headline": "Hujan lebat dan angin kencang di Kota Probolinggo",
        "description": "Hujan lebat disertai petir dan angin kencang hingga 45 km/jam.",
        "instruction": "Jauhi pohon dan baliho. Tutup jendela, dan tunda perjalanan.",
        "sender_name": "BMKG Juanda",
    },
    "en": {"event": "Heavy rain and strong wind", "instruction": "Keep away from trees. Close the windows."},
}


def kelurahan(name: str) -> Kelurahan:
    return db.session.scalars(select(Kelurahan).where(Kelurahan.name == name)).one()


def publish(
    *touched: str, replaces: Sequence[HazardWarning] = (), exact: bool = True, minutes: int = 120, **values: Any
) -> HazardWarning:
    """Store a message that touches these kelurahan and expires after so many minutes; commits."""
    at = now()
    defaults = {
        "identifier": str(uuid4()), "sender": "bmkg@example.id", "sent": at - timedelta(minutes=1), "status": "Actual",
        "message_type": "Update" if replaces else "Alert", "urgency": "Expected", "severity": "Severe",
        "certainty": "Likely", "expires": at + timedelta(minutes=minutes), "texts": RAIN,
    }  # fmt: skip
    new = HazardWarning(**(defaults | values))
    whole = not new.touched_rts
    new.touched = [WarnedKelurahan(kelurahan_id=kelurahan(name).id, exact=exact, whole=whole) for name in touched]
    db.session.add(new)
    db.session.flush()
    for warning in replaces:
        warning.ended_at, warning.ended_by_id = at, new.id
    db.session.commit()
    return new


def cancel(*warnings: HazardWarning) -> HazardWarning:
    """Store a cancellation of these; commits."""
    return publish(replaces=warnings, message_type="Cancel", minutes=1)


def settle_in(user: User, name: str, *, verified: bool = True) -> Resident:
    """Let a user without a home live in the kelurahan of this name; commits."""
    area = kelurahan(name)
    rw = db.session.scalar(select(Rw).where(Rw.kelurahan_id == area.id)) or Rw(kelurahan=area, number=9)
    resident = Resident(household=Household(rt=Rt(rw=rw, number=90 + user.id), address="Jl. Semeru 1"), user=user,
                        name=user.name, verified_at=now() if verified else None)  # fmt: skip
    db.session.add(resident)
    db.session.commit()
    return resident


def tell_all() -> None:
    """Let the scheduler's job do all that there is to do now."""
    while telling.tell_next(now()):
        db.session.commit()
    db.session.rollback()


def told(user: User, *kinds: str) -> list[str]:
    """The keys of the user's notices, without the user's id, in their order; of these `kinds` only, if any is given."""
    mine: Iterable[Any] = db.session.execute(
        select(Notice.key, Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)
    )
    return [row.key.rpartition(":")[0] for row in mine if not kinds or row.kind in kinds]
