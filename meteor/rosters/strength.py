"""Gaps of a plan against the minimum strength: pure functions over shifts, leave, minima."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

from meteor.rosters.models import DAY_KINDS, MinimumStrength
from meteor.rosters.rest import Period
from meteor.store.moments import WIB

DAY = timedelta(days=1)


class Presence(NamedTuple):
    """Somebody's duty for an agency, planned or actual. `kecamatan_id` is that of the unit's base, as far as known."""

    user_id: int
    agency_id: int
    kecamatan_id: int | None
    starts_at: datetime
    ends_at: datetime


class Absence(Protocol):
    """Days (WIB, both included) of leave."""

    user_id: int
    first_day: date
    last_day: date


class Gap(NamedTuple):
    """A time in which an agency has too few officers; `have` is the lowest number in it."""

    minimum_id: int
    agency_id: int
    kecamatan_id: int | None
    starts_at: datetime
    ends_at: datetime
    have: int
    need: int


def gaps(
    planned: Iterable[Presence],
    leaves: Iterable[Absence],
    minima: Iterable[MinimumStrength],
    start: datetime,
    end: datetime,
) -> list[Gap]:
    """The gaps that touch the time from `start` to `end`, by start.

    A gap lies within one day's hours of its minimum and is not cut at `start` or `end`, so that it stays the same gap
    while time passes. A shift that begins on a day of leave does not count.
    """
    by_day = _by_day(planned, leaves)
    found = [
        gap
        for minimum in minima
        for hours in windows(minimum, start, end)
        for gap in _short(minimum, hours, _around(hours.day, by_day))
    ]
    return sorted((gap for gap in found if gap.starts_at < end and gap.ends_at > start), key=lambda gap: gap.starts_at)


def windows(minimum: MinimumStrength, start: datetime, end: datetime) -> Iterator[Period]:
    """The hours of a minimum, day after day, as far as they touch the time from `start` to `end`."""
    day, last = start.astimezone(WIB).date() - DAY, end.astimezone(WIB).date()
    while day <= last:
        begins, ends = (datetime.combine(day, moment, WIB) for moment in (minimum.starts, minimum.ends))
        ends += DAY if ends <= begins else timedelta()
        if day.weekday() in DAY_KINDS[minimum.days] and begins < end and ends > start:
            yield Period(begins, ends)
        day += DAY


def counts_for(presence: Presence, minimum: MinimumStrength) -> bool:
    """Return whether somebody's duty counts for a minimum, at its hours."""
    elsewhere = minimum.kecamatan_id is not None and presence.kecamatan_id != minimum.kecamatan_id
    return presence.agency_id == minimum.agency_id and not elsewhere


def _by_day(planned: Iterable[Presence], leaves: Iterable[Absence]) -> Mapping[date, list[Presence]]:
    """Return the planned who are not on leave, by the day (WIB) of their start."""
    of_user: dict[int, list[Absence]] = defaultdict(list)
    for leave in leaves:
        of_user[leave.user_id].append(leave)
    by_day: dict[date, list[Presence]] = defaultdict(list)
    for one in planned:
        if not _is_absent(one, of_user.get(one.user_id, ())):
            by_day[one.starts_at.astimezone(WIB).date()].append(one)
    return by_day


def _around(day: date, by_day: Mapping[date, list[Presence]]) -> Iterator[Presence]:
    """Yield those who begin on this day or one beside it: no shift is longer than a day."""
    for near in (day - DAY, day, day + DAY):
        yield from by_day.get(near, ())


def _is_absent(presence: Presence, leaves: Sequence[Absence]) -> bool:
    day = presence.starts_at.astimezone(WIB).date()
    return any(leave.first_day <= day <= leave.last_day for leave in leaves)


def _short(minimum: MinimumStrength, hours: Period, present: Iterable[Presence]) -> Iterator[Gap]:
    """The gaps within these hours of a minimum. Parts of them that follow each other are one gap."""
    there = [
        one
        for one in present
        if one.starts_at < hours.ends_at and one.ends_at > hours.starts_at and counts_for(one, minimum)
    ]
    moments = {hours.starts_at, hours.ends_at, *(at for one in there for at in (one.starts_at, one.ends_at))}
    cuts = sorted(at for at in moments if hours.starts_at <= at <= hours.ends_at)
    last: Gap | None = None
    for begins, ends in pairwise(cuts):
        have = len({one.user_id for one in there if one.starts_at <= begins and one.ends_at >= ends})
        if have >= minimum.officers:
            if last:
                yield last
            last = None
        elif last:
            last = last._replace(ends_at=ends, have=min(have, last.have))
        else:
            place = (minimum.id, minimum.agency_id, minimum.kecamatan_id)
            last = Gap(*place, begins, ends, have, minimum.officers)
    if last:
        yield last
