"""The user proves the own phone number, or a new one, with the code of a message to it."""

from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, gateway, phone_numbers
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.forms import PhoneCodeForm
from meteor.accounts.guesses import network
from meteor.accounts.models import User
from meteor.accounts.phone_codes import NoCode, TooSoon, WrongCode
from meteor.accounts.roles import RESIDENTS, ROLES
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to


@blueprint.app_context_processor
def _of_every_page() -> dict[str, Any]:
    """`number_unproved()`: whether the signed-in user can prove a number; `number_wanted()`: whether to ask for it."""
    return {"number_unproved": _unproved, "number_wanted": _wanted, "number_waiting": _waiting}


@blueprint.get("/account/phone/verification")
@open_to(*ROLES)
def number() -> str:
    return _page(PhoneCodeForm())


@blueprint.post("/account/phone/verification")
@open_to(*ROLES)
def verify_number() -> Response | tuple[str, int]:
    form = PhoneCodeForm(request.form)
    if form.validate():
        try:
            phone_numbers.prove(_owner(), form.digits, now())
            db.session.commit()
            flash(_("Thank you. Your number is verified."))
            return redirect(url_for("accounts.account"), 303)
        except (WrongCode, NoCode) as wrong:
            db.session.commit()  # the try counts
            form.code.errors = [said_of(wrong)]
        except phone_numbers.PhoneTaken:
            db.session.commit()
            form.code.errors = [_("Another account has this number.")]
    return _page(form), 422


@blueprint.post("/account/phone/code")
@open_to(*ROLES)
def send_code() -> Response | tuple[str, int]:
    form = PhoneCodeForm()
    if not gateway.connected():
        abort(404)
    try:
        phone_numbers.send_code(_owner(), network(request.remote_addr or ""), now())
    except TooSoon as soon:
        form.code.errors = [said_of(soon)]
        return _page(form), 429
    db.session.commit()
    return redirect(url_for(".number"), 303)


def said_of(problem: WrongCode | NoCode | TooSoon) -> str:
    """Say what is wrong with a code that was typed, or asked for."""
    match problem:
        case WrongCode() if problem.left:
            return _("This code is wrong. Tries left: %(count)d.", count=problem.left)
        case TooSoon():
            return _("A message is on its way. You can ask for another in %(seconds)d seconds.", seconds=problem.wait)
        case _:
            return _("This code is not valid any more. Ask for a new one.")


def _page(form: PhoneCodeForm) -> str:
    if not gateway.connected():
        abort(404)
    return render_template("accounts/number.html", form=form)


def _unproved() -> bool:
    """Return whether the user has a number, or waits for a new one, that a code can prove."""
    if not current_user.is_authenticated or not gateway.connected():
        return False
    return bool(current_user.phone and not current_user.phone_verified_at) or _waiting() is not None


def _wanted() -> bool:
    """Return whether the button's page asks for the proof; without a look into the database."""
    mine = gateway.connected() and current_user.phone and not current_user.phone_verified_at
    return bool(mine and current_user.role_names <= set(RESIDENTS))


def _waiting() -> PhoneCode | None:
    return phone_numbers.waiting(_owner(), now()) if gateway.connected() else None


def _owner() -> User:
    return cast(User, current_user._get_current_object())
