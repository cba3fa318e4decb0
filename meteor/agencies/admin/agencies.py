"""The administrator's pages about agencies."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from meteor.agencies import blueprint
from meteor.agencies.fleet_forms import AgencyForm
from meteor.agencies.models import Agency, Member, Unit
from meteor.store import audit
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready
from meteor.web.lists import listing


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
    return _edit(Agency(reserve=0))


@blueprint.route("/admin/agencies/<int:agency_id>", methods=["GET", "POST"])
@open_to("admin")
def agency(agency_id: int) -> Answer:
    return _edit(get_or_404(Agency, agency_id))


def _edit(agency: Agency) -> Answer:
    form = AgencyForm(request.form, agency)
    if ready(form, form.before):
        audit.save(agency, "agency", form.data, current_user)
        return done(_("%(name)s is saved.", name=agency.name), url_for(".agencies"))
    return form_page("agencies/admin/agency.html", form, form.before, agency=agency)


def _counts(column: Any, *conditions: Any) -> dict[int, int]:
    return dict(db.session.execute(select(column, func.count()).where(*conditions).group_by(column)).all())
