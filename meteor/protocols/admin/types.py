"""The administrator's pages about incident types and their response plans."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, true
from werkzeug.wrappers import Response

from meteor.agencies import fleet
from meteor.agencies.models import Agency
from meteor.protocols import blueprint, types
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import IncidentType
from meteor.protocols.type_forms import PRIORITIES, TypeForm, by_field
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.language import named
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/incident-types")
@open_to("admin")
def incident_types() -> str:
    priority, agency = request.args.get("priority", type=int), request.args.get("agency", "")
    statement = select(IncidentType).join(Agency).where(
        IncidentType.priority == priority if priority else true(), Agency.code == agency if agency else true()
    )  # fmt: skip
    page = listing(
        statement,
        sorts={"priority": IncidentType.priority, "name_id": IncidentType.name_id, "name_en": IncidentType.name_en,
               "agency": Agency.name},
        search=(IncidentType.name_id, IncidentType.name_en, IncidentType.code), filters=("priority", "agency"),
    )  # fmt: skip
    return render_template(
        "protocols/admin/types.html", page=page, kinds=KINDS, lost=types.kinds_that_lead_nowhere(),
        agencies=fleet.agencies(), priorities=PRIORITIES,
    )  # fmt: skip


@blueprint.route("/admin/incident-types/new", methods=["GET", "POST"])
@open_to("admin")
def new_type() -> Answer:
    return _edit(IncidentType(), {"active": True, "duplicate_radius": 250, "offer_again_after": 90})


@blueprint.route("/admin/incident-types/<int:type_id>", methods=["GET", "POST"])
@open_to("admin")
def incident_type(type_id: int) -> Answer:
    known = get_or_404(IncidentType, type_id)
    return _edit(known, types.values_of(known))


def _edit(known: IncidentType, values: dict[str, object]) -> Answer:
    before = by_field(values) if known.id else {}
    form = TypeForm.offering(
        fleet.agencies(), fleet.capabilities(), types.holders(), named,
        formdata=request.form or None, data=by_field(values),
    )  # fmt: skip
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before) and _is_saved(known, form):
        flash(_("%(name)s is saved.", name=named(known)))
        return redirect(url_for(".incident_types"))
    page = render_template("protocols/admin/type.html", known=known, form=form, version=version_of(before))
    return page, 422 if form.errors else 200


def _is_saved(known: IncidentType, form: TypeForm) -> bool:
    """Save what was entered; otherwise the form says why not."""
    try:
        types.save(known, form.values, current_user)
    except types.CodeTaken:
        form.code.errors = [*form.code.errors, _("Another type has this code.")]
        return False
    except types.KindLost as lost:
        form.kind.errors = [
            *form.kind.errors,
            _("Alerts of the kind “%(kind)s” would lead nowhere. Give the kind to another type first, there.",
              kind=KINDS[str(lost)]),
        ]  # fmt: skip
        return False
    db.session.commit()
    return True
