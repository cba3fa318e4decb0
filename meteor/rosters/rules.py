"""Plan, change and cancel shifts. Every change is in the audit log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.membership import agency_of
from meteor.agencies.models import Agency, Unit
from meteor.rosters import shift_notices
from meteor.rosters.duties import done_since
from meteor.rosters.models import Leave, PlannedShift, ShiftType
from meteor.rosters.rest import LONGEST, REST, Period, Violation, fingerprint, violations
from meteor.store import audit
from meteor.store.database import db


class NotPlannable(Exception):
    """The shift breaks rules of rosters.rest, and the planner did not confirm these `violations`."""

    def __init__(self, found: Sequence[Violation]) -> None:
        super().__init__([violation.rule for violation in found])
        self.violations = found


class Over(Exception):
    """The shift would be over already: the roster is the plan, duty says who worked."""


class OtherAgency(Exception):
    """The officer, the shift type or the unit belongs to another agency, whose shifts are planned there."""


@dataclass(frozen=True)
class Draft:
    """A shift as a planner asks for it: type, first day (WIB), unit, and where to report.

    One that is planned `instead_of` another has the hours of that one, and one that `keeps` a shift its hours of the
    day: the type may have others since.
    """

    shift_type: ShiftType
    day: date
    unit: Unit | None = None
    post: str = ""
    instead_of: PlannedShift | None = None
    keeps: PlannedShift | None = None

    @property
    def period(self) -> Period:
        """Return the time of the shift."""
        if like := self.instead_of or self.keeps:
            later = self.day - like.day
            return Period(like.starts_at + later, like.ends_at + later)
        return Period(self.shift_type.starts_on(self.day), self.shift_type.ends_on(self.day))


def shifts_of(user_ids: Collection[int], start: datetime, end: datetime) -> Sequence[PlannedShift]:
    """The shifts of these users that are planned and touch the time from `start` to `end`, by start."""
    return db.session.scalars(
        select(PlannedShift)
        .where(
            PlannedShift.user_id.in_(user_ids),
            PlannedShift.starts_at > start - LONGEST,
            PlannedShift.starts_at < end,
            PlannedShift.ends_at > start,
            PlannedShift.cancelled_at.is_(None),
        )
        .order_by(PlannedShift.starts_at, PlannedShift.id)
    ).all()


def leave_of(user_ids: Collection[int], first: date, last: date) -> Sequence[Leave]:
    """The leave of these users that touches the days from `first` to `last` (WIB, both included), by first day."""
    return db.session.scalars(
        select(Leave)
        .where(Leave.user_id.in_(user_ids), Leave.first_day <= last, Leave.last_day >= first)
        .order_by(Leave.first_day, Leave.id)
    ).all()


def problems(user: User, period: Period, at: datetime, *, but: PlannedShift | None = None) -> list[Violation]:
    """The rules that a shift of `user` would break, with duty until now; `but` is the shift that it replaces."""
    others = shifts_of([user.id], period.starts_at - REST, period.ends_at + REST)
    leave = leave_of([user.id], period.day, period.day)
    done = done_since(period.starts_at - REST, [user.id], at).get(user.id, [])
    return violations(user.name, period, [other for other in others if other is not but], leave, done)


def plan(agency: Agency, user: User, draft: Draft, at: datetime, actor: User, *, confirmed: str = "") -> PlannedShift:
    """Plan a shift of an officer. Raises NotPlannable, Over, OtherAgency.

    `confirmed` is the rest.fingerprint of the short rests that the planner accepts.
    """
    shift = PlannedShift(agency=agency, user=user, planned_by=actor, planned_at=at, revision=-1)
    shift.replaces_id = draft.instead_of.place_id if draft.instead_of else None
    _store(shift, draft, at, actor, confirmed)
    return shift


def change(shift: PlannedShift, draft: Draft, at: datetime, actor: User, *, confirmed: str = "") -> None:
    """Give a planned shift another type, day, unit or post: see plan. A rest that was confirmed stays so.

    One that is over may stay where it is. Raises NotPlannable, Over, OtherAgency.
    """
    _store(shift, draft, at, actor, confirmed)


def cancel(shift: PlannedShift, at: datetime, actor: User) -> None:
    """Cancel a planned shift. It stays as a cancelled one."""
    if shift.cancelled_at is None:
        shift.cancelled_at = shift.changed_at = at
        shift.revision += 1
        audit.record(actor, "planned_shift_cancelled", _subject(shift), **shift_values(shift))
        shift_notices.tell(shift, "cancelled", at, actor)


def save_shift_type(shift_type: ShiftType, values: Mapping[str, Any], actor: User) -> None:
    """Give a shift type, or a new one, these values. Shifts that are planned keep their times."""
    before = _type_values(shift_type) if shift_type.id else {}
    for name, value in values.items():
        setattr(shift_type, name, value)
    audit.keep(shift_type, "shift_type", before, _type_values, actor)


def shift_values(shift: PlannedShift) -> dict[str, Any]:
    """The values of a planned shift as the audit log has them."""
    return {
        "shift_type": shift.shift_type.code,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "unit": shift.unit.call_sign if shift.unit else None,
        "post": shift.post,
        "short_rest": shift.short_rest_by_id is not None,
    }


def _store(shift: PlannedShift, draft: Draft, at: datetime, actor: User, confirmed: str) -> None:
    """Check what a planner says of a shift, give it to the shift, and record the change."""
    _check_agency(shift.agency, shift.user, draft)
    period = draft.period
    moved = (shift.starts_at, shift.ends_at) != (period.starts_at, period.ends_at)
    if moved and period.ends_at <= at:
        raise Over
    found = problems(shift.user, period, at, but=shift)
    if not moved:
        found = [one for one in found if not one.confirmable]
    if found and not (confirmed == fingerprint(found) and all(one.confirmable for one in found)):
        raise NotPlannable(found)
    before = shift_values(shift) if shift.id else {}
    was = Period(shift.starts_at, shift.ends_at) if before else None
    shift.shift_type, shift.unit, shift.post = draft.shift_type, draft.unit, draft.post
    shift.starts_at, shift.ends_at = period.starts_at, period.ends_at
    if moved:
        shift.short_rest_by_id = actor.id if found else None
    db.session.add(shift)
    db.session.flush()
    action = "planned_shift_changed" if before else "planned_shift_added"
    if audit.record_change(actor, action, _subject(shift), before, shift_values(shift)):
        shift.changed_at = at
        shift.revision += 1
        shift_notices.tell(shift, "changed" if was else "planned", at, actor, was)


def _type_values(shift_type: ShiftType) -> dict[str, Any]:
    return {
        "name": shift_type.name,
        "code": shift_type.code,
        "starts": f"{shift_type.starts:%H:%M}",
        "minutes": shift_type.minutes,
        "active": shift_type.active,
    }


def _check_agency(agency: Agency, user: User, draft: Draft) -> None:
    """Raise OtherAgency unless the officer, the shift type and the unit belong to the agency."""
    if agency_of(user) is not agency or draft.shift_type.agency_id != agency.id:
        raise OtherAgency(user.name)
    if draft.unit and draft.unit.agency_id != agency.id:
        raise OtherAgency(draft.unit.call_sign)


def _subject(shift: PlannedShift) -> str:
    return f"users:{shift.user_id}"
