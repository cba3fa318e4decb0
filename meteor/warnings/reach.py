"""The reach of a warning: numbers of residents, accounts and devices in the area that it touches, by RT."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.residents.models import LIVES_HERE, Household, Resident
from meteor.store.database import execute
from meteor.store.moments import now
from meteor.store.secrets import blind_index
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings.models import HazardWarning, WarnedKelurahan
from meteor.warnings.recipients import TOLD, key_of
from meteor.warnings.touched import touches_rt

FEWEST = 5
"""Residents of an area whose numbers are shown by themselves: of fewer they would say something of a person."""

COUNTED_SECONDS = 60
"""A change of the register alone shows in the numbers after so long at most."""


class Counts(NamedTuple):
    """Numbers of an area. `rw` and `rt` are None where several are joined, `kelurahan` is None for the total.

    Residents are verified and live there; `accounts` of them have one that works, `told` have a notice, `opened` of
    these were shown its page or acknowledged it. `without_device` were told and have no device with push. `devices`
    are those that were to be pushed to; `pushed` of them are known to have been accepted, `unpushed` to have failed.
    """

    kelurahan: str | None
    rw: int | None
    rt: int | None
    residents: int
    accounts: int
    told: int
    opened: int
    without_device: int
    devices: int
    pushed: int
    unpushed: int

    @property
    def without_account(self) -> int:
        """Number of residents whom METEOR cannot tell."""
        return self.residents - self.accounts

    @property
    def is_shown(self) -> bool:
        """Return whether the area has enough residents for its numbers to be shown."""
        return self.residents >= FEWEST


class Reach(NamedTuple):
    """The total, the areas in their order, and how many seconds after its beginning the first and last were told.

    The beginning is the publication (or the receipt from its feed), or the onset where that is later.
    """

    total: Counts
    areas: Sequence[Counts]
    first: float | None
    last: float | None


def reach(warning: HazardWarning) -> Reach:
    """The reach of a warning as it is now, by two statements."""
    rows = [Counts._make(row) for row in execute(_BY_RT, message=warning.id)]
    times, begins = execute(_TOTALS, **_keys(warning.id)).one(), _begins(warning)
    first, last = ((at - begins).total_seconds() if at else None for at in (times.first_at, times.last_at))
    return Reach(total(rows), by_area(rows), first, last)


def version(warning_id: int, at: datetime) -> str:
    """The version of a warning's reach: its notices, and the minute for the register. No number can be read of it."""
    minute = int(at.timestamp()) // COUNTED_SECONDS
    numbers = *execute(_TOTALS, **_keys(warning_id)).one()[2:], minute
    return blind_index("-".join(map(str, numbers)), f"warnings.reach.{warning_id}")[:16]


def open_page(warning_id: int, user_id: int) -> bool:
    """Note that a user who was told of the warning was shown its page."""
    return notices.opened(f"{TOLD}:{warning_id}:{user_id}", now())


def is_unopened(warning_id: int, user_id: int) -> bool:
    """Return whether a user was told of the warning and was not shown its page yet."""
    return notices.is_unopened(f"{TOLD}:{warning_id}:{user_id}")


def by_area(rows: Iterable[Counts]) -> list[Counts]:
    """Rows of RT, in their order, with those of fewer than FEWEST residents joined to the others of their RW.

    Where the joined ones are still too few, the whole RW is one row; RW that are too few are joined in the same way
    to a row of their kelurahan. No number of fewer than FEWEST residents follows from the total and the other rows.
    """
    areas: list[Counts] = []
    for kelurahan, of_kelurahan in groupby(rows, lambda row: row.kelurahan):
        by_rw = [
            _join_small(list(of_rw), {"kelurahan": kelurahan, "rw": rw})
            for rw, of_rw in groupby(of_kelurahan, lambda row: row.rw)
        ]
        small = [row for of_rw in by_rw for row in of_rw if not row.is_shown]
        large = [of_rw for of_rw in by_rw if of_rw[0].is_shown]
        rest = [total(small, kelurahan=kelurahan)] if small else []
        if rest and not rest[0].is_shown:
            large, rest = [], [total([row for of_rw in by_rw for row in of_rw], kelurahan=kelurahan)]
        areas += [*(row for of_rw in large for row in of_rw), *rest]
    return _cover_small(areas)


