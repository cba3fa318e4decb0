"""The RT leader's page: open incidents nearby, and reports that a neighbour is there."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.incidents.labels import NEEDS
from meteor.neighbourhood import blueprint, view
from meteor.neighbourhood.views import nearby
from meteor.web.access import open_to
from meteor.web.polling import fragment, versioned


@blueprint.get("/neighbourhood")
@open_to("rt_leader")
def open_alerts() -> str:
    return render_template("neighbourhood/leader.html", **_shown())


@blueprint.get("/neighbourhood/rows")
@open_to("rt_leader")
@versioned(lambda reader, query: nearby.version(reader.user_id))
def open_alert_rows() -> Response:
    return fragment(nearby.version(current_user.id), lambda: render_template("neighbourhood/_leader.html", **_shown()))


@blueprint.post("/neighbourhood/<number>/presence")
@open_to("rt_leader")
def leader_presence(number: str) -> Response:
    incident = view.find(current_user, number) or abort(404)
    said = _("The command centre and the reporter see that a neighbour is there.")
    return nearby.confirm_presence(incident, said, url_for("neighbourhood.open_alerts"))


def _shown() -> dict[str, object]:
    rt = view.rt_of(current_user)
    return {"rt": rt, "needs": NEEDS, **nearby.shown(view.open_in(rt) if rt else [])}
