"""The RT leader's word on those who signed up for their RT."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.residents import rules, sign_ups
from meteor.residents.forms import RejectionForm
from meteor.residents.views.own import leader, named, own_resident, own_rt
from meteor.residents.views.register import page_of
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.gates import open_to

blueprint = Blueprint("sign_ups", __name__)


@blueprint.get("/residents/sign-ups")
@open_to("rt_leader")
def index() -> str:
    rt = own_rt()
    registered = sign_ups.without_account(rt)
    waiting = [(resident, sign_ups.same_person(resident, registered)) for resident in sign_ups.waiting(rt)]
    return render_template("residents/sign_ups.html", rt=rt, waiting=waiting, rejected=sign_ups.rejected(rt))


@blueprint.post("/residents/<uuid:resident_id>/verification")
@open_to("rt_leader")
def verify(resident_id: UUID) -> Response:
    """With `same_as`, the sign-up is that resident of the register."""
    resident, same_as = own_resident(resident_id), request.form.get("same_as", "")
    try:
        if same_as:
            sign_ups.connect(resident, own_resident(named(same_as)), leader())
        else:
            sign_ups.verify(resident, leader(), now())
        name = resident.name
        db.session.commit()
        flash(_("%(name)s is verified.", name=name))
    except sign_ups.NotWaiting:
        _tell_it_was_decided()
    except rules.NikTaken:
        db.session.rollback()
        flash(_("The NIK of this sign-up belongs to a resident already. If that is the same person, choose them below; "
                "otherwise reject the sign-up."), "error")  # fmt: skip
        return redirect(url_for("residents.show", resident_id=resident_id))
    return redirect(url_for(".index"))


@blueprint.post("/residents/<uuid:resident_id>/rejection")
@open_to("rt_leader")
def reject(resident_id: UUID) -> Response | tuple[str, int]:
    resident, form = own_resident(resident_id), RejectionForm(request.form)
    if not form.validate():
        return page_of(resident, rejection=form), 422
    try:
        sign_ups.reject(resident, form.reason.value, leader(), now())
        db.session.commit()
        flash(_("%(name)s was rejected and reads your reason. They may name another RT.", name=resident.name))
    except sign_ups.NotWaiting:
        _tell_it_was_decided()
    return redirect(url_for(".index"))


def _tell_it_was_decided() -> None:
    db.session.rollback()
    flash(_("This sign-up was decided before, on another device or by another leader. Nothing was changed."), "warning")
