"""The rows of units in the form of the paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from meteor.agencies.models import Unit
from meteor.board.catch_up_fields import STEPS, CatchUpFields
from meteor.board.catch_up_moments import read_moment, refuse
from meteor.dispatch.override import UnitBusy, busy
from meteor.dispatch.past_work import PastWork
from meteor.store.database import db


def read_work(form: CatchUpFields, reported: datetime | None, at: datetime) -> list[PastWork]:
    """Return the work of the units whose rows are right. Times are read only if `reported` is given."""
    work: list[PastWork] = []
    seen: set[Unit] = set()
    for number in form.rows:
        row = form.row(number)
        times = _times(row, reported, at) if reported else {}
        if row["unit"].errors:
            continue
        unit = db.session.get(Unit, int(row["unit"].data)) if row["unit"].data else None
        if unit is None:
            if any(row[step].data for step in STEPS):
                refuse(row["unit"], _("Choose the unit that these times are of."))
        elif unit in seen:
            refuse(row["unit"], _("%(unit)s stands here twice. Write its times in one row.", unit=unit.call_sign))
        elif not row["accepted"].data:
            refuse(row["accepted"], _("Write when %(unit)s accepted, such as 21.05.", unit=unit.call_sign))
        elif "accepted" in times:
            work.append(PastWork(unit, **times))
        if unit:
            seen.add(unit)
    return work


def refuse_busy(form: CatchUpFields, work: Sequence[PastWork]) -> None:
    """Say beside each unit that is still at work by the paper why it cannot be."""
    for unit in (each.unit for each in work if not each.cleared and each.unit.status != "available"):
        say_busy(form, busy(unit))


def say_busy(form: CatchUpFields, unit: UnitBusy) -> None:
    """Say beside the field in which a unit was chosen why it cannot be at work there, and what to do."""
    fields = (form.row(number)["unit"] for number in form.rows)
    field = next(
        field for field in fields for each in field.iter_choices() if each.selected and each.label == unit.call_sign
    )
    if unit.where:
        said = _("%(unit)s is on incident %(number)s. Clear it there first, or write when it was free again.",
                 unit=unit.call_sign, number=unit.where)  # fmt: skip
    else:
        said = _("%(unit)s is off duty. Its crew begins duty first, or write when it was free again.",
                 unit=unit.call_sign)  # fmt: skip
    refuse(field, said)


def _times(row: Mapping[str, Any], reported: datetime, at: datetime) -> dict[str, datetime]:
    """The moments of a unit's steps, each not before the one before it."""
    times: dict[str, datetime] = {}
    before = reported
    for step in STEPS:
        moment = read_moment(row[step], before, at)
        if moment:
            times[step] = before = moment
    return times
