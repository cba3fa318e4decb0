"""A filled-in form of the paper: read into a PaperRecord, or with its problems beside its fields."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from meteor.accounts import phones
from meteor.board.catch_up import Closure, PaperRecord
from meteor.board.catch_up_fields import CatchUpFields
from meteor.board.catch_up_moments import clock_text, read_moment, refuse
from meteor.board.catch_up_units import read_work, refuse_busy
from meteor.board.models import PaperEntry
from meteor.board.paper_times import clock_in, moment_of
from meteor.calls import call_details
from meteor.dispatch.past_work import PastWork
from meteor.store.database import db

OLDEST = timedelta(days=7)
"""Highest age of a report that is entered afterwards."""


def read(form: CatchUpFields, at: datetime) -> PaperRecord | None:
    """Read the form; None where something is wrong, which the fields then say, all of it at once."""
    form.validate()
    said = call_details.read({field.name: (field.raw_data or [""])[0] for field in form})
    if said.type is None and not form.type.errors:
        refuse(form.type, _("Choose a type from the list."))
    if said.place is None:
        refuse(form.place, _("Write where it was, in words or as a point."))
    if (form.latitude.data is None) != (form.longitude.data is None):
        refuse(form.longitude, _("Give both latitude and longitude, or neither."))
    reported = _reported(form, at)
    work = read_work(form, reported, at)
    closure = _closure(form, reported, work, at) if form.ended.data == "closed" else None
    if closure:
        work = [replace(each, cleared=each.cleared or closure.at) for each in work]
    _leaves_out(form)
    record = None
    if not form.errors and reported and said.type and said.place:
        record = PaperRecord(
            UUID(form.id.data), number_of(form), said.type, said.place, reported, (form.note.data or "").strip(),
            (form.name.data or "").strip(), _phone(form.phone.data or ""), work, closure,
        )  # fmt: skip
    if form.ended.data == "open" and not (record and db.session.get(PaperEntry, record.id)):
        refuse_busy(form, work)  # those of an entry that is sent again are at work by it
    return None if form.errors else record


def number_of(form: CatchUpFields) -> str:
    """The number on the paper, however it was written."""
    return " ".join(str(form.number.data).upper().split())


def _reported(form: CatchUpFields, at: datetime) -> datetime | None:
    clock = clock_in(form.reported.data or "")
    if clock is None or form.day.data is None:
        return None
    moment = moment_of(form.day.data, clock)
    if moment > at:
        refuse(form.reported, _("This is in the future. Now it is %(now)s.", now=clock_text(at)))
        return None
    if at - moment > OLDEST:
        refuse(form.day, _("Enter what was reported within the last %(days)d days.", days=OLDEST.days))
        return None
    return moment


def _closure(form: CatchUpFields, reported: datetime | None, work: list[PastWork], at: datetime) -> Closure | None:
    moment, note = None, (form.outcome_note.data or "").strip()
    if not form.closed.data:
        refuse(form.closed, _("Write when it was closed, such as 21.05; or choose “Still open”."))
    elif reported:
        before = max([reported, *(moment for each in work for moment in each.steps.values())])
        moment = read_moment(form.closed, before, at)
    if not form.outcome.data:
        refuse(form.outcome, _("Choose how it ended."))
    elif form.outcome.data == "handed_over" and not note:
        refuse(form.outcome_note, _("Write to whom it was handed over."))
    return Closure(moment, form.outcome.data, note) if moment else None


def _leaves_out(form: CatchUpFields) -> None:
    """Refuse an end of what is still open: it would be lost."""
    if form.ended.data == "open":
        for field in (form.closed, form.outcome, form.outcome_note):
            if field.data:
                refuse(field, _("It is still open: leave this empty, or choose “Closed”."))


def _phone(text: str) -> str:
    """The number in E.164, or as it was written."""
    try:
        return phones.e164(text)
    except phones.NotAPhoneNumber:
        return text.strip()
