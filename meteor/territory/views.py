"""The RT of a kelurahan, for a form that asks where somebody lives."""

from flask import Blueprint, render_template, request

from meteor.territory.forms import AreaForm
from meteor.web.gates import open_to_everyone

blueprint = Blueprint("areas", __name__)


@blueprint.get("/areas/rt")
@open_to_everyone
def rts() -> str:
    """The choice of an RT of the query's `kelurahan`, as it stands in templates/territory/area.html."""
    return render_template("territory/_rt.html", form=AreaForm(request.args))
