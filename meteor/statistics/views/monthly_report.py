"""The monthly report, to be printed on A4, and its tables as CSV."""

from collections.abc import Callable, Mapping

from flask import Response, abort, render_template, request

from meteor.statistics import SEES_INCIDENTS, blueprint
from meteor.statistics.figure_table import FigureTable, as_csv
from meteor.statistics.figures import FEWEST
from meteor.statistics.labels import duration, month
from meteor.statistics.load_forms import MonthForm, first_day
from meteor.statistics.moments import COUNTED, RULES
from meteor.statistics.monthly_report import MOST_PREMISES, MOST_UNITS, MonthlyReport
from meteor.statistics.views.forms import valid
from meteor.statistics.views.names import namer
from meteor.store.moments import now, today
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to

TABLES: Mapping[str, Callable[[MonthlyReport], FigureTable]] = {
    "headline": MonthlyReport.headline,
    "arrivals": MonthlyReport.arrivals,
    "agency": lambda report: report.by("agency"),
    "kelurahan": lambda report: report.by("kelurahan"),
    "type": lambda report: report.by("type"),
    "channels": lambda report: report.compared.by_channel(),
    "noise": lambda report: report.compared.noise(),
    "answers": lambda report: report.compared.answers(),
    "false-alarms": MonthlyReport.false_alarms,
    "premises": MonthlyReport.premises,
    "offers": MonthlyReport.offers,
    "crime": MonthlyReport.crime,
}
"""The tables by their names in addresses."""


@blueprint.get("/statistics/report")
@open_to(*SEES_INCIDENTS)
def monthly_report() -> tuple[str, int]:
    form = _form()
    good = form.validate()
    report = _report(form) if good else None
    page = render_template(
        "statistics/monthly_report.html", form=form, report=report, month=month, duration=duration, fewest=FEWEST,
        rules=RULES, counted=COUNTED, most_premises=MOST_PREMISES, most_units=MOST_UNITS,
    )  # fmt: skip
    return page, 200 if good else 422


@blueprint.get("/statistics/report/<name>.csv")
@open_to(*SEES_INCIDENTS)
def monthly_report_file(name: str) -> Response:
    """Send one of TABLES as CSV, for the query's month."""
    if name not in TABLES:
        abort(404)
    form = valid(_form())
    return as_file(as_csv(TABLES[name](_report(form))), f"laporan-{name}-{form.month.data}.csv")


def _form() -> MonthForm:
    return MonthForm(request.args, today())


def _report(form: MonthForm) -> MonthlyReport:
    return MonthlyReport(first_day(form.month.data), now(), namer)
