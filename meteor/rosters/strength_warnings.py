"""Warnings to the supervisors: of gaps below the minimum strength, and of officers on duty for too long.

Each is told once: a day before, two hours before, and while actual duty is below the minimum. It ends with its gap; a
gap that comes back, grows or goes on in the next hours after a supervisor knew of it is told again; a notice that
stands is corrected. This follows from the moment and the notices; nothing else is stored.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.rosters.labels import day_and_time, in_both, time_of_day
from meteor.rosters.long_duty import too_long
from meteor.rosters.models import MinimumStrength
from meteor.rosters.rest import LONGEST
from meteor.rosters.strength import Gap
from meteor.rosters.strength_facts import gaps_now, minima, planned_gaps
from meteor.store.database import db, only_reading

DAY_BEFORE = timedelta(hours=24)
SOON = timedelta(hours=2)

KEYS = "strength:"
"""Beginning of the keys of these notices."""

PAGE = "/rosters/strength"

Warnings = Mapping[str, dict[str, Any]]
"""The arguments of notices, by key; the stage stands in `stage`."""


def warn(at: datetime) -> None:
    """Tell the supervisors what they do not know yet, and end what is no longer true."""
    with only_reading():  # nobody waits to write meanwhile
        true = warnings(at)
        known = db.session.execute(_KNOWN).all()
    standing = {row.key: row for row in known}
    for row in known:
        if row.key not in true or _is_news(row, true[row.key]):
            del standing[row.key]
            notices.acknowledge_all(row.key, None, at)
            notices.file(row.id)
    for key, detail in true.items():
        if key not in standing:
            _tell(key, detail)
        elif not standing[key].acknowledged_at and standing[key].detail != _said(detail):
            notices.correct(key, standing[key].kind, **_said(detail))


def warnings(at: datetime) -> Warnings:
    """Return the warnings of a moment."""
    wanted = minima()
    named = {one.id: one for one in wanted}
    ahead = [gap for gap in planned_gaps(wanted, at, at + DAY_BEFORE) if gap.starts_at > at]
    found = {_key(gap): _detail(gap, named, _stage(gap, at)) for gap in ahead}
    found = {f"{key}:{detail['stage']}": detail for key, detail in found.items()}
    found |= {
        f"{KEYS}now:{gap.agency_id}:{gap.kecamatan_id}": _detail(gap, named, "now") for gap in gaps_now(wanted, at)
    }
    for duty in too_long(at):
        detail = {"stage": "long", "unit": duty.unit.call_sign}
        found[f"{KEYS}duty:{duty.user_id}:"] = detail | {"hours": LONGEST // timedelta(hours=1)}
    return found


def place_of(minimum: MinimumStrength) -> str:
    """The names of a minimum's agency and kecamatan."""
    names = (minimum.agency.name, minimum.kecamatan.name if minimum.kecamatan else "")
    return " · ".join(filter(None, names))


_KNOWN = select(Notice.id, Notice.key, Notice.kind, Notice.detail, Notice.acknowledged_at).where(
    Notice.key >= KEYS, Notice.key < KEYS + notices.LAST_CHARACTER
)


def _is_news(told: Any, true: Mapping[str, Any]) -> bool:
    """Return whether more officers are missing than was told, or other hours have begun since a supervisor knew."""
    missing, before = (one.get("need", 0) - one.get("have", 0) for one in (true, told.detail))
    return missing > before or bool(told.acknowledged_at and true.get("start") != told.detail.get("start"))


def _key(gap: Gap) -> str:
    return f"{KEYS}{gap.minimum_id}:{gap.starts_at.isoformat()}"


def _stage(gap: Gap, at: datetime) -> str:
    return "soon" if gap.starts_at - at <= SOON else "day"


def _detail(gap: Gap, named: Mapping[int, MinimumStrength], stage: str) -> dict[str, Any]:
    detail = {"stage": stage, "place": place_of(named[gap.minimum_id]), "have": gap.have, "need": gap.need}
    start, end = in_both(partial(day_and_time, gap.starts_at)), in_both(partial(time_of_day, gap.ends_at))
    return detail | {"start": start, "end": end}


def _said(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name != "stage"}


def _tell(key: str, detail: Mapping[str, Any]) -> None:
    said = _said(detail)
    if detail["stage"] == "day":
        notices.tell(key, "strength_tomorrow", PAGE, role="supervisor", **said)
    elif detail["stage"] == "soon":
        notices.tell(key, "strength_soon", PAGE, role="supervisor", **said)
    elif detail["stage"] == "now":
        notices.tell(key, "strength_now", PAGE, role="supervisor", **said)
    else:
        notices.tell(key, "duty_too_long", PAGE, role="supervisor", **said)
