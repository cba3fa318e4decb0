"""Shift types, planned shifts, swaps of them, leave, and the tokens of officers' calendars."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Unit
from meteor.store.database import Base
from meteor.store.moments import WIB, now
from meteor.territory.models import Kecamatan

LEAVE_KINDS = ("leave", "sick", "training")

DAY_KINDS = {"every": range(7), "weekdays": range(5), "weekend": range(5, 7)}
"""Kinds of days with their days of the week; Monday is 0."""

_PLANNED = "cancelled_at is null"
_OPEN = "status in ('offered', 'agreed')"


class ShiftType(Base):
    """A kind of shift of an agency, such as Pagi: it begins at `starts` (WIB) and takes so many `minutes`.

    `code` stands in the cells of the roster. One that is not `active` is offered for no new shift.
    """

    __tablename__ = "shift_types"
    __table_args__ = (Index("uq_shift_types_code", "agency_id", "code", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    code: Mapped[str]
    name: Mapped[str]
    starts: Mapped[time]
    minutes: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    agency: Mapped[Agency] = relationship()

    @property
    def length(self) -> timedelta:
        """Return the length of a shift."""
        return timedelta(minutes=self.minutes)

    def starts_on(self, day: date) -> datetime:
        """The moment at which the shift of a day (WIB) begins."""
        return datetime.combine(day, self.starts, WIB)

    def ends_on(self, day: date) -> datetime:
        """The moment at which the shift that begins on a day (WIB) ends, which may be on the next day."""
        return self.starts_on(day) + self.length


class PlannedShift(Base):
    """A shift for which an officer is planned, from `starts_at` until `ends_at`. It belongs to the day of its start.

    The unit may be left open; `post` is where to report, in the planner's words. A cancelled shift stays, so that
    calendars learn of it. `revision` grows with each change (RFC 5545, SEQUENCE). `short_rest_by_id` is the planner
    who confirmed it with less rest before or after it than rosters.rest.REST. `replaces_id` is the shift that was first
    planned here, if this one was planned in its place.
    """

    __tablename__ = "planned_shifts"
    __table_args__ = (
        Index("ix_planned_shifts_agency", "agency_id", "starts_at"),
        Index("ix_planned_shifts_user", "user_id", "starts_at"),
        Index(
            "uq_planned_shifts_start", "user_id", "starts_at", unique=True,
            sqlite_where=text(_PLANNED), postgresql_where=text(_PLANNED),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    shift_type_id: Mapped[int] = mapped_column(ForeignKey("shift_types.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    post: Mapped[str] = mapped_column(default="")
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    planned_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    cancelled_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    short_rest_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("planned_shifts.id", ondelete="SET NULL"), index=True)

    agency: Mapped[Agency] = relationship()
    user: Mapped[User] = relationship(foreign_keys=user_id)
    shift_type: Mapped[ShiftType] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship()
    planned_by: Mapped[User] = relationship(foreign_keys=planned_by_id)

    @property
    def place_id(self) -> int:
        """The id of the shift that was first planned in the place of this one: alike for all that replace it."""
        return self.replaces_id or self.id

    @property
    def day(self) -> date:
        """The day (WIB) that the shift belongs to."""
        return self.starts_at.astimezone(WIB).date()


class ShiftSwap(Base):
    """An officer's offer of a planned shift to a colleague, as a gift or for `return_shift` of the colleague.

    It is "offered", then "agreed" by the colleague, then "approved" by a planner; or "declined" by the colleague,
    "refused" by a planner, "withdrawn" by the officer, or "over" because a shift changed or began. The revisions are
    those of the shifts as they were offered.
    """

    __tablename__ = "shift_swaps"
    __table_args__ = (
        Index("uq_shift_swaps_open", "shift_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_shift_swaps_open", "status", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("planned_shifts.id"), index=True)
    shift_revision: Mapped[int]
    colleague_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    return_shift_id: Mapped[int | None] = mapped_column(ForeignKey("planned_shifts.id"), index=True)
    return_revision: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="offered")
    offered_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    shift: Mapped[PlannedShift] = relationship(foreign_keys=shift_id)
    colleague: Mapped[User] = relationship(foreign_keys=colleague_id)
    return_shift: Mapped[PlannedShift | None] = relationship(foreign_keys=return_shift_id)


class Leave(Base):
    """Days (WIB, both included) on which an officer is not planned: one of LEAVE_KINDS."""

    __tablename__ = "leave"
    __table_args__ = (Index("ix_leave_user", "user_id", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship(foreign_keys=user_id)


class RosterCalendar(Base):
    """The private address of an officer's calendar. Of its token only the SHA-256 `digest` is kept."""

    __tablename__ = "roster_calendars"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()


class MinimumStrength(Base):
    """The least number of an agency's officers on duty: from `starts` to `ends` (WIB), on days of DAY_KINDS.

    One that ends at its start or before ends on the next day; it belongs to the day of its start. With a kecamatan only
    officers on units that are based there count.
    """

    __tablename__ = "minimum_strengths"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    kecamatan_id: Mapped[int | None] = mapped_column(ForeignKey("kecamatan.id"))
    days: Mapped[str]
    starts: Mapped[time]
    ends: Mapped[time]
    officers: Mapped[int]

    agency: Mapped[Agency] = relationship(lazy="joined")
    kecamatan: Mapped[Kecamatan | None] = relationship(lazy="joined")
