"""Rules that a planned shift must keep: hours of work and rest, no overlap, no leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from meteor.rosters.duties import BREAK, Duty
from meteor.rosters.labels import day_and_time
from meteor.rosters.models import Leave, PlannedShift
from meteor.store.moments import WIB
from meteor.store.versions import version_of

LONGEST = timedelta(hours=12)
"""Longest shift: 8 hours of work and at most 4 of overtime in a day (Peraturan Pemerintah 35/2021, articles 21, 26)."""

REST = timedelta(hours=11)
"""Least rest between two shifts (Directive 2003/88/EC, article 3). Indonesian law names no number for a day."""

CONFIRMABLE = ("short_rest",)
"""The violations that a planner may confirm: a disaster calls crews back earlier."""


@dataclass(frozen=True)
class Period:
    """The time of a shift (aware). It belongs to the day (WIB) of its start."""

    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(WIB).date()


@dataclass(frozen=True)
class Violation:
    """A rule that a shift would break: "backwards", "too_long", "overlap", "on_leave" or "short_rest".

    `other` is the planned shift or duty that it meets, `leave` the leave, `rest` the time between both.
    """

    rule: str
    name: str
    other: PlannedShift | Period | Duty | None = None
    leave: Leave | None = None
    rest: timedelta = timedelta()

    @property
    def confirmable(self) -> bool:
        """Return whether a planner may plan the shift all the same."""
        return self.rule in CONFIRMABLE


def violations(
    name: str, period: Period, others: Sequence[PlannedShift | Period], leave: Sequence[Leave],
    done: Sequence[Duty] = (),
) -> list[Violation]:  # fmt: skip
    """The rules that a shift of an officer of this name would break, beside other shifts, leave and duties `done`."""
    if period.ends_at <= period.starts_at:
        return [Violation("backwards", name)]
    found = [Violation("too_long", name)] if period.ends_at - period.starts_at > LONGEST else []
    found += [Violation("on_leave", name, leave=one) for one in leave if one.first_day <= period.day <= one.last_day]
    for other in others:
        rest = max(period.starts_at - other.ends_at, other.starts_at - period.ends_at)
        if rest < timedelta():
            found.append(Violation("overlap", name, other))
        elif rest < REST:
            found.append(Violation("short_rest", name, other, rest=rest))
    return _with_duty(found, name, period, done)


def fingerprint(found: Sequence[Violation]) -> str:
    """A text that differs with what is listed: who accepts one list accepts no other."""
    return version_of({"violations": [(one.rule, *_met(one), one.leave and one.leave.id) for one in found]})


def sentence(violation: Violation, period: Period) -> str:
    """Return the violation as a sentence in the reader's language, with the officer's name."""
    name, other, leave = violation.name, violation.other, violation.leave
    if leave:
        first, last = (format_date(day, "d MMM y") for day in (leave.first_day, leave.last_day))
        return _("%(name)s: on leave from %(first)s to %(last)s", name=name, first=first, last=last)
    if other is None:
        if violation.rule == "backwards":
            return _("%(name)s: the shift ends before it starts", name=name)
        return _("%(name)s: a shift lasts at most %(hours)s hours", name=name, hours=LONGEST // timedelta(hours=1))
    if violation.rule == "overlap":
        return _("%(name)s: is planned from %(start)s to %(end)s already", name=name,
                 start=day_and_time(other.starts_at), end=day_and_time(other.ends_at))  # fmt: skip
    hours, minutes = divmod(violation.rest // timedelta(minutes=1), 60)
    rest = f"{hours}.{minutes:02}" if minutes else f"{hours}"
    if isinstance(other, Duty):
        return _after_duty(name, rest, other)
    if other.starts_at < period.starts_at:
        return _("%(name)s: only %(rest)s h rest after the shift that ends at %(end)s", name=name, rest=rest,
                 end=day_and_time(other.ends_at))  # fmt: skip
    return _("%(name)s: only %(rest)s h rest before the shift that starts at %(start)s", name=name, rest=rest,
             start=day_and_time(other.starts_at))  # fmt: skip


def _with_duty(found: list[Violation], name: str, period: Period, done: Sequence[Duty]) -> list[Violation]:
    """The violations with the rest after the last duty, where it is shorter than the roster says.

    A duty that begins within BREAK before the shift, or later, is the shift's own.
    """
    before = [duty for duty in done if duty.starts_at < period.starts_at - BREAK]
    last = max(before, key=lambda duty: duty.ends_at, default=None)
    rest = max(period.starts_at - last.ends_at, timedelta()) if last else REST
    by_plan = [
        one for one in found if one.rule == "short_rest" and one.other and one.other.starts_at < period.starts_at
    ]
    if rest >= min((one.rest for one in by_plan), default=REST):
        return found
    return [*(one for one in found if one not in by_plan), Violation("short_rest", name, last, rest=rest)]


def _met(violation: Violation) -> tuple[object, ...]:
    other = violation.other
    if isinstance(other, Duty) and other.runs:
        return other.starts_at, "runs"  # its end is the moment of asking
    return violation.rest.total_seconds(), other and (other.starts_at, other.ends_at)


def _after_duty(name: str, rest: str, duty: Duty) -> str:
    if duty.runs:
        return _("%(name)s: at most %(rest)s h rest after the duty that has been going on since %(start)s", name=name,
                 rest=rest, start=day_and_time(duty.starts_at))  # fmt: skip
    return _("%(name)s: only %(rest)s h rest after the duty that ended at %(end)s", name=name, rest=rest,
             end=day_and_time(duty.ends_at))  # fmt: skip
