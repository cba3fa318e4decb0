"""Photos of reports: for their reporters, for the disaster agency and for the command centre."""

from flask import Response, abort, request
from flask_login import current_user

from meteor.accounts.roles import ROLES
from meteor.hazards import blueprint, rules
from meteor.hazards.models import HazardPhoto
from meteor.hazards.photos import content_of
from meteor.premises.views.pictures import HEADERS
from meteor.web.access import open_to


@blueprint.get("/hazards/photos/<int:photo_id>")
@open_to(*ROLES)
def photo(photo_id: int) -> Response:
    return shown(rules.find_photo(current_user, photo_id))


def shown(photo: HazardPhoto | None) -> Response:
    """The photo's file, or 404. A browser keeps it, and asks each time whether it may still show it."""
    content = content_of(photo) if photo else None
    if photo is None or content is None:
        abort(404)
    answer = Response(content, mimetype="image/jpeg", headers=HEADERS)
    answer.set_etag(photo.name.replace("/", "-"))
    answer.make_conditional(request)
    return answer
