"""The log of calls, flagged numbers, and answering figures."""

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from meteor.accounts.models import User
from meteor.accounts.roles import CALL_HANDLING
from meteor.alerts.models import Alert
from meteor.calls import blueprint, caller_flags, figures, labels
from meteor.calls.forms import SPANS, BlockForm, bounds, period
from meteor.calls.models import CLASSES, Call, CallerFlag
from meteor.calls.waiting import STEPS
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form
from meteor.web.lists import listing


@blueprint.get("/calls/log")
@open_to(*CALL_HANDLING)
def log() -> str:
    as_ = request.args.get("class", "")
    query = (
        select(Call)
        .outerjoin(User, User.id == Call.taken_by_id)
        .outerjoin(Alert, Alert.id == Call.alert_id)
        .outerjoin(Incident, Incident.id == Alert.incident_id)
        .options(joinedload(Call.taken_by), joinedload(Call.alert))
    )
    if as_ in CLASSES:
        query = query.where(Call.classified_as == as_)
    page = listing(
        query,
        sorts={"received": Call.received_at, "caller": Call.caller, "taker": User.name, "class": Call.classified_as},
        search=(Call.caller, Call.phone, User.name, Incident.number),
        filters=("class",) if as_ in CLASSES else (),
        sort="-received",
    )
    return render_template("calls/log.html", page=page, labels=labels, as_=as_)


@blueprint.get("/calls/numbers")
@open_to(*CALL_HANDLING)
def numbers() -> str:
    return _numbers(BlockForm())


@blueprint.post("/calls/numbers")
@open_to("supervisor")
@idempotent_form(lambda: "/calls/numbers")
def block() -> Response | tuple[str, int]:
    form = BlockForm(request.form)
    if not form.validate():
        return _numbers(form), 422
    caller_flags.block(str(form.phone.data), form.days.data or 1, form.reason.data or "", now(), current_user)
    db.session.commit()
    flash(_("The number rings nowhere until then. Its panic button still works."))
    return redirect("/calls/numbers", 303)


@blueprint.post("/calls/numbers/<int:flag_id>/lifting")
@open_to("supervisor")
def lift(flag_id: int) -> Response:
    flag = db.session.get(CallerFlag, flag_id) or abort(404)
    try:
        caller_flags.lift(flag, now(), current_user)
    except caller_flags.AlreadyLifted:
        return conflict(_("This flag is over already."), "/calls/numbers")
    db.session.commit()
    flash(_("The flag is lifted."))
    return redirect("/calls/numbers", 303)


@blueprint.get("/calls/statistics")
@open_to(*CALL_HANDLING)
def statistics() -> str:
    day, days = period(request.args)
    return render_template(
        "calls/statistics.html",
        figures=figures.figures(*bounds(day, days)),
        day=day,
        days=days,
        spans=SPANS,
        steps=STEPS,
        percentiles=figures.PERCENTILES,
        supervisor=current_user.has("supervisor"),
        labels=labels,
    )


def _numbers(form: BlockForm) -> str:
    page = listing(
        select(CallerFlag).options(joinedload(CallerFlag.set_by)),
        sorts={"until": CallerFlag.until, "phone": CallerFlag.phone, "set": CallerFlag.set_at},
        search=(CallerFlag.phone, CallerFlag.reason),
        sort="-until",
    )
    supervisor = current_user.has("supervisor")
    return render_template("calls/numbers.html", page=page, form=form, supervisor=supervisor, at=now(), labels=labels)
