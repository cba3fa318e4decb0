"""The RT leader's page: the open alerts of the neighbourhood, and the word that a neighbour is there."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.alerts import labels, plights
from meteor.alerts.dangers import BURGLARY
from meteor.incidents import timeline
from meteor.incidents.labels import NEEDS
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import place_lines
from meteor.web.access import open_to
from meteor.web.polling import fragment

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/neighbourhood")
@open_to("rt_leader")
def open_alerts() -> str:
    return render_template("alerts/neighbourhood.html", **_shown())


@blueprint.get("/neighbourhood/rows")
@open_to("rt_leader")
def rows() -> Response:
    return fragment(timeline.version(), lambda: render_template("alerts/_rows.html", **_shown()))


@blueprint.post("/neighbourhood/<number>/presence")
@open_to("rt_leader")
def presence(number: str) -> Response:
    incident = plights.find(current_user, number) or abort(404)
    quotas.spend(f"user:{current_user.id}", labels.PRESENCES, now())
    plights.confirm_presence(incident, now(), current_user)
    db.session.commit()
    flash(_("The command centre and the reporter see that a neighbour is there."))
    return redirect(url_for("alerts.open_alerts"), 303)


def _shown() -> dict[str, object]:
    rt = plights.rt_of(current_user)
    return {
        "rt": rt,
        "plights": plights.open_in(rt) if rt else [],
        "version": timeline.version(),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "place_lines": place_lines,
        "needs": NEEDS,
    }
