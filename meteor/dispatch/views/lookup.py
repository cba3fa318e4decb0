"""Shared by dispatch's views: the incident of a request, and conflicts with other users."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.accounts.roles import COMMAND
from meteor.agencies.labels import soon
from meteor.agencies.models import Capability
from meteor.dispatch.forms import ReplacementForm, UnitsForm
from meteor.dispatch.handling import permitted
from meteor.dispatch.labels import OVERRIDDEN
from meteor.dispatch.recommendation import Recommendation
from meteor.incidents import decisions
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed
from meteor.protocols.roles import roles
from meteor.store.database import db
from meteor.web import conflicts
from meteor.web.language import clock, named

CREW = ("officer", *COMMAND)


def page_of(number: str) -> str:
    """The incident's page."""
    return f"/incidents/{number}"


def get_or_404(number: str, action: str) -> Incident:
    """The incident, if this user sees it (else 404) and may do this about it (else 403)."""
    incident = incidents.find(current_user, number) or abort(404)
    if action not in permitted(current_user, incident):
        abort(403, _("Only the crew that is or was on this incident and the dispatcher may do this."))
    return incident


def done(number: str) -> Response:
    """Keep what was decided and show the incident."""
    db.session.commit()
    return conflicts.done(page_of(number))


def unless_closed(incident: Incident, change: Callable[[], object]) -> Response:
    """Make the change and show the incident; a conflict if another user has closed it."""
    try:
        change()
    except AlreadyClosed:
        return conflicts.conflict(who_closed(incident), page_of(incident.number))
    return done(incident.number)


def roster_page(
    incident: Incident, form: UnitsForm | ReplacementForm, recommendation: Recommendation, **words: Any
) -> str:
    """The form to choose units from a recommendation."""
    capabilities = {each.code: named(each) for each in db.session.scalars(select(Capability))}
    return render_template(
        "dispatch/roster.html",
        incident=incident,
        form=form,
        recommendation=recommendation,
        capabilities=capabilities,
        role_named=partial(roles(), incident.type_id),
        overridden=OVERRIDDEN,
        soon=soon,
        **words,
    )


def who_closed(incident: Incident) -> str:
    """Says who closed the incident, and when."""
    closure = decisions.newest(incident.id, "closure")
    if closure is None:
        return _("This incident is closed already.")
    return _("Too late: %(who)s closed this incident at %(when)s.", who=closure.author_name, when=clock(closure.at))


def who_reopened(incident: Incident) -> str:
    """Says who reopened the incident, and when, or why it cannot be reopened."""
    if incident.merged_into is not None:
        return _("This incident is handled in %(number)s. Separate the two first.", number=incident.handler.number)
    again = decisions.newest(incident.id, "reopening")
    if again is None:
        return _("This incident is not closed.")
    return _("Too late: %(who)s reopened this incident at %(when)s.", who=again.author_name, when=clock(again.at))
