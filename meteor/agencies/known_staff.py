"""The stored users whom a table of officers names, read with a few statements for all lines."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import or_, select

from meteor.accounts.models import User
from meteor.agencies.membership import on_duty
from meteor.agencies.models import Agency, Member
from meteor.store.database import db
from meteor.territory.tables import Line


class KnownStaff(NamedTuple):
    """Users by user name, and by phone number where they have it or are called by it; agencies by code.

    `members` and `on_duty` give the membership and the call sign of the unit on duty, by user id.
    """

    by_username: Mapping[str, User]
    by_phone: Mapping[str, User]
    agencies: Mapping[str, Agency]
    members: Mapping[int, Member]
    on_duty: Mapping[int, str]

    @classmethod
    def of(cls, lines: list[Line]) -> "KnownStaff":
        """Read what is stored about the lines' user names and phone numbers."""
        names = {line.values["username"] for line in lines}
        phones = {line.values["phone"] for line in lines} - {None}
        named = or_(User.username.in_(names | phones), User.phone.in_(names | phones))
        users = db.session.scalars(select(User).where(named)).all()
        ids = [user.id for user in users]
        members = db.session.scalars(select(Member).where(Member.user_id.in_(ids)))
        by_username = {user.username: user for user in users}
        return cls(
            by_username=by_username,
            by_phone=by_username | {user.phone: user for user in users if user.phone},
            agencies={agency.code: agency for agency in db.session.scalars(select(Agency))},
            members={member.user_id: member for member in members},
            on_duty={user_id: shift.unit.call_sign for user_id, shift in on_duty(ids).items()},
        )

    def user(self, line: Line) -> User | None:
        """The account that a line is about, if there is one."""
        return self.by_username.get(line.values["username"])

    def agency_code(self, user: User) -> str | None:
        """The code of the agency that a user works for."""
        member = self.members.get(user.id)
        return member.agency.code if member else None
