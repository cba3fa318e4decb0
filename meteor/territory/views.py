"""Places for forms: the RT of a kelurahan, what a text may mean; the map's ground, and where a point on it is."""

from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING, ROLES
from meteor.territory import aml, blueprint
from meteor.territory.area_index import RT_RADIUS
from meteor.territory.basemap import basemap
from meteor.territory.forms import AreaForm, PointForm
from meteor.territory.gazetteer import search
from meteor.territory.labels import place_text, reach
from meteor.web.access import open_to, open_to_everyone

blueprint.add_app_template_filter(reach)
blueprint.record_once(lambda setup: setup.app.jinja_env.globals.update(RT_RADIUS=RT_RADIUS))


@blueprint.get("/areas/rt")
@open_to_everyone
def rts() -> str:
    """The choice of an RT of the query's `kelurahan`, as it stands in templates/territory/area.html."""
    return render_template("territory/_rt.html", form=AreaForm(request.args))


@blueprint.get("/places")
@open_to(*CALL_HANDLING, "admin")
def places() -> str:
    """The places that the query's `q` may mean, as options of a combobox; for a message that is no AML, why not."""
    text = request.args.get("q", "")
    return render_template("territory/_places.html", hits=search(text), wrong=_wrong_aml(text))


@blueprint.get("/map/basemap.geojson")
@open_to_everyone
def map_ground() -> AnyResponse:
    """The basemap, also for public pages. The browser caches it and revalidates each time."""
    known = basemap()
    answer = Response(known.text, mimetype="application/geo+json", headers={"Cache-Control": "private, no-cache"})
    answer.set_etag(known.version)
    return answer.make_conditional(request)


@blueprint.get("/map/place")
@open_to(*ROLES)
def map_place() -> Response | tuple[Response, int]:
    """The query's point (`latitude`, `longitude`, degrees WGS-84) in words."""
    form = PointForm(request.args)
    if not form.validate():
        return jsonify(errors=form.errors), 422
    return jsonify(words=place_text(form.latitude.data, form.longitude.data))


@blueprint.app_template_global()
def map_pictures() -> dict[str, str]:
    """The map's tiles, if the operator has set them: address and attribution."""
    settings = current_app.config["SETTINGS"]
    return {"address": settings.map_tiles, "credit": settings.map_attribution}


def _wrong_aml(text: str) -> Any:
    """The problem of a text that begins like AML, if there is one."""
    if aml.is_aml(text):
        try:
            aml.parse(text)
        except aml.NotAml as error:
            return error.args[0]
    return None
