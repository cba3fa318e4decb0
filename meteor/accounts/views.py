"""Sign-in, sign-out, an invitation's page and one's own account."""

from typing import cast

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from meteor.accounts import passwords, rules
from meteor.accounts.forms import ChangePasswordForm, NewPasswordForm, PinForm, SignInForm
from meteor.accounts.models import ROLES, User
from meteor.store.database import db
from meteor.web.gates import open_to, open_to_everyone
from meteor.web.language import own_address
from meteor.web.pools import hashes_password
from meteor.web.throttle import limiter

blueprint = Blueprint("accounts", __name__)


def _tried() -> str:
    """Whose password is being tried."""
    return rules.spelled_alike(request.form.get("username", ""))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
@limiter.limit("10 per 10 minutes", methods=["POST"], key_func=_tried)
def sign_in() -> Response | str | tuple[str, int]:
    form = SignInForm(request.form)
    if request.method == "GET":
        return (
            redirect(home()) if current_user.is_authenticated else render_template("accounts/sign_in.html", form=form)
        )
    if form.validate():
        user = rules.user_who_signs_in(cast(str, form.username.data), cast(str, form.password.data))
        if user:
            enter(user)
            return redirect(own_address(request.args.get("next", "")) or home())
        form.form_errors.append(_("User name or password is wrong. Check both and try again."))
    return render_template("accounts/sign_in.html", form=form), 422


@blueprint.post("/sign-out")
@open_to_everyone
def sign_out() -> Response:
    logout_user()
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
def invitation(token: str) -> Response | str | tuple[str, int]:
    invited = rules.invitation(token) or abort(404)
    form = NewPasswordForm(request.form)
    if request.method == "GET":
        return render_template("accounts/invitation.html", form=form, user=invited.user)
    if not form.validate():
        return render_template("accounts/invitation.html", form=form, user=invited.user), 422
    if not rules.accept_invitation(invited, cast(str, form.password.data)):
        abort(404)
    db.session.commit()
    enter(invited.user)
    return redirect(home())


@blueprint.get("/account")
@open_to(*ROLES)
def account() -> str:
    return render_template("accounts/account.html", password_form=ChangePasswordForm(), pin_form=PinForm())


@blueprint.post("/account/password")
@open_to(*ROLES)
@hashes_password
def password() -> Response | tuple[str, int]:
    form = ChangePasswordForm(request.form)
    if not _knows_password(form):
        return render_template("accounts/account.html", password_form=form, pin_form=PinForm()), 422
    user = cast(User, current_user._get_current_object())  # the user behind the proxy, which a sign-in replaces
    rules.set_password(user, cast(str, form.password.data))
    db.session.commit()
    enter(user)
    flash(_("The password was changed. Your other devices are signed out."))
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/pin")
@open_to(*ROLES)
@hashes_password
def pin() -> Response | tuple[str, int]:
    form = PinForm(request.form)
    if not _knows_password(form):
        return render_template("accounts/account.html", password_form=ChangePasswordForm(), pin_form=form), 422
    rules.set_pin(current_user, form.pin.data or "")
    db.session.commit()
    flash(_("The PIN was changed.") if form.pin.data else _("You have no PIN now."))
    return redirect(url_for("accounts.account"))


def home() -> str:
    """The address where the signed-in user's work begins."""
    for role, endpoint in current_app.config["HOMES"]:
        if role in current_user.role_names:
            return url_for(endpoint)
    return "/"


def enter(user: User) -> None:
    """Sign `user` in, for as long as the cookie is kept."""
    login_user(user)
    session.permanent = True  # a panic button that must be signed in to first is no panic button


def _knows_password(form: ChangePasswordForm | PinForm) -> bool:
    """Whether the form is right and its `current` is the user's password; what is wrong stands in its errors."""
    if form.validate() and not passwords.matches(current_user.password_hash, cast(str, form.current.data)):
        cast(list[str], form.current.errors).append(_("This is not your current password."))
    return not form.errors
