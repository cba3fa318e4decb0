"""The steps that a crew's tablet reports: at once, or later when it had no network. The server takes each once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

from flask import abort, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Form

from meteor.agencies import rules as agencies
from meteor.agencies.forms import StatusForm
from meteor.agencies.labels import in_danger
from meteor.dispatch import blueprint, late_acceptance, rules
from meteor.dispatch.forms import ClosureForm, RefusalForm, StepForm
from meteor.dispatch.labels import changed_since_tap, too_late
from meteor.dispatch.late_closures import ChangedSinceTap
from meteor.dispatch.models import Assignment
from meteor.dispatch.step_time import LATER, StepTime, step_time
from meteor.dispatch.views.lookup import get_or_404, page_of, who_closed
from meteor.incidents.rules import AlreadyClosed
from meteor.store import answers
from meteor.store.answers import Answer
from meteor.store.database import db
from meteor.store.moments import LATENCY, now
from meteor.web.access import open_to
from meteor.web.language import clock, iso
from meteor.web.origin import exempt, refuse_foreign
from meteor.web.pools import urgent

CHANGES: dict[str, Callable[..., None]] = {
    "acceptance": rules.accept,
    "refusal": rules.refuse,
    "departure": rules.depart,
    "arrival": rules.arrive,
    "clearance": rules.clear,
}
"""Rules of crews' steps, by the last part of their addresses."""

Do = Callable[[datetime, datetime], str]
"""Does a step with the moments of receipt and tap; returns the address of the page that shows it."""


@blueprint.post("/unit/steps")
@open_to("officer")
@urgent
def report_steps() -> Response:
    """Take a step: 200 with `url` and whether it was reported later; 409 with what is so instead.

    401 for a step that another user tapped. Without a CSRF token, which may be outdated when the step is sent.
    """
    refuse_foreign()
    form = _valid(StepForm(request.form))
    if form.by.data != current_user.id:
        abort(401)
    received = now()
    owner, key = f"user:{current_user.id}", form.id.data.lower()
    told = {name: text for name, text in request.form.items() if name not in ("id", "waited")}
    try:
        earlier = answers.claim(owner, key, answers.fingerprint(told), received)
    except answers.OtherRequest:
        abort(409, _("Another step was sent under this id. Load the page again."))
    if earlier:
        return jsonify(earlier.body)
    body = _done(form, received)
    answers.keep(owner, key, Answer(200, body))
    db.session.commit()
    return jsonify(body)


exempt(blueprint, report_steps)


def _done(form: Any, received: datetime) -> dict[str, object]:
    """Do the step; its answer. Ends in a 409 where something else is so by now."""
    tapped = received - timedelta(seconds=form.waited.data)
    try:
        url = _step(form.step.data, form.subject.data or "")(received, tapped)
    except ChangedSinceTap as problem:
        _refuse(changed_since_tap(problem, clock(problem.change.at), clock(problem.tapped)))
    except agencies.InDanger as officer:
        _refuse(in_danger(officer))
    except agencies.UnitAtWork as at_work:
        _refuse(_("%(unit)s has a job, and its status follows that.", unit=at_work))
    except agencies.NewerStatus as newer:
        _refuse(_("Not changed: the unit's status was set anew at %(when)s, after your tap.", when=clock(newer.at)))
    return {"url": url, "tapped_at": iso(tapped), "later": received - tapped >= LATER}


def _step(step: str, subject: str) -> Do:
    if step == "closure":
        return _closure(subject)
    if step == "status":
        return _status(subject)
    assignment_id = int(subject) if subject.isdecimal() and len(subject) < 10 else 0
    assignment = rules.find(current_user, assignment_id)
    if assignment is None:
        abort(404, _("Your unit has no such job any more."))
    change = CHANGES[step]
    reason = (_valid(RefusalForm(request.form)).reason.data,) if step == "refusal" else ()

    def do(received: datetime, tapped: datetime) -> str:
        try:
            change(assignment, *reason, received, current_user, tapped=tapped)
        except rules.TooLate as late:
            _refuse_late(assignment, late, step, step_time(tapped, received, assignment.offered_at))
        return "/incidents" if step == "refusal" else page_of(assignment.incident.number)

    return do


def _refuse_late(assignment: Assignment, late: rules.TooLate, step: str, tap: StepTime) -> NoReturn:
    """Refuse a step and name its incident: the tablet may show another by now."""
    incident = assignment.incident
    words = f"{incident.number}: {too_late(late, clock(late.at) if late.at else '')}"
    if incident.merged_into is not None:
        words += " " + _("This incident is handled in %(number)s.", number=incident.handler.number)
    db.session.rollback()
    if step == "acceptance":
        late_acceptance.tell(assignment, tap, current_user)
        db.session.commit()
    abort(409, words)


def _closure(number: str) -> Do:
    incident = get_or_404(number, "closure")
    form = _valid(ClosureForm(request.form))

    def do(received: datetime, tapped: datetime) -> str:
        note = (form.note.data or "").strip()
        try:
            rules.close(incident, form.outcome.data, note, received, current_user, tapped=tapped)
        except AlreadyClosed:
            _refuse(who_closed(incident))
        return page_of(number)

    return do


def _status(call_sign: str) -> Do:
    status = _valid(StatusForm(request.form)).status.data
    shift = agencies.shift_of(current_user)
    if shift is None:
        _refuse(_("You are not on duty. Choose your unit first."))

    unit = shift.unit
    if call_sign != unit.call_sign:
        _refuse(_("Not changed: you are on %(unit)s now. Your tap was on another unit.", unit=unit.call_sign))

    def do(received: datetime, tapped: datetime) -> str:
        if tapped < shift.started_at - LATENCY:
            _refuse(_("Not changed: your duty on %(unit)s began after your tap.", unit=unit.call_sign))
        agencies.set_status(unit, status, received, since=tapped)
        return "/unit"

    return do


def _valid(form: Form) -> Any:
    """The form, if it is right; otherwise a 422 with the problems."""
    if not form.validate():
        abort(422, " ".join(str(problem) for field in form for problem in field.errors))
    return form


def _refuse(words: str) -> NoReturn:
    db.session.rollback()
    abort(409, words)
