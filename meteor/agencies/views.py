"""Duty on a tablet: the unit, its crew, its status and its position."""

from functools import partial

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user
from htmx_flask import make_response
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from meteor.agencies import blueprint, labels, positions, rules, travel
from meteor.agencies.duty_status import duty_status, duty_version
from meteor.agencies.forms import DutyForm, PositionForm, StatusForm
from meteor.agencies.labels import KINDS
from meteor.agencies.models import Unit
from meteor.store.database import db
from meteor.store.group_commit import committed
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.polling import fragment, versioned
from meteor.web.pools import urgent

Page = str | AnyResponse | tuple[str, int]


def soon(distance: float, kind: str, radius: float | None = None) -> str:
    """Return in words how soon a unit of this kind is there.

    `distance` is in metres as the crow flies, to a place that is known to `radius` metres.
    """
    pace = travel.paces()[kind]
    words = labels.soon(*travel.minutes_to(distance, radius, pace))
    return _("%(minutes)s at walking pace", minutes=words) if travel.at_walking_pace(pace) else words


def position_source(unit: Unit) -> str:
    """Return the source of the unit's position in words; empty without a position."""
    source = positions.position_source(unit, now())
    return str(labels.SOURCES[source]) if source else ""


blueprint.add_app_template_filter(soon)
blueprint.add_app_template_filter(position_source)
blueprint.add_app_template_filter(format_decimal, "decimal")


@blueprint.get("/unit")
@open_to("officer")
@urgent
def own_unit() -> Page:
    on_duty = duty_status(current_user.id, now())
    if on_duty:
        return render_template("agencies/unit.html", duty=on_duty)
    return _choice_page(DutyForm(data={"unit": rules.last_unit_of(current_user)}))


@blueprint.get("/unit/status")
@open_to("officer")
@urgent
@versioned(lambda reader, query: duty_version(reader.user_id, now()))
def status() -> Response:
    """The unit's status on /unit, polled."""
    return _polled("agencies/_status.html")


@blueprint.get("/unit/strip")
@open_to("officer")
@urgent
@versioned(lambda reader, query: duty_version(reader.user_id, now()))
def strip() -> Response:
    """The line about the unit on every other page of an officer, polled."""
    return _polled("agencies/_strip.html")


@blueprint.post("/unit")
@open_to("officer")
@urgent
def change_duty() -> Page:
    """Choose a unit (`unit`) and begin duty on it, or set its status (`status`)."""
    return _set_status() if "status" in request.form else _start_duty()


@blueprint.post("/unit/sign-off")
@open_to("officer")
def sign_off() -> AnyResponse:
    """End duty."""
    page = url_for("agencies.own_unit")
    try:
        rules.sign_off(current_user, now())
    except rules.InDanger as officer:
        return conflict(labels.in_danger(officer), page)
    except rules.UnitAtWork as at_work:
        why = _(
            "Your duty goes on: %(unit)s still has a job. Refuse the offer or clear the job first, or let a colleague "
            "join the unit.", unit=at_work,
        )  # fmt: skip
        return conflict(why, page)
    db.session.commit()
    flash(_("Your duty has ended."))
    return redirect(page, 303)


@blueprint.post("/unit/position")
@open_to("officer")
@urgent
def position() -> Response:
    """Take a fix: 204 when it is kept; 200 and why when it is not; 409 off duty; 422 with the fields that are wrong."""
    values = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    form = PositionForm.of(values if isinstance(values, dict) else {})
    if not form.validate():
        return _wrong(form)
    at = now()
    keep = partial(positions.keep_fix, current_user.id, *form.fix(), form.at.data or at, at)
    dropped = committed(keep, current_app.app_context)
    if dropped is None:
        abort(409, _("You are not on duty, so your position was not kept."))
    return jsonify(kept=False, why=dropped) if dropped else Response(status=204)


def _start_duty() -> Page:
    form = DutyForm(request.form)
    units = {each.id: each for each in rules.units_for(current_user)}
    form.unit.choices = [SelectChoice(unit_id) for unit_id in units]
    if not form.validate():
        return _choice_page(form), 422
    chosen = units[form.unit.data]
    try:
        rules.start_duty(current_user, chosen, now())
    except rules.OnDuty as already:
        why = _("You are on duty on %(unit)s already. End that duty first.", unit=already)
        return conflict(why, url_for("agencies.own_unit"))
    except rules.OutOfService as unit:
        return conflict(
            _("%(unit)s was just taken out of service. Choose another unit.", unit=unit), url_for(".own_unit")
        )
    db.session.commit()
    flash(_("You are on duty on %(unit)s.", unit=chosen.call_sign))
    return redirect("/incidents", 303)


def _set_status() -> AnyResponse:
    page = url_for("agencies.own_unit")
    form = StatusForm(request.form)
    if not form.validate():
        abort(422, " ".join(form.status.errors))
    shift = rules.shift_of(current_user)
    if shift is None:
        return conflict(_("You are not on duty. Choose your unit first."), page)
    try:
        rules.set_status(shift.unit, form.status.data, now())
    except rules.InDanger as officer:
        return conflict(labels.in_danger(officer), page)
    except rules.UnitAtWork as at_work:
        return conflict(_("%(unit)s has a job, and its status follows that.", unit=at_work), page)
    db.session.commit()
    return redirect(page, 303)


def _choice_page(form: DutyForm) -> str:
    units = rules.units_for(current_user)
    form.unit.choices = [SelectChoice(unit.id) for unit in units]
    kinds: dict[str, list[Unit]] = {}
    for unit in units:
        kinds.setdefault(unit.kind, []).append(unit)
    groups = [(name, kinds[kind]) for kind, name in KINDS.items() if kind in kinds]
    return render_template("agencies/duty.html", form=form, groups=groups, crews=rules.crews_of(units))


def _polled(template: str) -> Response:
    on_duty = duty_status(current_user.id, now())
    if on_duty is None:  # signed off on another device: this page has nothing to show any more
        return make_response(redirect=url_for("agencies.own_unit"))
    return fragment(on_duty.version, lambda: render_template(template, duty=on_duty))


def _wrong(form: PositionForm) -> Response:
    """Problem details (RFC 9457) that name every field that is wrong."""
    errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
    answer = jsonify(type="about:blank", title=_("The position is not right"), status=422, errors=errors)
    answer.status_code, answer.mimetype = 422, "application/problem+json"
    return answer
