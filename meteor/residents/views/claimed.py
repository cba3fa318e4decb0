"""A claim card that asks for access to an account: how the request stands, and the proof by the old number."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.accounts import old_number, phone_codes, phone_numbers, recoveries
from meteor.accounts.forms import PhoneCodeForm
from meteor.accounts.models import RecoveryRequest
from meteor.accounts.views.number import said_of
from meteor.residents import blueprint, claims
from meteor.residents.views.own import network_here
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.throttle import limiter


def _card() -> str:
    return claims.digits_of((request.view_args or {})["code"])


@blueprint.post("/claims/<code>/message")
@open_to_everyone
@limiter.limit("10 per hour", key_func=_card)
def claim_message(code: str) -> Response | tuple[str, int]:
    """Send a code to the number that the account has now."""
    asked = _asked()
    try:
        old_number.send_code(asked, network_here(), now())
    except phone_codes.TooSoon as soon:
        form = PhoneCodeForm()
        form.code.errors = [said_of(soon)]
        return page(asked, _card(), form), 429
    except phone_codes.NoCode:
        abort(404)
    db.session.commit()
    flash(_("A code is on its way to the number that the account has now."))
    return redirect(url_for("residents.claim", code=_card()), 303)


@blueprint.post("/claims/<code>/proof")
@open_to_everyone
@limiter.limit("30 per hour", key_func=_card)
def claim_proof(code: str) -> Response | tuple[str, int]:
    """Take the code: it stands for the owner's consent."""
    asked, form = _asked(), PhoneCodeForm(request.form)
    if form.validate():
        try:
            old_number.prove(asked, form.digits, now())
            db.session.commit()
            return redirect(url_for("residents.claim", code=_card()), 303)
        except (phone_codes.WrongCode, phone_codes.NoCode) as wrong:
            db.session.commit()  # the try counts
            form.code.errors = [said_of(wrong)]
        except (recoveries.Ended, recoveries.OtherRole, phone_numbers.PhoneTaken):
            db.session.rollback()
            form.code.errors = [_("The request cannot be granted any more. Ask an administrator of the city.")]
    return page(asked, _card(), form), 422


def page(asked: RecoveryRequest, code: str, form: PhoneCodeForm | None = None) -> str:
    """The state of the request, with the form of a code while it can be confirmed."""
    return render_template(
        "residents/claim_asked.html", asked=asked, code=code, form=form or PhoneCodeForm(), at=now(),
        provable=old_number.can_prove(asked, now()),
        earliest=asked.requested_at + recoveries.WAIT, ends=asked.requested_at + recoveries.LASTS,
    )  # fmt: skip


def _asked() -> RecoveryRequest:
    return claims.request_of(_card()) or abort(404)
