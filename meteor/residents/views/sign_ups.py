"""The RT leader's word on those who signed up for their RT."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.residents import blueprint, rules, sign_ups
from meteor.residents.forms import RejectionForm
from meteor.residents.models import Resident
from meteor.residents.views.own import leader, named, own_resident, own_rt
from meteor.residents.views.resident import page_of, same_person_form
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to


@blueprint.get("/residents/sign-ups")
@open_to("rt_leader")
def open_sign_ups() -> str:
    rt = own_rt()
    registered = sign_ups.without_account(rt)
    waiting = [
        (resident, sign_ups.same_person(resident, registered), sign_ups.has_anothers_nik(resident))
        for resident in sign_ups.waiting(rt)
    ]
    return render_template("residents/sign_ups.html", rt=rt, waiting=waiting, rejected=sign_ups.rejected(rt))


@blueprint.post("/residents/<uuid:resident_id>/verification")
@open_to("rt_leader")
def verify(resident_id: UUID) -> Response:
    resident = own_resident(resident_id)
    return _decided(resident, lambda: sign_ups.verify(resident, leader(), now()), _("%(name)s is verified."))


@blueprint.post("/residents/<uuid:resident_id>/connection")
@open_to("rt_leader")
def connect(resident_id: UUID) -> Response | tuple[str, int]:
    """The sign-up is a resident of the register (`same_as`), whose account it becomes."""
    resident = own_resident(resident_id)
    form = same_person_form(resident, request.form)
    if form and not form.validate():
        return page_of(resident, same=form), 422
    registered = own_resident(named(request.form.get("same_as", "")))
    return _decided(resident, lambda: sign_ups.connect(resident, registered, leader()), _("%(name)s is verified."))


@blueprint.post("/residents/<uuid:resident_id>/rejection")
@open_to("rt_leader")
def reject(resident_id: UUID) -> Response | tuple[str, int]:
    resident, form = own_resident(resident_id), RejectionForm(request.form)
    if not form.validate():
        return page_of(resident, rejection=form), 422
    return _decided(
        resident, lambda: sign_ups.reject(resident, form.reason.value, leader(), now()), _("%(name)s is rejected.")
    )


def _decided(resident: Resident, decide: Callable[[], None], said: str) -> Response:
    """Do what the leader decided on a sign-up, and say what came of it, `said` with the name."""
    resident_id, name = resident.id, resident.name
    try:
        decide()
        db.session.commit()
    except sign_ups.NotWaiting:
        db.session.rollback()
        flash(_("This sign-up was decided before, on another device or by another leader. Nothing changed."), "warning")
    except rules.NikTaken:
        db.session.rollback()
        flash(_("The NIK of this sign-up belongs to a resident already. If that is the same person, choose them below; "
                "otherwise reject the sign-up."), "error")  # fmt: skip
        return redirect(url_for("residents.resident", resident_id=resident_id))
    else:
        flash(said % {"name": name})
    return redirect(url_for(".open_sign_ups"))
