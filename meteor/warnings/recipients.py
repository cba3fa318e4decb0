"""Users who are told of a message: those whom it touches, and those whom it does not touch any more."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, String, and_, bindparam, cast, literal, or_, select
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.notices.models import Notice
from meteor.residents.models import LIVES_HERE, Household, Resident
from meteor.territory.models import Rt, Rw
from meteor.warnings.models import HazardWarning, WarnedKelurahan, WarningWish
from meteor.warnings.touched import names_rt, touches_rt
from meteor.warnings.wishes import is_wished

TOLD, OVER = "warning", "warning-over"
"""Beginnings of the keys of notices: of a warning, and that it is over."""


def key_of(beginning: str, warning_id: Any) -> ColumnElement[str]:
    """SQL: the key of a user's notice about a warning."""
    return literal(f"{beginning}:") + cast(warning_id, String) + ":" + cast(User.id, String)


def _has(key: ColumnElement[str]) -> ColumnElement[bool]:
    notice = aliased(Notice)
    return select(notice.id).where(notice.key == key).correlate_except(notice).exists()


def _knows_alarm(key: ColumnElement[str]) -> ColumnElement[bool]:
    notice = aliased(Notice)
    known = notice.kind.in_(("warning_extreme", "warning_extreme_rt")), notice.acknowledged_by_id.is_not(None)
    return select(notice.id).where(notice.key == key, *known).correlate_except(notice).exists()


def _replaced(*, whole: bool = False) -> CTE:
    """The warnings that the message replaces, and those before if not all were told of them, or the `whole` chain."""
    columns = HazardWarning.id, HazardWarning.ended_by_id, HazardWarning.told_at
    first = (
        select(*columns)
        .where(HazardWarning.ended_by_id == _message)
        .cte("chain" if whole else "replaced", recursive=True)
    )
    before = aliased(HazardWarning)
    further = select(before.id, before.ended_by_id, before.told_at).join(first, before.ended_by_id == first.c.id)
    return first.union(further if whole else further.where(first.c.told_at.is_(None)))


def _was_told() -> ColumnElement[bool]:
    """A user was told of a replaced warning, and not since that it is over."""
    replaced = _replaced()
    told, over = key_of(TOLD, replaced.c.id), key_of(OVER, replaced.c.ended_by_id)
    return select(replaced.c.id).where(_has(told), ~_has(over)).correlate_except(replaced).exists()


def _was_rung() -> ColumnElement[bool]:
    """A user has acknowledged the ringing notice of an earlier message, and was never told since that it is over."""
    earlier = _replaced(whole=True)
    rung, left = _knows_alarm(key_of(TOLD, earlier.c.id)), _has(key_of(OVER, earlier.c.ended_by_id))
    once, never = (select(earlier.c.id).where(it).correlate_except(earlier).exists() for it in (rung, left))
    return and_(once, ~never)


def lives_there(user_id: Any, warning_id: Any) -> ColumnElement[bool]:
    """Condition: the user is a verified resident of the area that a warning touches. Both ids may be columns.

    That is an RT of the warning's, or any RT of a touched kelurahan of which the warning names no single ones. It is
    looked up for each user: a join may begin with everybody in the kelurahan, in each step anew.
    """
    return (
        select(Resident.id)
        .join(Household, Household.id == Resident.household_id)
        .join(Rt, Rt.id == Household.rt_id)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(WarnedKelurahan, WarnedKelurahan.kelurahan_id == Rw.kelurahan_id)
        .where(Resident.user_id == user_id, WarnedKelurahan.warning_id == warning_id)
        .where(*LIVES_HERE)
        .where(touches_rt(warning_id, Rt.id, Rw.kelurahan_id))
        .correlate_except(Resident, Household, Rt, Rw, WarnedKelurahan)
        .exists()
    )


def _lives_in_named_rt() -> ColumnElement[bool]:
    """Condition: the message names the RT of the user, not all of the kelurahan."""
    home = select(Household.rt_id).join(Resident, Resident.household_id == Household.id)
    return names_rt(_message, home.where(Resident.user_id == User.id).correlate(User).scalar_subquery())


_message = bindparam("message", type_=Integer)
_window = (
    select(User.id, User.language)
    .where(User.active, User.id > bindparam("after"), User.id <= bindparam("last"))
)  # fmt: skip
TOUCHED = (
    _window.outerjoin(WarningWish, WarningWish.user_id == User.id)
    .where(lives_there(User.id, _message), or_(is_wished(), _was_told()))
)  # fmt: skip
LEFT = _window.where(_was_told(), ~_has(key_of(TOLD, _message)))
TOUCHED_RT = TOUCHED.where(_lives_in_named_rt())
RUNG = TOUCHED.where(_was_rung())
RUNG_RT = RUNG.where(_lives_in_named_rt())
