"""Invitations of staff who have not chosen a password yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true

from meteor.accounts import records
from meteor.accounts.models import Invitation, User, UserRole
from meteor.accounts.roles import STAFF
from meteor.agencies.models import Agency, Member
from meteor.store.database import db

MOST = 500
"""Cards of one page: their QR codes take 2 ms each."""


class Card(NamedTuple):
    """An invitation to be printed: whose it is, the name of their agency, the token."""

    user: User
    agency: str | None
    token: str

    @property
    def role(self) -> str:
        """The owner's first role among those of STAFF."""
        return next(role for role in STAFF if self.user.has(role))


class Counts(NamedTuple):
    """Number of staff without a password, and of those among them whose invitation is still good."""

    without_password: int
    invited: int


def counts(at: datetime) -> Counts:
    """The numbers of those who may be invited."""
    everyone, invited = (_without_password(condition) for condition in (true(), _is_invited(at)))
    return Counts(_count(everyone), _count(invited))


def make(agency: Agency | None, again: bool, actor: User, at: datetime) -> tuple[list[Card], int]:
    """Invite staff of `agency`, or of all, who have no password: the cards by agency and name, and how many are left.

    Without `again` those keep their invitation who have one that is good. At most MOST at once.
    """
    asked = _without_password(true() if again else ~_is_invited(at))
    if agency:
        asked = asked.where(Member.agency_id == agency.id)
    ordered = asked.order_by(_is_invited(at), _invited_at, Agency.name.nulls_last(), User.name, User.id)
    found: Sequence[Any] = db.session.execute(ordered.limit(MOST)).all()
    left = _count(asked) - len(found)
    tokens = records.invite_each([user for user, _agency in found], actor)
    return [Card(user, name, token) for (user, name), token in zip(found, tokens, strict=True)], left


def _without_password(condition: ColumnElement[bool]) -> Select[Any]:
    is_staff = User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(STAFF)))
    staff: Any = select(User, Agency.name).outerjoin(Member, Member.user_id == User.id)
    staff = staff.outerjoin(Agency, Agency.id == Member.agency_id)
    return staff.where(is_staff, User.active, User.password_hash.is_(None), condition)


_invited_at = (
    select(func.max(Invitation.created_at)).where(Invitation.user_id == User.id).scalar_subquery().nulls_first()
)
"""Order with the oldest cards first: the next batch is another one."""


def _is_invited(at: datetime) -> ColumnElement[bool]:
    good = (Invitation.user_id == User.id, Invitation.used_at.is_(None), Invitation.expires_at > at)
    return select(Invitation.id).where(*good).exists()


def _count(asked: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
