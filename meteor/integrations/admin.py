"""Admin pages of webhooks: address, secret and undelivered messages."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.clients.models import ApiClient
from meteor.integrations import blueprint, webhooks
from meteor.integrations.forms import WebhookForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import asks_password, open_to
from meteor.web.edits import get_or_404

Answer = Response | str | tuple[str, int]


@blueprint.route("/admin/clients/<int:client_id>/webhook", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def webhook(client_id: int) -> Answer:
    form = WebhookForm(request.form or None)
    valid = request.method == "POST" and form.validate()  # may look up a host name: before the write lock
    client = get_or_404(ApiClient, client_id)
    if not valid:
        form.url.data = form.url.data if form.errors else client.webhook_url
        page = render_template("integrations/admin/webhook.html", client=client, form=form)
        return page, 422 if form.errors else 200
    secret = webhooks.listen(client, form.url.data or "", current_user)
    db.session.commit()
    if form.url.data:
        return render_template("integrations/admin/secret.html", client=client, secret=secret), 201
    flash(_("%(name)s is told of nothing any more.", name=client.name))
    return redirect(url_for("clients.client", client_id=client_id))


@blueprint.get("/admin/clients/<int:client_id>/deliveries")
@open_to("admin")
def deliveries(client_id: int) -> str:
    client = get_or_404(ApiClient, client_id)
    return render_template("integrations/admin/_deliveries.html", client=client, items=webhooks.unfinished(client))


@blueprint.post("/admin/clients/<int:client_id>/deliveries/<int:item_id>/resending")
@open_to("admin")
def resend_delivery(client_id: int, item_id: int) -> Answer:
    if not webhooks.resend(get_or_404(ApiClient, client_id), item_id, now(), current_user):
        abort(404)
    db.session.commit()
    flash(_("It is sent again."))
    return redirect(url_for("clients.client", client_id=client_id))
