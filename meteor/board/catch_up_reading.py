"""A filled-in form of the paper: read into a PaperRecord, or with its problems beside its fields."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from wtforms import Field

from meteor.accounts import phones
from meteor.agencies.models import Unit
from meteor.board.catch_up import Closure, PaperRecord
from meteor.board.catch_up_fields import STEPS, CatchUpFields, ClockField
from meteor.board.paper_times import LONGEST_STEP, NotAfter, clock_in, moment_after, moment_of
from meteor.calls import call_details
from meteor.dispatch.past_work import PastWork
from meteor.store.database import db
from meteor.store.moments import WIB

OLDEST = timedelta(days=7)
"""Highest age of a report that is entered afterwards."""


def read(form: CatchUpFields, at: datetime) -> PaperRecord | None:
    """Read the form; None where something is wrong, which the fields then say."""
    form.validate()
    said = call_details.read({field.name: (field.raw_data or [""])[0] for field in form})
    if said.type is None and not form.type.errors:
        _refuse(form.type, _("Choose a type from the list."))
    if said.place is None:
        _refuse(form.place, _("Write where it was, in words or as a point."))
    if (form.latitude.data is None) != (form.longitude.data is None):
        _refuse(form.longitude, _("Give both latitude and longitude, or neither."))
    reported = _reported(form, at)
    work = _work(form, reported, at) if reported else []
    closure = _closure(form, reported, work, at) if reported and form.ended.data == "closed" else None
    if closure:
        work = [replace(each, cleared=each.cleared or closure.at) for each in work]
    _leaves_out(form)
    if form.errors or reported is None or said.type is None or said.place is None:
        return None
    return PaperRecord(
        UUID(form.id.data), " ".join(str(form.number.data).upper().split()), said.type, said.place, reported,
        (form.note.data or "").strip(), (form.name.data or "").strip(), _phone(form.phone.data or ""), work, closure,
    )  # fmt: skip


def _reported(form: CatchUpFields, at: datetime) -> datetime | None:
    clock = clock_in(form.reported.data or "")
    if clock is None or form.day.data is None:
        return None
    moment = moment_of(form.day.data, clock)
    if moment > at:
        _refuse(form.reported, _("This is in the future. Now it is %(now)s.", now=_clock(at)))
        return None
    if at - moment > OLDEST:
        _refuse(form.day, _("Enter what was reported within the last %(days)d days.", days=OLDEST.days))
        return None
    return moment


def _work(form: CatchUpFields, reported: datetime, at: datetime) -> list[PastWork]:
    work: list[PastWork] = []
    for number in form.rows:
        row = form.row(number)
        times = _times(row, reported, at)
        if row["unit"].errors:
            continue
        unit = db.session.get(Unit, int(row["unit"].data)) if row["unit"].data else None
        if unit is None:
            if any(row[step].data for step in STEPS):
                _refuse(row["unit"], _("Choose the unit that these times are of."))
        elif any(each.unit is unit for each in work):
            _refuse(row["unit"], _("%(unit)s stands here twice. Write its times in one row.", unit=unit.call_sign))
        elif "accepted" in times:
            work.append(PastWork(unit, **times))
        elif not row["accepted"].errors:
            _refuse(row["accepted"], _("Write when %(unit)s accepted, such as 21.05.", unit=unit.call_sign))
    return work


def _times(row: Mapping[str, Any], reported: datetime, at: datetime) -> dict[str, datetime]:
    """The moments of a unit's steps, each not before the one before it."""
    times: dict[str, datetime] = {}
    before = reported
    for step in STEPS:
        moment = _read(row[step], before, at)
        if moment:
            times[step] = before = moment
    return times


def _closure(form: CatchUpFields, reported: datetime, work: list[PastWork], at: datetime) -> Closure | None:
    before = max([reported, *(moment for each in work for moment in each.steps.values())])
    if not form.closed.data:
        _refuse(form.closed, _("Write when it was closed, such as 21.05; or choose “Still open”."))
        return None
    moment = _read(form.closed, before, at)
    note = (form.outcome_note.data or "").strip()
    if not form.outcome.data:
        _refuse(form.outcome, _("Choose how it ended."))
        return None
    if form.outcome.data == "handed_over" and not note:
        _refuse(form.outcome_note, _("Write to whom it was handed over."))
        return None
    return Closure(moment, form.outcome.data, note) if moment else None


def _leaves_out(form: CatchUpFields) -> None:
    """Refuse an end of what is still open: it would be lost."""
    if form.ended.data == "open":
        for field in (form.closed, form.outcome, form.outcome_note):
            if field.data:
                _refuse(field, _("It is still open: leave this empty, or choose “Closed”."))


def _read(field: ClockField, before: datetime, at: datetime) -> datetime | None:
    """The moment of a step after another one; None where there is none, or where it is wrong."""
    clock = clock_in(field.data or "")
    if clock is None:
        return None
    try:
        moment = moment_after(before, clock, at)
    except NotAfter as error:
        _refuse(field, _not_after(before, next_day=error.next_day))
        return None
    if moment > at:
        _refuse(field, _("This is in the future. Now it is %(now)s.", now=_clock(at)))
        return None
    return moment


def _not_after(before: datetime, *, next_day: bool) -> str:
    """Return the sentence that says why a step cannot be at this time of day."""
    if next_day:
        return _(
            "This is before the step at %(before)s, or more than %(hours)d hours after it. "
            "At most %(hours)d hours between two steps are taken.",
            before=_clock(before),
            hours=LONGEST_STEP // timedelta(hours=1),
        )
    return _("This is before the step at %(before)s. Write a later time.", before=_clock(before))


def _phone(text: str) -> str:
    """The number in E.164, or as it was written."""
    try:
        return phones.e164(text)
    except phones.NotAPhoneNumber:
        return text.strip()


def _clock(at: datetime) -> str:
    return f"{at.astimezone(WIB):%H.%M}"


def _refuse(field: Field, problem: str) -> None:
    field.errors = [*field.errors, problem]
