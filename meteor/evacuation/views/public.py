"""The public page of gathering points, nearest first, and the same as GeoJSON."""

from typing import Any, NamedTuple

from flask import Response, json, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.evacuation import blueprint, geojson, lines, protection, sites
from meteor.evacuation.forms import WhereForm
from meteor.geo import Point
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan
from meteor.web.access import open_to_everyone
from meteor.web.language import locale

CACHED_SECONDS = 60


class Origin(NamedTuple):
    """The place from which points are sorted: degrees WGS-84, None if unknown, and its words.

    It is `exact` if the reader is there, not in the area whose middle it is.
    """

    point: Point | None
    words: str
    exact: bool = False


@blueprint.get("/evacuation")
@open_to_everyone
def gathering_points() -> str:
    """The active points. The query may say a position, a kelurahan, and a hazard that they must be safe from."""
    form = WhereForm(request.args, locale())
    form.validate()
    origin = _origin(form)
    hazard = _hazard(form)
    return render_template(
        "evacuation/evacuation.html", form=form, origin=origin,
        found=sites.by_distance(sites.active_points(hazard), origin.point),
        routes=[it for it in sites.routes(to_active=True) if hazard is None or protection.is_safe(it.point, hazard)],
        names=_names, length=lines.length,
    )  # fmt: skip


@blueprint.get("/evacuation.geojson")
@open_to_everyone
def evacuation_geojson() -> AnyResponse:
    """Active points and their routes for other sites and maps."""
    collection: dict[str, Any] = geojson.collection()
    answer = Response(json.dumps(collection), mimetype="application/geo+json")
    answer.headers["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # public, and the same for everybody
    answer.set_etag(version_of(collection))
    return answer.make_conditional(request)


def _names(codes: list[str]) -> str:
    return ", ".join(protection.names(codes, locale()))


def _hazard(form: WhereForm) -> str | None:
    """The hazard that the points must be safe from: one of CODES, empty for all of them, None for no filter."""
    chosen = form.hazard.data
    return "" if chosen == protection.ALL else chosen if chosen in protection.CODES else None


def _origin(form: WhereForm) -> Origin:
    """The position that was given, else the chosen kelurahan, else the home of the user."""
    north, east = form.latitude.data, form.longitude.data
    if north is not None and east is not None and not (form.latitude.errors or form.longitude.errors):
        return Origin((north, east), _("from the position that you gave"), True)
    chosen = str(form.kelurahan.data or "")
    area = db.session.get(Kelurahan, int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else None
    if area:
        return Origin((area.latitude, area.longitude), _("from the middle of Kelurahan %(name)s", name=area.name))
    home = sites.home_position(current_user.id) if current_user.is_authenticated else None
    return Origin(home.point, str(_FROM[home.place]), home.place == "home") if home else Origin(None, "")


_FROM = {
    "home": _l("from your home"),
    "rt": _l("from the middle of your RT"),
    "kelurahan": _l("from the middle of your kelurahan"),
}
