"""A helper's page: who needs help near their home, and the word that they are there."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.alerts import helpers, labels, plights
from meteor.alerts.dangers import BURGLARY
from meteor.incidents import timeline
from meteor.residents.helping import home_of_helper
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import place_lines
from meteor.web.access import open_to
from meteor.web.polling import fragment

blueprint = Blueprint("helping", __name__)


@blueprint.get("/helping")
@open_to("citizen")
def near_home() -> str:
    return render_template("alerts/helping.html", agreed=home_of_helper(current_user), **_shown())


@blueprint.get("/helping/rows")
@open_to("citizen")
def rows() -> Response:
    return fragment(timeline.version(), lambda: render_template("alerts/_helping.html", **_shown()))


@blueprint.post("/helping/<number>/presence")
@open_to("citizen")
def presence(number: str) -> Response:
    incident = helpers.find(current_user, number) or abort(404)
    quotas.spend(f"user:{current_user.id}", labels.PRESENCES, now())
    plights.confirm_presence(incident, now(), current_user)
    db.session.commit()
    flash(_("The command centre and the reporter see that you are there."))
    return redirect(url_for("helping.near_home"), 303)


def _shown() -> dict[str, object]:
    return {
        "nearby": helpers.open_near(current_user),
        "version": timeline.version(),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "place_lines": place_lines,
    }
