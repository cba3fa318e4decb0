"""Crime: the figures of the police, and the cases that METEOR counted."""

from flask import Response, abort, render_template, request
from flask_login import current_user

from meteor.statistics import READERS, blueprint, crime
from meteor.statistics.crime_forms import CrimeForm
from meteor.statistics.crime_statistics import TABLES, Crime
from meteor.statistics.figure_table import as_csv
from meteor.statistics.labels import month
from meteor.statistics.views.forms import valid
from meteor.store.moments import today
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to
from meteor.web.language import locale


@blueprint.get("/statistics/crime")
@open_to(*READERS)
def crime_figures() -> str | tuple[str, int]:
    form = _form()
    good = form.validate()
    shown = _crime(form) if good else Crime(today().year, today(), locale())
    page = render_template(
        "statistics/crime.html", form=form, shown=shown, tables={name: table(shown) for name, table in TABLES.items()},
        officers=crime.OFFICERS, people=crime.PEOPLE, imports=current_user.has("admin"),
        month=month,
    )  # fmt: skip
    return page if good else (page, 422)


@blueprint.get("/statistics/crime/<name>.csv")
@open_to(*READERS)
def crime_file(name: str) -> Response:
    """Send one of TABLES as CSV, for the query's year, and its month if that is given."""
    if name not in TABLES:
        abort(404)
    form = valid(_form())
    shown = _crime(form)
    months = f"{shown.year}-{shown.month:02}" if shown.month else f"{shown.year}"
    return as_file(as_csv(TABLES[name](shown)), f"kriminalitas-{name}-{months}.csv")


def _form() -> CrimeForm:
    return CrimeForm(request.args, crime.years(today().year))


def _crime(form: CrimeForm) -> Crime:
    return Crime(int(form.year.data), today(), locale(), int(form.month.data or 0))
