"""Admin pages of units, and of their open shifts."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, select, true

from meteor.agencies import blueprint, fleet, membership
from meteor.agencies.fleet_forms import UnitForm
from meteor.agencies.labels import KINDS
from meteor.agencies.models import UNIT_STATUSES, Agency, Shift, Unit, UnitCapability
from meteor.agencies.rules import UnitAtWork, crews_of
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.rules import locate
from meteor.web.access import open_to
from meteor.web.edits import Answer, form_page, get_or_404, ready
from meteor.web.language import named
from meteor.web.lists import listing


@blueprint.get("/admin/units")
@open_to("admin")
def units() -> str:
    asked = {name: request.args.get(name, "") for name in ("agency", "capability", "state")}
    able = select(UnitCapability.unit_id).where(UnitCapability.capability == asked["capability"])
    statement = select(Unit).join(Agency).where(
        Agency.code == asked["agency"] if asked["agency"] else true(),
        Unit.id.in_(able) if asked["capability"] else true(),
        {"out_of_service": ~Unit.in_service}.get(
            asked["state"], Unit.status == asked["state"] if asked["state"] in UNIT_STATUSES else true()
        ),
    )  # fmt: skip
    page = listing(
        statement, sorts={"call_sign": Unit.call_sign, "agency": Agency.name, "base": Unit.base_name},
        search=(Unit.call_sign, Unit.base_name, Agency.name), filters=("agency", "capability", "state"),
    )  # fmt: skip
    return render_template(
        "agencies/admin/units.html", page=page, kinds=KINDS, crews=crews_of(page.rows),
        agencies={one.code: one.name for one in fleet.agencies()},
        capabilities={one.code: named(one) for one in fleet.capabilities()}, statuses=UNIT_STATUSES,
    )  # fmt: skip


@blueprint.route("/admin/units/new", methods=["GET", "POST"])
@open_to("admin")
def new_unit() -> Answer:
    return _edit(Unit(status="off_duty", in_service=True))


@blueprint.route("/admin/units/<int:unit_id>", methods=["GET", "POST"])
@open_to("admin")
def unit(unit_id: int) -> Answer:
    return _edit(get_or_404(Unit, unit_id))


@blueprint.post("/admin/units/<int:unit_id>/crew/<int:user_id>/sign-off")
@open_to("admin")
def end_shift(unit_id: int, user_id: int) -> Answer:
    known = get_or_404(Unit, unit_id)
    shift = db.session.scalar(_on_duty(known).where(Shift.user_id == user_id)) or abort(404)
    try:
        membership.end_shift(shift, now(), current_user)
    except UnitAtWork:
        db.session.rollback()
        message = _("%(unit)s has a job. The command centre must withdraw it first.", unit=known.call_sign)
        flash(message, "error")
    else:
        db.session.commit()
        flash(_("The shift of %(name)s has ended.", name=shift.user.name))
    return redirect(url_for(".unit", unit_id=unit_id))


def _edit(unit: Unit) -> Answer:
    form = UnitForm(request.form, unit, fleet.unit_values(unit))
    agencies = fleet.agencies()
    form.offer(agencies, fleet.capabilities(), named)
    if ready(form, form.before):
        try:
            fleet.save_unit(unit, form.values, current_user)
        except fleet.OnDutyNow:
            form.form_errors.append(
                _("%(unit)s is on duty. End its job and its shifts first; then it can leave service or change agency.",
                  unit=form.before["call_sign"])
            )  # fmt: skip
        else:
            db.session.commit()
            _say_saved(unit)
            return redirect(url_for(".unit", unit_id=unit.id))
    crew = db.session.scalars(_on_duty(unit)).all() if unit.id else ()
    return form_page(
        "agencies/admin/unit.html", form, form.before, unit=unit, crew=crew,
        no_capabilities=not form.capabilities.choices, no_agencies=not agencies,
    )  # fmt: skip


def _say_saved(unit: Unit) -> None:
    flash(_("%(name)s is saved.", name=unit.call_sign))
    if not locate(unit.base_latitude, unit.base_longitude).inside:
        flash(_("The base lies outside the city. Are latitude and longitude right?"), "warning")


def _on_duty(unit: Unit) -> Select[Shift]:
    return select(Shift).where(Shift.unit_id == unit.id, Shift.ended_at.is_(None)).order_by(Shift.started_at)
