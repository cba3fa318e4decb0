"""On-screen alarms: what somebody must be told, until they say that they know."""

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.notices import rules, words
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.conflicts import conflict
from meteor.web.gates import open_to
from meteor.web.language import own_address
from meteor.web.polling import fragment

ALARMED = ("rt_leader", "officer", "call_taker", "dispatcher", "supervisor", "chief", "hazard_officer", "admin")

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
@open_to(*ALARMED)
def notices() -> Response:
    """What this user has not yet said to know, polled. The version names what is shown."""
    shown = rules.unacknowledged(current_user)
    version = ".".join(str(notice.id) for notice in shown) or "none"
    return fragment(
        version,
        lambda: render_template("notices/_notices.html", notices=shown, version=version, sentence=words.sentence),
    )


@blueprint.post("/notices/<int(max=2147483647):notice_id>/acknowledgement")
@open_to(*ALARMED)
def acknowledgement(notice_id: int) -> AnyResponse:
    """Say that this user knows; `next` is the page to go back to."""
    page = own_address(request.form.get("next", "")) or "/"
    notice = rules.find(current_user, notice_id) or abort(404)
    if not rules.acknowledge(notice.id, current_user, now()):
        return conflict(_("%(who)s has seen to this already.", who=rules.known_by(notice)), page)
    db.session.commit()
    return redirect(page, 303)
