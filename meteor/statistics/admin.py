"""Import of the police's figures of crime: nothing is replaced that the preview did not show."""

from flask import Response
from flask_babel import lazy_gettext as _l

from meteor.statistics import blueprint, crime_import
from meteor.territory.admin.imports import Import, as_file
from meteor.web.access import open_to
from meteor.web.edits import Answer

IMPORT = Import(
    _l("Import figures of the police"), crime_import.TABLE, "/statistics/crime/import", "/statistics/crime",
    "statistics/crime_import.html",
)  # fmt: skip


@blueprint.route("/statistics/crime/import", methods=["GET", "POST"])
@open_to("admin")
def upload_figures() -> Answer:
    return IMPORT.upload()


@blueprint.post("/statistics/crime/import/confirmation")
@open_to("admin")
def confirm_figures() -> Answer:
    return IMPORT.confirm()


@blueprint.get("/statistics/crime/import/template.csv")
@open_to("admin")
def figures_template() -> Response:
    return as_file(IMPORT.example(), "kriminalitas.csv")
