"""Decisions of the disaster agency about a report: each a POST of its own."""

from collections.abc import Callable

from flask import Response, abort, flash, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from meteor.hazards import ACTS, blueprint, handling, raising
from meteor.hazards.clusters import open_incident_of, parts
from meteor.hazards.desk import find, newest_decision
from meteor.hazards.labels import HAPPENED
from meteor.hazards.models import HazardReport
from meteor.hazards.views.desk import FORMS, get_or_404, report_page
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict, done
from meteor.web.form_keys import idempotent_form
from meteor.web.language import clock

Answer = AnyResponse | Response | tuple[str, int]


@blueprint.post("/hazards/desk/<number>/verification")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def verification(number: str) -> Answer:
    """Verify the report, and those joined to it."""
    report = get_or_404(number)
    return _decided(report, lambda: handling.verify(report, now(), current_user), _("Verified: the reporter is told."))


@blueprint.post("/hazards/desk/<number>/question")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def question(number: str) -> Answer:
    """Ask the reporter a question."""
    report, form = get_or_404(number), FORMS["question"](request.form)
    said = _("Asked: the answer comes here.")
    try:
        return _filled(report, form, lambda: handling.ask(report, form["question"].data, now(), current_user), said)
    except handling.CannotAnswer:
        abort(422, _("A partner sent this report: its reporter cannot answer here. Call back, or give a reason."))


@blueprint.post("/hazards/desk/<number>/rejection")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def rejection(number: str) -> Answer:
    """Reject the report, with a reason."""
    report, form = get_or_404(number), FORMS["rejection"](request.form)
    said = _("Not confirmed: the reporter reads the reason.")
    return _filled(report, form, lambda: handling.reject(report, form["reason"].data, now(), current_user), said)


@blueprint.post("/hazards/desk/<number>/confirmation")
@open_to(*ACTS)
def confirmation(number: str) -> Answer:
    """Confirm that the hazard is still there."""
    report = get_or_404(number)
    said = _("Still there: the public page says when you confirmed it.")
    return _decided(report, lambda: handling.confirm(report, now(), current_user), said)


@blueprint.post("/hazards/desk/<number>/resolution")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def resolution(number: str) -> Answer:
    """Mark the hazard as over."""
    report, form = get_or_404(number), FORMS["resolution"](request.form)
    said = _("Over: the public page says so for 24 hours.")
    return _filled(report, form, lambda: handling.resolve(report, form["words"].data or "", now(), current_user), said)


@blueprint.post("/hazards/desk/<number>/joining")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def joining(number: str) -> Answer:
    """Join the report to another of the same hazard: `with`, its number."""
    report, other = get_or_404(number), find(request.form.get("with", "").strip())
    if other is None:
        abort(422, _("No report has this number."))
    try:
        main = handling.join(report, other, now(), current_user)
    except handling.SameReport:
        abort(422, _("A report cannot be joined to itself."))
    except handling.TooLate:
        return _too_late(report)
    flash(_("One hazard from now on: %(number)s.", number=main.number))
    return _kept(main.number)


@blueprint.post("/hazards/desk/<number>/separation")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def separation(number: str) -> Answer:
    """Separate the report from the one that it was joined to."""
    report = get_or_404(number)
    said = _("A hazard of its own again: it waits for your decision.")
    return _decided(report, lambda: handling.separate(report, now(), current_user), said)


@blueprint.post("/hazards/desk/<number>/incident")
@open_to(*ACTS)
@idempotent_form("/hazards/desk/{number}".format)
def incident(number: str) -> Answer:
    """Make an incident of the hazard: units are offered it."""
    report, form = get_or_404(number), FORMS["incident"](request.form)
    if not form.validate():
        return report_page(report, form), 422
    priority = form["priority"].data
    try:
        made = raising.make_incident(report, int(priority) if priority else None, now(), current_user)
    except raising.AlreadyRaised:
        return _raised_before(report)
    except handling.TooLate:
        return _too_late(report)
    flash(_("Incident %(number)s is made: units are asked.", number=made.number))
    return _kept(number)


def _filled(report: HazardReport, form: Form, decide: Callable[[], None], said: str) -> Answer:
    """Decide with a form that is right, else show it again."""
    return _decided(report, decide, said) if form.validate() else (report_page(report, form), 422)


def _decided(report: HazardReport, decide: Callable[[], None], said: str) -> Answer:
    try:
        decide()
    except handling.TooLate:
        return _too_late(report)
    flash(said)
    return _kept(report.number)


def _too_late(report: HazardReport) -> AnyResponse | Response:
    return conflict(_who_was_first(report), _page_of(report.number))


def _who_was_first(report: HazardReport) -> str:
    """Sentence about who decided about the report first, what, and when."""
    newest = newest_decision(report)
    if newest is None or newest.author is None:
        return _("This report has changed meanwhile. Look at it again.")
    what = str(HAPPENED.get(newest.kind, newest.kind))
    return _("Too late: %(who)s was first at %(when)s: %(what)s.", who=newest.author.name, when=clock(newest.at),
             what=what)  # fmt: skip


def _raised_before(report: HazardReport) -> AnyResponse | Response:
    raised = open_incident_of((report, *parts(report)))
    return conflict(
        _("Units were sent before: incident %(number)s.", number=raised.number if raised else "–"),
        _page_of(report.number),
    )


def _kept(number: str) -> AnyResponse:
    db.session.commit()
    return done(_page_of(number))


def _page_of(number: str) -> str:
    return f"/hazards/desk/{number}"
