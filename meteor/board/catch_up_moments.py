"""Times in the form of the paper: read one after the other, refused beside their fields."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from wtforms import Field

from meteor.board.catch_up_fields import ClockField
from meteor.board.paper_times import LONGEST_STEP, NotAfter, clock_in, moment_after
from meteor.store.moments import WIB


def read_moment(field: ClockField, before: datetime, at: datetime) -> datetime | None:
    """The moment of a step after another one; None where there is none, or where it is wrong."""
    clock = clock_in(field.data or "")
    if clock is None:
        return None
    try:
        moment = moment_after(before, clock, at)
    except NotAfter as error:
        refuse(field, _not_after(before, next_day=error.next_day))
        return None
    if moment > at:
        refuse(field, _("This is in the future. Now it is %(now)s.", now=clock_text(at)))
        return None
    return moment


def clock_text(at: datetime) -> str:
    """The time of day in WIB: 21.05."""
    return f"{at.astimezone(WIB):%H.%M}"


def refuse(field: Field, problem: str) -> None:
    """Say beside a field what is wrong in it."""
    field.errors = [*field.errors, problem]


def _not_after(before: datetime, *, next_day: bool) -> str:
    """Return the sentence that says why a step cannot be at this time of day."""
    if next_day:
        return _(
            "This is before the step at %(before)s, or more than %(hours)d hours after it. "
            "At most %(hours)d hours between two steps are taken.",
            before=clock_text(before),
            hours=LONGEST_STEP // timedelta(hours=1),
        )
    return _("This is before the step at %(before)s. Write a later time.", before=clock_text(before))
