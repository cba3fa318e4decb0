"""For which warnings residents are asked whether they are safe, for how long, and which residents."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import selectinload

from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.territory.models import Rt, Rw
from meteor.warnings import reading
from meteor.warnings.models import HazardWarning, WarnedKelurahan
from meteor.warnings.touched import touches_rt

ASKED_AFTER = timedelta(hours=24)
"""Time after the end of a warning for which residents are still asked."""

LOOKED_BACK = timedelta(days=30)
"""Age of the oldest warning that is asked about; answers are not kept longer."""


class Window(NamedTuple):
    """The time in which residents answer to a warning."""

    warning_id: int
    begins: datetime
    closes: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether residents answer at a moment."""
        return self.begins <= at < self.closes


def window_of(warning: HazardWarning) -> Window | None:
    """The time in which residents answer to a warning; None for a cancellation, and for what touches no kelurahan."""
    if warning.message_type not in ("Alert", "Update") or warning.status != "Actual" or not warning.touched:
        return None
    begins = warning.sent if warning.message_type == "Update" else warning.onset or warning.sent
    ends = min(warning.expires, warning.ended_at or warning.expires)
    return Window(warning.id, begins, ends + ASKED_AFTER)


def asked_about(at: datetime) -> Sequence[HazardWarning]:
    """The warnings that residents answer to at a moment, the most severe first."""
    ended = at - ASKED_AFTER
    query = select(HazardWarning).where(
        HazardWarning.sent > at - LOOKED_BACK,
        HazardWarning.status == "Actual",
        HazardWarning.message_type.in_(("Alert", "Update")),
        HazardWarning.touched.any(),
        at >= reading.BEGINS,
        HazardWarning.expires > ended,
        or_(HazardWarning.ended_at.is_(None), HazardWarning.ended_at > ended),
    )
    found = db.session.scalars(query.options(selectinload(HazardWarning.touched))).all()
    return reading.by_severity(found)


def touched_rts(warning_id: int) -> Select[int]:
    """The ids of the RT that a warning touches, as a query. All that is about its residents begins here."""
    return (
        select(Rt.id)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(WarnedKelurahan, WarnedKelurahan.kelurahan_id == Rw.kelurahan_id)
        .where(WarnedKelurahan.warning_id == warning_id, touches_rt(warning_id, Rt.id, Rw.kelurahan_id))
    )


def lives_here() -> Sequence[ColumnElement[bool]]:
    """Conditions: a resident lives at the home, verified or not yet."""
    return Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)


def resident_asked(user_id: int, warning_id: int) -> Resident | None:
    """The resident of a user, if the warning touches the home."""
    query = select(Resident).join(Household, Household.id == Resident.household_id)
    mine = query.where(Resident.user_id == user_id, *lives_here())
    return db.session.scalar(mine.where(Household.rt_id.in_(touched_rts(warning_id))))
