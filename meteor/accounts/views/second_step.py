"""The second step of a sign-in: a code of the authenticator app, a passkey, or a recovery code."""

from typing import cast

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, guesses, passkeys, recovery_codes, remembered_devices, second_factors
from meteor.accounts.factor_forms import PasskeyStepForm, RecoveryCodeForm, StepForm
from meteor.accounts.models import User
from meteor.accounts.views import challenges, tries
from meteor.accounts.views.admission import enter, half_way, home
from meteor.accounts.views.entry import audit_failure, place
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.language import own_address

Form = StepForm | RecoveryCodeForm | PasskeyStepForm


@blueprint.get("/sign-in/second-factor")
@open_to_everyone
def second_step() -> Response | str:
    user = half_way()
    return _page(user) if user else _begin_anew()


@blueprint.post("/sign-in/second-factor")
@open_to_everyone
def second_step_code() -> Response | tuple[str, int]:
    return _take(StepForm(request.form), "code")


@blueprint.post("/sign-in/second-factor/recovery-code")
@open_to_everyone
def recovery_code() -> Response | tuple[str, int]:
    return _take(RecoveryCodeForm(request.form, prefix="recovery-"), "recovery_code")


@blueprint.post("/sign-in/second-factor/passkey")
@open_to_everyone
def second_step_passkey() -> Response | tuple[str, int]:
    """Take a passkey's signature. It cannot be guessed, so tries are not counted."""
    form, user = PasskeyStepForm(request.form), half_way(locked=True)
    if user is None:
        return _begin_anew()
    challenge = challenges.pop(_purpose(user))
    if form.validate() and challenge:
        try:
            passkeys.prove(user, cast(str, form.credential.data), challenges.site(), challenge, now())
            return _enter(user, "passkey", wishes=form.remember.data)
        except passkeys.Refused:
            db.session.rollback()
            audit_failure(f"users:{user.id}", "second_factor_failed")
            db.session.commit()
    form.form_errors.append(_("This passkey was not accepted. Try once more."))
    return _page(user, form), 422


def _take(form: StepForm | RecoveryCodeForm, by: str) -> Response | tuple[str, int]:
    user = half_way()
    if user is None:
        return _begin_anew()
    if not form.validate():
        return _page(user, form), 422
    try:
        locked, is_right = _check(user, cast(str, form.code.data), by)
    except guesses.TooSoon as soon:
        form.form_errors.append(tries.too_soon(soon))
        return make_response(_page(user, form), 429, tries.retry(soon))
    if locked is None:
        return _begin_anew()
    if not is_right:
        form.code.errors = [_wrong(by)]
        return _page(user, form), 422
    return _enter(locked, by, wishes=isinstance(form, StepForm) and form.remember.data)


def _enter(user: User, by: str, *, wishes: bool) -> Response:
    """Begin the session. `wishes`: the user wants the device to be remembered."""
    enter(user, by=by, stays_remembered=wishes and remembered_devices.may_remember(user))
    return redirect(own_address(request.args.get("next", "")) or home())


def _check(user: User, typed: str, by: str) -> tuple[User | None, bool]:
    """Count a try and check it: the user who is locked now, and whether the code is right. Commits unless it is."""
    counted = guesses.begin_code(user, place(), now())
    db.session.commit()  # the try counts from now on, also if many come at once
    locked = half_way(locked=True)
    if locked is None:
        return None, False
    use = second_factors.use_code if by == "code" else recovery_codes.use
    is_right = use(locked, typed, now())
    if is_right:
        guesses.forgive(counted)
        if by == "recovery_code":
            audit.record(locked, "recovery_code_used", f"users:{locked.id}", left=recovery_codes.left(locked))
    else:
        audit_failure(f"users:{locked.id}", "second_factor_failed")
        db.session.commit()
    return locked, is_right


def _begin_anew() -> Response:
    """Ask for the password again: it was not given in this browser, or too long ago, or it is another one now.

    A user who tapped twice is signed in already.
    """
    if current_user.is_authenticated:
        return redirect(home())
    flash(_("Sign in again: too much time has passed since you entered your password."), "warning")
    return redirect(url_for("accounts.sign_in", next=own_address(request.args.get("next", "")) or None))


def _wrong(by: str) -> str:
    if by == "code":
        return _("This code is wrong or was used already. Wait for the next one. The phone's clock must be right.")
    return _("This is not one of your recovery codes, or it was used already.")


def _page(user: User, form: Form | None = None) -> str:
    options = ""
    if passkeys.of_user(user):
        options = passkeys.request_options(user, challenges.site(), challenges.create(_purpose(user)))
    return render_template(
        "accounts/second_step.html",
        form=form if isinstance(form, StepForm) else StepForm(),
        recovery=form if isinstance(form, RecoveryCodeForm) else RecoveryCodeForm(prefix="recovery-"),
        passkey=form if isinstance(form, PasskeyStepForm) else PasskeyStepForm(),
        options=options, has_app=second_factors.has_app(user), may_remember=remembered_devices.may_remember(user),
        next=own_address(request.args.get("next", "")),
    )  # fmt: skip


def _purpose(user: User) -> str:
    return f"step:{user.id}"
