"""What an officer can ask of a colleague for a shift: what no rule of rosters.rest would refuse."""

from collections.abc import Sequence
from datetime import datetime

from meteor.rosters.models import PlannedShift
from meteor.rosters.own import AHEAD
from meteor.rosters.rest import REST, Period, violations
from meteor.rosters.rules import leave_of, shifts_of


def choices(shift: PlannedShift, colleague_id: int, at: datetime) -> Sequence[PlannedShift | None]:
    """The colleague's shifts, until AHEAD, for which the shift can be given, and None where it can be for nothing.

    A short rest is a planner's to decide. Three statements, however many shifts the colleague has.
    """
    theirs = [one for one in shifts_of([colleague_id], at, at + AHEAD) if one.starts_at > at]
    theirs = [one for one in theirs if one.agency_id == shift.agency_id]
    both, named = [shift.user_id, colleague_id], [shift, *theirs]
    start, end = min(one.starts_at for one in named), max(one.ends_at for one in named)
    planned = shifts_of(both, start - REST, end + REST)
    leave = leave_of(both, min(one.day for one in named), max(one.day for one in named))

    def can_take(user_id: int, taken: PlannedShift, given: PlannedShift | None) -> bool:
        others = [one for one in planned if one.user_id == user_id and one is not given]
        absent = [one for one in leave if one.user_id == user_id]
        found = violations("", Period(taken.starts_at, taken.ends_at), others, absent)
        return all(violation.confirmable for violation in found)

    nothing: list[PlannedShift | None] = [None] if can_take(colleague_id, shift, None) else []
    for_one = [one for one in theirs if can_take(colleague_id, shift, one) and can_take(shift.user_id, one, shift)]
    return [*nothing, *for_one]
