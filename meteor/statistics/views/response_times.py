"""The first page of the statistics."""

from flask import redirect
from werkzeug.wrappers import Response

from meteor.statistics import READERS, blueprint
from meteor.web.access import open_to


@blueprint.get("/statistics")
@open_to(*READERS)
def response_times() -> Response:
    return redirect("/statistics/crime")
