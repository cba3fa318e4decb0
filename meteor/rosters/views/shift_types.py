"""Pages on which a planner keeps the shift types of an agency."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from meteor.rosters import PLANNERS, blueprint, rules
from meteor.rosters.forms import ShiftTypeForm
from meteor.rosters.models import ShiftType
from meteor.rosters.views.scope import agency_or_404
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready


@blueprint.get("/rosters/shift-types")
@open_to(*PLANNERS)
def shift_types() -> str:
    agency = agency_or_404()
    types = db.session.scalars(
        select(ShiftType).where(ShiftType.agency_id == agency.id).order_by(ShiftType.starts, ShiftType.code)
    )
    return render_template("rosters/shift_types.html", agency=agency, types=types.all())


@blueprint.route("/rosters/shift-types/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
def new_shift_type() -> Answer:
    agency = agency_or_404()
    return _edit(ShiftType(agency_id=agency.id, active=True), agency.code)


@blueprint.route("/rosters/shift-types/<int:type_id>", methods=["GET", "POST"])
@open_to(*PLANNERS)
def shift_type(type_id: int) -> Answer:
    known = get_or_404(ShiftType, type_id)
    return _edit(known, known.agency.code)


def _edit(known: ShiftType, agency: str) -> Answer:
    form = ShiftTypeForm(request.form, known)
    back = url_for(".shift_types", agency=agency)
    if ready(form, form.before):
        rules.save_shift_type(known, form.values, current_user)
        return done(_("%(name)s is saved.", name=known.name), back)
    return form_page("rosters/shift_type.html", form, form.before, known=known, back=back)
