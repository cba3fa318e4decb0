"""The public pages of warnings: those that hold, the history, and each one with its whole text; and as GeoJSON."""

from typing import Any

from flask import Response, abort, json, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.warnings import blueprint, drafts, geojson, labels, reading
from meteor.warnings.models import HazardWarning
from meteor.warnings.outlines import outlines
from meteor.web.access import open_to_everyone
from meteor.web.lists import listing

CACHED_SECONDS = 60


@blueprint.get("/warnings")
@open_to_everyone
def warnings() -> str:
    """The warnings that hold now, those to come, and the history."""
    at = now()
    history = listing(reading.past(at), sorts={"sent": HazardWarning.sent}, sort="-sent")
    held, next_ones = reading.current(at), reading.upcoming(at)
    return render_template(
        "warnings/warnings.html",
        held=held,
        bounded=reading.bounded() if held else (),
        outlines=outlines(held),
        upcoming=next_ones,
        history=history,
        endings=reading.endings(history.rows),
        unreached=reading.unreached(at),
        has_feeds=reading.has_feeds(),
        labels=labels,
    )


@blueprint.get("/warnings/<int:warning_id>")
@open_to_everyone
def warning(warning_id: int) -> str:
    """Show one warning with its whole text, its areas and source, and what became of it."""
    found = reading.find(warning_id) or abort(404)
    over = found.ended_at is not None or found.expires <= now() or found.message_type == "Cancel"
    return render_template(
        "warnings/warning.html",
        warning=found,
        over=over,
        ended_by=reading.find(found.ended_by_id) if found.ended_by_id else None,
        replaced=reading.replaced_by(found),
        bounded=reading.bounded() if found.touched else (),
        outlines=outlines([found]),
        ending=labels.ending(found, reading.endings([found]).get(found.id)) if over else "",
        is_ours=drafts.draft_of(found.id) is not None,  # its areas are the kelurahan that it touches
        labels=labels,
    )


@blueprint.get("/warnings.geojson")
@open_to_everyone
def warnings_geojson() -> AnyResponse:
    """The warnings that hold, as a GeoJSON FeatureCollection, for other sites and maps."""
    collection: dict[str, Any] = geojson.collection(reading.current(now()))
    answer = Response(json.dumps(collection), mimetype="application/geo+json")
    answer.headers["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # public, and the same for everybody
    answer.set_etag(version_of(collection))
    return answer.make_conditional(request)
