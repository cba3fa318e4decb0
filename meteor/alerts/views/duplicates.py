"""Views of possible duplicates of an incident, merge and separation."""

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING
from meteor.alerts import blueprint, duplicates, labels, merging
from meteor.dispatch.views.lookup import done, page_of, who_closed
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.reporter import reporter_of
from meteor.incidents.rules import AlreadyClosed
from meteor.incidents.visible import visible
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.language import clock, named
from meteor.web.polling import Reader, fragment, versioned

Answer = Response | AnyResponse


def _version(reader: Reader, query: str, number: str) -> int | None:
    return timeline.version() if visible(reader.user_id, reader.roles, number) else None


@blueprint.get("/incidents/<number>/duplicates")
@open_to(*CALL_HANDLING)
@versioned(_version)
def duplicates_panel(number: str) -> Response:
    """Possible duplicates and merged incidents, polled. The version is the queue's."""
    incident = _found(number)
    version = timeline.version()
    return fragment(version, lambda: render_template("alerts/_duplicates.html", version=version, **_shown(incident)))


@blueprint.post("/incidents/<number>/merger")
@open_to(*CALL_HANDLING)
def merger(number: str) -> Answer:
    """Handle this incident as a part of the one that the form names: `into`, a number."""
    incident = _found(number)
    into = incidents.find(current_user, request.form.get("into", "").strip())
    if into is None:
        abort(422, _("Into: give the number of an incident, as 261124-007."))
    try:
        merging.merge(incident, into, now(), current_user)
    except merging.SameIncident:
        abort(422, _("Into: an incident cannot be merged into itself."))
    except AlreadyClosed:
        if _merged_by_user(incident, into):  # the answer was lost on the way, and the form is sent again
            return done(into.number)
        return conflict(_who_was_faster(incident, into), page_of(number))
    flash(_("%(number)s is handled in %(main)s from now on.", number=incident.number, main=into.number))
    if lost := merging.asked_no_more(incident, into):
        names = ", ".join(named(capability) for capability in lost)
        flash(_("Its response plan also asked for: %(names)s. Add a unit if it is needed.", names=names), "warning")
    return done(into.number)


@blueprint.post("/incidents/<number>/separation")
@open_to(*CALL_HANDLING)
def separation(number: str) -> Answer:
    """This incident is not the same as the one that handles it after all."""
    incident = _found(number)
    made = merging.find(incident)
    try:
        if made is None:
            raise merging.Undone
        merging.undo(made, now(), current_user)
    except merging.Undone:
        return conflict(_who_separated(incident), page_of(number))
    names = {"number": number, "main": made.into.handler.number}
    if made.into.handler.status == "closed":
        flash(_("%(number)s is open again and units are asked. %(main)s stays closed.", **names))
    else:
        flash(_("%(number)s and %(main)s are two incidents again.", **names))
    return done(number)


def _found(number: str) -> Incident:
    return incidents.find(current_user, number) or abort(404)


def _merged_by_user(incident: Incident, into: Incident) -> bool:
    made = merging.find(incident)
    return made is not None and made.merged_by_id == current_user.id and made.into.handler.id == into.handler.id


def _who_was_faster(incident: Incident, into: Incident) -> str:
    """Says who closed or merged one of the two incidents, and when."""
    closed = incident if incident.status == "closed" else into
    made = merging.find(closed)
    if made is None:
        return who_closed(closed)
    return _("Too late: %(who)s has merged %(number)s into %(main)s at %(when)s.", number=closed.number,
             main=made.into.number, who=made.merged_by.name, when=clock(made.merged_at))  # fmt: skip


def _who_separated(incident: Incident) -> str:
    """Says who separated the incidents, and when."""
    undone = merging.find_undone(incident)
    if undone is None or undone.undone_at is None or undone.undone_by is None:
        return _("This incident is not a part of another one.")
    return _("Too late: %(who)s has separated this from %(main)s at %(when)s.", main=undone.into.number,
             who=undone.undone_by.name, when=clock(undone.undone_at))  # fmt: skip


def _shown(incident: Incident) -> dict[str, object]:
    found = duplicates.of_incident(incident) if incident.is_open else []
    parts = [(made.incident, reporter_of(made.incident, current_user)) for made in merging.parts_of(incident)]
    return {
        "incident": incident,
        "candidates": found,
        "parts": parts,
        "main_of": merging.main_of,
        "reason": labels.reason,
    }
