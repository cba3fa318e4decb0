"""Changes of an open incident: type, priority, place, staging point, dispatcher, hold, release."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from meteor.accounts.roles import COMMAND
from meteor.dispatch import blueprint, override
from meteor.dispatch.forms import PlaceForm, StagingForm, TypeForm
from meteor.dispatch.labels import stays_at
from meteor.dispatch.views.lookup import done, get_or_404, page_of, unless_closed
from meteor.incidents import staging
from meteor.incidents.models import Incident
from meteor.incidents.rules import TypeRow
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web import conflicts
from meteor.web.access import open_to
from meteor.web.form_keys import idempotent_form
from meteor.web.language import named

Answer = Response | str | tuple[str, int]


@blueprint.get("/incidents/<number>/type")
@open_to(*COMMAND)
def ask_type(number: str) -> Answer:
    incident = get_or_404(number, "type")
    priority = 0 if incident.priority == incident.type.priority else incident.priority
    return _type_page(incident, TypeForm(data={"type": incident.type_id, "priority": priority}))


@blueprint.post("/incidents/<number>/type")
@open_to(*COMMAND)
@idempotent_form("/incidents/{number}".format)
def change_type(number: str) -> Answer:
    """Another type or priority."""
    incident = get_or_404(number, "type")
    form = TypeForm(request.form)
    types = _types(incident)
    form.type.choices = [SelectChoice(each.id, named(each)) for each in types.values()]
    if not form.validate():
        return _type_page(incident, form), 422
    row = TypeRow.of(types[form.type.data])
    return unless_closed(
        incident,
        lambda: override.retype(
            incident, row, form.priority.data or row.priority, form.reason.data, now(), current_user
        ),
    )


@blueprint.get("/incidents/<number>/staging")
@open_to(*COMMAND)
def ask_staging(number: str) -> Answer:
    incident = get_or_404(number, "staging")
    known = {"latitude": incident.staging_latitude, "longitude": incident.staging_longitude}
    return _staging_page(incident, StagingForm(data=known))


@blueprint.post("/incidents/<number>/staging")
@open_to(*COMMAND)
@idempotent_form("/incidents/{number}".format)
def choose_staging(number: str) -> Answer:
    """The staging point of a silent approach."""
    incident = get_or_404(number, "staging")
    form = StagingForm(request.form)
    if not form.validate():
        return _staging_page(incident, form), 422
    return unless_closed(
        incident, lambda: override.stage(incident, form.latitude.data, form.longitude.data, now(), current_user)
    )


@blueprint.get("/incidents/<number>/place")
@open_to("call_taker", *COMMAND)
def ask_place(number: str) -> Answer:
    incident = get_or_404(number, "place")
    return _stays(incident) or _place_page(incident, PlaceForm())


@blueprint.post("/incidents/<number>/place")
@open_to("call_taker", *COMMAND)
@idempotent_form("/incidents/{number}".format)
def correct_place(number: str) -> Answer:
    """Where it is, as staff know it by now."""
    incident = get_or_404(number, "place")
    if refusal := _stays(incident):
        return refusal
    form = PlaceForm(request.form)
    if not form.validate() or form.found is None:
        return _place_page(incident, form), 422
    place = form.found
    return unless_closed(incident, lambda: override.correct_place(incident, place, now(), current_user))


@blueprint.post("/incidents/<number>/dispatcher")
@open_to(*COMMAND)
def take_over(number: str) -> Answer:
    """The incident is this dispatcher's from now on."""
    incident = get_or_404(number, "dispatcher")
    return unless_closed(incident, lambda: override.take_over(incident, now(), current_user))


@blueprint.post("/incidents/<number>/hold")
@open_to(*COMMAND)
def hold(number: str) -> Answer:
    """Ask no unit until somebody releases the incident."""
    incident = get_or_404(number, "hold")
    return unless_closed(incident, lambda: override.hold(incident, now(), current_user))


@blueprint.post("/incidents/<number>/release")
@open_to("call_taker", *COMMAND)
def release(number: str) -> Answer:
    """Let a held alert go to a unit."""
    override.release(get_or_404(number, "release"), now(), current_user)
    return done(number)


def _types(incident: Incident) -> dict[int, IncidentType]:
    """The active types, by name."""
    offered = IncidentType.active | (IncidentType.id == incident.type_id)
    types = db.session.scalars(select(IncidentType).where(offered)).all()
    return {each.id: each for each in sorted(types, key=lambda each: named(each))}


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


def _stays(incident: Incident) -> Answer | None:
    """The refusal to move an incident at premises, None for others."""
    if incident.premises is None:
        return None
    return conflicts.conflict(stays_at(incident.premises), page_of(incident.number))


def _place_page(incident: Incident, form: PlaceForm) -> str:
    return render_template(
        "dispatch/place.html",
        incident=incident,
        form=form,
        title=_("Correct the place"),
        lead=_("The crews under way are told."),
        yes=_("Change"),
    )
