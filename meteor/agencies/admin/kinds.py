"""The administrator's page about how fast units travel, by kind."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.agencies import blueprint, travel
from meteor.agencies.fleet_forms import UnitKindForm
from meteor.agencies.labels import KINDS
from meteor.agencies.models import UnitKind
from meteor.store import audit
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, ready


@blueprint.get("/admin/unit-kinds")
@open_to("admin")
def unit_kinds() -> str:
    return render_template("agencies/admin/kinds.html", kinds=KINDS, paces=travel.paces())


@blueprint.route("/admin/unit-kinds/<kind>", methods=["GET", "POST"])
@open_to("admin")
def unit_kind(kind: str) -> Answer:
    if kind not in KINDS:
        abort(404)
    known = db.session.get(UnitKind, kind)
    form = UnitKindForm(request.form, known or UnitKind(kind=kind, **travel.PACES[kind]._asdict()))
    if ready(form, form.before):
        audit.save(form.record, "unit_kind", form.data, current_user)
        return done(_("%(name)s is saved.", name=KINDS[kind]), url_for(".unit_kinds"))
    return form_page("agencies/admin/kind.html", form, form.before, name=KINDS[kind])
