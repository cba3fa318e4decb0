"""Pages that a crew's tablet keeps for times without a network, and the service worker that opens them."""

from flask import make_response, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.dispatch import blueprint
from meteor.dispatch.crew import is_job_of
from meteor.incidents.models import Incident
from meteor.web.access import open_to_everyone
from meteor.web.assets import LOOK

FILES = (
    *LOOK, "css/task.css", "css/offer.css", "css/unit.css", "css/dispatch.css", "css/queue.css",
    "css/type-mark.css", "css/notices.css", "css/premises.css", "css/map.css", "css/traffic.css", "css/incidents.css",
    "css/officer-alert.css",
    "vendor/htmx.min.js", "js/live.js", "js/menu.js", "js/once.js", "js/connection.js", "js/alarm.js", "js/send.js",
    "js/actions.js", "js/duty.js", "js/map.js", "js/tablet.js", "js/request.js", "js/sender.js", "js/steps.js",
    "js/hold.js", "js/officer-alert.js",
    "icon.svg", "manifest.webmanifest",
)  # fmt: skip
"""The files of the pages that `kept_by` names an officer for."""


@blueprint.app_template_global()
def kept_by(incident: Incident | None = None) -> int | None:
    """The id of the officer on whose tablet a page may be kept; a page about an incident only while it is their job."""
    if not current_user.has("officer") or (incident and not is_job_of(current_user, incident)):
        return None
    return int(current_user.id)


@blueprint.get("/tablet-worker.js")
@open_to_everyone
def tablet_worker() -> Response:
    """Serve the service worker at the root, since it rules no address above its own."""
    answer = make_response(render_template("dispatch/tablet-worker.js", names=FILES))
    answer.headers.update({"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"})
    return answer
