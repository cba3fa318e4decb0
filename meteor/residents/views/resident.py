"""One person of the register, and what the RT leader may do with them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.residents import blueprint, claims, register, rules, sign_ups
from meteor.residents.forms import MoveForm, MoveOutForm, RejectionForm, ResidentForm, SamePersonForm, person_values
from meteor.residents.models import Resident
from meteor.residents.views.own import Typed, leader, mention_foreign, named, own_household, own_resident, own_rt, typed
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.web.access import open_to
from meteor.web.edits import form_page, ready


@blueprint.get("/residents/<uuid:resident_id>")
@open_to("rt_leader")
def resident(resident_id: UUID) -> str:
    return page_of(own_resident(resident_id))


@blueprint.route("/residents/<uuid:resident_id>/edit", methods=["GET", "POST"])
@open_to("rt_leader")
def edit_resident(resident_id: UUID) -> Response | str | tuple[str, int]:
    resident = own_resident(resident_id)
    form, before = ResidentForm.editing(resident, typed()), person_values(resident)
    if ready(form, before):
        try:
            rules.edit(resident, form.person, leader(), now())
            db.session.commit()
        except rules.NikTaken:
            form.say_that_nik_is_taken()
        except rules.PhoneOfAccount:
            form.say_that_phone_is_the_owners()
        else:
            flash(_("Saved."))
            mention_foreign(form)
            return redirect(url_for(".resident", resident_id=resident_id))
    elif form.form_errors:
        form.take_needs_of(resident)
    return form_page("residents/edit.html", form, before, resident=resident)


@blueprint.post("/residents/<uuid:resident_id>/nik")
@open_to("rt_leader")
def nik(resident_id: UUID) -> str:
    resident = own_resident(resident_id)
    digits = rules.read_nik(resident, leader())
    db.session.commit()
    return page_of(resident, nik=digits)


@blueprint.post("/residents/<uuid:resident_id>/household")
@open_to("rt_leader")
def move(resident_id: UUID) -> Response | tuple[str, int]:
    rt, resident = own_rt(), own_resident(resident_id)
    form = _move_form(resident, request.form)
    if not form.validate():
        return page_of(resident, move=form), 422
    chosen = form.household.data
    rules.move(
        resident, own_household(named(chosen)) if chosen else rules.household_at(rt, form.address.value), leader()
    )
    db.session.commit()
    flash(_("%(name)s lives at %(address)s now.", name=resident.name, address=resident.household.address))
    return redirect(url_for(".resident", resident_id=resident_id))


@blueprint.post("/residents/<uuid:resident_id>/departure")
@open_to("rt_leader")
def move_out(resident_id: UUID) -> Response | tuple[str, int]:
    resident = own_resident(resident_id)
    form = MoveOutForm(request.form)
    if not form.validate():
        return page_of(resident, move_out=form), 422
    rules.move_out(resident, form.day.data, leader())
    db.session.commit()
    flash(_("%(name)s has moved out. The entry stays in the history.", name=resident.name))
    return redirect(url_for(".resident", resident_id=resident_id))


@blueprint.post("/residents/<uuid:resident_id>/return")
@open_to("rt_leader")
def move_back(resident_id: UUID) -> Response:
    resident = own_resident(resident_id)
    try:
        rules.move_back(resident, leader())
        db.session.commit()
        flash(_("%(name)s lives here again.", name=resident.name))
    except rules.NikTaken:
        db.session.rollback()
        flash(_("This NIK was registered anew meanwhile, here or in another RT. So this stays as it is."), "error")
    return redirect(url_for(".resident", resident_id=resident_id))


def page_of(resident: Resident, **given: object) -> str:
    """The page of one resident, with the forms that came back with a problem, or the NIK."""
    forms = {
        "same": same_person_form(resident, None), "rejection": RejectionForm(),
        "move": _move_form(resident, None), "move_out": MoveOutForm(),
    }  # fmt: skip
    may_claim = claims.may_claim(resident, now())
    doubtful = resident.state == "waiting" and sign_ups.has_anothers_nik(resident)
    return render_template(
        "residents/show.html",
        resident=resident,
        may_claim=may_claim,
        doubtful=doubtful,
        today=today(),
        **{**forms, **given},
    )


def same_person_form(resident: Resident, chosen: Typed | None) -> SamePersonForm | None:
    """The form of a sign-up's resident; None after the decision, or without residents without an account."""
    if resident.state not in ("waiting", "rejected"):
        return None
    registered = sign_ups.without_account(resident.household.rt)
    return SamePersonForm(chosen, registered, sign_ups.same_person(resident, registered)) if registered else None


def _move_form(resident: Resident, moving: Typed | None) -> MoveForm:
    homes = register.households(resident.household.rt)
    return MoveForm(moving, [home for home in homes if home.id != resident.household_id])
