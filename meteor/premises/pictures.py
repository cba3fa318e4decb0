"""Floor plans and photos: drawn again, and stored in files that only METEOR serves."""

from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from PIL import Image

from meteor.accounts.models import User
from meteor.premises.models import Picture, Premises
from meteor.premises.records import subject
from meteor.store import audit
from meteor.store.database import db
from meteor.store.pictures import MOST_CLEAR_PIXELS as MOST_CLEAR_PIXELS
from meteor.store.pictures import Busy as Busy
from meteor.store.pictures import Moving as Moving
from meteor.store.pictures import NotAPicture as NotAPicture
from meteor.store.pictures import TooLarge as TooLarge
from meteor.store.pictures import drop as drop
from meteor.store.pictures import kept as kept
from meteor.store.pictures import opened, reduced
from meteor.store.pictures import read as read

MOST_BYTES = 7_500_000
MOST_PIXELS = 24_000_000

MOST_PICTURES = 12
"""Highest number of pictures of one place."""

LONGEST = 2560
"""Pixels of the longer side: a plan can be read, and a tablet with a bad network gets it."""

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ALSO = {"MPO": "JPEG"}
"""Pillow's name of a JPEG with more images behind it, as some phones make them."""

_QUALITY = {"image/jpeg": 88, "image/webp": 85}


class TooMany(Exception):
    """The premises have MOST_PICTURES already."""


class Drawn(NamedTuple):
    """A picture drawn again: its type and content."""

    media_type: str
    content: bytes


def drawn(data: bytes) -> Drawn:
    """The picture in an uploaded file, by its content: upright, its pixels and nothing else (no place, no camera).

    Not larger than LONGEST. Raises NotAPicture, TooLarge, Moving, Busy. Takes seconds for a large one: nobody should
    wait to write meanwhile.
    """
    with opened(data, list(_FORMATS), pixels=MOST_PIXELS, length=MOST_BYTES) as image:
        return _written(reduced(image, LONGEST), _FORMATS[_ALSO.get(image.format or "", image.format or "")])


def add(premises: Premises, picture_id: UUID, kind: str, drawn: Drawn, actor: User | None) -> Picture:
    """Give premises a picture that is kept already. Raises TooMany."""
    if len(premises.pictures) >= MOST_PICTURES:
        raise TooMany(premises.id)
    picture = Picture(
        id=picture_id, kind=kind, media_type=drawn.media_type, bytes=len(drawn.content),
        uploaded_by_id=actor.id if actor else None,
    )  # fmt: skip
    premises.pictures.append(picture)
    db.session.flush()
    audit.record(actor, "picture_added", subject(premises), kind=kind, picture=str(picture_id))
    return picture


def of(premises: Premises, picture_id: UUID) -> Picture | None:
    """The picture with this id, if it is one of the premises."""
    return next((picture for picture in premises.pictures if picture.id == picture_id), None)


def remove(premises: Premises, picture: Picture, actor: User) -> None:
    """Take a picture from premises. Its file is dropped when that is committed."""
    premises.pictures.remove(picture)
    db.session.flush()
    audit.record(actor, "picture_removed", subject(premises), kind=picture.kind, picture=str(picture.id))


def _written(image: Image.Image, media_type: str) -> Drawn:
    to = BytesIO()
    if media_type == "image/png":
        image.save(to, "PNG")
    else:
        image.save(to, media_type.removeprefix("image/"), quality=_QUALITY[media_type])
    return Drawn(media_type, to.getvalue())
