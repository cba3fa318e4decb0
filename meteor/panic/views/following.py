"""The page on which people who were given the link follow an alert. It ends with the incident."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from meteor.accounts.models import User
from meteor.agencies.labels import KINDS
from meteor.alerts.models import Alert
from meteor.incidents.labels import area, navigation_note
from meteor.incidents.models import Incident
from meteor.panic import blueprint, contacts, labels, rules
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web import link_tokens
from meteor.web.access import open_to_everyone
from meteor.web.polling import fragment
from meteor.web.throttle import limiter

PACE = "120 per minute"
"""Requests for one link: ten people who follow, each asking every ten seconds, and some to spare."""

LINK = "follow"
"""The kind of its links' tokens."""


def link_to(alert: Alert) -> str:
    """The address at which `alert` is followed without an account. It cannot be guessed."""
    token = link_tokens.token_for(alert.id, LINK)
    return url_for("panic.follow", token=token, _external=True)


@blueprint.get("/follow/<token>")
@open_to_everyone
@limiter.limit(PACE, key_func=link_tokens.token_asked_for)
def follow(token: str) -> str | tuple[str, int]:
    alert = _followed(token)
    return render_template("panic/follow.html", token=token, **_shown(alert)), 200 if alert.incident.is_open else 410


@blueprint.get("/follow/<token>/status")
@open_to_everyone
@limiter.limit(PACE, key_func=link_tokens.token_asked_for)
def follow_status(token: str) -> Response:
    shown = _shown(_followed(token))
    return fragment(shown["version"], lambda: render_template("panic/_follow.html", **shown))


def _followed(token: str) -> Alert:
    subject = link_tokens.subject_of(token, LINK)
    alert = db.session.get(Alert, subject) if subject else None
    return alert if alert is not None and alert.reporter_id is not None and not alert.drill else abort(404)


def _shown(alert: Alert) -> dict[str, Any]:
    """State and minutes; the place only if the reporter allows it. Of an alert that is over, nothing but that."""
    if not alert.incident.is_open:
        return {"version": "ended", "progress": None}
    progress = rules.alert_progress(alert, now())
    known, share = progress.known, contacts.share_of(alert)
    shown = share.with_place
    place: Sequence[str] = ()
    way_note = ""
    if isinstance(known, Incident):
        way_note = navigation_note(known)
        place = area(known)
    point = (known.latitude, known.longitude) if known.latitude is not None else None
    return {
        "version": f"{progress.version}.{shown:d}",
        "progress": progress,
        "name": labels.shortened([db.session.get_one(User, alert.reporter_id).name]),
        "quiet_alert": alert.incident.silent or alert.incident.confidential,
        "received_at": alert.received_at,
        "units": KINDS,
        "point": point if shown else None,
        "way_note": way_note,
        "place": place if shown else (),
    }
