"""The alarm screen of the command centre: a page for a wall, and what it polls."""

from flask import Blueprint, Response, render_template

from meteor.accounts.user_forms import ROLE_NAMES
from meteor.incidents.escalation import ROLES
from meteor.sas import monitor
from meteor.sas.meanings import SAID
from meteor.sas.monitor import Alarm, Screen
from meteor.store.moments import now
from meteor.web.gates import open_to
from meteor.web.language import named
from meteor.web.polling import fragment

blueprint = Blueprint("monitor", __name__, url_prefix="/sas/monitor")


@blueprint.get("")
@open_to(*ROLES)
def page() -> str:
    screen = monitor.screen(now())
    return render_template("sas/monitor.html", screen=screen, content=_content(screen))


@blueprint.get("/state")
@open_to(*ROLES)
def state() -> Response:
    """What rings and who sees to what, polled; its version is what it shows."""
    screen = monitor.screen(now())
    return fragment(screen.version, lambda: _content(screen))


def _content(screen: Screen) -> str:
    return render_template("sas/_monitor.html", screen=screen, said=SAID, role_names=ROLE_NAMES, name_of=_name_of)


def _name_of(alarm: Alarm) -> str:
    """What an alarm is called across the room: its premises, or what it is where nobody knows them."""
    return ", ".join(place.name for place in alarm.places) or named(alarm.incident.type)
