"""The public page of response times, and the same figures as CSV and GeoJSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, json, make_response, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.guesses import network
from meteor.statistics import blueprint
from meteor.statistics.charts import Chart, Series, lines
from meteor.statistics.labels import duration, month
from meteor.statistics.load_forms import first_day
from meteor.statistics.moments import COUNTED, RULES
from meteor.statistics.public_counts import FEWEST
from meteor.statistics.public_figures import (
    DAYS_LATER,
    LEAST,
    LEAST_FOR_P90,
    PublicFigures,
    began,
    kept_figures,
    last_day,
)
from meteor.statistics.public_files import as_csv, as_geojson
from meteor.statistics.public_forms import PublicForm
from meteor.statistics.views.forms import valid
from meteor.store.moments import today
from meteor.store.versions import version_of
from meteor.territory import choices
from meteor.territory.models import Kelurahan
from meteor.web.access import open_to_everyone
from meteor.web.throttle import limiter

PACE = "600 per minute"  # one carrier address is half the city
"""Requests of one network address for each of the three addresses."""

PACE_OF_CHOICES = "120 per minute"
"""The same of requests that choose months: each choice is computed for itself."""

CACHED = "public, max-age=600"


def _network() -> str:
    return network(request.remote_addr or "")


def _pace() -> str:
    return PACE_OF_CHOICES if request.args else PACE


@blueprint.get("/statistics/public")
@open_to_everyone
@limiter.limit(_pace, key_func=_network)
def public_statistics() -> Response:
    """The page. Caches keep it for readers without a cookie, who all get the same: no form's token is on it."""
    day = last_day(today())
    form = PublicForm(request.args, day)
    shared = not request.cookies
    shown: dict[str, Any] = {"figures": None}
    if form.validate():
        areas = choices.kelurahan()
        figures = _figures(form, areas, day)
        shown = {"figures": figures, "names": {None: _("Place unknown"), **{area.id: area.name for area in areas}},
                 "chart": _chart(figures)}  # fmt: skip
    page = make_response(render_template(
        "statistics/public.html", form=form, shared=shared, day=day, began=began(), rules=RULES, counted=COUNTED,
        duration=duration, month=month, fewest=FEWEST, least=LEAST, least_for_p90=LEAST_FOR_P90,
        days_later=DAYS_LATER, **shown,
    ))  # fmt: skip
    if form.errors:
        page.status_code = 422
    elif shared:
        page.headers["Cache-Control"] = CACHED
    return page


@blueprint.get("/statistics/public.csv")
@open_to_everyone
@limiter.limit(_pace, key_func=_network)
def public_statistics_csv() -> AnyResponse:
    """The same figures in English words for machines, whatever the reader's language."""
    form, day = _asked()
    areas = choices.kelurahan()
    return _file(as_csv(_figures(form, areas, day), areas), "text/csv", f"{form.since.data}-{form.until.data}.csv")


@blueprint.get("/statistics/public.geojson")
@open_to_everyone
@limiter.limit(_pace, key_func=_network)
def public_statistics_geojson() -> AnyResponse:
    """The same figures with the boundaries of the kelurahan, where they were imported."""
    form, day = _asked()
    areas = choices.kelurahan()
    collection = as_geojson(_figures(form, areas, day), areas, day)
    return _file(json.dumps(collection).encode(), "application/geo+json")


def _asked() -> tuple[PublicForm, date]:
    """The form of a file's address and the last day that counts; 422 with its problems in words."""
    day = last_day(today())
    return valid(PublicForm(request.args, day)), day


def _figures(form: PublicForm, areas: Sequence[Kelurahan], day: date) -> PublicFigures:
    months = [f"{first:%Y-%m}" for first in form.months]
    return kept_figures(months, [*sorted(area.id for area in areas), None], day)


def _file(content: bytes, mimetype: str, name: str = "") -> AnyResponse:
    answer = Response(content, mimetype=mimetype)
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="meteor-{name}"'
    answer.headers["Cache-Control"] = CACHED
    answer.headers["Access-Control-Allow-Origin"] = "*"  # public, and the same for everybody
    answer.set_etag(version_of({"content": content}))
    return answer.make_conditional(request)


def _chart(figures: PublicFigures) -> Chart:
    """Percentages within 3 and 15 minutes, by the number of the month: names would be too small on a phone."""
    rows = figures.months
    labels = [str(format_date(first_day(row.key), "L")) for row in rows]
    return lines(
        labels,
        [
            Series(_("Within 3 minutes"), [row.within[0] for row in rows]),
            Series(_("Within 15 minutes"), [row.within[1] for row in rows]),
        ],
    )
