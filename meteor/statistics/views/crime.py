"""Crime: the figures of the police, and the cases that METEOR counted."""

from flask import render_template

from meteor.statistics import READERS, blueprint
from meteor.web.access import open_to


@blueprint.get("/statistics/crime")
@open_to(*READERS)
def crime() -> str:
    return render_template("statistics/crime.html")
