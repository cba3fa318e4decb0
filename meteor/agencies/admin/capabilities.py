"""The administrator's page about what units can do."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from meteor.agencies import blueprint, fleet
from meteor.agencies.fleet_forms import CapabilityForm
from meteor.agencies.models import Capability, UnitCapability
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


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
    form = CapabilityForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            fleet.add_capability(form.data, current_user)
        except fleet.NotUnique:
            form.code.errors = [*form.code.errors, _("Another capability has this code.")]
        else:
            return _done(_("%(name)s is saved.", name=form.name_id.data))
    page = render_template("agencies/admin/capability.html", form=form, capability=None)
    return page, 422 if form.errors else 200


@blueprint.route("/admin/capabilities/<code>", methods=["GET", "POST"])
@open_to("admin")
def capability(code: str) -> Answer:
    known = get_or_404(Capability, code)
    before = fleet.capability_values(known)
    form = CapabilityForm(request.form or None, data=before)
    form.code.data = known.code
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        fleet.rename_capability(known, form.data, current_user)
        return _done(_("%(name)s is saved.", name=form.name_id.data))
    page = render_template(
        "agencies/admin/capability.html", form=form, capability=known, version=version_of(before)
    )  # fmt: skip
    return page, 422 if form.errors else 200


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
    return _done(_("%(name)s is removed.", name=name))


def _done(message: str) -> Response:
    db.session.commit()
    flash(message)
    return redirect(url_for(".capabilities"))
