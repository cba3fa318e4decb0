"""Emergency contacts: the citizen's page of them, and what they are told of an alert."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import gateway
from meteor.accounts.roles import RESIDENTS, ROLES
from meteor.panic import blueprint, contacts
from meteor.panic.forms import ContactForm
from meteor.panic.views.alert_page import own_or_404
from meteor.panic.views.following import link_to
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import before_work, open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form


@blueprint.route("/contacts", methods=["GET", "POST"])
@open_to(*RESIDENTS)
@idempotent_form(lambda: "/contacts")
def own_contacts() -> Response | str | tuple[str, int]:
    form = ContactForm(request.form)
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    quotas.spend(f"user:{current_user.id}", contacts.CHANGES, now())
    try:
        contact = contacts.add(current_user, form.name.value, form.phone.value)
    except contacts.AlreadyThere:
        form.phone.errors = [_("You have a contact with this number already.")]
        return _page(form), 422
    except contacts.TooMany:
        return conflict(_("You have three contacts already. Remove one first."), url_for(".own_contacts"))
    db.session.commit()
    flash(_("%(name)s was added.", name=contact.name))
    return redirect(url_for(".own_contacts"), 303)


@blueprint.post("/contacts/<int:emergency_contact_id>/removal")
@open_to(*RESIDENTS)
def contact_removal(emergency_contact_id: int) -> Response:
    contact = contacts.find(current_user, emergency_contact_id) or abort(404)
    db.session.delete(contact)
    db.session.commit()
    flash(_("%(name)s was removed.", name=contact.name))
    return redirect(url_for(".own_contacts"), 303)


@blueprint.post("/alerts/<uuid:alert_id>/sharing")
@open_to(*ROLES)
@before_work
def sharing(alert_id: UUID) -> Response:
    """Let those who follow the alert see its place, or no longer."""
    own = own_or_404(alert_id)
    shown = request.form.get("place") == "1"
    contacts.show_place(own, shown)
    db.session.commit()
    seen, unseen = _("Those with the link see where help goes."), _("Those with the link see no place.")
    flash(seen if shown else unseen)
    return redirect(f"{url_for('.alert', alert_id=own.id)}#people", 303)


@blueprint.post("/alerts/<uuid:alert_id>/messages")
@open_to(*ROLES)
@before_work
def contact_messages(alert_id: UUID) -> Response:
    """Send each contact a message through the city's gateway, once."""
    own = own_or_404(alert_id)
    here = f"{url_for('.alert', alert_id=own.id)}#people"
    if gateway.connected() is None or own.drill or not own.incident.is_open:
        abort(404)
    quotas.spend(f"user:{current_user.id}", contacts.MESSAGED, now())
    try:
        many = contacts.message(own, current_user, link_to(own), now())
    except contacts.NotSent:
        return conflict(_("The messages about this alert went out before, or you have no contacts."), here)
    db.session.commit()
    flash(_("Messages to %(count)d people are on their way.", count=many))
    return redirect(here, 303)


def _page(form: ContactForm) -> str:
    known = contacts.of(current_user)
    return render_template("panic/contacts.html", form=form, contacts=known, full=len(known) >= contacts.MOST)
