"""An incident on paper: what is known of it, and lines for what is done while no screen can be asked."""

from flask import abort, render_template
from flask_login import current_user

from meteor.accounts.roles import OPERATIONS
from meteor.alerts import blueprint, callers
from meteor.dispatch import plan_slots
from meteor.incidents import rules as incidents
from meteor.incidents import staging, timeline
from meteor.incidents.event_labels import Names
from meteor.incidents.labels import NEEDS
from meteor.incidents.reporter import reporter_of
from meteor.protocols.roles import roles
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.language import named


@blueprint.get("/incidents/<number>/paper")
@open_to(*OPERATIONS)
def paper_card(number: str) -> str:
    """Show one A4 page, to be printed before it is needed."""
    incident = incidents.find(current_user, number) or abort(404)
    written = [event for event in timeline.of_incident(incident.id) if event.detail.get("note")]
    role = roles()
    names = Names(role=lambda capability: named(role(incident.type_id, capability)))
    return render_template(
        "alerts/paper.html",
        incident=incident,
        reporter=reporter_of(incident, current_user),
        calls=callers.of_incident(incident, current_user),
        slots=plan_slots.of_incident(incident),
        shortfall=names.shortfall(incident.shortfall) if incident.is_open else (),
        staging_metres=staging.metres_away(incident),
        written=written,
        needs=NEEDS,
        at=now(),
    )
