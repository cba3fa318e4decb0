"""The public page of verified hazards, and the same as GeoJSON."""

import json
from typing import Any

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from meteor.hazards import blueprint, labels, public_map
from meteor.hazards.public import SQUARE, PublicHazard, PublicHazards, public_hazards
from meteor.web.access import open_to_everyone
from meteor.web.language import iso, locale
from meteor.web.polling import fragment
from meteor.web.renderings import Renderings

FRESH = 60
"""Seconds for which caches may keep the GeoJSON."""

renderings = Renderings()


@blueprint.get("/hazards/public")
@open_to_everyone
def public() -> str:
    found = public_hazards()
    return render_template("hazards/public.html", version=found.version, content=_content(found))


@blueprint.get("/hazards/public/rows")
@open_to_everyone
def public_rows() -> Response:
    """Map and list, polled. The version is a fingerprint of the hazards."""
    found = public_hazards()
    return fragment(found.version, lambda: _content(found))


@blueprint.get("/hazards/public.geojson")
@open_to_everyone
def public_geojson() -> AnyResponse:
    """The hazards for other sites and maps of the city."""
    found = public_hazards()
    text = renderings.get("geojson", found.version, lambda: json.dumps(_geojson(found), ensure_ascii=False))
    answer = Response(text, mimetype="application/geo+json", headers={"Cache-Control": f"public, max-age={FRESH}"})
    answer.set_etag(found.version)
    return answer.make_conditional(request)


def _content(found: PublicHazards) -> str:
    """The rendering, once for all who speak alike."""

    def render() -> str:
        drawn = public_map.ground()
        return render_template(
            "hazards/_public.html", found=found, ground=drawn, width=public_map.WIDTH, kinds=labels.KINDS,
            marks=public_map.marks(drawn, found.hazards) if drawn else [], severity=labels.severity,
            water_chart=public_map.water_chart,
        )  # fmt: skip

    return renderings.get(locale(), found.version, render)


def _geojson(found: PublicHazards) -> dict[str, Any]:
    """The hazards as a GeoJSON FeatureCollection (RFC 7946): a point for each, in the middle of its square."""
    return {"type": "FeatureCollection", "features": [_feature(each) for each in found.hazards]}


def _feature(hazard: PublicHazard) -> dict[str, Any]:
    located = hazard.latitude is not None
    properties = {
        "kind": hazard.kind, "severity": hazard.severity, "since": iso(hazard.since),
        "confirmed_at": iso(hazard.confirmed_at) if hazard.confirmed_at else None,
        "over_at": iso(hazard.over_at) if hazard.over_at else None, "kelurahan": hazard.kelurahan,
        "reports": hazard.reports, "square_metres": SQUARE,
        "water": [{"at": iso(level.at), "centimetres": level.centimetres} for level in hazard.water],
    }  # fmt: skip
    point = {"type": "Point", "coordinates": [hazard.longitude, hazard.latitude]}
    return {"type": "Feature", "geometry": point if located else None, "properties": properties}
