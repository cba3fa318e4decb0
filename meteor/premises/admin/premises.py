"""The administrator's pages about premises: which there are, what and where they are."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select, true

from meteor.premises import blueprint, records
from meteor.premises.forms import PremisesForm
from meteor.premises.labels import KINDS
from meteor.premises.models import Premises
from meteor.territory.rules import locate
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing


@blueprint.get("/admin/premises")
@open_to("admin")
def all_premises() -> str:
    kind, state = (request.args.get(name, "") for name in ("kind", "state"))
    statement = select(Premises).where(
        Premises.kind == kind if kind in KINDS else true(),
        {"active": Premises.active, "inactive": ~Premises.active}.get(state, true()),
    )
    page = listing(
        statement, sorts={"name": Premises.name, "kind": Premises.kind, "address": Premises.address},
        search=(Premises.name, Premises.address, Premises.phone, func.replace(Premises.phone, "+62", "0")),
        filters=("kind", "state"),
    )  # fmt: skip
    return render_template("premises/admin/index.html", page=page, kinds=KINDS)


@blueprint.route("/admin/premises/new", methods=["GET", "POST"])
@open_to("admin")
def new_premises() -> Answer:
    return _edit(Premises(active=True))


@blueprint.route("/admin/premises/<int:premises_id>", methods=["GET", "POST"])
@open_to("admin")
def edit_premises(premises_id: int) -> Answer:
    return _edit(get_or_404(Premises, premises_id))


def _edit(known: Premises) -> Answer:
    values = records.values_of(known)
    before = values if known.id else {}
    form = PremisesForm(request.form or None, data=values)
    if ready(form, before):
        try:
            records.save(known, form.data, form.week, current_user)
        except records.NotUnique:
            refuse(form.name, _("Other premises are called so."))
        else:
            return _saved(known)
    return form_page("premises/admin/premises.html", form, before, premises=known)


def _saved(known: Premises) -> Answer:
    answer = done(_("%(name)s is saved.", name=known.name), url_for(".edit_premises", premises_id=known.id))
    if not locate(known.latitude, known.longitude).inside:
        flash(_("It lies outside the city. Are latitude and longitude right?"), "warning")
    return answer
