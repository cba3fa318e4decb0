"""The volunteer's page: incidents near the home, and reports that the volunteer is there."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.alerts import labels
from meteor.incidents import timeline
from meteor.neighbourhood import answers, blueprint, view, volunteers
from meteor.neighbourhood.safety import BURGLARY
from meteor.residents.helping import home_of_volunteer
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import place_lines
from meteor.web.access import open_to
from meteor.web.conflicts import done
from meteor.web.polling import fragment, versioned


@blueprint.get("/helping")
@open_to("citizen")
def near_home() -> str:
    return render_template("neighbourhood/volunteer.html", agreed=home_of_volunteer(current_user), **_shown())


@blueprint.get("/helping/rows")
@open_to("citizen")
@versioned(lambda reader, query: _version(reader.user_id))
def near_home_rows() -> Response:
    return fragment(_version(current_user.id), lambda: render_template("neighbourhood/_volunteer.html", **_shown()))


@blueprint.post("/helping/<number>/presence")
@open_to("citizen")
def volunteer_presence(number: str) -> Response:
    incident = volunteers.find(current_user, number) or abort(404)
    quotas.spend(f"user:{current_user.id}", view.PRESENCES, now())
    view.confirm_presence(incident, now(), current_user)
    answers.hush(incident, now(), current_user)
    db.session.commit()
    flash(_("The command centre and the reporter see that you are there."))
    return done(url_for("neighbourhood.near_home"))


def _shown() -> dict[str, object]:
    return {
        "nearby": volunteers.open_near(current_user),
        "version": _version(current_user.id),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "place_lines": place_lines,
        "called": answers.called_to(current_user),
    }


def _version(user_id: int) -> str:
    """The newest event of the city, and the reader's callouts."""
    return f"{timeline.version()}.{answers.version(user_id)}"
