"""The first run on a phone: position, a trial of the button, the home screen, and the PIN."""

from typing import cast

from flask import abort, flash, redirect, render_template, url_for
from flask import request as asked
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import rules as accounts
from meteor.accounts.roles import ROLES
from meteor.panic import blueprint, rules
from meteor.panic.forms import NewPinForm
from meteor.store.database import db
from meteor.web.access import asks_password, open_to
from meteor.web.conflicts import conflict
from meteor.web.pools import hashes_password

STEPS = ("position", "trial", "home_screen", "pin")
"""The steps in order. Each can be left out."""


@blueprint.get("/onboarding")
@open_to(*ROLES)
def onboarding() -> str:
    return _page(STEPS[0])


@blueprint.get("/onboarding/<step>")
@open_to(*ROLES)
def onboarding_step(step: str) -> str:
    return _page(step) if step in STEPS else abort(404)


@blueprint.post("/onboarding/pin")
@open_to(*ROLES)
@asks_password
@hashes_password
def first_pin() -> Response | tuple[str, int]:
    if current_user.pin_hash:
        return conflict(_("You have a PIN already. Change it in your account."), url_for("accounts.account"))
    form = NewPinForm(asked.form)
    if not form.validate():
        return _page("pin", form), 422
    accounts.set_pin(current_user, cast(str, form.pin.data))
    db.session.commit()
    flash(_("All set. Your PIN was saved."))
    return redirect(url_for(".button"), 303)


def _page(step: str, form: NewPinForm | None = None) -> str:
    number, household = STEPS.index(step) + 1, rules.home_of(current_user)
    following = STEPS[number] if number < len(STEPS) else None
    return render_template(
        f"panic/onboarding/{step}.html", number=number, count=len(STEPS), following=following,
        home=household is not None and household.latitude is not None, form=form or NewPinForm(),
    )  # fmt: skip
