"""The devices on which the user is signed in, and a way to end each of these sessions."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, sessions
from meteor.accounts.roles import ROLES
from meteor.store import audit
from meteor.store.database import db
from meteor.web.access import open_to


@blueprint.get("/account/devices")
@open_to(*ROLES)
def devices() -> str:
    return render_template("accounts/devices.html", sessions=sessions.of_user(current_user))


@blueprint.post("/account/devices/<int:session_id>/sign-out")
@open_to(*ROLES)
def sign_out_device(session_id: int) -> Response:
    session = sessions.find(current_user, session_id) or abort(404)
    if sessions.end_session(session, "ended_by_user"):
        audit.record(current_user, "session_ended", f"users:{session.user_id}", device=session.device)
    db.session.commit()
    flash(_("%(device)s is signed out.", device=session.device))
    return redirect(url_for(".devices"), 303)


@blueprint.post("/account/devices/others/sign-out")
@open_to(*ROLES)
def sign_out_others() -> Response:
    ended = sessions.end_others(current_user, "ended_by_user")
    if ended:
        audit.record(current_user, "session_ended", f"users:{current_user.id}", others=ended)
    db.session.commit()
    flash(_("All your other devices are signed out."))
    return redirect(url_for(".devices"), 303)
