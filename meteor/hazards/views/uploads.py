"""Photos as forms send them. What was taken once is kept while the rest of its form is corrected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from meteor.hazards import photos
from meteor.hazards.photos import MOST_AT_ONCE, MOST_BYTES, Stored
from meteor.store import pictures
from meteor.store.database import only_reading


class _LeftOut(Exception):
    """The report has as many photos as it may have."""


class Uploads(NamedTuple):
    """The photos of a form: those that are stored, and what is wrong with the others."""

    stored: Sequence[Stored]
    problems: Sequence[str]


def read_uploads(
    files: Iterable[FileStorage], tickets: Iterable[str], owner: UUID, at: datetime, most: int = MOST_AT_ONCE
) -> Uploads:
    """Draw and store the photos in a form, `most` with those kept before for the report `owner`.

    What was not committed before is lost.
    """
    with only_reading():  # nobody waits to write while they are drawn
        stored = [photo for ticket in tickets if (photo := _known(ticket, owner))][:most]
        problems = []
        for file in [file for file in files if file.filename]:
            try:
                if len(stored) >= most:
                    raise _LeftOut
                stored.append(photos.store(photos.drawn(file.stream.read(MOST_BYTES + 1)), at))
            except (pictures.NotAPicture, pictures.TooLarge, pictures.Moving, pictures.Busy, _LeftOut) as refusal:
                problems.append(f"{(file.filename or '')[:60]}: {_problem(refusal)}")
    return Uploads(stored, problems)


def ticket_of(photo: Stored, owner: UUID) -> str:
    """The word by which a stored photo is named in the form of the report `owner` alone."""
    return str(_serializer().dumps([str(owner), *photo]))


def _known(ticket: str, owner: UUID) -> Stored | None:
    """The photo of a ticket, if no report has it and its file is there still."""
    try:
        whose, name, width, height, point = _serializer().loads(ticket)
    except BadSignature:
        return None
    if whose != str(owner) or not photos.is_there(name):
        return None
    return Stored(name, width, height, tuple(point) if point else None)


def _problem(refusal: Exception) -> str:
    if isinstance(refusal, pictures.TooLarge):
        return _(
            "This photo is too large. Send at most %(mb)d MB and %(mp)d megapixels, or take a picture of the screen.",
            mb=MOST_BYTES // 1_000_000, mp=refusal.pixels // 1_000_000,
        )  # fmt: skip
    if isinstance(refusal, _LeftOut):
        return _("The report has no room for this photo.")
    if isinstance(refusal, pictures.Moving):
        return _("This file holds several pictures, one after the other. Send one that does not move.")
    if isinstance(refusal, pictures.Busy):
        return _("Other pictures are being processed. Try again in a minute.")
    return _("This is no photo that can be read. Send a JPEG, PNG or HEIC.")


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return URLSafeSerializer(keys, salt="hazard photo")
