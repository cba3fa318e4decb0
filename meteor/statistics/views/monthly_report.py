"""The monthly report, to be printed on A4."""

from flask import render_template, request

from meteor.statistics import SEES_INCIDENTS, blueprint
from meteor.statistics.figures import FEWEST
from meteor.statistics.labels import duration, month
from meteor.statistics.load_forms import MonthForm, first_day
from meteor.statistics.moments import COUNTED, RULES
from meteor.statistics.monthly_report import MOST_PREMISES, MOST_UNITS, MonthlyReport
from meteor.statistics.views.names import namer
from meteor.store.moments import now, today
from meteor.web.access import open_to


@blueprint.get("/statistics/report")
@open_to(*SEES_INCIDENTS)
def monthly_report() -> tuple[str, int]:
    form = MonthForm(request.args, today())
    good = form.validate()
    report = MonthlyReport(first_day(form.month.data), now(), namer) if good else None
    page = render_template(
        "statistics/monthly_report.html", form=form, report=report, month=month, duration=duration, fewest=FEWEST,
        rules=RULES, counted=COUNTED, most_premises=MOST_PREMISES, most_units=MOST_UNITS,
    )  # fmt: skip
    return page, 200 if good else 422
