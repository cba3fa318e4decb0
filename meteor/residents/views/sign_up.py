"""Sign-up of citizens, and their homes."""

from typing import cast

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import gateway
from meteor.accounts.forms import SignInForm
from meteor.accounts.views.admission import home
from meteor.residents import blueprint, helping, rules, sign_ups
from meteor.residents.citizen_forms import OwnNeedsForm, ResidenceForm, SignUpForm
from meteor.residents.models import Resident
from meteor.residents.views.own import leader as signed_in
from meteor.residents.views.own import network_here, phone_tried, typed
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to, open_to_everyone
from meteor.web.conflicts import conflict
from meteor.web.device_cookie import device, name_device
from meteor.web.language import locale
from meteor.web.pools import hashes_password
from meteor.web.throttle import limiter

SIGN_UPS = Limit("sign_ups", 20, _l("sign-ups from one device"))
"""Daily limit of one device. Browsers without a device cookie count by address."""

PACE = "100 per 10 minutes"
"""Sign-ups of one address: thousands of citizens share that of a mobile carrier, so none is refused for long."""

MOVES = Limit("moves", 20, _l("changes of where you live"))
NEEDS = Limit("needs", 50, _l("changes of your needs"))


@blueprint.route("/sign-up", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
@limiter.limit("20 per 10 minutes", methods=["POST"], key_func=phone_tried, exempt_when=lambda: not phone_tried())
@limiter.limit(PACE, methods=["POST"], key_func=network_here, deduct_when=lambda said: said.status_code == 303)
def sign_up() -> Response | str | tuple[str, int]:
    if current_user.is_authenticated:
        return redirect(home())
    form = SignUpForm(typed())
    if request.method == "GET" or "choose" in request.form:
        name_device()
        return render_template("residents/sign_up.html", form=form)
    if not form.validate():
        return render_template("residents/sign_up.html", form=form), 422
    quotas.spend(f"device:{device().name}" if device().name else f"address:{network_here()}", SIGN_UPS, now())
    db.session.commit()  # a sign-up counts also if its number is known
    password = cast(str, form.password.data)
    sign_ups.sign_up(form.person, form.home_rt, form.address.value or "", password, locale(), network_here())
    db.session.commit()
    session["signed_up"] = form.phone.data
    return redirect(url_for(".signed_up"), 303)


@blueprint.get("/sign-up/done")
@open_to_everyone
def signed_up() -> str:
    """Say how to go on, in the same words whether or not the number was known."""
    form = SignInForm(data={"username": session.get("signed_up", "")})
    return render_template("residents/sign_up_done.html", form=form, messages=gateway.connected() is not None)


@blueprint.route("/residence", methods=["GET", "POST"])
@open_to("citizen")
def residence() -> Response | str | tuple[str, int]:
    resident = sign_ups.home_of(signed_in())
    form = ResidenceForm.correcting(resident, typed())
    if request.method == "GET" or "choose" in request.form:
        return _residence_page(form, resident)
    if not form.validate():
        return _residence_page(form, resident), 422
    quotas.spend(f"user:{current_user.id}", MOVES, now())
    sign_ups.set_residence(signed_in(), form.home_rt, form.address.value or "")
    db.session.commit()
    flash(_("Thank you. The leader of %(rt)s will verify that you live there.", rt=form.home_rt.label))
    return redirect(url_for(".residence"))


@blueprint.post("/residence/needs")
@open_to("citizen")
def own_needs() -> Response | tuple[str, int]:
    resident = sign_ups.home_of(signed_in(), to_change=True) or abort(404)
    form = OwnNeedsForm.of(resident, request.form)
    if not form.validate():
        return _residence_page(ResidenceForm.correcting(resident, None), resident, form), 422
    quotas.spend(f"user:{current_user.id}", NEEDS, now())
    rules.set_own_needs(resident, form.needs.data or (), form.health.data, now(), consent=form.consent.data)
    db.session.commit()
    flash(
        _("Saved. Those who come to help you see it.") if form.consent.data else _("Nothing about your needs is kept.")
    )
    return redirect(_residence(), 303)


@blueprint.post("/residence/help")
@open_to("citizen")
def agree_to_help() -> Response:
    """The signed-in citizen wishes to be told of who needs help near their home."""
    try:
        helping.agree(signed_in(), now())
    except helping.NotYet:
        return conflict(
            _("Your RT leader has to verify first that you live there, and where your door is."), _residence()
        )
    db.session.commit()
    flash(_("Thank you. You are told when somebody near your home needs help."))
    return redirect(_residence(), 303)


@blueprint.post("/residence/help/end")
@open_to("citizen")
def stop_helping() -> Response:
    helping.stop(signed_in())
    db.session.commit()
    flash(_("You are told no more of who needs help near your home."))
    return redirect(_residence(), 303)


def _residence() -> str:
    return url_for("residents.residence")


def _residence_page(form: ResidenceForm, resident: Resident | None, needs_form: OwnNeedsForm | None = None) -> str:
    needs_form = needs_form or OwnNeedsForm.of(resident)
    return render_template(
        "residents/residence.html", form=form, resident=resident, can_help=helping.can_help, needs_form=needs_form
    )
