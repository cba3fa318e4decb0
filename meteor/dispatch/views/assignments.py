"""Assignments: the crew's steps and the dispatcher's changes. Each action has an address of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from meteor.accounts.roles import COMMAND
from meteor.dispatch import blueprint, override, rules
from meteor.dispatch.facts import facts_of
from meteor.dispatch.forms import ReasonForm, RefusalForm, ReplacementForm
from meteor.dispatch.labels import busy, too_late
from meteor.dispatch.models import Assignment
from meteor.dispatch.recommendation import Recommendation
from meteor.dispatch.roster import roster
from meteor.dispatch.views.lookup import CREW, page_of, roster_page
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to, wants_json
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form
from meteor.web.language import clock
from meteor.web.pools import urgent

Answer = Response | str | tuple[str, int]


def _page_of(assignment_id: int) -> str:
    return page_of(_found(assignment_id).incident.number)


@blueprint.post("/assignments/<int:assignment_id>/acceptance")
@open_to(*CREW)
@urgent
def acceptance(assignment_id: int) -> Answer:
    return _do(_found(assignment_id), rules.accept)


@blueprint.post("/assignments/<int:assignment_id>/refusal")
@open_to(*CREW)
@urgent
def refusal(assignment_id: int) -> Answer:
    """Decline the offer with one of the reasons; it goes to the next nearest. A dispatcher stays with the incident."""
    assignment = _found(assignment_id)
    form = RefusalForm(request.form)
    if not form.validate():
        abort(422, " ".join(form.reason.errors))
    return _do(assignment, rules.refuse, form.reason.data, then="" if current_user.has(*COMMAND) else "/incidents")


@blueprint.post("/assignments/<int:assignment_id>/departure")
@open_to(*CREW)
@urgent
def departure(assignment_id: int) -> Answer:
    return _do(_found(assignment_id), rules.depart)


@blueprint.post("/assignments/<int:assignment_id>/arrival")
@open_to(*CREW)
@urgent
def arrival(assignment_id: int) -> Answer:
    return _do(_found(assignment_id), rules.arrive)


@blueprint.post("/assignments/<int:assignment_id>/clearance")
@open_to(*CREW)
@urgent
def clearance(assignment_id: int) -> Answer:
    return _do(_found(assignment_id), rules.clear)


@blueprint.get("/assignments/<int:assignment_id>/withdrawal")
@open_to(*COMMAND)
def ask_withdrawal(assignment_id: int) -> Answer:
    return _withdrawal_page(_found(assignment_id), ReasonForm())


@blueprint.post("/assignments/<int:assignment_id>/withdrawal")
@open_to(*COMMAND)
@idempotent_form(_page_of)
def withdrawal(assignment_id: int) -> Answer:
    assignment = _found(assignment_id)
    form = ReasonForm(request.form)
    if not form.validate():
        return _withdrawal_page(assignment, form), 422
    return _do(assignment, rules.withdraw, form.reason.data)


@blueprint.get("/assignments/<int:assignment_id>/reassignment")
@open_to(*COMMAND)
def ask_reassignment(assignment_id: int) -> Answer:
    return _reassignment_page(_found(assignment_id), ReplacementForm())


@blueprint.post("/assignments/<int:assignment_id>/reassignment")
@open_to(*COMMAND)
@idempotent_form(_page_of)
def reassignment(assignment_id: int) -> Answer:
    """Another unit takes this one's place."""
    assignment = _found(assignment_id)
    form = ReplacementForm(request.form)
    units = {entry.unit.id: entry.unit for entry in roster(assignment.incident, now())}
    form.unit.choices = [SelectChoice(unit_id) for unit_id in units]
    if not form.validate():
        return _reassignment_page(assignment, form), 422
    try:
        return _do(assignment, override.reassign, units[form.unit.data], form.given)
    except override.UnitBusy as unit:
        db.session.rollback()
        form.unit.errors = [busy(unit)]
        return _reassignment_page(assignment, form), 409


def _found(assignment_id: int) -> Assignment:
    return rules.find(current_user, assignment_id) or abort(404)


def _do(assignment: Assignment, action: Callable[..., None], *words: Any, then: str = "") -> Response:
    """Run the action and show the incident. Answers TooLate with the faster user and the time."""
    page = page_of(assignment.incident.number)
    try:
        action(assignment, *words, now(), current_user)
    except rules.TooLate as late:
        return conflict(too_late(late, clock(late.at) if late.at else ""), page)
    status = assignment.status
    db.session.commit()
    if wants_json():
        return jsonify(id=assignment.id, status=status, url=then or page)
    return redirect(then or page, 303)


def _withdrawal_page(assignment: Assignment, form: ReasonForm) -> str:
    return render_template(
        "dispatch/decision.html",
        incident=assignment.incident,
        form=form,
        title=_("Withdraw %(unit)s", unit=assignment.unit.call_sign),
        lead=_("The unit is free again and is not offered this incident any more. The next nearest is."),
        yes=_("Withdraw the unit"),
        look="danger",
    )


def _reassignment_page(assignment: Assignment, form: ReplacementForm) -> str:
    """The recommendation is for the response without the unit that is replaced."""
    facts = facts_of(assignment.incident_id)
    others = [each for each in facts.assignments if each.id != assignment.id]
    return roster_page(
        assignment.incident,
        form,
        Recommendation(roster(assignment.incident, now()), replace(facts, assignments=others)),
        title=_("Replace %(unit)s", unit=assignment.unit.call_sign),
        lead=_("The unit that you choose is offered the job in its place."),
        yes=_("Replace the unit"),
    )
