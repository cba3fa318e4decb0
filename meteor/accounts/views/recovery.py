"""The owner's answer to a requested change of their account, and their own change of the phone number."""

from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, phone_numbers, recoveries
from meteor.accounts.forms import PhoneForm
from meteor.accounts.guesses import network
from meteor.accounts.models import RecoveryRequest, User
from meteor.accounts.phone_codes import TooSoon
from meteor.accounts.roles import ROLES
from meteor.accounts.views import tries
from meteor.accounts.views.number import said_of
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.pools import hashes_password
from meteor.web.throttle import limiter


@blueprint.app_context_processor
def _of_every_page() -> dict[str, Any]:
    """`asked_of_me()`: the open request for the account of the signed-in user."""
    return {"asked_of_me": _mine}


@blueprint.get("/account/recovery")
@open_to(*ROLES)
def recovery() -> str:
    return render_template("accounts/recovery.html", asked=_mine())


@blueprint.post("/account/recovery/<int:request_id>/confirmation")
@open_to(*ROLES)
def confirm_recovery(request_id: int) -> Response:
    asked = _find(request_id)
    by_card = asked.source == "claim_card"
    try:
        recoveries.confirm(asked, _owner(), now())
    except recoveries.Ended:
        return conflict(_ended(), _page())
    except recoveries.OtherRole:
        return conflict(_("This account has other roles than citizen. Ask an administrator of the city."), _page())
    except phone_numbers.PhoneTaken:
        return conflict(
            _("Another account has this number by now, so nothing was changed. Refuse this request."), _page()
        )
    db.session.commit()
    if by_card:
        flash(_("The new number and password work now. Sign in with them."))
        return redirect(url_for("accounts.sign_in"))
    flash(_("Your phone number was changed."))
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/recovery/<int:request_id>/refusal")
@open_to(*ROLES)
def refuse_recovery(request_id: int) -> Response:
    try:
        recoveries.refuse(_find(request_id), _owner(), now())
    except recoveries.Ended:
        return conflict(_ended(), _page())
    db.session.commit()
    flash(_("The request was refused. Your account stays as it was, and the administrators know."))
    return redirect(url_for("accounts.account"))


@blueprint.route("/account/phone", methods=["GET", "POST"])
@open_to(*ROLES)
@hashes_password
@limiter.limit("10 per day", methods=["POST"], key_func=lambda: str(current_user.id))
def phone() -> Response | str | tuple[str, int]:
    form = PhoneForm(request.form)
    if request.method == "GET":
        return render_template("accounts/phone.html", form=form)
    if tries.knows_password(form):
        try:
            phone_numbers.change_own(_owner(), cast(str, form.phone.data), network(request.remote_addr or ""), now())
            db.session.commit()
        except phone_numbers.PhoneTaken:
            form.phone.errors = [_("Another account has this number.")]
        except TooSoon as soon:
            form.phone.errors = [said_of(soon)]
        else:
            if phone_numbers.waiting(_owner(), now()):
                return redirect(url_for("accounts.number"))
            flash(_("Your phone number was changed. You sign in with it from now on."))
            return redirect(url_for("accounts.account"))
    return render_template("accounts/phone.html", form=form), 422


def _mine() -> RecoveryRequest | None:
    return recoveries.of_user(current_user, now()) if current_user.is_authenticated else None


def _find(request_id: int) -> RecoveryRequest:
    asked = db.session.get(RecoveryRequest, request_id)
    return asked if asked and asked.user_id == current_user.id else abort(404)


def _owner() -> User:
    return cast(User, current_user._get_current_object())


def _page() -> str:
    return url_for("accounts.recovery")


def _ended() -> str:
    return _("This request was answered before, or has expired. Nothing changed now.")
