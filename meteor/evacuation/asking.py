"""Warnings for which residents are asked whether they are safe: for how long, and whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import selectinload

from meteor.evacuation.models import SafetyAnswer
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.territory.models import Rt, Rw
from meteor.warnings import reading
from meteor.warnings.models import HazardWarning, WarnedKelurahan
from meteor.warnings.touched import touches_rt

ASKED_AFTER = timedelta(hours=24)
"""Time after the end of a warning for which residents are still asked."""

LOOKED_BACK = timedelta(days=30)
"""Age of the oldest warning that is asked about: answers are not kept longer."""


NEWEST = SafetyAnswer.answered_at.desc(), SafetyAnswer.warning_id.desc()
"""Order of the answers of a resident."""


class Window(NamedTuple):
    """The time in which residents answer to a warning."""

    warning_id: int
    begins: datetime
    closes: datetime

    def is_open(self, at: datetime) -> bool:
        """Return whether residents answer at a moment."""
        return self.begins <= at < self.closes


def window_of(warning: HazardWarning) -> Window | None:
    """The time in which residents answer to a warning.

    None for a cancellation, for what touches no kelurahan, and for what an update replaced: the update is asked about.
    """
    if not _is_asked(warning) or newest(warning) is not warning:
        return None
    begins = warning.sent if warning.message_type == "Update" else warning.onset or warning.sent
    ends = min(warning.expires, warning.ended_at or warning.expires)
    return Window(warning.id, begins, min(ends + ASKED_AFTER, warning.sent + LOOKED_BACK))


def newest(warning: HazardWarning) -> HazardWarning:
    """The last of the updates that replaced a warning, itself without one. An update that touches nothing is none."""
    seen: set[int] = set()
    while warning.ended_by_id is not None and warning.id not in seen:
        seen.add(warning.id)
        newer = db.session.get(HazardWarning, warning.ended_by_id)
        if newer is None or newer.message_type != "Update" or not _is_asked(newer):
            break
        warning = newer
    return warning


def chain(warning_id: int) -> list[int]:
    """The ids of a warning and of all that it replaced: answers to these count for it."""
    ids = select(HazardWarning.id).where(HazardWarning.id == warning_id).cte("chain", recursive=True)
    ids = ids.union(select(HazardWarning.id).join(ids, HazardWarning.ended_by_id == ids.c.id))  # each id once
    return [*db.session.scalars(select(ids.c.id))]


def answer_of(resident_id: UUID, warning_id: int) -> SafetyAnswer | None:
    """The newest answer of a resident to a warning or to what it replaced."""
    query = select(SafetyAnswer).where(
        SafetyAnswer.resident_id == resident_id, SafetyAnswer.warning_id.in_(chain(warning_id))
    )
    return db.session.scalars(query.order_by(*NEWEST).limit(1)).first()


def asked_about(at: datetime) -> Sequence[HazardWarning]:
    """The warnings that residents answer to at a moment, the most severe first."""
    query = select(HazardWarning).where(*may_be_asked(at, at - ASKED_AFTER, at - LOOKED_BACK))
    found = db.session.scalars(query.options(selectinload(HazardWarning.touched))).all()
    return reading.by_severity(each for each in found if (window := window_of(each)) and window.is_open(at))


def may_be_asked(at: Any, ended: Any, since: Any) -> Sequence[ColumnElement[bool]]:
    """Conditions of `asked_about`, also met by a warning that an update has replaced.

    `ended` and `since` are ASKED_AFTER and LOOKED_BACK before `at`.
    """
    return (
        HazardWarning.sent > since,
        HazardWarning.status == "Actual",
        or_(HazardWarning.message_type == "Alert", HazardWarning.message_type == "Update"),  # no list: see prepared
        HazardWarning.touched.any(),
        at >= reading.BEGINS,
        HazardWarning.expires > ended,
        or_(HazardWarning.ended_at.is_(None), HazardWarning.ended_at > ended),
    )


def touched_rts(warning_id: int) -> Select[int]:
    """The ids of the RT that a warning or what it replaced touches, as a query, each once.

    All that is about residents begins here. An update of fewer kelurahan still asks those of the warning before.
    """
    named = WarnedKelurahan.warning_id
    return (
        select(Rt.id)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(WarnedKelurahan, WarnedKelurahan.kelurahan_id == Rw.kelurahan_id)
        .where(named.in_(chain(warning_id)), touches_rt(named, Rt.id, Rw.kelurahan_id))
        .distinct()
    )


def _is_asked(warning: HazardWarning) -> bool:
    return warning.message_type in ("Alert", "Update") and warning.status == "Actual" and bool(warning.touched)


def lives_here() -> Sequence[ColumnElement[bool]]:
    """Conditions: a resident lives at the home, verified or not yet."""
    return Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)


def resident_asked(user_id: int, warning_id: int) -> Resident | None:
    """The resident of a user, if the warning touches the home."""
    query = select(Resident).join(Household, Household.id == Resident.household_id)
    mine = query.where(Resident.user_id == user_id, *lives_here())
    return db.session.scalar(mine.where(Household.rt_id.in_(touched_rts(warning_id))))
