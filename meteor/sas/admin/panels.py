"""The administrator's pages about the alarm panels of premises: account, key, supervision, and how they are."""

from uuid import UUID

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.premises.models import Premises
from meteor.sas import blueprint, panels, testing
from meteor.sas.meanings import SAID
from meteor.sas.models import Panel
from meteor.sas.panel_forms import KeyForm, PanelForm
from meteor.store.moments import now
from meteor.web import edits
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, form_page, get_or_404, ready

SHOWN = 50
"""Number of shown events."""


@blueprint.get("/admin/premises/<int:premises_id>/panels")
@open_to("admin")
def panels_of_premises(premises_id: int) -> str:
    known = get_or_404(Premises, premises_id)
    return render_template(
        "sas/admin/panels.html", premises=known, panels=panels.of_premises(known),
        test=testing.in_test(known.id, None, now()),
    )  # fmt: skip


@blueprint.route("/admin/premises/<int:premises_id>/panels/new", methods=["GET", "POST"])
@open_to("admin")
def new_panel(premises_id: int) -> Answer:
    known = get_or_404(Premises, premises_id)
    return _edit(Panel(premises_id=known.id, line="0", interval=60, active=True), known)


@blueprint.route("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>", methods=["GET", "POST"])
@open_to("admin")
def panel(premises_id: int, panel_id: UUID) -> Answer:
    panel = panel_of(premises_id, panel_id)
    return _edit(panel, panel.premises)


@blueprint.post("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/key")
@open_to("admin")
@asks_password
def set_key(premises_id: int, panel_id: UUID) -> Answer:
    panel, form = panel_of(premises_id, panel_id), KeyForm(request.form)
    if not form.validate():
        return _page(panel.premises, PanelForm(None, panel), form)
    panels.set_key(panel, form.key.data, current_user)
    return done(panel, _("Panel %(account)s is heard with the new key only.", account=panel.account))


@blueprint.post("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/key/removal")
@open_to("admin")
@asks_password
def remove_key(premises_id: int, panel_id: UUID) -> Answer:
    panel = panel_of(premises_id, panel_id)
    panels.set_key(panel, "", current_user)
    return done(panel, _("Panel %(account)s is heard in plain text.", account=panel.account))


def panel_of(premises_id: int, panel_id: UUID) -> Panel:
    """The panel, if it is one of the premises; otherwise there is no such page."""
    return panels.find(get_or_404(Premises, premises_id), panel_id) or abort(404)


def done(panel: Panel, message: str) -> Response:
    """Keep what was done, and go to the panel's page."""
    return edits.done(message, url_for("sas.panel", premises_id=panel.premises_id, panel_id=panel.id))


def _edit(panel: Panel, premises: Premises) -> Answer:
    form = PanelForm(request.form, panel)
    if ready(form, form.before):
        panels.save_panel(panel, form.data, current_user)
        return done(panel, _("Panel %(account)s is saved.", account=panel.account))
    return _page(premises, form, KeyForm())


def _page(premises: Premises, form: PanelForm, key_form: KeyForm) -> Answer:
    panel = form.record if form.before else None
    page, status = form_page(
        "sas/admin/panel.html", form, form.before, panel=panel, premises=premises, key_form=key_form, said=SAID,
        events=panels.last_events(panel, SHOWN) if panel else (),
        tests=testing.running(now(), premises),
    )  # fmt: skip
    return page, 422 if key_form.errors else status
