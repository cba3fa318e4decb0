"""The administrator's pages about who may raise alarms for premises: users that there are, or invited ones."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import Form

from meteor.accounts import records as accounts
from meteor.accounts.admin.users import invitation_page
from meteor.accounts.rules import user_named
from meteor.premises import blueprint, records
from meteor.premises.forms import InvitedForm, MemberForm
from meteor.premises.models import Premises
from meteor.store.database import db
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, get_or_404, refuse


@blueprint.get("/admin/premises/<int:premises_id>/users/new")
@open_to("admin")
def new_member(premises_id: int) -> Answer:
    return _page(get_or_404(Premises, premises_id))


@blueprint.post("/admin/premises/<int:premises_id>/users/new")
@open_to("admin")
@asks_password
def add_member(premises_id: int) -> Answer:
    """A user that there is."""
    known, form = get_or_404(Premises, premises_id), MemberForm(request.form)
    person = user_named(form.username.data) if form.validate() else None
    if person is None:
        if not form.errors:
            refuse(form.username, _("There is no such user."))
        return _page(known, form=form)
    try:
        records.add_user(known, person, current_user)
    except records.NotABusiness:
        refuse(
            form.username, _("%(name)s has not the role of a business. Give it to the user first.", name=person.name)
        )
        return _page(known, form=form)
    return done(_("%(name)s may raise alarms here.", name=person.name), _premises(known))


@blueprint.post("/admin/premises/<int:premises_id>/users/invitation")
@open_to("admin")
@asks_password
def invite_member(premises_id: int) -> Answer:
    """A user that there is not yet: they get a link with which they choose their password."""
    known, form = get_or_404(Premises, premises_id), InvitedForm(request.form, prefix="new-")
    if not form.validate():
        return _page(known, invited=form)
    try:
        person, token = accounts.add(form.values, current_user)
    except accounts.NotUnique as taken:
        refuse(form[taken.field], _("Another user has this already."))
        return _page(known, invited=form)
    records.add_user(known, person, current_user)
    db.session.commit()
    return invitation_page(person, token, _premises(known))


@blueprint.post("/admin/premises/<int:premises_id>/users/<int:user_id>/removal")
@open_to("admin")
@asks_password
def remove_member(premises_id: int, user_id: int) -> Answer:
    known = get_or_404(Premises, premises_id)
    records.remove_user(known, user_id, current_user)
    return done(_("The user may raise no more alarms here."), _premises(known))


def _page(known: Premises, **forms: Form) -> Answer:
    ready: dict[str, Form] = {"form": MemberForm(), "invited": InvitedForm(prefix="new-")} | forms
    page = render_template("premises/admin/member.html", premises=known, **ready)
    return page, 422 if any(form.errors for form in ready.values()) else 200


def _premises(known: Premises) -> str:
    return url_for("premises.edit_premises", premises_id=known.id)
