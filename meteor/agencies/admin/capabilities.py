"""The administrator's page about what units can do."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from meteor.agencies import blueprint, fleet
from meteor.agencies.fleet_forms import CapabilityForm
from meteor.agencies.models import Capability, UnitCapability
from meteor.store import audit
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready
from meteor.web.lists import listing


@blueprint.get("/admin/capabilities")
@open_to("admin")
def capabilities() -> str:
    names = (Capability.name_id, Capability.name_en)
    page = listing(
        select(Capability), sorts={"name_id": names[0], "name_en": names[1], "code": Capability.code},
        search=(*names, Capability.code),
    )  # fmt: skip
    held: Any = select(UnitCapability.capability, func.count()).group_by(UnitCapability.capability)
    return render_template("agencies/admin/capabilities.html", page=page, held=dict(db.session.execute(held).all()))


@blueprint.route("/admin/capabilities/new", methods=["GET", "POST"])
@open_to("admin")
def new_capability() -> Answer:
    return _edit(CapabilityForm(request.form, Capability()))


@blueprint.route("/admin/capabilities/<code>", methods=["GET", "POST"])
@open_to("admin")
def capability(code: str) -> Answer:
    form = CapabilityForm(request.form, get_or_404(Capability, code))
    del form.code  # units and plans name it
    return _edit(form)


@blueprint.post("/admin/capabilities/<code>/removal")
@open_to("admin")
def remove_capability(code: str) -> Answer:
    known = get_or_404(Capability, code)
    name = known.name_id
    try:
        fleet.remove_capability(known, current_user)
    except fleet.InUse:
        flash(_("%(name)s stays: a unit has it, or a response plan asks for it.", name=name), "error")
        return redirect(url_for(".capability", code=code))
    return done(_("%(name)s is removed.", name=name), url_for(".capabilities"))


def _edit(form: CapabilityForm) -> Answer:
    if ready(form, form.before):
        audit.save(form.record, "capability", form.data, current_user)
        return done(_("%(name)s is saved.", name=form.name_id.data), url_for(".capabilities"))
    known = form.record if form.before else None
    return form_page("agencies/admin/capability.html", form, form.before, capability=known)
