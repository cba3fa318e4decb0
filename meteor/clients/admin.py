"""The administrator's pages about clients of the API: what they may do, their tokens, and where they are told."""

from datetime import datetime

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from wtforms import Form

from meteor.clients import blueprint, rules
from meteor.clients.forms import ClientForm, RotationForm
from meteor.clients.models import ApiClient, ClientToken
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web import api
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing

blueprint.record(lambda state: api.init_app(state.app, rules.authenticate, rules.note_use))


@blueprint.get("/admin/clients")
@open_to("admin")
def clients() -> str:
    page = listing(
        select(ApiClient), sorts={"name": ApiClient.name, "created": ApiClient.created_at}, search=(ApiClient.name,)
    )
    used = select(ClientToken.client_id, func.max(ClientToken.last_used_at)).group_by(ClientToken.client_id)
    last_used: dict[int, datetime | None] = dict(db.session.execute(used).all())
    return render_template("clients/admin/clients.html", page=page, last_used=last_used)


@blueprint.route("/admin/clients/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_client() -> Answer:
    form = ClientForm(request.form)
    if ready(form, {}):
        try:
            client, token = rules.new(form.values, now(), current_user)
        except rules.NameTaken:
            refuse(form.name, _("Another client has this name."))
        else:
            db.session.commit()
            return _token(client, token)
    return form_page("clients/admin/new.html", form, {})


@blueprint.route("/admin/clients/<int:client_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def client(client_id: int) -> Answer:
    known = get_or_404(ApiClient, client_id)
    before = rules.values_of(known)
    form = ClientForm(request.form or None, data=before)
    if ready(form, before):
        try:
            rules.save(known, form.values, current_user)
        except rules.NameTaken:
            refuse(form.name, _("Another client has this name."))
        else:
            return _done(known, _("The changes are saved."))
    return _page(known, form=form)


@blueprint.post("/admin/clients/<int:client_id>/tokens")
@open_to("admin")
@asks_password
def rotate_token(client_id: int) -> Answer:
    known, form = get_or_404(ApiClient, client_id), RotationForm(request.form)
    if not form.validate():
        return _page(known, rotation=form)
    token = rules.rotate(known, form.overlap, now(), current_user)
    db.session.commit()
    return _token(known, token)


@blueprint.post("/admin/clients/<int:client_id>/tokens/<int:token_id>/revocation")
@open_to("admin")
@asks_password
def revoke_token(client_id: int, token_id: int) -> Answer:
    token = get_or_404(ClientToken, token_id)
    if token.client_id != client_id:
        abort(404)
    rules.revoke(token, now(), current_user)
    return _done(token.client, _("The token opens nothing any more."))


@blueprint.post("/admin/clients/<int:client_id>/disabling")
@open_to("admin")
@asks_password
def disable_client(client_id: int) -> Answer:
    known = get_or_404(ApiClient, client_id)
    rules.set_active(known, False, current_user)
    return _done(known, _("%(name)s is shut out.", name=known.name))


@blueprint.post("/admin/clients/<int:client_id>/enabling")
@open_to("admin")
@asks_password
def enable_client(client_id: int) -> Answer:
    known = get_or_404(ApiClient, client_id)
    rules.set_active(known, True, current_user)
    return _done(known, _("%(name)s is let in again.", name=known.name))


def _page(known: ApiClient, **forms: Form) -> Answer:
    """The client's page with the forms that were posted; the others as they begin."""
    values = rules.values_of(known)
    fresh: dict[str, Form] = {"form": ClientForm(data=values), "rotation": RotationForm()}
    ready = fresh | forms
    page = render_template("clients/admin/client.html", client=known, version=version_of(values), **ready)
    return page, 422 if any(form.errors for form in ready.values()) else 200


def _token(known: ApiClient, token: str) -> Answer:
    """The page that shows a token. It is in no other answer: only its hash is kept."""
    return render_template("clients/admin/token.html", client=known, token=token), 201


def _done(known: ApiClient, message: str) -> Answer:
    return done(message, url_for(".client", client_id=known.id))
