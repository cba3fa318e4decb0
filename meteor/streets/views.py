"""The map's data for browsers, and where templates find it."""

import gzip
from typing import Any

from flask import Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from meteor.streets import blueprint
from meteor.streets.labels import ATTRIBUTIONS, SKETCH
from meteor.streets.levels import LEVELS
from meteor.streets.map_data import map_levels, packed
from meteor.web.access import open_to_everyone
from meteor.web.headers import YEAR


@blueprint.get("/map/streets/<level>.geojson")
@open_to_everyone
def map_streets(level: str) -> AnyResponse:
    """A level of the map's data. Under the address of its present version (`v`) the browser keeps it for ever.

    Otherwise it asks each time whether there is another one. 404 where no map was imported.
    """
    version, content = packed(level) or abort(404)
    packs = bool(request.accept_encodings.best_match(["gzip"]))
    answer = Response(content if packs else gzip.decompress(content), mimetype="application/geo+json")
    if packs:
        answer.content_encoding = "gzip"
    current = request.args.get("v") == version
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable" if current else "private, no-cache"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{version}-gzip" if packs else version)
    return answer.make_conditional(request)


@blueprint.app_template_global()
def street_map() -> dict[str, Any]:
    """The map of streets: the address of each level, empty where there is none, and the `credit` to show below a map.

    `sketch` says that it was drawn by hand and is no map.
    """
    levels = map_levels()
    if levels is None:
        return {**dict.fromkeys(LEVELS, ""), "credit": "", "sketch": False}
    addresses = {level: f"/map/streets/{level}.geojson?v={version}" for level, version in levels.versions.items()}
    return {**addresses, "credit": str(ATTRIBUTIONS[levels.attribution]), "sketch": levels.attribution == SKETCH}
