"""The password and the PIN of the signed-in user, and what is answered to tries that come too soon."""

from math import ceil
from typing import cast

from flask import Response, make_response, render_template
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user

from meteor.accounts import blueprint, guesses, passwords
from meteor.accounts.forms import ChangePasswordForm, PhoneForm, PinForm, ProofForm
from meteor.accounts.guesses import TooSoon
from meteor.accounts.models import User
from meteor.store.database import db
from meteor.store.moments import now


@blueprint.app_errorhandler(TooSoon)
def refuse(soon: TooSoon) -> Response:
    """Answer a try that comes too soon, where the page itself does not."""
    page = render_template("errors/refused.html", code=429, title=_("Too many attempts"), detail=too_soon(soon))
    return make_response(page, 429, retry(soon))


def too_soon(soon: TooSoon) -> str:
    """Say how long to wait: in seconds, from a minute on in whole minutes."""
    seconds = soon.wait if soon.wait < 60 else ceil(soon.wait / 60) * 60
    wait = format_timedelta(seconds, threshold=1)
    return _("Too many wrong attempts. Wait %(wait)s, then try again. In an emergency call 112.", wait=wait)


def retry(soon: TooSoon) -> dict[str, str]:
    """The header that says the same to programs."""
    return {"Retry-After": str(soon.wait)}


def knows_password(form: ChangePasswordForm | PhoneForm | PinForm | ProofForm) -> bool:
    """Return whether the form is right and `current` is the password of the user.

    The form's errors say why not. Commits.
    """
    if not form.validate():
        return False
    problems, password_hash = cast(list[str], form.current.errors), current_user.password_hash
    try:
        counted = guesses.begin_own(current_user, current_user.session_key, now())
    except TooSoon as soon:
        problems.append(too_soon(soon))
        return False
    db.session.commit()  # the try counts from now on, and no press waits while the password is checked
    if passwords.matches(password_hash, cast(str, form.current.data)):
        guesses.forgive(counted)
        return True
    problems.append(_("This is not your current password."))
    return False


def knows_pin(user: User, pin: str) -> bool:
    """Return whether this is the user's PIN. Commits.

    After many wrong ones the next counts as wrong: the dispatcher looks in any case.
    """
    pin_hash = user.pin_hash
    try:
        counted = guesses.begin_own(user, "pin", now())
    except TooSoon:
        return False
    db.session.commit()  # the try counts from now on, and no press waits while the PIN is checked
    if not passwords.matches(pin_hash, pin):
        return False
    guesses.forgive(counted)
    return True
