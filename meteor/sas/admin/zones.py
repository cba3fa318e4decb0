"""The administrator's pages about the zones of alarm panels: what each is, and what its alarms become."""

from uuid import UUID

from flask import abort, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.protocols.models import IncidentType
from meteor.sas import blueprint, panels
from meteor.sas.admin.panels import done, panel_of
from meteor.sas.models import Panel, Zone
from meteor.sas.panel_forms import ZoneForm
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.edits import Answer, form_page, ready, refuse
from meteor.web.language import named


@blueprint.route("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/zones/new", methods=["GET", "POST"])
@open_to("admin")
def new_zone(premises_id: int, panel_id: UUID) -> Answer:
    return _edit(panel_of(premises_id, panel_id), Zone(), {})


@blueprint.route(
    "/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/zones/<int:zone_id>", methods=["GET", "POST"]
)
@open_to("admin")
def zone(premises_id: int, panel_id: UUID, zone_id: int) -> Answer:
    panel = panel_of(premises_id, panel_id)
    known = _zone(panel, zone_id)
    return _edit(panel, known, panels.zone_values(known))


@blueprint.post("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/zones/<int:zone_id>/removal")
@open_to("admin")
def remove_zone(premises_id: int, panel_id: UUID, zone_id: int) -> Response:
    panel = panel_of(premises_id, panel_id)
    known = _zone(panel, zone_id)
    try:
        panels.remove_zone(panel, known, current_user)
    except panels.InUse:
        words = _("Tests of zone %(number)s are kept, so it stays. Give it another name instead.", number=known.number)
        return conflict(words, request.path.removesuffix("/removal"))
    return done(panel, _("Zone %(number)s is removed.", number=known.number))


def _zone(panel: Panel, zone_id: int) -> Zone:
    return next((zone for zone in panel.zones if zone.id == zone_id), None) or abort(404)


def _edit(panel: Panel, zone: Zone, before: dict[str, object]) -> Answer:
    known = db.session.scalars(select(IncidentType).where(IncidentType.active | (IncidentType.id == zone.type_id)))
    types = sorted(((type_.id, named(type_)) for type_ in known), key=lambda pair: pair[1])
    form = ZoneForm.offering(types, formdata=request.form or None, data=before)
    if ready(form, before):
        try:
            panels.save_zone(panel, zone, form.data, current_user)
        except panels.NotUnique:
            refuse(form.number, _("Another zone of this panel has this number."))
        else:
            return done(panel, _("Zone %(number)s is saved.", number=zone.number))
    return form_page("sas/admin/zone.html", form, before, panel=panel, zone=zone if before else None)
