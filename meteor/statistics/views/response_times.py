"""Response times: the page, its CSV file, and the incidents that are counted."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from meteor.incidents.models import Incident
from meteor.statistics import READERS, SEES_INCIDENTS, blueprint
from meteor.statistics.charts import Chart
from meteor.statistics.figures import FEWEST, LIMITS, Figures, Row, counted, figures
from meteor.statistics.forms import FilterForm
from meteor.statistics.labels import DIMENSIONS, duration, month
from meteor.statistics.models import ResponseTimes
from meteor.statistics.moments import COUNTED, RULES
from meteor.statistics.response_charts import percentiles_chart, whole_seconds
from meteor.statistics.views.forms import valid
from meteor.statistics.views.names import choices, namer, short_namer, value_of
from meteor.store.database import db
from meteor.store.moments import WIB, now, today
from meteor.store.sheets import harmless, written
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to
from meteor.web.lists import listing

MOST_IN_CHART = 30
"""Number of values that a chart shows, the latest months; the table shows all."""

_OF_AN_INCIDENT = {"type": "type_id", "priority": "priority", "kelurahan": "kelurahan_id", "source": "source"}
"""Fields of ResponseTimes that stand in the file of counted incidents, by their dimensions."""


@blueprint.get("/statistics")
@open_to(*READERS)
def response_times() -> AnyResponse | tuple[str, int]:
    """The page, which shows single incidents. A user who may see none is led to the figures."""
    if not current_user.has(*SEES_INCIDENTS):
        return redirect(url_for(".crime_figures"), 303)
    form = _form()
    if not form.validate():
        return _page(form), 422
    group = form.group.data
    found = figures(form.question, group, now())
    drawing = _chart(found, short_namer(group), by_month=group == "month")
    return _page(
        form, figures=found, dimension=DIMENSIONS[group], name=namer(group), chart=drawing, value_of=value_of,
        month=month, narrowed=_narrowed(form),
    ), 200  # fmt: skip


@blueprint.get("/statistics/incidents")
@open_to(*SEES_INCIDENTS)
def counted_incidents() -> tuple[str, int]:
    form = _form()
    if not form.validate():
        return _page(form), 422
    rows = counted(form.question).options(joinedload(ResponseTimes.incident).joinedload(Incident.type))
    page = listing(rows, sorts={"received": ResponseTimes.received_at}, filters=tuple(form.data), sort="-received")
    return render_template(
        "statistics/counted_incidents.html", page=page, form=form, narrowed=_narrowed(form), month=month,
        duration=duration, rules=RULES,
    ), 200  # fmt: skip


@blueprint.get("/statistics/incidents.csv")
@open_to(*SEES_INCIDENTS)
def counted_incidents_file() -> Response:
    """The nine moments of each counted incident, by second (WIB); of its place the kelurahan alone."""
    form = valid(_form())
    it = ResponseTimes
    rows = counted(form.question).join(it.incident).order_by(it.received_at, it.incident_id, it.segment)
    columns = (*_OF_AN_INCIDENT.values(), *RULES)
    found = db.session.execute(rows.with_only_columns(Incident.number, it.segment, *(getattr(it, c) for c in columns)))
    words: Sequence[Callable[[Any], str]] = [str, str, *map(namer, _OF_AN_INCIDENT), *[_moment] * len(RULES)]
    heads = [_("Incident"), _("Segment"), *(str(DIMENSIONS[name]) for name in _OF_AN_INCIDENT)]
    heads += [str(rule.name) for rule in RULES.values()]
    lines = [[say(value) for say, value in zip(words, row, strict=True)] for row in found]
    return as_file(written([map(harmless, cells) for cells in (heads, *lines)]), f"incidents-{_months(form)}.csv")


@blueprint.get("/statistics.csv")
@open_to(*SEES_INCIDENTS)
def response_times_file() -> Response:
    """The same figures, in whole seconds, with the percentages."""
    form = valid(_form())
    found, name = figures(form.question, form.group.data, now()), namer(form.group.data)
    heads = [DIMENSIONS[form.group.data], _("Incidents"), *_heads()]
    rows = [[name(row.key), str(row.segments), *_cells(row)] for row in found.rows]
    total = [_("All"), str(found.total.segments), *_cells(found.total)]
    table = written([map(harmless, map(str, cells)) for cells in (heads, *rows, total)])
    return as_file(table, f"response-times-{_months(form)}.csv")


def _months(form: FilterForm) -> str:
    return f"{form.since.data}-{form.until.data}"


def _moment(at: datetime | None) -> str:
    return at.astimezone(WIB).isoformat(" ", "seconds")[:19] if at else ""


def _form() -> FilterForm:
    return FilterForm(request.args, choices(), today())


def _narrowed(form: FilterForm) -> dict[Any, str]:
    """The values that narrow the figures, in words, by the names of their dimensions."""
    said = {name: dict(form[name].choices)[form[name].data] for name in DIMENSIONS if name != "month"}
    return {DIMENSIONS[name]: words for name, words in said.items() if form[name].data}


def _page(form: FilterForm, **shown: Any) -> str:
    return render_template(
        "statistics/response_times.html", form=form, limits=LIMITS, fewest=FEWEST, rules=RULES, counted=COUNTED,
        duration=duration, **{"figures": None, **shown},
    )  # fmt: skip


def _chart(found: Figures, name: Any, *, by_month: bool) -> Chart:
    rows = found.rows[-MOST_IN_CHART:] if by_month else found.rows[:MOST_IN_CHART]
    return percentiles_chart([name(row.key) for row in rows], [row.on_scene for row in rows])


def _heads() -> list[str]:
    """The headings of the figures of each step."""
    heads = []
    for step, limits in LIMITS.items():
        step_name = str(RULES[f"{step}_at"].name)
        heads += [_("%(step)s: with time", step=step_name), _("%(step)s: P50 (s)", step=step_name)]
        heads += [_("%(step)s: P90 (s)", step=step_name)]
        for limit in limits:
            said = {"step": step_name, "limit": duration(limit)}
            heads += [_("%(step)s: within %(limit)s", **said), _("%(step)s: within %(limit)s (%%)", **said)]
    return heads


def _cells(row: Row) -> list[str]:
    cells: list[int | None] = []
    for spread in (row.seen, row.accepted, row.on_scene):
        cells += [spread.known, whole_seconds(spread.p50), whole_seconds(spread.p90)]
        for place, within in enumerate(spread.within):
            cells += [within, spread.percent(place)]
    return ["" if cell is None else str(cell) for cell in cells]
