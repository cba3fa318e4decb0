"""More units for an open incident: chosen by a person, a crew's own, or those asked again that did not answer."""

from collections.abc import Sequence

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from meteor.accounts.roles import COMMAND
from meteor.agencies import rules as agencies
from meteor.agencies.models import Member, Unit
from meteor.dispatch import blueprint, override, self_dispatch
from meteor.dispatch.facts import facts_of
from meteor.dispatch.forms import UnitsForm
from meteor.dispatch.labels import busy, not_open, owed_for
from meteor.dispatch.recommendation import Recommendation
from meteor.dispatch.roster import roster
from meteor.dispatch.too_late import current_state
from meteor.dispatch.views.lookup import CREW, done, get_or_404, page_of, roster_page, unless_closed, who_closed
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form
from meteor.web.pools import urgent

Answer = Response | str | tuple[str, int]


@blueprint.get("/incidents/<number>/assignments")
@open_to(*CREW)
def ask_assignment(number: str) -> Answer:
    incident = get_or_404(number, "assignments")
    return _assignment_page(incident, UnitsForm(), _addable(incident))


@blueprint.post("/incidents/<number>/assignments")
@open_to(*CREW)
@idempotent_form("/incidents/{number}".format)
def assignment(number: str) -> Answer:
    """Add units: the dispatcher any, with a reason where a rule is overridden; a crew those of its own agency."""
    incident = get_or_404(number, "assignments")
    form, recommended = UnitsForm(request.form), _addable(incident)
    units = {entry.unit.id: entry.unit for entry in recommended.entries}
    form.unit.choices = [SelectChoice(unit_id) for unit_id in units]
    if _commands():
        form.owed = owed_for(recommended.overridden(form.unit.data or ()))
    if not form.validate():
        return _assignment_page(incident, form, recommended), 422
    chosen = [unit for unit in units.values() if unit.id in form.unit.data]
    try:
        refused = override.add(incident, chosen, form.given, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    if len(refused) == len(chosen):
        db.session.rollback()
        form.unit.errors = [busy(unit) for unit in refused]
        return _assignment_page(incident, form, _addable(incident)), 409
    db.session.commit()  # before it is said
    _say_who_is_asked(chosen, refused)
    return done(number)


@blueprint.post("/incidents/<number>/offers")
@open_to(*CREW)
def offer_again(number: str) -> Answer:
    """Ask again, at once, those who did not answer."""
    incident = get_or_404(number, "assignments")
    return unless_closed(incident, lambda: override.offer_again(incident, now(), current_user))


@blueprint.post("/incidents/<number>/self-dispatch")
@open_to("officer")
@urgent
def take(number: str) -> Answer:
    """A crew takes an incident that lacks its unit; refused with the reason, and with who was faster."""
    incident, shift = incidents.find(current_user, number) or abort(404), agencies.shift_of(current_user)
    if shift is None:
        return conflict(_("You are not on duty. Choose your unit first."), page_of(number))
    try:
        self_dispatch.take(incident, shift.unit, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    except override.UnitBusy as unit:
        return conflict(busy(unit), page_of(number))
    except self_dispatch.NotOpenToUnit as problem:
        return conflict(not_open(problem.obstacle, current_state(incident)), page_of(number))
    return done(number)


def _commands() -> bool:
    return current_user.has(*COMMAND)


def _say_who_is_asked(chosen: Sequence[Unit], refused: Sequence[override.UnitBusy]) -> None:
    not_sent = {unit.call_sign for unit in refused}
    asked = [unit.call_sign for unit in chosen if unit.call_sign not in not_sent]
    flash(_("Asked to come: %(units)s.", units=", ".join(asked)))
    for unit in refused:
        flash(busy(unit), "error")


def _addable(incident: Incident) -> Recommendation:
    """The units that this user may add: the dispatcher any, others those of their own agency."""
    agency_id = None
    if not _commands():
        agency_id = db.session.scalar(select(Member.agency_id).where(Member.user_id == current_user.id)) or 0
    return Recommendation(roster(incident, now(), agency_id), facts_of(incident.id))


def _assignment_page(incident: Incident, form: UnitsForm, recommended: Recommendation) -> str:
    return roster_page(
        incident,
        form,
        recommended,
        title=_("Add units"),
        lead=_("The units that you choose are offered the job beside those that are on it."),
        yes=_("Ask them to come"),
        commands=_commands(),
    )
