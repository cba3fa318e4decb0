"""What officers did in a month: hours worked, jobs, rest between duties."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select

from meteor.agencies.models import Shift
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.rosters.duties import AROUND, SecondsBetween, duties, end_of_shift
from meteor.rosters.months import Month
from meteor.rosters.rest import LONGEST, REST
from meteor.store.database import db


class DutyFigures(NamedTuple):
    """The duties of an officer that begin in a month, whole: a night belongs to the day (WIB) of its start.

    `jobs` are assignments that the officer's unit accepted meanwhile, without drills, `rest` the shortest time since
    the duty before, None if there was none for AROUND, `long` the number of duties of more than LONGEST.
    """

    worked: timedelta = timedelta()
    jobs: int = 0
    rest: timedelta | None = None
    long: int = 0

    @property
    def rests_too_little(self) -> bool:
        """Return whether a rest was shorter than REST."""
        return self.rest is not None and self.rest < REST


def duty_figures(user_ids: Collection[int], month: Month, at: datetime) -> dict[int, DutyFigures]:
    """The figures of these officers, by id; none for an officer without duty. One statement."""
    jobs = (
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.incident)
        .where(
            Incident.drill.is_(False),
            Assignment.unit_id == Shift.unit_id,
            Assignment.accepted_at >= Shift.started_at,
            Assignment.accepted_at < end_of_shift(at),
        )
        .scalar_subquery()
    )
    around = Shift.started_at.between(month.starts_at - AROUND, month.ends_at + AROUND)
    found = duties(at, Shift.user_id.in_(user_ids), around, jobs=jobs).subquery().c
    is_long = SecondsBetween(found.starts_at, found.ends_at) > LONGEST.total_seconds()
    rows = db.session.execute(
        select(
            found.user_id, func.sum(found.worked), func.sum(found.jobs), func.min(found.rest),
            func.sum(case((is_long, 1), else_=0)),
        )
        .where(found.starts_at >= month.starts_at, found.starts_at < month.ends_at)
        .group_by(found.user_id)
    )  # fmt: skip
    return {
        user_id: DutyFigures(
            timedelta(seconds=int(worked)), int(jobs), None if rest is None else timedelta(seconds=rest), int(long)
        )
        for user_id, worked, jobs, rest, long in rows
    }
