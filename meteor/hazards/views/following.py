"""The page on which a reporter without an account sees what became of their report, by its link."""

from flask import abort, url_for
from werkzeug.wrappers import Response

from meteor.hazards import blueprint
from meteor.hazards.limits import FOLLOWED
from meteor.hazards.models import HazardReport
from meteor.hazards.photos import MOST_BYTES_OF_FORM
from meteor.hazards.views import own, photos
from meteor.store.database import db
from meteor.web import link_tokens
from meteor.web.access import open_to_everyone
from meteor.web.bodies import takes_bytes
from meteor.web.throttle import limiter

LINK = "hazard"
"""The kind of its links' tokens."""


def link_to(report: HazardReport) -> str:
    """The address at which a report without an account is followed."""
    token = link_tokens.token_for(report.id, LINK)
    return url_for("hazards.follow", token=token)


@blueprint.get("/hazards/follow/<token>")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=link_tokens.token_asked_for)
def follow(token: str) -> str:
    return own.page(_followed(token))


@blueprint.get("/hazards/follow/<token>/state")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=link_tokens.token_asked_for)
def followed_state(token: str) -> Response:
    return own.state(_followed(token))


@blueprint.post("/hazards/follow/<token>/messages")
@open_to_everyone
@takes_bytes(MOST_BYTES_OF_FORM)
@limiter.limit(FOLLOWED, key_func=link_tokens.token_asked_for)
def tell_by_link(token: str) -> Response:
    report = _followed(token)
    return own.answer_message(report, f"hazard:{report.id}", None)


@blueprint.post("/hazards/follow/<token>/withdrawal")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=link_tokens.token_asked_for)
def withdraw_by_link(token: str) -> Response:
    return own.answer_withdrawal(_followed(token), None)


@blueprint.get("/hazards/follow/<token>/photos/<int:photo_id>")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=link_tokens.token_asked_for)
def photo_by_link(token: str, photo_id: int) -> Response:
    return photos.shown(next((photo for photo in _followed(token).photos if photo.id == photo_id), None))


def _followed(token: str) -> HazardReport:
    """The report of a link; only one without an account has a link."""
    subject = link_tokens.subject_of(token, LINK)
    report = db.session.get(HazardReport, subject) if subject else None
    return report if report is not None and report.reporter_id is None else abort(404)
