"""Sign-in, sign-out and the page of an invitation."""

from typing import cast

from flask import abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, guesses, labels, rules, sessions
from meteor.accounts.forms import NewPasswordForm, SignInForm
from meteor.accounts.models import User
from meteor.accounts.views import tries
from meteor.accounts.views.admission import admit, home
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.device_cookie import device
from meteor.web.language import own_address
from meteor.web.pools import hashes_password


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
def sign_in() -> Response | str | tuple[str, int]:
    form = SignInForm(request.form)
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(home())
        ended = sessions.why_ended(session.get("_user_id", ""))
        return render_template("accounts/sign_in.html", form=form, ended=ended)
    if form.validate():
        try:
            user = who(cast(str, form.username.data), cast(str, form.password.data))
        except guesses.TooSoon as soon:
            form.form_errors.append(tries.too_soon(soon))
            return make_response(render_template("accounts/sign_in.html", form=form), 429, tries.retry(soon))
        if user:
            return admit(user, own_address(request.args.get("next", "")))
        form.form_errors.append(_("User name or password is wrong. Check both and try again."))
    return render_template("accounts/sign_in.html", form=form), 422


@blueprint.get("/start")
@open_to_everyone
def start() -> Response:
    """The way to the user's work from pages that ask the database for nothing."""
    return redirect(home())


@blueprint.post("/sign-out")
@open_to_everyone
def sign_out() -> Response:
    present = sessions.current(current_user) if current_user.is_authenticated else None
    if present and sessions.end_session(present, "signed_out"):
        audit.record(current_user, "signed_out", f"users:{present.user_id}", device=present.device)
    logout_user()
    db.session.commit()
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
def invitation(token: str) -> Response | str | tuple[str, int]:
    invited = rules.invitation(token) or abort(404)
    form = NewPasswordForm(request.form).of(invited.user)
    if request.method == "GET":
        return render_template("accounts/invitation.html", form=form, user=invited.user)
    if not form.validate():
        return render_template("accounts/invitation.html", form=form, user=invited.user), 422
    if not rules.accept_invitation(invited, cast(str, form.password.data)):
        abort(404)
    db.session.commit()
    return admit(invited.user)


@blueprint.app_template_global()
def help_contact() -> str:
    """The contact for trouble with an account, if the operator has set one."""
    return cast(str, current_app.config["SETTINGS"].help_contact)


def who(name: str, password: str) -> User | None:
    """The active user with this name and password. Counts the try. Raises guesses.TooSoon. Commits."""
    known = rules.user_named(name)
    subject = f"users:{known.id}" if known else "users:*"
    counted = guesses.count_try(known or rules.spelled_alike(name), place(), now())
    db.session.commit()  # the try counts from now on, and no press waits while the password is checked
    user = rules.user_who_signs_in(name, password)
    if user:
        guesses.forgive(counted)
    else:
        audit_failure(subject)
        db.session.commit()
    return user


def place() -> guesses.Place:
    """The source of a try, by the present request."""
    here = device()
    return guesses.Place(here.name, frozenset(here.users), request.remote_addr or "")


def audit_failure(subject: str, action: str = "sign_in_failed") -> None:
    """Record a failed sign-in. The log gets few entries of many failures: the 1st, 10th, 100th … in an hour."""
    number = guesses.how_many_this_hour(f"{action}:{subject}", now())
    of_all = guesses.how_many_this_hour("failed", now())
    if guesses.is_entered(number, of_all):
        where = {"device": labels.device(request.user_agent.string), "address": request.remote_addr}
        audit.record(None, action, subject, failures=number, **where)
    elif guesses.is_entered(of_all):
        audit.record(None, "sign_ins_failed", "users:*", failures=of_all)
