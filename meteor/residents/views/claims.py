"""Claim cards: the RT leader prints them, and who was given one makes an account of it."""

from collections.abc import Iterable
from contextlib import suppress
from typing import cast

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.accounts import old_number, phone_codes
from meteor.accounts.phone_codes import NoCode
from meteor.accounts.phone_numbers import PhoneTaken
from meteor.accounts.views.admission import admit
from meteor.residents import blueprint, claims
from meteor.residents.citizen_forms import ClaimForm, CodeForm
from meteor.residents.claims import Card
from meteor.residents.models import Resident
from meteor.residents.views import claimed
from meteor.residents.views.own import leader, named, network_here, own_resident, own_rt, phone_tried, returning, typed
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import LimitReached
from meteor.web.access import open_to, open_to_everyone
from meteor.web.pools import hashes_password
from meteor.web.throttle import limiter


@blueprint.get("/residents/cards")
@open_to("rt_leader")
def choose_cards() -> str:
    rt = own_rt()
    residents = claims.claimable(rt)
    return render_template("residents/cards.html", rt=rt, residents=residents, at=now(), lasts=claims.LASTS.days)


@blueprint.post("/residents/cards")
@open_to("rt_leader")
def cards() -> Response | str:
    """Make the cards of the residents who were chosen (`resident`, any number), or of `all` who have no account."""
    rt = own_rt()
    chosen: Iterable[Resident] = [own_resident(named(text)) for text in request.form.getlist("resident")]
    if "all" in request.form:
        chosen = claims.claimable(rt)
    made = [claims.make_card(resident, leader(), now()) for resident in chosen if claims.may_claim(resident, now())]
    if not made:
        flash(_("No card was made: tick who is to get one."), "warning")
        return redirect(url_for(".choose_cards"))
    db.session.commit()
    return render_template("residents/cards_print.html", rt=rt, cards=made, qr=_qr)


@blueprint.route("/claims", methods=["GET", "POST"])
@open_to_everyone
def enter_code() -> Response | str | tuple[str, int]:
    form = CodeForm(typed())
    if request.method == "GET":
        return render_template("residents/claim_code.html", form=form)
    code = claims.digits_of(form.code.data or "")
    if form.validate() and len(code) == claims.DIGITS:
        return redirect(url_for(".claim", code=code))
    if not form.errors:
        form.code.errors = [_("The code has %(count)d digits.", count=claims.DIGITS)]
    return render_template("residents/claim_code.html", form=form), 422


@blueprint.route("/claims/<code>", methods=["GET", "POST"])
@open_to_everyone
@hashes_password
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: claims.digits_of((request.view_args or {})["code"]))
@limiter.limit("10 per hour", methods=["POST"], key_func=phone_tried, exempt_when=lambda: not phone_tried())
def claim(code: str) -> Response | str | tuple[str, int]:
    code, form = claims.digits_of(code), ClaimForm(typed())
    resident = claims.claimant(code, now())
    if resident is None:
        return _not_good(code, form)
    if request.method == "POST" and form.of(resident).validate():
        try:
            return _use(resident, code, form)
        except claims.Used:
            db.session.rollback()
            return _not_good(code, form)
        except claims.WrongPhone:
            form.phone.errors = [_("Your RT leader wrote down another number. Ask them to correct it, then try again.")]
        except PhoneTaken:
            form.phone.errors = [
                _("Another account has this number. Sign in with it, and ask your RT leader to connect it.")
            ]
    status = 200 if request.method == "GET" else 422
    return render_template("residents/claim.html", form=form, resident=resident), status


def _use(resident: Resident, code: str, form: ClaimForm) -> Response:
    """Make the account and sign in; for a resident who has one, ask its owner and show how that stands."""
    phone, password = form.phone.value, cast(str, form.password.data)
    if resident.user_id is None:
        user = claims.claim(resident, code, phone, password, now())
        phone_codes.send_if_possible(user, phone, "own", network_here(), now())
        db.session.commit()
        return admit(user, "/onboarding")
    asked = claims.ask_back(resident, code, phone, password, now())
    with suppress(phone_codes.TooSoon, LimitReached, NoCode):
        old_number.send_code(asked, network_here(), now())
    db.session.commit()
    return redirect(url_for(".claim", code=code), 303)


def _not_good(code: str, form: ClaimForm) -> Response | str | tuple[str, int]:
    """A card that was used shows its request; a user who has just made the account and taps again is signed in."""
    if asked := claims.request_of(code):
        return claimed.page(asked, code)
    user = None
    if request.method == "POST" and form.validate():
        user = returning(form.phone.value, cast(str, form.password.data))
    if user is None:
        return render_template("residents/claim_code.html", form=CodeForm(), unknown=True), 404
    return admit(user, "/onboarding")


def _qr(card: Card) -> segno.QRCode:
    """The card's address as a drawing that a phone reads."""
    return segno.make_qr(url_for(".claim", code=card.code, _external=True), error="m")
