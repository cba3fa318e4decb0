"""The RT leader's register: the list, and one person of it."""

from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from meteor.accounts.phones import readable
from meteor.residents import cells, claims, register, rules, sign_ups
from meteor.residents.forms import NEED_WORDS, MoveForm, MoveOutForm, NewHomeForm, RejectionForm, ResidentForm
from meteor.residents.models import Household, Resident
from meteor.residents.views.own import leader, named, own_household, own_resident, own_rt, typed
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.web.gates import open_to
from meteor.web.lists import listing

blueprint = Blueprint("residents", __name__)
blueprint.add_app_template_filter(readable, "phone")
blueprint.add_app_template_filter(cells.spelled, "position")
blueprint.add_app_template_filter(format_date, "day")
blueprint.add_app_template_filter(NEED_WORDS.__getitem__, "need")


@blueprint.get("/residents")
@open_to("rt_leader")
def index() -> str:
    rt = register.led_by(leader())
    if rt is None:
        return render_template("residents/no_rt.html")
    show = request.args.get("show", "")
    found = register.residents(rt, request.args.get("q", "")[:100], show)
    page = listing(register.homes(found), sorts={"address": Household.address_key}, filters=("show",))
    in_homes = found.where(Resident.household_id.in_([home.id for home in page.rows]))
    people = db.session.scalars(in_homes.order_by(Resident.created_at, Resident.id)).all()
    counts = register.counts(rt)
    return render_template("residents/index.html", rt=rt, page=page, people=people, show=show, counts=counts)


@blueprint.post("/residents/search")
@open_to("rt_leader")
def search() -> Response:
    """Find by a NIK, which no address ever holds, or by anything else, which the list's address does."""
    rt, q = own_rt(), request.form.get("q", "")[:100]
    try:
        digits = cells.nik(q).digits
    except ValueError:
        return redirect(url_for(".index", q=q or None, show=request.form.get("show") or None))
    resident = register.with_nik(rt, digits)
    if resident:
        return redirect(url_for(".show", resident_id=resident.id))
    flash(_("Nobody in your register has this NIK."), "warning")
    return redirect(url_for(".index"))


@blueprint.get("/residents/new")
@open_to("rt_leader")
def new() -> str:
    return _new(_at(request.args.get("household", "")))


@blueprint.post("/residents")
@open_to("rt_leader")
def create() -> Response | tuple[str, int]:
    rt, home = own_rt(), _at(request.form.get("household", ""))
    form = ResidentForm(request.form) if home else NewHomeForm(request.form)
    if not form.validate():
        return _new(home, form), 422
    place = home or rules.household_at(rt, form.address.value, form.door)
    try:
        resident = rules.enter(place, form.person, leader(), now())
    except rules.NikTaken:
        return _new(home, _nik_taken(form)), 422
    db.session.commit()
    flash(_("%(name)s is in the register.", name=resident.name))
    _mention_foreign(form)
    return redirect(url_for("households.show", household_id=resident.household_id))


@blueprint.get("/residents/<uuid:resident_id>")
@open_to("rt_leader")
def show(resident_id: UUID) -> str:
    return page_of(own_resident(resident_id))


@blueprint.route("/residents/<uuid:resident_id>/edit", methods=["GET", "POST"])
@open_to("rt_leader")
def edit(resident_id: UUID) -> Response | str | tuple[str, int]:
    resident = own_resident(resident_id)
    form = ResidentForm.editing(resident, typed())
    if request.method == "GET":
        return render_template("residents/edit.html", form=form, resident=resident)
    if form.validate():
        try:
            rules.edit(resident, form.person, leader(), now())
            db.session.commit()
        except rules.NikTaken:
            _nik_taken(form)
        else:
            flash(_("Saved."))
            _mention_foreign(form)
            return redirect(url_for(".show", resident_id=resident_id))
    return render_template("residents/edit.html", form=form, resident=resident), 422


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
    return redirect(url_for(".show", resident_id=resident_id))


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
    return redirect(url_for(".show", resident_id=resident_id))


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
    return redirect(url_for(".show", resident_id=resident_id))


def page_of(resident: Resident, **given: object) -> str:
    """The page of one resident, with the forms that came back with a problem, or the NIK."""
    rt = resident.household.rt
    undecided = resident.state in ("waiting", "rejected")
    registered = sign_ups.without_account(rt) if undecided else []
    forms = {"move": _move_form(resident, None), "move_out": MoveOutForm(), "rejection": RejectionForm()}
    return render_template(
        "residents/show.html", resident=resident, may_claim=claims.may_claim(resident), registered=registered,
        same=sign_ups.same_person(resident, registered), today=today(), **{**forms, **given},
    )  # fmt: skip


def _move_form(resident: Resident, moving: ImmutableMultiDict[str, str] | None) -> MoveForm:
    homes = register.households(resident.household.rt)
    return MoveForm(moving, [home for home in homes if home.id != resident.household_id])


def _new(home: Household | None, form: ResidentForm | None = None) -> str:
    own_rt()
    form = form or (ResidentForm() if home else NewHomeForm())
    return render_template("residents/new.html", form=form, home=home)


def _at(household_id: str) -> Household | None:
    """The household that a new resident is to belong to; None for a new one."""
    return own_household(named(household_id)) if household_id else None


def _nik_taken(form: ResidentForm) -> ResidentForm:
    text = _(
        "This NIK belongs to a resident already, here or in another RT. If they moved, their old entry must end first."
    )
    form.nik.errors = [*cast(list[str], form.nik.errors), text]
    return form


def _mention_foreign(form: ResidentForm) -> None:
    if form.nik.value and not form.nik.value.issued_here:
        flash(_("This NIK was issued outside Kota Probolinggo. That is fine if the person moved here."), "info")
