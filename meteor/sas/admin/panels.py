"""The administrator's pages about the alarm panels of premises: account, key, supervision, and how they are."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Form

from meteor.premises.models import Premises
from meteor.sas import blueprint, panels, testing
from meteor.sas.meanings import SAID
from meteor.sas.models import Panel
from meteor.sas.panel_forms import KeyForm, PanelForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import asks_password, open_to
from meteor.web.edits import changed_meanwhile, get_or_404

Answer = Response | str | tuple[str, int]

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
    return _edit(Panel(premises_id=known.id), known, {"line": "0", "interval": 60, "active": True})


@blueprint.route("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>", methods=["GET", "POST"])
@open_to("admin")
def panel(premises_id: int, panel_id: UUID) -> Answer:
    panel = panel_of(premises_id, panel_id)
    return _edit(panel, panel.premises, panels.panel_values(panel))


@blueprint.post("/admin/premises/<int:premises_id>/panels/<uuid:panel_id>/key")
@open_to("admin")
@asks_password
def set_key(premises_id: int, panel_id: UUID) -> Answer:
    panel, form = panel_of(premises_id, panel_id), KeyForm(request.form)
    if not form.validate():
        values = panels.panel_values(panel)
        return _page(panel, panel.premises, PanelForm(data=values), values, form)
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
    db.session.commit()
    flash(message)
    return redirect(url_for("sas.panel", premises_id=panel.premises_id, panel_id=panel.id))


def _edit(panel: Panel, premises: Premises, values: dict[str, object]) -> Answer:
    before = values if panel.created_at else {}
    form = PanelForm(request.form or None, data=values)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        try:
            panels.save_panel(panel, form.data, current_user)
        except panels.NotUnique:
            form.account.errors = [*form.account.errors, _("Another panel has this account.")]
        else:
            return done(panel, _("Panel %(account)s is saved.", account=panel.account))
    return _page(panel, premises, form, before)


def _page(
    panel: Panel, premises: Premises, form: PanelForm, before: dict[str, object], key_form: Form | None = None
) -> Answer:
    there = bool(before)
    key_form = key_form or KeyForm()
    page = render_template(
        "sas/admin/panel.html", panel=panel if there else None, premises=premises, form=form, key_form=key_form,
        version=version_of(before), said=SAID, events=panels.last_events(panel, SHOWN) if there else (),
        tests=[test for test in testing.running(now()) if test.premises_id == premises.id],
    )  # fmt: skip
    return page, 422 if form.errors or key_form.errors else 200
