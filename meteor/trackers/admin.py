"""The administrator's pages about trackers: their tokens, and how they are."""

import base64
import json
from urllib.parse import urlencode, urljoin

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from meteor.agencies.models import Unit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.trackers import blueprint, clock, health, rules
from meteor.trackers.forms import TrackerForm
from meteor.trackers.labels import REASONS
from meteor.trackers.models import Tracker
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing

OWNTRACKS, OSMAND = "/track/owntracks", "/track/osmand"
"""Addresses that phones send their messages to."""

EVERY_SECONDS = 5
"""Interval that phones are set up with while they move."""


@blueprint.get("/admin/trackers")
@open_to("admin")
def trackers() -> str:
    page = listing(
        select(Tracker).join(Unit), sorts={"unit": Unit.call_sign, "name": Tracker.name, "heard": Tracker.heard_at},
        search=(Tracker.name, Unit.call_sign),
    )  # fmt: skip
    at = now()
    return render_template(
        "trackers/admin/trackers.html", page=page, dropped=health.all_dropped([one.id for one in page.rows], at),
        states={one.id: health.state(one, at) for one in page.rows},
    )  # fmt: skip


@blueprint.route("/admin/trackers/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_tracker() -> Answer:
    form = TrackerForm(request.form)
    units = db.session.scalars(select(Unit).where(Unit.in_service).order_by(Unit.call_sign)).all()
    form.offer(units)
    if ready(form, {}):
        unit = next(each for each in units if each.id == form.unit_id.data)
        try:
            tracker, token = rules.new(form.name.data, unit, now(), current_user)
        except rules.NameTaken:
            refuse(form.name, _("Another tracker has this name."))
        else:
            db.session.commit()
            return _set_up(tracker, token)
    return form_page("trackers/admin/new.html", form, {})


@blueprint.get("/admin/trackers/<int:tracker_id>")
@open_to("admin")
def tracker(tracker_id: int) -> str:
    """Show a tracker: its last fix, battery, accuracy and clock, and what was dropped."""
    known, at = get_or_404(Tracker, tracker_id), now()
    return render_template(
        "trackers/admin/tracker.html", tracker=known, state=health.state(known, at), behind=clock.error(known),
        dropped=health.dropped(known, at), reasons=REASONS,
    )  # fmt: skip


@blueprint.post("/admin/trackers/<int:tracker_id>/token")
@open_to("admin")
@asks_password
def rotate_tracker_token(tracker_id: int) -> Answer:
    known = get_or_404(Tracker, tracker_id)
    try:
        token = rules.rotate(known, current_user)
    except rules.Withdrawn:
        flash(_("%(name)s was withdrawn. Add a new tracker instead.", name=known.name), "error")
        return redirect(url_for(".tracker", tracker_id=tracker_id))
    db.session.commit()
    return _set_up(known, token)


@blueprint.post("/admin/trackers/<int:tracker_id>/withdrawal")
@open_to("admin")
@asks_password
def withdraw_tracker(tracker_id: int) -> Answer:
    known = get_or_404(Tracker, tracker_id)
    rules.withdraw(known, now(), current_user)
    return done(_("%(name)s is withdrawn.", name=known.name), url_for(".tracker", tracker_id=tracker_id))


def _set_up(tracker: Tracker, token: str) -> Answer:
    """The page that shows a token, as text and as QR codes. It is in no other answer: only its hash is kept."""
    owntracks, osmand = (urljoin(request.host_url, address) for address in (OWNTRACKS, OSMAND))
    page = render_template(
        "trackers/admin/token.html", tracker=tracker, token=token, owntracks=owntracks, osmand=osmand,
        owntracks_code=_qr(_owntracks_link(tracker, token, owntracks)), osmand_code=_qr(_traccar_link(token, osmand)),
    )  # fmt: skip
    return page, 201


def _owntracks_link(tracker: Tracker, token: str, url: str) -> str:
    """The configuration of OwnTracks as an address that its app opens (owntracks.org/booklet/features/remoteconfig)."""
    settings = {
        "_type": "configuration", "mode": 3, "url": url, "auth": True, "username": tracker.name, "password": token,
        "deviceId": tracker.name, "monitoring": 2, "moveModeLocatorInterval": EVERY_SECONDS,
    }  # fmt: skip
    inline = base64.b64encode(json.dumps(settings).encode()).decode()
    return f"owntracks:///config?{urlencode({'inline': inline})}"


def _traccar_link(token: str, url: str) -> str:
    """The configuration of Traccar Client: the server's address with the settings as its query."""
    settings = {"id": token, "accuracy": "highest", "distance": 0, "interval": EVERY_SECONDS, "buffer": "true"}
    return f"{url}?{urlencode(settings)}"


def _qr(text: str) -> Markup:
    return Markup(segno.make_qr(text, error="l").svg_inline(omitsize=True, light="#fff", border=3))  # noqa: S704  (our own SVG)
