"""Changes of an open incident: more units, type, priority, staging point, release."""

from collections.abc import Sequence

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from meteor.accounts.roles import COMMAND
from meteor.agencies.models import Member, Unit
from meteor.dispatch import blueprint, override
from meteor.dispatch.facts import facts_of
from meteor.dispatch.forms import StagingForm, TypeForm, UnitsForm
from meteor.dispatch.labels import busy, owed_for
from meteor.dispatch.recommendation import Recommendation
from meteor.dispatch.roster import roster
from meteor.dispatch.views.lookup import CREW, done, get_or_404, page_of, roster_page, who_closed
from meteor.incidents import staging
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed, TypeRow
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.language import named

Answer = Response | str | tuple[str, int]


@blueprint.get("/incidents/<number>/assignments")
@open_to(*CREW)
def ask_assignment(number: str) -> Answer:
    incident = get_or_404(number, "assignments")
    return _assignment_page(incident, UnitsForm(), _addable(incident))


@blueprint.post("/incidents/<number>/assignments")
@open_to(*CREW)
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
    try:
        override.offer_again(incident, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    return done(number)


@blueprint.get("/incidents/<number>/type")
@open_to(*COMMAND)
def ask_type(number: str) -> Answer:
    incident = get_or_404(number, "type")
    priority = 0 if incident.priority == incident.type.priority else incident.priority
    return _type_page(incident, TypeForm(data={"type": incident.type_id, "priority": priority}))


@blueprint.post("/incidents/<number>/type")
@open_to(*COMMAND)
def change_type(number: str) -> Answer:
    """Another type or priority."""
    incident = get_or_404(number, "type")
    form = TypeForm(request.form)
    types = _types(incident)
    form.type.choices = [SelectChoice(each.id, named(each)) for each in types.values()]
    if not form.validate():
        return _type_page(incident, form), 422
    chosen = types[form.type.data]
    row = TypeRow(chosen.id, chosen.code, chosen.priority, chosen.agency_id)
    try:
        override.retype(incident, row, form.priority.data or row.priority, form.reason.data, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    return done(number)


@blueprint.get("/incidents/<number>/staging")
@open_to(*COMMAND)
def ask_staging(number: str) -> Answer:
    incident = get_or_404(number, "staging")
    known = {"latitude": incident.staging_latitude, "longitude": incident.staging_longitude}
    return _staging_page(incident, StagingForm(data=known))


@blueprint.post("/incidents/<number>/staging")
@open_to(*COMMAND)
def choose_staging(number: str) -> Answer:
    """The staging point of a silent approach."""
    incident = get_or_404(number, "staging")
    form = StagingForm(request.form)
    if not form.validate():
        return _staging_page(incident, form), 422
    try:
        override.stage(incident, form.latitude.data, form.longitude.data, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    return done(number)


@blueprint.post("/incidents/<number>/dispatcher")
@open_to(*COMMAND)
def take_over(number: str) -> Answer:
    """The incident is this dispatcher's from now on."""
    incident = get_or_404(number, "dispatcher")
    try:
        override.take_over(incident, now(), current_user)
    except AlreadyClosed:
        return conflict(who_closed(incident), page_of(number))
    return done(number)


@blueprint.post("/incidents/<number>/release")
@open_to("call_taker", *COMMAND)
def release(number: str) -> Answer:
    """Let a held alert go to a unit."""
    override.release(get_or_404(number, "release"), now(), current_user)
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


def _types(incident: Incident) -> dict[int, IncidentType]:
    """The active types, by name."""
    offered = IncidentType.active | (IncidentType.id == incident.type_id)
    types = db.session.scalars(select(IncidentType).where(offered)).all()
    return {each.id: each for each in sorted(types, key=lambda each: named(each))}


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


def _type_page(incident: Incident, form: TypeForm) -> str:
    form.type.choices = [SelectChoice(each.id, named(each)) for each in _types(incident).values()]
    return render_template(
        "dispatch/decision.html",
        incident=incident,
        form=form,
        title=_("Change type or priority"),
        lead=_("What the new type's response plan asks for is offered at once."),
        yes=_("Change"),
    )


def _staging_page(incident: Incident, form: StagingForm) -> str:
    return render_template(
        "dispatch/staging.html",
        incident=incident,
        form=form,
        suggested=staging.suggest(incident.premises) if incident.premises else None,
        away=staging.AWAY,
        title=_("Staging point"),
        lead=_("Where the units wait, out of sight of the entrance, until they go in together."),
        hints={"latitude": _("For example -7.74320"), "longitude": _("For example 113.21580")},
        yes=_("Wait here"),
    )
