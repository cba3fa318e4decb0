"""Floor plans and photos of premises, for those who keep them. Who handles an incident there sees them on its page."""

from pathlib import Path
from uuid import UUID

from flask import Response, abort, current_app, request

from meteor.premises import blueprint, pictures
from meteor.premises.models import Picture
from meteor.premises.views.kept import kept
from meteor.web.access import open_to

HEADERS = {
    "Cache-Control": "private, no-cache",
    # A browser that shows a picture alone fits it to the screen by a style of its own.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


@blueprint.get("/premises/<int:premises_id>/pictures/<uuid:picture_id>")
@open_to("admin", "business")
def picture(premises_id: int, picture_id: UUID) -> Response:
    return shown(pictures.of(kept(premises_id), picture_id))


def shown(picture: Picture | None) -> Response:
    """The picture's file, or 404. A browser keeps it, and asks each time whether it may still show it."""
    content = pictures.read(folder(), picture.id) if picture else None
    if picture is None or content is None:
        abort(404)
    answer = Response(content, mimetype=picture.media_type, headers=HEADERS)
    answer.set_etag(str(picture.id))
    answer.make_conditional(request)
    return answer


def folder() -> Path:
    """The folder of the pictures' files."""
    return Path(current_app.config["SETTINGS"].var) / "pictures"
