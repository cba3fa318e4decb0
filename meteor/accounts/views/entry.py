"""Sign-in, sign-out and an invitation's page: where sessions begin, and where their user ends them."""

from typing import cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from meteor.accounts import labels, rules, sessions
from meteor.accounts.forms import NewPasswordForm, SignInForm
from meteor.accounts.models import User
from meteor.store import audit
from meteor.store.database import db
from meteor.web.gates import open_to_everyone
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
    present = sessions.current(current_user) if current_user.is_authenticated else None
    if present and sessions.end(present, "signed_out"):
        audit.record(current_user, "signed_out", f"users:{present.user_id}", device=present.device)
    logout_user()
    db.session.commit()
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


def home() -> str:
    """The address where the signed-in user's work begins."""
    for role, endpoint in current_app.config["HOMES"]:
        if role in current_user.role_names:
            return url_for(endpoint)
    return "/"


def enter(user: User) -> None:
    """Sign `user` in on this device: the only place where a session begins. Commits."""
    device = labels.device(request.user_agent.string)
    sessions.end_key(session.get("_user_id", ""), "replaced")
    sessions.begin(user, device)
    audit.record(user, "signed_in", f"users:{user.id}", device=device, address=request.remote_addr)
    login_user(user)
    session.permanent = True  # the browser keeps the cookie; when the session ends is decided by its row
    db.session.commit()
