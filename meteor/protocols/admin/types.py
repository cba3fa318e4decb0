"""The administrator's pages about incident types and their response plans."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, true

from meteor.agencies import fleet
from meteor.agencies.models import Agency
from meteor.protocols import blueprint, types
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import IncidentType
from meteor.protocols.type_forms import PRIORITIES, TypeForm, by_field
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.language import named
from meteor.web.lists import listing


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
        agencies={one.code: one.name for one in fleet.agencies()}, priorities=PRIORITIES,
    )  # fmt: skip


@blueprint.route("/admin/incident-types/new", methods=["GET", "POST"])
@open_to("admin")
def new_type() -> Answer:
    return _edit(IncidentType(active=True, duplicate_radius=250, offer_again_after=90, welfare_after=40))


@blueprint.route("/admin/incident-types/<int:type_id>", methods=["GET", "POST"])
@open_to("admin")
def incident_type(type_id: int) -> Answer:
    return _edit(get_or_404(IncidentType, type_id))


def _edit(known: IncidentType) -> Answer:
    form = TypeForm(request.form, known, by_field(types.values_of(known)))
    form.offer(fleet.agencies(), fleet.capabilities(), types.holders(), named)
    if ready(form, form.before):
        try:
            types.save(known, form.values, current_user)
        except types.KindLost as lost:
            words = _("Alerts of the kind “%(kind)s” would lead nowhere. Give the kind to another type first, there.",
                      kind=KINDS[str(lost)])  # fmt: skip
            refuse(form.kind, words)
        else:
            return done(_("%(name)s is saved.", name=named(known)), url_for(".incident_types"))
    return form_page("protocols/admin/type.html", form, form.before, known=known)
