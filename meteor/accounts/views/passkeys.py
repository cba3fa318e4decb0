"""Passkeys: added and removed by their owner, and a sign-in without a password."""

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, labels, passkeys, second_factors
from meteor.accounts.factor_forms import NewPasskeyForm, PasskeyForm
from meteor.accounts.models import User
from meteor.accounts.roles import ROLES
from meteor.accounts.views import challenges
from meteor.accounts.views.admission import enter, home
from meteor.accounts.views.entry import audit_failure
from meteor.accounts.views.second_factor import codes_if_none, is_mandatory
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import asks_password, before_work, open_to, open_to_everyone
from meteor.web.conflicts import conflict
from meteor.web.language import own_address

SIGN_IN = "sign-in"


@blueprint.post("/account/second-factor/passkeys/new")
@open_to(*ROLES)
@before_work
@asks_password
def new_passkey() -> str:
    name = labels.device(request.user_agent.string)
    return _new_page(NewPasskeyForm(data={"name": name}))


@blueprint.post("/account/second-factor/passkeys")
@open_to(*ROLES)
@before_work
@asks_password
def add_passkey() -> Response | tuple[str, int]:
    form, user = NewPasskeyForm(request.form), _user()
    challenge = challenges.pop(_purpose(user))
    if not form.validate():
        return _new_page(form), 422
    try:
        if challenge is None:
            raise passkeys.Refused
        answer = cast(str, form.credential.data)
        passkeys.register(user, cast(str, form.name.data), answer, challenges.site(), challenge)
    except passkeys.Refused:
        form.form_errors.append(_("This passkey could not be added. Try once more, within five minutes."))
        return _new_page(form), 422
    if codes := codes_if_none(user):
        return codes
    db.session.commit()
    flash(_("The passkey is added."))
    return redirect(url_for("accounts.second_factor"), 303)


@blueprint.post("/account/second-factor/passkeys/<int:passkey_id>/removal")
@open_to(*ROLES)
@asks_password
def remove_passkey(passkey_id: int) -> Response:
    passkey = passkeys.find(_user(), passkey_id) or abort(404)
    if is_mandatory() and second_factors.how_many(_user()) == 1:
        return conflict(_("Administrators cannot turn two-step verification off."), url_for("accounts.second_factor"))
    passkeys.remove(passkey)
    db.session.commit()
    flash(_("The passkey is removed. Delete it on your device too."))
    return redirect(url_for("accounts.second_factor"), 303)


@blueprint.route("/sign-in/passkey", methods=["GET", "POST"])
@open_to_everyone
def sign_in_with_passkey() -> Response | str | tuple[str, int]:
    """Sign in with a passkey that also names its user: the device has verified them, so it replaces both steps."""
    if current_user.is_authenticated:
        return redirect(home())
    form = PasskeyForm(request.form)
    if request.method == "GET":
        return _sign_in_page(form)
    challenge = challenges.pop(SIGN_IN)
    if form.validate():
        try:
            user = _signer(cast(str, form.credential.data), challenge)
        except passkeys.Refused:
            db.session.rollback()
            audit_failure("users:*")
            db.session.commit()
            form.form_errors.append(_("This passkey was not accepted. Try once more, or sign in with your password."))
        else:
            enter(user, by="passkey")
            return redirect(own_address(request.args.get("next", "")) or home())
    return _sign_in_page(form), 422


def _signer(answer: str, challenge: passkeys.Challenge | None) -> User:
    if challenge is None:
        raise passkeys.Refused
    user = passkeys.prove(None, answer, challenges.site(), challenge, now())
    db.session.refresh(user, with_for_update={"key_share": True})
    if not user.active:
        raise passkeys.Refused
    return user


def _new_page(form: NewPasskeyForm) -> str:
    user = _user()
    options = passkeys.creation_options(user, challenges.site(), challenges.create(_purpose(user)))
    return render_template("accounts/passkey_new.html", form=form, options=options)


def _sign_in_page(form: PasskeyForm) -> str:
    options = passkeys.request_options(None, challenges.site(), challenges.create(SIGN_IN))
    return render_template(
        "accounts/passkey_sign_in.html", form=form, options=options, next=own_address(request.args.get("next", ""))
    )


def _purpose(user: User) -> str:
    return f"add:{user.id}"


def _user() -> User:
    return cast(User, current_user._get_current_object())
