"""The user's own second factor: set up, recovery codes, turned off. Administrators in production cannot do without."""

from typing import cast

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, guesses, passkeys, recovery_codes, second_factors, sessions
from meteor.accounts.factor_forms import CodeForm
from meteor.accounts.models import User
from meteor.accounts.roles import ROLES
from meteor.accounts.views.admission import home
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import BEFORE_WORK, asks_password, before_work, open_to
from meteor.web.conflicts import conflict


@blueprint.record
def _tell_gates(state: BlueprintSetupState) -> None:
    state.app.extensions[BEFORE_WORK] = _what_is_missing


@blueprint.get("/account/second-factor")
@open_to(*ROLES)
@before_work
def second_factor() -> str:
    return _page(CodeForm())


@blueprint.post("/account/second-factor")
@open_to(*ROLES)
@before_work
@asks_password
def begin_second_factor() -> Response:
    """Make a secret. It is shown on the page until a code has confirmed it."""
    second_factors.begin_setup(_user())
    db.session.commit()
    return redirect(url_for(".second_factor", _anchor="scan"), 303)


@blueprint.post("/account/second-factor/confirmation")
@open_to(*ROLES)
@before_work
@asks_password
def confirm_second_factor() -> Response | tuple[str, int]:
    """Set the secret up by a code, and show recovery codes to a user who has none."""
    form, user = CodeForm(request.form), _user()
    if not form.validate():
        return _page(form), 422
    counted = guesses.begin_own(user, "code", now())
    db.session.commit()
    if not second_factors.confirm(user, cast(str, form.code.data), now()):
        form.code.errors = [
            _("This is not the current code. Check that the phone's clock is right and try the next code.")
        ]
        return _page(form), 422
    guesses.forgive(counted)
    if codes := codes_if_none(user):
        return codes
    db.session.commit()
    flash(_("The app is set up. Codes of an earlier app no longer work."))
    return redirect(url_for(".second_factor"), 303)


@blueprint.post("/account/second-factor/recovery-codes")
@open_to(*ROLES)
@asks_password
def renew_recovery_codes() -> Response | tuple[str, int]:
    if not second_factors.is_set_up(_user()):
        return conflict(_("Set up two-step verification first."), url_for(".second_factor"))
    return _new_codes(_user())


@blueprint.post("/account/second-factor/removal")
@open_to(*ROLES)
@asks_password
def remove_second_factor() -> Response:
    if is_mandatory() and second_factors.how_many(_user()) == 1:
        return conflict(_("Administrators cannot turn two-step verification off."), url_for(".second_factor"))
    second_factors.remove_app(_user())
    db.session.commit()
    flash(_("The app is removed."))
    return redirect(url_for(".second_factor"), 303)


def _what_is_missing() -> str | None:
    """The address where an administrator in production has to go before anything else."""
    in_production = current_app.config["SETTINGS"].production
    return url_for("accounts.second_factor") if in_production and second_factors.is_missing(_user()) else None


def is_mandatory() -> bool:
    """Return whether the signed-in user has to have a second factor here."""
    return current_app.config["SETTINGS"].production and _user().has(*second_factors.MANDATORY)


def codes_if_none(user: User) -> tuple[str, int] | None:
    """The page with recovery codes for a user who has none. Commits then."""
    return None if recovery_codes.left(user) else _new_codes(user)


def _new_codes(user: User) -> tuple[str, int]:
    codes = recovery_codes.make(user)
    audit.record(user, "recovery_codes_made", f"users:{user.id}", count=len(codes))
    db.session.commit()
    return render_template("accounts/recovery_codes.html", codes=codes, done=home()), 201


def _page(form: CodeForm) -> str:
    user = _user()
    found, how_many = second_factors.of_user(user), second_factors.how_many(user)
    return render_template(
        "accounts/second_factor.html", form=form, is_on=how_many > 0, found=found,
        has_app=second_factors.has_app(user), pending=found and sessions.is_proved(user) and found.pending,
        qr=_qr, address=_address, passkeys=passkeys.of_user(user), left=recovery_codes.left(user),
        is_mandatory=is_mandatory(), may_remove=how_many > 1 or not is_mandatory(),
    )  # fmt: skip


def _qr(secret: str) -> Markup:
    """The secret as a drawing that an authenticator app reads."""
    code = segno.make(_address(secret), error="m")
    return Markup(code.svg_inline(omitsize=True, light="#fff", border=3))  # noqa: S704  (our own SVG)


def _address(secret: str) -> str:
    return second_factors.address_of(_user(), secret)


def _user() -> User:
    return cast(User, current_user._get_current_object())