def total(rows: Iterable[Counts], **area: Any) -> Counts:
    """The sum of all rows, as the numbers of `area`."""
    sums = [sum(column) for column in list(zip(*rows, strict=True))[3:]] or [0] * (len(Counts._fields) - 3)
    return Counts(area.get("kelurahan"), area.get("rw"), area.get("rt"), *sums)


def _cover_small(areas: list[Counts]) -> list[Counts]:
    """Join kelurahan of fewer than FEWEST residents together with the smallest other one, under all their names."""
    few, shown = [area for area in areas if not area.is_shown], [area for area in areas if area.is_shown]
    if not few or not shown or total(few).is_shown:
        return areas
    residents: Counter[str | None] = Counter()
    for area in shown:
        residents[area.kelurahan] += area.residents
    cover = min(shown, key=lambda area: residents[area.kelurahan]).kelurahan
    joined = [area for area in areas if area in few or area.kelurahan == cover]
    names = ", ".join(dict.fromkeys(str(area.kelurahan) for area in joined))
    return [*(area for area in shown if area.kelurahan != cover), total(joined, kelurahan=names)]


def _join_small(rows: list[Counts], area: dict[str, Any]) -> list[Counts]:
    """The RT of one RW: the large ones, and one row for all small ones; or all of them as one row."""
    small = [row for row in rows if not row.is_shown]
    if not small:
        return rows
    rest = total(small, **area)
    return [*(row for row in rows if row.is_shown), rest] if rest.is_shown else [total(rows, **area)]


def _begins(warning: HazardWarning) -> datetime:
    if warning.onset is None or warning.message_type == "Update":  # an update is told at once
        return warning.received_at
    return max(warning.received_at, warning.onset)


def _keys(warning_id: int) -> dict[str, str]:
    return {"first": f"{TOLD}:{warning_id}:", "end": f"{TOLD}:{warning_id};"}


def _residents_there() -> Select[*tuple[Any, ...]]:
    """The area's residents, with the account of each, if it has one."""
    return (
        select(Kelurahan.name, Rw.number, Rt.number)
        .select_from(WarnedKelurahan)
        .join(Kelurahan, Kelurahan.id == WarnedKelurahan.kelurahan_id)
        .join(Rw, Rw.kelurahan_id == Kelurahan.id)
        .join(Rt, Rt.rw_id == Rw.id)
        .join(Household, Household.rt_id == Rt.id)
        .join(Resident, Resident.household_id == Household.id)
        .outerjoin(User, and_(User.id == Resident.user_id, User.active))
        .where(
            WarnedKelurahan.warning_id == bindparam("message"), touches_rt(bindparam("message"), Rt.id, Rw.kelurahan_id)
        )
        .where(*LIVES_HERE)
    )


_is_opened = or_(Notice.opened_at.is_not(None), Notice.acknowledged_by_id.is_not(None))
_sums: tuple[Any, ...] = tuple(
    func.coalesce(func.sum(each), 0) for each in (Notice.devices, Notice.pushed, Notice.unpushed)
)
_NUMBERS = (
    func.count(), func.count(User.id), func.count(Notice.id), func.count(case((_is_opened, 1))),
    func.count(case((Notice.devices == 0, 1))), *_sums,
)  # fmt: skip
_BY_RT = (
    _residents_there()
    .add_columns(*_NUMBERS)
    .outerjoin(Notice, Notice.key == key_of(TOLD, bindparam("message")))
    .group_by(Kelurahan.name, Rw.number, Rt.number)
    .order_by(Kelurahan.name, Rw.number, Rt.number)
)
_TOTALS = select(
    func.min(Notice.created_at).label("first_at"), func.max(Notice.created_at).label("last_at"),
    func.count(), func.count(case((_is_opened, 1))), *_sums,
).where(Notice.key >= bindparam("first"), Notice.key < bindparam("end"))  # fmt: skip
