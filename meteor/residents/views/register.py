"""The RT leader's register: the list, the search, and who is new in it."""

from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from meteor.accounts.phones import readable
from meteor.residents import blueprint, cells, register, rules
from meteor.residents.forms import (
    NEED_WORDS,
    NewHomeForm,
    ResidentForm,
)
from meteor.residents.models import Household, Resident
from meteor.residents.views.own import leader, mention_foreign, named, own_household, own_rt
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to
from meteor.web.lists import listing

ENTRIES = Limit("entries", 500, _l("entered residents"))

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
        return redirect(url_for("residents.resident", resident_id=resident.id))
    flash(_("Nobody in your register has this NIK."), "warning")
    return redirect(url_for(".index"))


@blueprint.get("/residents/new")
@open_to("rt_leader")
def new() -> str:
    return _new(_at(request.args.get("household", "")))


@blueprint.post("/residents")
@open_to("rt_leader")
def create() -> Response | tuple[str, int]:
    """The page names the new resident by a UUID (`id`): what is sent twice is written down once."""
    rt, home = own_rt(), _at(request.form.get("household", ""))
    resident_id = named(request.form["id"]) if "id" in request.form else uuid4()
    form = ResidentForm(request.form) if home else NewHomeForm(request.form)
    if not form.validate():
        return _new(home, form), 422
    register.hold(rt)
    resident = register.resident_of(rt, resident_id)
    if resident is None:
        quotas.spend(f"user:{leader().id}", ENTRIES, now())
        place = home or rules.household_at(rt, form.address.value, form.door)
        try:
            resident = rules.enter(place, form.person, leader(), now(), resident_id)
        except rules.NikTaken:
            form.say_that_nik_is_taken()
            return _new(home, form), 422
    db.session.commit()
    flash(_("%(name)s is in the register.", name=resident.name))
    mention_foreign(form)
    return redirect(url_for("residents.household", household_id=resident.household_id))


def _new(home: Household | None, form: ResidentForm | None = None) -> str:
    own_rt()
    form = form or (ResidentForm() if home else NewHomeForm())
    return render_template("residents/new.html", form=form, home=home, resident_id=request.form.get("id") or uuid4())


def _at(household_id: str) -> Household | None:
    """The household that a new resident is to belong to; None for a new one."""
    return own_household(named(household_id)) if household_id else None
