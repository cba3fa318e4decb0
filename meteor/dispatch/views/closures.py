"""Closing an incident with its outcome, and opening it again."""

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.dispatch import blueprint, handling, rules
from meteor.dispatch.forms import ClosureForm, ReasonForm
from meteor.dispatch.views.lookup import CREW, done, get_or_404, page_of, unless_closed, who_reopened
from meteor.incidents.models import Incident
from meteor.incidents.rules import NotClosed
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form

Answer = Response | str | tuple[str, int]


@blueprint.get("/incidents/<number>/closure")
@open_to(*CREW)
def ask_closure(number: str) -> Answer:
    incident = get_or_404(number, "closure")
    return redirect(page_of(number)) if incident.status == "closed" else _closure_page(incident, ClosureForm())


@blueprint.post("/incidents/<number>/closure")
@open_to(*CREW)
@idempotent_form("/incidents/{number}".format)
def closure(number: str) -> Answer:
    incident = get_or_404(number, "closure")
    form = ClosureForm(request.form)
    if not form.validate():
        return _closure_page(incident, form), 422
    return unless_closed(
        incident, lambda: rules.close(incident, form.outcome.data, (form.note.data or "").strip(), now(), current_user)
    )


@blueprint.get("/incidents/<number>/reopening")
@open_to(*CREW)
def ask_reopening(number: str) -> Answer:
    incident = get_or_404(number, "reopening")
    return _reopening_page(incident, ReasonForm()) if incident.status == "closed" else redirect(page_of(number))


@blueprint.post("/incidents/<number>/reopening")
@open_to(*CREW)
@idempotent_form("/incidents/{number}".format)
def reopening(number: str) -> Answer:
    incident = get_or_404(number, "reopening")
    form = ReasonForm(request.form)
    if not form.validate():
        return _reopening_page(incident, form), 422
    try:
        rules.reopen(incident, form.reason.data, now(), current_user)
    except NotClosed:
        return conflict(who_reopened(incident), page_of(number))
    return done(number)


def _closure_page(incident: Incident, form: ClosureForm) -> str:
    units = [each.assignment.unit.call_sign for each in handling.view(incident, current_user, now()).units]
    return render_template(
        "dispatch/closure.html",
        incident=incident,
        form=form,
        title=_("Close the incident"),
        lead=_("These units are free again: %(units)s.", units=", ".join(units)) if units else "",
        hints={"note": _("When it was handed over: to whom?")},
        yes=_("Close the incident"),
    )


def _reopening_page(incident: Incident, form: ReasonForm) -> str:
    return render_template(
        "dispatch/decision.html",
        incident=incident,
        form=form,
        title=_("Reopen the incident"),
        lead=_("It is dispatched anew: the nearest units are offered it."),
        yes=_("Reopen the incident"),
    )
