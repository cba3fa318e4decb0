"""The alarm screen of the command centre: a page for a wall, and what it polls."""

from datetime import datetime

from flask import Response, render_template
from flask_login import current_user

from meteor.accounts.roles import CALL_HANDLING, COMMAND, COMMAND_CENTRE
from meteor.accounts.user_forms import ROLE_NAMES
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import sentences
from meteor.notices.labels import sentence
from meteor.protocols.roles import roles
from meteor.sas import blueprint, monitor, second_sign
from meteor.sas.labels import STATES
from meteor.sas.meanings import SAID
from meteor.sas.monitor import Alarm
from meteor.store.changes import Remembered
from meteor.store.database import reading_engine
from meteor.store.moments import now, turn
from meteor.web.access import open_to
from meteor.web.language import locale, named
from meteor.web.polling import Reader, fragment, versioned
from meteor.web.pools import urgent
from meteor.web.renderings import Renderings

AGAIN = 2
"""Seconds after which units, premises and the like are looked at again."""

IN_VIEW = 6
"""Number of ringing alarms that a screen of 1920 by 1080 pixels shows at once."""

renderings = Renderings()
known: Remembered[object] = Remembered()


def _version(reader: Reader, query: str) -> str | None:
    """The version of the screen that was rendered last, if it would be rendered so again."""
    at = now()
    state = known.get(reading_engine(), turn(at, 1), lambda: monitor.state(at))
    calls = not reader.roles.isdisjoint(CALL_HANDLING)
    shown = renderings.known((reader.language, calls), (state, turn(at, AGAIN)))
    return None if shown is None else shown.partition("\n")[0]


@blueprint.get("/sas/monitor")
@open_to(*COMMAND_CENTRE)
@urgent
def alarm_screen() -> str:
    version, content = _screen()
    sees_panels = current_user.has(*COMMAND)
    return render_template("sas/monitor.html", version=version, content=content, sees_panels=sees_panels)


@blueprint.get("/sas/monitor/state")
@open_to(*COMMAND_CENTRE)
@urgent
@versioned(_version)
def alarm_screen_state() -> Response:
    """The alarm screen, polled. The version is a fingerprint of its content."""
    version, content = _screen()
    return fragment(version, lambda: content)


def _screen() -> tuple[str, str]:
    """The screen's version and what it shows, the same for all who speak alike and may do the same.

    It is looked at anew with every event of an alarm, test and missed panel, and every AGAIN seconds for what moves
    without one.
    """
    at, calls = now(), current_user.has(*CALL_HANDLING)
    seen = monitor.state(at), turn(at, AGAIN)
    version, _, content = renderings.get((locale(), calls), seen, lambda: _rendered(at, calls)).partition("\n")
    return version, content


def _rendered(at: datetime, calls: bool) -> str:
    """The version on a line of its own, and the rendering: for those who call the contacts, or for those who do not."""
    screen = monitor.screen(at)
    content = render_template(
        "sas/_monitor.html", screen=screen, IN_VIEW=IN_VIEW, said=SAID, states=STATES, role_names=ROLE_NAMES,
        name_of=_name_of, sentence=sentence, calls=calls, awaited=second_sign.awaited,
        missing_of=_missing_of,
    )  # fmt: skip
    return f"{screen.version}\n{content}"


def _missing_of(incident: Incident) -> list[str]:
    """Sentences about the roles that no unit covers, as on the incident's page."""
    role = roles()
    return sentences(incident.shortfall, lambda capability: named(role(incident.type_id, capability)))


def _name_of(alarm: Alarm) -> str:
    """The title of an alarm: its premises, else the officer in danger, else its type."""
    return ", ".join(place.name for place in alarm.places) or alarm.incident.in_danger or named(alarm.incident.type)
