"""Pages on which a planner adds, changes and cancels planned shifts."""

from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Unit
from meteor.rosters import PLANNERS, blueprint, rules
from meteor.rosters.forms import PlannedShiftForm
from meteor.rosters.models import PlannedShift, ShiftType
from meteor.rosters.overview import labels_of
from meteor.rosters.rest import fingerprint, sentence
from meteor.rosters.rules import Draft, NotPlannable, OtherAgency, Over
from meteor.rosters.views.scope import agency_or_404, day_asked, month_page, shift_types, units
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse


@blueprint.route("/rosters/shifts/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
def new_shift() -> Answer:
    """Plan a shift; `agency`, and if it is known `user` and `day`, stand in the query."""
    agency = agency_or_404()
    known = {"user_id": request.args.get("user", 0, int), "day": day_asked()}
    form = PlannedShiftForm(request.form, PlannedShift(), known)
    form.offer(shift_types(agency), units(agency))
    form.offer_officers(labels_of(agency))
    if ready(form, {}):
        user = get_or_404(User, form.user_id.data)
        draft = _draft(form)
        said = _confirmed(form)
        if _is_stored(form, draft, lambda: rules.plan(agency, user, draft, now(), current_user, **said)):
            return done(_("The shift of %(name)s is planned.", name=user.name), month_page(agency, draft.day, user.id))
    return _page(form, agency, None)


@blueprint.route("/rosters/shifts/<int:shift_id>", methods=["GET", "POST"])
@open_to(*PLANNERS)
def planned_shift(shift_id: int) -> Answer:
    shift = _planned_or_404(shift_id)
    known = {"day": shift.day, "shift_type_id": shift.shift_type_id, "unit_id": shift.unit_id or 0, "post": shift.post}
    form = PlannedShiftForm(request.form, shift, known)
    form.offer(shift_types(shift.agency, also=shift.shift_type_id), units(shift.agency, also=shift.unit_id))
    if ready(form, form.before):
        same_type = form.shift_type_id.data == shift.shift_type_id
        draft = _draft(form, keeps=shift if same_type else None)
        said = _confirmed(form)
        if _is_stored(form, draft, lambda: rules.change(shift, draft, now(), current_user, **said)):
            message = _("The shift of %(name)s is changed.", name=shift.user.name)
            return done(message, month_page(shift.agency, draft.day, shift.user_id))
    return _page(form, shift.agency, shift)


@blueprint.post("/rosters/shifts/<int:shift_id>/cancellation")
@open_to(*PLANNERS)
def cancel_shift(shift_id: int) -> Answer:
    shift = _planned_or_404(shift_id)
    rules.cancel(shift, now(), current_user)
    message = _("The shift of %(name)s is cancelled.", name=shift.user.name)
    return done(message, month_page(shift.agency, shift.day, shift.user_id))


def _planned_or_404(shift_id: int) -> PlannedShift:
    shift = get_or_404(PlannedShift, shift_id)
    return shift if shift.cancelled_at is None else abort(404)


def _draft(form: PlannedShiftForm, keeps: PlannedShift | None = None) -> Draft:
    unit = db.session.get(Unit, form.unit_id.data) if form.unit_id.data else None
    shift_type = get_or_404(ShiftType, form.shift_type_id.data)
    return Draft(shift_type, form.day.data, unit, form.post.data or "", keeps=keeps)


def _confirmed(form: PlannedShiftForm) -> dict[str, str]:
    return {"confirmed": form.asked.data or "" if form.confirmed.data else ""}


def _is_stored(form: PlannedShiftForm, draft: Draft, store: Any) -> bool:
    """Store the shift, or the change of one; otherwise the form says which rules it breaks."""
    try:
        store()
    except NotPlannable as wrong:
        form.form_errors.extend(sentence(violation, draft.period) for violation in wrong.violations)
        form.confirmed.data = False
        if all(violation.confirmable for violation in wrong.violations):
            form.asks_to_confirm = fingerprint(wrong.violations)
    except Over:
        refuse(form.day, _("This shift would be over already. Choose a later day."))
    except OtherAgency as other:
        form.form_errors.append(_("%(name)s: another agency's roster.", name=other))
    else:
        return True
    return False


def _page(form: PlannedShiftForm, agency: Agency, shift: PlannedShift | None) -> Answer:
    back = month_page(agency, form.day.data, shift.user_id if shift else None) if form.day.data else url_for(".month")
    return form_page("rosters/shift.html", form, form.before, agency=agency, shift=shift, back=back)
