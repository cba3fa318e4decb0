"""Callers, repeated presses and present positions of reporters on an incident's page."""

from flask import Response, abort, render_template
from flask_login import current_user

from meteor.accounts.phones import readable
from meteor.accounts.roles import OPERATIONS
from meteor.alerts import blueprint, callers, positions, repeats
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.visible import visible
from meteor.web.access import open_to
from meteor.web.polling import Reader, fragment, versioned
from meteor.web.pools import urgent

blueprint.add_app_template_filter(readable, "phone")


def _version(reader: Reader, query: str, number: str) -> str | None:
    found = visible(reader.user_id, reader.roles, number)
    return found and f"{found.version}.{positions.version(found.id)}"


@blueprint.get("/incidents/<number>/callers")
@open_to(*OPERATIONS)
@urgent
@versioned(_version)
def callers_panel(number: str) -> Response:
    """Polled; its version is the incident's and that of its alerts and their fixes."""
    incident = incidents.find(current_user, number) or abort(404)
    version = f"{timeline.version_of(incident.id)}.{positions.version(incident.id)}"

    def render() -> str:
        return render_template(
            "alerts/_callers.html",
            incident=incident,
            calls=callers.of_incident(incident, current_user),
            positions=positions.of_incident(incident),
            presses=repeats.of_incident(incident),
            version=version,
        )

    return fragment(version, render)
