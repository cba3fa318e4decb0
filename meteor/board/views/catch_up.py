"""Catching up: what was written on paper is entered afterwards."""

from datetime import datetime
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from meteor.accounts.roles import CALL_HANDLING
from meteor.board import blueprint, catch_up, catch_up_reading
from meteor.board.catch_up import NumberTaken
from meteor.board.catch_up_fields import ROWS, STEPS, CatchUpFields, fields_with
from meteor.board.catch_up_units import say_busy
from meteor.board.models import PaperEntry
from meteor.dispatch.override import UnitBusy
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.web.access import open_to
from meteor.web.edits import refuse

Answer = Response | str | tuple[str, int]

LISTED = 30
"""Number of the latest entries on the page."""


@blueprint.get("/board/catch-up")
@open_to(*CALL_HANDLING)
def catch_up_form() -> str:
    return _page(fields_with(ROWS)(data={"id": str(uuid4()), "day": today()}))


@blueprint.post("/board/catch-up")
@open_to(*CALL_HANDLING)
def catch_up_entry() -> Answer:
    """Store it, or show it again with what is wrong; "more" only adds rows for units."""
    rows = sum(name.startswith("unit_") for name in request.form)
    form = fields_with(rows + ROWS if "more" in request.form else rows)(request.form)
    if "more" in request.form:
        return _page(form)
    return _enter(form, now())


def _enter(form: CatchUpFields, at: datetime) -> Answer:
    record = catch_up_reading.read(form, at)
    if record is None:
        return _page(form, _taken(form)), 422
    try:
        incident = catch_up.enter(record, at, current_user)
    except NumberTaken as taken:
        _refuse_number(form)
        return _page(form, taken.entry), 422
    except UnitBusy as busy:
        db.session.rollback()
        say_busy(form, busy)
        return _page(form), 422
    db.session.commit()
    flash(_("%(paper)s is entered as %(number)s.", paper=record.number, number=incident.number))
    return redirect(url_for("board.catch_up_form"), 303)


def _taken(form: CatchUpFields) -> PaperEntry | None:
    """What was entered with this number of the day, which is said beside it with all else that is wrong."""
    day = form.day.data
    entry = catch_up.entered(day.isoformat(), catch_up_reading.number_of(form)) if day else None
    if entry:
        _refuse_number(form)
    return entry


def _refuse_number(form: CatchUpFields) -> None:
    number = catch_up_reading.number_of(form)
    refuse(form.number, _("%(number)s of this day is entered already. Look at it first.", number=number))


def _page(form: CatchUpFields, taken: PaperEntry | None = None) -> str:
    latest = select(PaperEntry).options(joinedload(PaperEntry.incident), joinedload(PaperEntry.entered_by))
    entries = db.session.scalars(latest.order_by(PaperEntry.entered_at.desc()).limit(LISTED)).all()
    return render_template("board/catch_up.html", form=form, steps=STEPS, taken=taken, entries=entries)
