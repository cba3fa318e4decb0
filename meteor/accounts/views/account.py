"""The user's own account: password and PIN."""

from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, rules
from meteor.accounts.forms import ChangePasswordForm, PinForm
from meteor.accounts.models import User
from meteor.accounts.roles import ROLES
from meteor.accounts.views import tries
from meteor.accounts.views.admission import enter
from meteor.store import audit
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.pools import hashes_password


@blueprint.get("/account")
@open_to(*ROLES)
def account() -> str:
    return render_template("accounts/account.html", password_form=ChangePasswordForm(), pin_form=PinForm())


@blueprint.post("/account/password")
@open_to(*ROLES)
@hashes_password
def password() -> Response | tuple[str, int]:
    form = ChangePasswordForm(request.form).of(current_user)
    if not tries.knows_password(form):
        return render_template("accounts/account.html", password_form=form, pin_form=PinForm()), 422
    user = cast(User, current_user._get_current_object())  # the user behind the proxy, which a sign-in replaces
    db.session.commit()  # the right try is taken back now, and no press waits while the new password is hashed
    if not rules.change_password(user, cast(str, form.password.data)):
        return redirect(url_for("accounts.sign_in"))
    audit.record(user, "password_changed", f"users:{user.id}")
    enter(user)
    flash(_("The password was changed. Your other devices are signed out."))
    return redirect(url_for(".account"))


@blueprint.post("/account/pin")
@open_to(*ROLES)
@hashes_password
def pin() -> Response | tuple[str, int]:
    form = PinForm(request.form)
    if not tries.knows_password(form):
        return render_template("accounts/account.html", password_form=ChangePasswordForm(), pin_form=form), 422
    db.session.commit()  # as above
    rules.set_pin(current_user, form.pin.data or "")
    db.session.commit()
    flash(_("The PIN was changed.") if form.pin.data else _("You have no PIN now."))
    return redirect(url_for(".account"))
