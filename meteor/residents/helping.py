"""Volunteers: residents who agreed to help near their home."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, select

from meteor import geo
from meteor.accounts.models import User
from meteor.residents.models import Household, Resident
from meteor.residents.rules import subject
from meteor.residents.sign_ups import home_of
from meteor.store import audit
from meteor.store.database import db, execute


class NotYet(Exception):
    """Only verified residents of a home with a position can be volunteers."""


class Volunteer(NamedTuple):
    """A volunteer, with the distance of the home in metres."""

    user_id: int
    metres: float


def agree(user: User, at: datetime) -> None:
    """`user` wishes to be told. Raises NotYet."""
    resident = home_of(user, to_change=True)
    if resident is None or not can_help(resident):
        raise NotYet
    if resident.helps_since is None:
        resident.helps_since = at
        audit.record(user, "help_agreed", subject(resident))


def stop(user: User) -> None:
    """End the notices to `user`."""
    resident = home_of(user, to_change=True)
    if resident and resident.helps_since:
        resident.helps_since = None
        audit.record(user, "help_withdrawn", subject(resident))


def can_help(resident: Resident) -> bool:
    """Return whether the resident is verified and the position of their home is known."""
    return resident.state == "verified" and resident.household.latitude is not None


def volunteers_around(latitude: float, longitude: float, metres: float) -> list[Volunteer]:
    """Volunteers within `metres` of a point (degrees WGS-84), nearest first."""
    point = (latitude, longitude)
    box = geo.box(point, metres)
    rows = execute(_AROUND, **box._asdict())
    away = [Volunteer(row.user_id, geo.metres((row.latitude, row.longitude), point)) for row in rows]
    return sorted(
        (volunteer for volunteer in away if volunteer.metres <= metres), key=lambda volunteer: volunteer.metres
    )


def home_of_volunteer(user: User) -> Household | None:
    """The home of a volunteer; None for other users, or without a verified home."""
    query = select(Household).join(Resident, Resident.household_id == Household.id)
    return db.session.scalar(query.where(Resident.user_id == user.id, *_helps()))


def _helps() -> list[ColumnElement[bool]]:
    return [
        Resident.helps_since.is_not(None), Resident.verified_at.is_not(None), Resident.rejected_at.is_(None),
        Resident.moved_out_on.is_(None), Household.latitude.is_not(None),
    ]  # fmt: skip


_AROUND = (
    select(Resident.user_id, Household.latitude, Household.longitude)
    .join(Household, Household.id == Resident.household_id)
    .join(User, User.id == Resident.user_id)
    .where(
        *_helps(),
        User.active,
        Household.latitude.between(bindparam("south"), bindparam("north")),
        Household.longitude.between(bindparam("west"), bindparam("east")),
    )
)
