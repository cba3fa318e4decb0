"""Contacts of premises, in the order in which they are called, and their pass phrase."""

from uuid import UUID

from flask import abort, request
from flask_babel import gettext as _
from flask_login import current_user

from meteor.premises import blueprint, records
from meteor.premises.forms import ContactForm
from meteor.premises.models import Contact, Premises
from meteor.premises.views.kept import home_of, kept
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, ready
from meteor.web.form_keys import idempotent_form


@blueprint.route("/premises/<int:premises_id>/contacts/new", methods=["GET", "POST"])
@open_to("admin", "business")
@idempotent_form(lambda premises_id: home_of(kept(premises_id)))
def new_contact(premises_id: int) -> Answer:
    known = kept(premises_id)
    return _edit(known, Contact(), {})


@blueprint.route("/premises/<int:premises_id>/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@open_to("admin", "business")
def contact(premises_id: int, contact_id: UUID) -> Answer:
    known = kept(premises_id)
    there = records.contact_of(known, contact_id) or abort(404)
    return _edit(known, there, records.contact_values(there))


@blueprint.post("/premises/<int:premises_id>/contacts/<uuid:contact_id>/removal")
@open_to("admin", "business")
def remove_contact(premises_id: int, contact_id: UUID) -> Answer:
    known = kept(premises_id)
    there = records.contact_of(known, contact_id) or abort(404)
    records.remove_contact(known, there, current_user)
    return done(_("%(name)s is called no more.", name=there.name), home_of(known))


def _edit(known: Premises, contact: Contact, before: dict[str, object]) -> Answer:
    form = ContactForm(request.form or None, data=before or {"position": len(known.contacts) + 1})
    if ready(form, before):
        try:
            records.save_contact(known, contact, form.values, current_user)
        except records.TooManyContacts:
            most = _("There are %(most)d contacts already. Remove one first.", most=records.MOST_CONTACTS)
            form.form_errors.append(most)
        else:
            return done(_("%(name)s is saved.", name=contact.name), home_of(known))
    there = contact if before else None
    return form_page("premises/contact.html", form, before, premises=known, contact=there, home=home_of(known))
