"""Views of notices, and of devices with push."""

import re
from typing import Any
from urllib.parse import parse_qs

from flask import Response, abort, flash, make_response, redirect, render_template, request, session
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user, user_logged_in, user_logged_out
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.labels import device as device_label
from meteor.accounts.models import User
from meteor.accounts.roles import ROLES
from meteor.notices import blueprint, devices, labels, push, rules, unread, vapid
from meteor.notices.forms import DeviceForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to, open_to_everyone
from meteor.web.conflicts import conflict, done
from meteor.web.language import own_address
from meteor.web.polling import fragment, versioned
from meteor.web.pools import urgent
from meteor.web.throttle import limiter

HERE = "push_device"
"""The session's key of this device's id."""


def _whose() -> str:
    return str(current_user.id)


@blueprint.get("/notices")
@open_to(*ROLES)
@urgent
@versioned(
    lambda reader, query: unread.version(
        reader.user_id, reader.roles, quiet="quiet" in parse_qs(query, keep_blank_values=True)
    )
)
def notices() -> Response:
    """The user's unacknowledged notices, polled.

    With `quiet` only what never sounds: for pages that are open where an alarm is silent.
    """
    quiet = "quiet" in request.args
    version = unread.version(current_user.id, current_user.role_names, quiet=quiet)

    def render() -> str:
        shown = unread.unacknowledged(current_user, quiet=quiet)
        more = unread.how_many(current_user, quiet=quiet) - len(shown)
        return render_template(
            "notices/_notices.html", notices=shown, sentences=labels.sentences(shown), more=more, version=version,
            labels=labels, quiet=quiet,
        )  # fmt: skip

    return fragment(version, render)


@blueprint.post("/notices/acknowledgement")
@open_to(*ROLES)
@urgent
def acknowledge_all() -> AnyResponse:
    """Acknowledge the notices with the ids in `shown`; `next` is the page to go back to."""
    page = own_address(request.form.get("next", "")) or "/"
    shown = request.form.get("shown", "").split(" ")
    if len(shown) > unread.MOST or not all(re.fullmatch(r"[0-9]{1,18}", each) for each in shown):
        abort(400, _("Reload the page: it does not say which notices it shows."))
    rules.acknowledge_shown(current_user, [int(each) for each in shown], now())
    db.session.commit()
    return done(page)


@blueprint.post("/notices/<int:notice_id>/acknowledgement")
@open_to(*ROLES)
@urgent
def acknowledgement(notice_id: int) -> AnyResponse:
    """Say that this user knows; `next` is the page to go back to."""
    page = own_address(request.form.get("next", "")) or "/"
    notice = rules.find(current_user, notice_id) or abort(404)
    if not rules.acknowledge(notice.id, current_user, now()):
        return conflict(_("%(who)s has seen to this already.", who=rules.known_by(notice)), page)
    db.session.commit()
    return done(page)


@blueprint.route("/notices/devices", methods=["GET", "POST"])
@open_to(*ROLES)
@limiter.limit("20 per hour", methods=["POST"], key_func=_whose)
def own_devices() -> AnyResponse | str | tuple[str, int]:
    """Show the devices that tell this user while no page is open; a POST adds its own."""
    if request.method == "GET":
        return _page(DeviceForm())
    form = DeviceForm(request.form)  # it may ask for the address of a name: before any waiting
    if not vapid.public_key():
        abort(404)
    if not form.validate():
        return _page(form), 422
    device = devices.turn_on(current_user, form.values(), device_label(request.user_agent.string))
    if session.get(HERE) and session[HERE] != device.id:
        devices.turn_off(session[HERE])
    session[HERE] = device.id
    db.session.commit()
    flash(_("Push is on: this device is told while no page is open."))
    return redirect(devices.PAGE, 303)


@blueprint.post("/notices/devices/<int:device_id>/removal")
@open_to(*ROLES)
def removal(device_id: int) -> AnyResponse:
    device = devices.find(current_user, device_id) or abort(404)
    devices.turn_off(device.id)
    db.session.commit()
    flash(_("Push is off for that device: %(device)s.", device=device.device))
    return redirect(devices.PAGE, 303)


@blueprint.post("/notices/devices/<int:device_id>/trial")
@open_to(*ROLES)
@limiter.limit("6 per minute", key_func=_whose)
def trial(device_id: int) -> AnyResponse:
    """Send a device a message that says only that it arrived."""
    push.try_out(devices.find(current_user, device_id) or abort(404), now())
    db.session.commit()
    flash(_("A trial is on its way. It should be on the device's screen within a few seconds."))
    return redirect(devices.PAGE, 303)


@blueprint.get("/notices/service-worker.js")
@open_to_everyone
def service_worker() -> Response:
    """Below /notices/, since the root's service worker is the emergency button's: this one rules no page."""
    answer = make_response(render_template("notices/service-worker.js", lost=labels.lost()))
    answer.headers.update({"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"})
    return answer


@blueprint.record
def follow_sessions(state: BlueprintSetupState) -> None:
    """A device is told only as long as its user is signed in on it."""
    user_logged_in.connect(_signed_in, state.app)
    user_logged_out.connect(_signed_out, state.app)


def _signed_in(app: object, user: User, **more: Any) -> None:
    if HERE not in session:
        return
    if not devices.renew(session[HERE], user):  # somebody else was signed in here before
        devices.turn_off(session.pop(HERE))
    db.session.commit()


def _signed_out(app: object, **more: Any) -> None:
    if HERE not in session:
        return
    devices.turn_off(session.pop(HERE))
    db.session.commit()


def _page(form: DeviceForm) -> str:
    mine = devices.of_user(current_user)
    this = next((device for device in mine if device.id == session.get(HERE)), None)
    return render_template("notices/devices.html", form=form, devices=mine, this=this, key=vapid.public_key())
