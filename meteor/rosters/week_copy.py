"""Copy a week of an agency's roster: what would be planned, what is left out and why, and doing it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.agencies.models import Agency
from meteor.rosters import shift_notices
from meteor.rosters.duties import done_since
from meteor.rosters.models import PlannedShift
from meteor.rosters.overview import officers_of
from meteor.rosters.rest import REST, Period, sentence, violations
from meteor.rosters.rules import Draft, leave_of, shifts_of
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import midnight
from meteor.store.versions import version_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Copied:
    """A shift of the week that is copied, as it would be planned; `reasons` why it is left out, none if it is not.

    `why` is the kind of the first reason: one of labels.LEFT_OUT.
    """

    shift: PlannedShift
    draft: Draft
    reasons: Sequence[str] = ()
    why: str = ""

    @property
    def reasons_without_name(self) -> list[str]:
        """The reasons for a row that names the officer itself."""
        return [reason.removeprefix(f"{self.shift.user.name}: ") for reason in self.reasons]


@dataclass(frozen=True)
class WeekCopy:
    """The copy of the week that begins on the Monday `source` to the one that begins on `target`."""

    agency: Agency
    source: date
    target: date
    shifts: Sequence[Copied]

    @property
    def planned(self) -> list[Copied]:
        """The shifts that are planned."""
        return [each for each in self.shifts if not each.reasons]

    @property
    def left_out(self) -> list[Copied]:
        """The shifts that are left out."""
        return [each for each in self.shifts if each.reasons]

    @property
    def left_out_by_reason(self) -> dict[str, list[Copied]]:
        """The shifts that are left out, by kind of reason, the most frequent first."""
        kinds = Counter(each.why for each in self.left_out).most_common()
        return {kind: [each for each in self.left_out if each.why == kind] for kind, _number in kinds}

    @property
    def version(self) -> str:
        """A fingerprint of what would be planned."""
        return version_of({"shifts": [(one.shift.id, one.shift.revision) for one in self.planned],
                           "target": self.target})  # fmt: skip


def preview(agency: Agency, source: date, target: date, at: datetime) -> WeekCopy:
    """Return what copying a week would plan: the same types, units, posts and weekdays.

    A shift that would be over at this moment is left out: the roster is the plan.
    """
    week = _week(agency, source)
    user_ids = {shift.user_id for shift in week}
    start, end = midnight(target) - REST, midnight(target + WEEK) + timedelta(days=1) + REST
    planned: list[tuple[int, Period | PlannedShift]] = [
        (shift.user_id, shift) for shift in shifts_of(user_ids, start, end)
    ]
    leave, officers = leave_of(user_ids, target, target + WEEK), officers_of(agency)
    done = done_since(start, user_ids, at)
    shifts = []
    for shift in week:
        draft = Draft(shift.shift_type, shift.day + (target - source), shift.unit, shift.post)
        others = [other for user_id, other in planned if user_id == shift.user_id]
        absent = [one for one in leave if one.user_id == shift.user_id]
        found = violations(shift.user.name, draft.period, others, absent, done.get(shift.user_id, []))
        why, reasons = found[0].rule if found else "", [sentence(each, draft.period) for each in found]
        if unusable := _unusable(agency, officers, shift):
            why, reasons = "unusable", unusable
        if draft.period.ends_at <= at:
            why, reasons = "over", [_("%(name)s: this shift would be over already", name=shift.user.name)]
        if not reasons:
            planned.append((shift.user_id, draft.period))
        shifts.append(Copied(shift, draft, reasons, why))
    return WeekCopy(agency, source, target, shifts)


def copy(week: WeekCopy, at: datetime, actor: User) -> int:
    """Plan what a preview of this transaction says, and record it. Returns the number of shifts."""
    shifts = [_planned(each, at, actor) for each in week.planned]
    db.session.add_all(shifts)
    db.session.flush()
    audit.record(
        actor, "roster_week_copied", f"agencies:{week.agency.id}", source=week.source.isoformat(),
        target=week.target.isoformat(), planned_shifts=[shift.id for shift in shifts], left_out=len(week.left_out),
    )  # fmt: skip
    for shift in shifts:
        shift_notices.tell(shift, "planned", at, actor)
    return len(shifts)


def _planned(copied: Copied, at: datetime, actor: User) -> PlannedShift:
    shift, draft = copied.shift, copied.draft
    return PlannedShift(
        agency_id=shift.agency_id, user_id=shift.user_id, shift_type_id=shift.shift_type_id, unit_id=shift.unit_id,
        post=shift.post, starts_at=draft.period.starts_at, ends_at=draft.period.ends_at, planned_by_id=actor.id,
        planned_at=at, changed_at=at,
    )  # fmt: skip


def _week(agency: Agency, monday: date) -> Sequence[PlannedShift]:
    """The planned shifts of the days of a week, with their officers and units."""
    return db.session.scalars(
        select(PlannedShift)
        .options(joinedload(PlannedShift.user), joinedload(PlannedShift.unit))
        .where(
            PlannedShift.agency_id == agency.id,
            PlannedShift.starts_at >= midnight(monday),
            PlannedShift.starts_at < midnight(monday + WEEK),
            PlannedShift.cancelled_at.is_(None),
        )
        .order_by(PlannedShift.starts_at, PlannedShift.id)
    ).all()


def _unusable(agency: Agency, officers: dict[int, str], shift: PlannedShift) -> list[str]:
    """Return why the officer, the shift type or the unit cannot be planned any more."""
    name = shift.user.name
    if shift.user_id not in officers:
        return [_("%(name)s: works for the agency no more", name=name)]
    if not shift.shift_type.active:
        return [_("%(name)s: the shift type %(type)s is not used any more", name=name, type=shift.shift_type.name)]
    if shift.unit and (shift.unit.agency_id != agency.id or not shift.unit.in_service):
        return [_("%(name)s: %(unit)s is out of service or another agency's", name=name, unit=shift.unit.call_sign)]
    return []
