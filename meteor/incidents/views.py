"""An incident's page: what it is, where, who called, and what has happened; and what a call-taker asks about a type."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING, COMMAND_CENTRE, OPERATIONS, WRITERS
from meteor.accounts.user_forms import ROLE_NAMES
from meteor.agencies.duty_status import duty_status
from meteor.incidents import (
    blueprint,
    chains,
    decisions,
    escalation,
    event_labels,
    labels,
    repetition,
    rules,
    staging,
    timeline,
)
from meteor.incidents.doubts import doubts, sees_force
from meteor.incidents.forms import NoteForm
from meteor.incidents.models import Incident
from meteor.incidents.reporter import reporter_of
from meteor.incidents.visible import visible
from meteor.protocols import scripts
from meteor.protocols.models import IncidentType
from meteor.protocols.roles import roles
from meteor.store.contributions import contributed
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import distance
from meteor.web.access import open_to
from meteor.web.conflicts import conflict, done
from meteor.web.form_keys import idempotent_form
from meteor.web.language import clock, named, own_address
from meteor.web.polling import Reader, fragment, versioned
from meteor.web.pools import urgent

ASKING = (*CALL_HANDLING, "admin")
"""The roles that find incidents by number."""

PLACE_NOTES = contributed["place_notes"]
"""Functions of an incident's id: sentences beside its place for those who may correct it, "" where there are none."""

blueprint.add_app_template_filter(distance)


def place(it: Incident) -> list[str]:
    """The lines of an incident's place for crews: name and address of premises first."""
    return [it.premises.name, it.premises.address, *labels.area(it)] if it.premises else labels.area(it)


blueprint.add_app_template_filter(labels.area)
blueprint.add_app_template_filter(place)
blueprint.add_app_template_filter(lambda *of: doubts(*of, sees_force=current_user.has(*COMMAND_CENTRE)), "doubts")
blueprint.add_app_template_filter(labels.navigation_note)


def _version(reader: Reader, query: str, number: str) -> int | None:
    found = visible(reader.user_id, reader.roles, number)
    return found and found.version


@blueprint.get("/incidents/<number>")
@open_to(*OPERATIONS)
@urgent
def incident(number: str) -> str:
    return _page(_found(number), NoteForm())


@blueprint.get("/incidents/<number>/state")
@open_to(*OPERATIONS)
@urgent
@versioned(_version)
def state(number: str) -> Response:
    """The head and the timeline, polled."""
    found = _found(number)
    version = timeline.version_of(found.id)
    return fragment(version, lambda: render_template("incidents/_state.html", **_state(found, version)))


@blueprint.post("/incidents/<number>/notes")
@open_to(*WRITERS)
@idempotent_form("/incidents/{number}".format)
def note(number: str) -> AnyResponse | tuple[str, int]:
    """A note for everyone on the incident, also on one that is closed."""
    found = _found(number)
    form = NoteForm(request.form)
    if not form.validate():
        return _page(found, form), 422
    rules.note(found, form.note.data, now(), current_user)
    db.session.commit()
    flash(_("Note saved."))
    return redirect(f"/incidents/{number}", 303)


@blueprint.post("/incidents/<number>/acknowledgement")
@open_to(*COMMAND_CENTRE)
@urgent
def acknowledgement(number: str) -> AnyResponse:
    """See to the alarm of an incident: the first does, the second reads who. `next` is the page to go back to.

    `shown` is its severity as it was read: who saw less than what there is by now is asked again.
    """
    found = _found(number)
    page = own_address(request.form.get("next", "")) or f"/incidents/{number}"
    try:
        escalation.acknowledge(found.id, current_user, now(), request.form.get("shown", ""))
    except escalation.AlreadyAcknowledged as known:
        return conflict(_("Acknowledged by %(who)s at %(when)s.", who=known.who, when=clock(known.at)), page)
    except escalation.NothingToAcknowledge:
        return conflict(_("There is no alarm at this incident that somebody has to see to."), page)
    except escalation.Changed:
        db.session.refresh(found)
        said = _(
            "It has become %(type)s, P%(priority)s, meanwhile. Acknowledge it again?",
            type=named(found.type), priority=found.priority,
        )  # fmt: skip
        return conflict(said, f"/incidents/{number}")
    db.session.commit()
    return done(page)


@blueprint.get("/incident-types")
@open_to(*ASKING)
def types() -> str:
    """The types that the query's `q` may mean, as options of a combobox."""
    return render_template("incidents/_types.html", types=scripts.search_types(request.args.get("q", "")[:100]))


@blueprint.get("/incident-types/<int:type_id>/script")
@open_to(*ASKING)
def script(type_id: int) -> str:
    """The call script of a type. The query's `answer_<id>` are the answers so far."""
    known = db.session.get(IncidentType, type_id) or abort(404)
    return render_template(
        "incidents/_script.html", questions=scripts.questions(known.id), advice=scripts.advice(known.id),
        answers=scripts.answers_in(request.args),
    )  # fmt: skip


def _found(number: str) -> Incident:
    return rules.find(current_user, number) or abort(404)


def _page(found: Incident, form: NoteForm) -> str:
    return render_template(
        "incidents/incident.html",
        note_form=form,
        may_write=current_user.has(*WRITERS),
        duty=duty_status(current_user.id, now()),
        alarmed=current_user.has(*COMMAND_CENTRE),
        may_merge=current_user.has(*CALL_HANDLING),
        **_state(found, timeline.version_of(found.id)),
    )


def _state(found: Incident, version: int) -> dict[str, Any]:
    names, asks_for_place = _names(found), current_user.has(*CALL_HANDLING)
    lines = [event_labels.line(event, names) for event in timeline.of_incident(found.id)]
    return {
        "incident": found,
        "version": version,
        "reporter": reporter_of(found, current_user),
        "place_notes": [said for note in PLACE_NOTES.values() if (said := note(found.id))] if asks_for_place else [],
        "shortfall": names.shortfall(found.shortfall),
        "says": _said_by_reporters(found, lines),
        "parts": repetition.parts(lines[::-1]),
        "staging_metres": staging.metres_away(found),
        "chain": chains.of_incident(found.id),
        "may_see_to_it": current_user.has(*COMMAND_CENTRE),
        "role_names": ROLE_NAMES,
        "labels": labels,
    }


def _said_by_reporters(found: Incident, lines: Sequence[event_labels.Line]) -> list[str]:
    """The last words of the reporters, without those of incidents that are a part of it no more."""
    undone = decisions.undone_merges(found.id)
    heard = (line for line in lines if line.from_reporter and line.event.detail.get("merge") not in undone)
    return list(dict.fromkeys(line.said for line in heard if line.said))[-3:]


def _names(found: Incident) -> event_labels.Names:
    role = roles()
    types = db.session.scalars(select(IncidentType)).all()
    return event_labels.Names(
        types={each.code: named(each) for each in types},
        kinds={each.kind: named(each) for each in types if each.kind},
        role=lambda capability: named(role(found.type_id, capability)),
        sees_force=sees_force(current_user, found),
    )
