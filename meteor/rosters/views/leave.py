"""Pages on which a planner records and removes leave."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user

from meteor.accounts.models import User
from meteor.agencies.membership import agency_of
from meteor.agencies.models import Agency
from meteor.rosters import PLANNERS, absence, blueprint, labels, replacements, rules, sick_calls
from meteor.rosters.forms import LeaveForm
from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.overview import labels_of
from meteor.rosters.rest import sentence
from meteor.rosters.views.scope import agency_or_404, day_asked, month_page
from meteor.store.moments import now, today
from meteor.web.access import open_to
from meteor.web.edits import SEEN, Answer, done, form_page, get_or_404, ready


@blueprint.route("/rosters/leave/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
def new_leave() -> Answer:
    """Record leave; `agency`, and if they are known `user`, `day` and `last` (day), stand in the query."""
    agency, user_id, first = agency_or_404(), request.args.get("user", 0, int), day_asked()
    known: dict[str, Any] = {"user_id": user_id, "first_day": first, "last_day": day_asked("last") or first}
    reported = first and sick_calls.is_reported(user_id, first) and sick_calls.is_reported(user_id, known["last_day"])
    known["kind"] = "sick" if reported else None
    form = LeaveForm(request.form or None, data=known)
    form.offer(labels_of(agency))
    if first and reported and request.method == "GET":
        _ask_to_cancel(form, absence.in_the_way(user_id, first, known["last_day"], now()))
    if ready(form, {}):
        user = get_or_404(User, form.user_id.data)
        recorded = _recorded(form, user)
        if recorded:
            follows = replacements.freed_by(recorded, now()) or absence.still_planned(recorded, now())
            back = url_for(".leave", leave_id=recorded.id) if follows else _back(recorded)
            return done(_said(recorded), back)
    back = month_page(agency, form.first_day.data) if form.first_day.data else url_for(".month", agency=agency.code)
    return form_page("rosters/leave.html", form, {}, agency=agency, back=back)


@blueprint.get("/rosters/leave/<int:leave_id>")
@open_to(*PLANNERS)
def leave(leave_id: int) -> Answer:
    known = get_or_404(Leave, leave_id)
    return form_page(
        "rosters/leave_shown.html", LeaveForm(), {}, known=known, labels=labels, back=_back(known),
        freed=replacements.freed_by(known, now()), still_planned=absence.still_planned(known, now()),
        most=replacements.MOST,
    )  # fmt: skip


@blueprint.post("/rosters/leave/<int:leave_id>/replacements/<int:shift_id>")
@open_to(*PLANNERS)
def replace(leave_id: int, shift_id: int) -> Answer:
    """Plan the officer `user` in a shift that this leave has freed, or say why that cannot be."""
    known, at = get_or_404(Leave, leave_id), now()
    freed = next((one for one in replacements.freed_by(known, at) if one.shift.id == shift_id), None) or abort(404)
    user, back = get_or_404(User, request.form.get("user", 0, int)), url_for(".leave", leave_id=leave_id)
    try:
        replacements.replace(freed, user, at, current_user, seen=request.form.get(SEEN, ""))
    except replacements.AlreadyReplaced:
        flash(_("Somebody else was planned in this shift meanwhile. Check whether another officer is needed."), "error")
    except rules.NotPlannable as wrong:
        period = replacements.draft_of(freed.shift).period
        flash("; ".join(sentence(violation, period) for violation in wrong.violations), "error")
    except rules.OtherAgency as other:
        flash(_("%(name)s cannot be planned for this agency.", name=other), "error")
    else:
        return done(_("The shift of %(name)s is planned.", name=user.name), back)
    return redirect(back)


@blueprint.post("/rosters/leave/<int:leave_id>/removal")
@open_to(*PLANNERS)
def remove_leave(leave_id: int) -> Answer:
    known = get_or_404(Leave, leave_id)
    name, back = known.user.name, _back(known)
    absence.remove_leave(known, current_user)
    return done(_("The leave of %(name)s is removed.", name=name), back)


def _recorded(form: LeaveForm, user: User) -> Leave | None:
    """Record the leave; otherwise the form says what it meets."""
    days = form.first_day.data, form.last_day.data
    note, cancelling = form.note.data or "", form.asked.data or "" if form.cancelling.data else ""
    try:
        return absence.record_leave(user, *days, form.kind.data, note, now(), current_user, cancelling=cancelling)
    except absence.AlreadyOnLeave as met:
        first, last = (format_date(day, "d MMM y") for day in (met.leave.first_day, met.leave.last_day))
        form.form_errors.append(
            _("%(name)s: on leave from %(first)s to %(last)s", name=user.name, first=first, last=last)
        )
    except absence.ShiftsPlanned as met:
        _ask_to_cancel(form, met.shifts)
        planned = form.planned
        form.form_errors.append(_("%(name)s is planned on these days: %(shifts)s", name=user.name, shifts=planned))
    return None


def _said(recorded: Leave) -> str:
    if recorded.last_day < today():
        return _(
            "The leave of %(name)s is recorded for days in the past: the shifts planned then stay in the roster.",
            name=recorded.user.name,
        )
    return _("The leave of %(name)s is recorded.", name=recorded.user.name)


def _ask_to_cancel(form: LeaveForm, shifts: Sequence[PlannedShift]) -> None:
    """Let the form list these shifts, if there are any, beside the question whether they are cancelled."""
    form.planned = ", ".join(f"{format_date(one.day, 'd MMM')} {one.shift_type.name}" for one in shifts)
    form.cancelling.data, form.asks_to_cancel = False, absence.fingerprint(shifts) if shifts else ""


def _back(known: Leave) -> str:
    agency: Agency | None = agency_of(known.user)
    return month_page(agency, known.first_day, known.user_id) if agency else url_for(".month")
