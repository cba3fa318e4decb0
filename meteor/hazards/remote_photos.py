"""Photos that partners name by an address: fetched after the report, checked and drawn anew like all others."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from urllib3.exceptions import HTTPError

from meteor.hazards import photos
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.hazards.rules import add_photos
from meteor.store import downloads, outbox, pictures
from meteor.store.database import db, only_reading
from meteor.store.outgoing import PrivateAddress, Refused

TOPIC = "hazard_photo"

SECONDS = 10.0
"""Time for a whole photo: the lease of its item must also hold its drawing."""

GIVEN_UP = timedelta(hours=1)
"""Age of a report after which a server that fails is asked no more."""

_FOR_GOOD = (
    ValueError, PrivateAddress, downloads.TooLarge, downloads.Unreadable, pictures.NotAPicture, pictures.TooLarge,
    pictures.Moving,
)  # fmt: skip
_FOR_NOW = (OSError, HTTPError, Refused, downloads.TooSlow, pictures.Busy)


def fetch_later(report: HazardReport, url: str) -> None:
    """Let the scheduler fetch the photo at `url`. One client's servers delay no other client's."""
    key = f"{TOPIC}:{report.id}"
    outbox.put(key, TOPIC, destination=f"{TOPIC}:{report.client_id}", report=str(report.id), url=url)


def fetch(payload: dict[str, Any], at: datetime) -> None:
    """Fetch one photo. Its report is told what prevents that; raises what may be over soon, for a new attempt.

    No transaction is open while the server answers. A disk that is full is no fault of the server, and always raised.
    """
    report_id, problem, stored = UUID(payload["report"]), "", []
    with only_reading():
        reported_at = db.session.get_one(HazardReport, report_id).reported_at
    try:
        photo = _downloaded(payload["url"])
    except _FOR_GOOD as reason:
        problem = _words(reason)
    except _FOR_NOW as reason:
        if at - reported_at < GIVEN_UP and not _is_final(reason):
            raise
        problem = _words(reason)
    else:
        stored = [photos.store(photo, at)]
    report = db.session.get_one(HazardReport, report_id)
    add_photos(report, stored)
    if problem:
        report.messages.append(HazardMessage(kind="photo_missing", text=f"{problem} {payload['url']}", at=at))


def _downloaded(url: str) -> photos.Photo:
    said = downloads.get(url, {}, most_bytes=photos.MOST_BYTES, seconds=SECONDS)
    with only_reading():  # the place of the camera is looked up
        return photos.drawn(said.body)


def _is_final(reason: Exception) -> bool:
    """Return whether a server's refusal stays: everything in the 400s but "too many requests"."""
    return isinstance(reason, Refused) and 400 <= reason.status < 500 and reason.status != 429


def _words(reason: Exception) -> str:
    if isinstance(reason, (downloads.TooLarge, pictures.TooLarge)):
        return _("The photo is too large.")
    if isinstance(reason, Refused):
        return _("The server answered %(status)d.", status=reason.status)
    if isinstance(reason, (pictures.NotAPicture, pictures.Moving, downloads.Unreadable)):
        return _("There is no photo that can be read.")
    if isinstance(reason, PrivateAddress):
        return _("The address is not public.")
    if isinstance(reason, ValueError):
        return _("Only addresses with https:// are fetched.")
    return _("The server did not answer.")
