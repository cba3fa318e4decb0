"""The volunteer's page: incidents near the home, and reports that the volunteer is there."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.neighbourhood import blueprint, volunteers
from meteor.neighbourhood.views import nearby
from meteor.residents.helping import home_of_volunteer
from meteor.web.access import open_to
from meteor.web.polling import fragment, versioned


@blueprint.get("/helping")
@open_to("citizen")
def near_home() -> str:
    return render_template("neighbourhood/volunteer.html", agreed=home_of_volunteer(current_user), **_shown())


@blueprint.get("/helping/rows")
@open_to("citizen")
@versioned(lambda reader, query: nearby.version(reader.user_id))
def near_home_rows() -> Response:
    return fragment(
        nearby.version(current_user.id), lambda: render_template("neighbourhood/_volunteer.html", **_shown())
    )


@blueprint.post("/helping/<number>/presence")
@open_to("citizen")
def volunteer_presence(number: str) -> Response:
    incident = volunteers.find(current_user, number) or abort(404)
    said = _("The command centre and the reporter see that you are there.")
    return nearby.confirm_presence(incident, said, url_for("neighbourhood.near_home"))


def _shown() -> dict[str, object]:
    return nearby.shown(volunteers.open_near(current_user))
