"""Invitations of staff who have no password yet: made for many at once, and printed as cards."""

import segno
from flask import render_template, request, url_for
from flask_login import current_user

from meteor.agencies import blueprint, fleet, staff_invitations
from meteor.agencies.invitation_forms import InvitationsForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer

MASK = 0
"""The pattern of the QR codes. Every reader knows all eight; choosing the best takes three quarters of the time."""


@blueprint.route("/admin/members/invitations", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def invitations() -> Answer:
    """Choose who gets an invitation; the cards, whose links are in no other answer: only their hashes are kept."""
    form = InvitationsForm.offering(fleet.agencies(), request.form or None)
    if request.method == "GET" or not form.validate():
        counts = staff_invitations.counts(now())
        page = render_template("agencies/admin/invitations.html", form=form, counts=counts)
        return page, 422 if form.errors else 200
    cards, left = staff_invitations.make(form.agency, form.again.data, current_user, now())
    db.session.commit()
    return render_template("agencies/admin/invitation_cards.html", cards=cards, left=left, link=_link, qr=_qr), 201


def _link(token: str) -> str:
    return url_for("accounts.invitation", token=token, _external=True)


def _qr(token: str) -> segno.QRCode:
    return segno.make_qr(_link(token), error="m", mask=MASK)
