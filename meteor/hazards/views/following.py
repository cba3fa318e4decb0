"""The page on which a reporter without an account sees what became of their report, by its link."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any
from uuid import UUID

from flask import abort, current_app, request, url_for
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from meteor.hazards import blueprint
from meteor.hazards.limits import FOLLOWED
from meteor.hazards.models import HazardReport
from meteor.hazards.views import own, photos
from meteor.store.database import db
from meteor.web.access import open_to_everyone
from meteor.web.throttle import limiter


def link_to(report: HazardReport) -> str:
    """The address at which a report without an account is followed."""
    token = _signer().sign(urlsafe_b64encode(report.id.bytes).rstrip(b"=")).decode()
    return url_for("hazards.follow", token=token)


def _token() -> str:
    return str((request.view_args or {})["token"])


@blueprint.get("/hazards/follow/<token>")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=_token)
def follow(token: str) -> str:
    return own.page(_followed(token))


@blueprint.get("/hazards/follow/<token>/state")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=_token)
def followed_state(token: str) -> Response:
    return own.state(_followed(token))


@blueprint.post("/hazards/follow/<token>/messages")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=_token)
def tell_by_link(token: str) -> Response:
    report = _followed(token)
    return own.answer_message(report, f"hazard:{report.id}", None)


@blueprint.post("/hazards/follow/<token>/withdrawal")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=_token)
def withdraw_by_link(token: str) -> Response:
    return own.answer_withdrawal(_followed(token), None)


@blueprint.get("/hazards/follow/<token>/photos/<int:photo_id>")
@open_to_everyone
@limiter.limit(FOLLOWED, key_func=_token)
def photo_by_link(token: str, photo_id: int) -> Response:
    return photos.shown(next((photo for photo in _followed(token).photos if photo.id == photo_id), None))


def _followed(token: str) -> HazardReport:
    """The report of a link; only one without an account has a link."""
    try:
        number = _signer().unsign(token)
        report = db.session.get(HazardReport, UUID(bytes=urlsafe_b64decode(number + b"==")))
    except (BadSignature, Error, ValueError):
        abort(404)
    return report if report is not None and report.reporter_id is None else abort(404)


def _signer() -> Signer:
    keys: list[Any] = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return Signer(keys, salt="hazard")
