"""Resetting the second factor of a user who has lost it."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, second_factors
from meteor.accounts.models import User
from meteor.accounts.user_forms import ReasonForm
from meteor.store.database import db
from meteor.web.access import asks_password, open_to
from meteor.web.conflicts import conflict
from meteor.web.edits import get_or_404


@blueprint.post("/admin/users/<int:user_id>/second-factor-reset")
@open_to("admin")
@asks_password
def reset_second_factor(user_id: int) -> Response:
    person, form = get_or_404(User, user_id), ReasonForm(request.form, prefix="reset-")
    back = url_for("accounts.user", user_id=user_id)
    if not form.validate():
        return conflict(_("Nothing was reset: give the reason."), back)
    try:
        was_set_up = second_factors.reset(person, current_user, form.reason.data or "")
    except second_factors.Own:
        return conflict(_("Another administrator has to reset your two-step verification."), back)
    if not was_set_up:
        return conflict(_("%(name)s has no two-step verification.", name=person.name), back)
    db.session.commit()
    flash(
        _("The two-step verification of %(name)s is reset, and they are signed out on every device.", name=person.name)
    )
    return redirect(back, 303)
