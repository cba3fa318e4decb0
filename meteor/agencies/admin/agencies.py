"""The administrator's pages about agencies."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from meteor.agencies import blueprint, fleet
from meteor.agencies.fleet_forms import AgencyForm
from meteor.agencies.models import Agency, Member, Unit
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/agencies")
@open_to("admin")
def agencies() -> str:
    page = listing(
        select(Agency), sorts={"name": Agency.name, "code": Agency.code}, search=(Agency.name, Agency.code)
    )  # fmt: skip
    units = _counts(Unit.agency_id, Unit.in_service)
    return render_template("agencies/admin/agencies.html", page=page, units=units, members=_counts(Member.agency_id))


@blueprint.route("/admin/agencies/new", methods=["GET", "POST"])
@open_to("admin")
def new_agency() -> Answer:
    return _edit(Agency(), AgencyForm(request.form or None, data={"reserve": 0}))


@blueprint.route("/admin/agencies/<int:agency_id>", methods=["GET", "POST"])
@open_to("admin")
def agency(agency_id: int) -> Answer:
    known = get_or_404(Agency, agency_id)
    return _edit(known, AgencyForm(request.form or None, data=fleet.agency_values(known)))


def _edit(agency: Agency, form: AgencyForm) -> Answer:
    before = fleet.agency_values(agency) if agency.id else {}
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        try:
            fleet.save_agency(agency, form.data, current_user)
        except fleet.NotUnique:
            form.code.errors = [*form.code.errors, _("Another agency has this short name.")]
        else:
            db.session.commit()
            flash(_("%(name)s is saved.", name=agency.name))
            return redirect(url_for(".agencies"))
    page = render_template("agencies/admin/agency.html", agency=agency, form=form, version=version_of(before))
    return page, 422 if form.errors else 200


def _counts(column: Any, *conditions: Any) -> dict[int, int]:
    return dict(db.session.execute(select(column, func.count()).where(*conditions).group_by(column)).all())
