"""Floor plans and photos: checked, drawn again, and stored in files that only METEOR serves."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from PIL import Image, ImageOps

from meteor.accounts.models import User
from meteor.premises.models import Picture, Premises
from meteor.premises.records import subject
from meteor.store import audit
from meteor.store.database import db

MOST_BYTES = 7_500_000
MOST_PIXELS = 24_000_000
MOST_CLEAR_PIXELS = 10_000_000
"""Highest number of pixels with transparency, and of WebP: their decoders need several times the memory."""

MOST_PICTURES = 12
"""Highest number of pictures of one place."""

LONGEST = 2560
"""Pixels of the longer side: a plan can be read, and a tablet with a bad network gets it."""

PATIENCE = 10.0
"""Seconds that an upload waits for another one of the same process to be decoded."""

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ALSO = {"MPO": "JPEG"}
"""Pillow's name of a JPEG with more images behind it, as some phones make them."""

_QUALITY = {"image/jpeg": 88, "image/webp": 85}

_decoding = threading.Lock()
"""One picture at a time is decoded in a process: 24 megapixels take up to 200 MB."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow itself refuses what claims to be twice as large


class NotAPicture(Exception):
    """The file is no JPEG, PNG or WebP, or it is damaged."""


class TooLarge(Exception):
    """The file has more than MOST_BYTES, or the picture more than `pixels`."""

    def __init__(self, pixels: int = MOST_PIXELS) -> None:
        super().__init__(pixels)
        self.pixels = pixels


class Moving(Exception):
    """The file holds several pictures, one after the other."""


class Busy(Exception):
    """Other pictures were being decoded for longer than PATIENCE."""


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
    if len(data) > MOST_BYTES:
        raise TooLarge
    if not _decoding.acquire(timeout=PATIENCE):
        raise Busy
    try:
        with Image.open(BytesIO(data), formats=list(_FORMATS)) as image:
            most = MOST_CLEAR_PIXELS if image.format == "WEBP" or _is_clear(image) else MOST_PIXELS
            if image.width * image.height > most:
                raise TooLarge(most)
            if getattr(image, "is_animated", False) and image.format not in _ALSO:
                raise Moving
            return _written(_reduced(image), _FORMATS[_ALSO.get(image.format or "", image.format or "")])
    except (TooLarge, Moving):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooLarge from bomb
    except Exception as error:  # Pillow lets out whatever a damaged file makes its decoders raise
        raise NotAPicture from error
    finally:
        _decoding.release()


@contextmanager
def kept(folder: Path, content: bytes) -> Iterator[UUID]:
    """Write a picture into the folder, on disk before this goes on, under a new id. Only we may read it.

    If what is done with it fails, the file is dropped.
    """
    picture_id = uuid4()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(folder / str(picture_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
        yield picture_id
    except BaseException:
        drop(folder, picture_id)
        raise


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


def read(folder: Path, picture_id: UUID) -> bytes | None:
    """A picture's file; None if it is lost."""
    try:
        return (folder / str(picture_id)).read_bytes()
    except FileNotFoundError:
        return None


def drop(folder: Path, picture_id: UUID) -> None:
    """Delete a picture's file."""
    (folder / str(picture_id)).unlink(missing_ok=True)


def _reduced(image: Image.Image) -> Image.Image:
    """The image's pixels, upright and not larger than LONGEST. It is reduced before it is copied, to save memory."""
    scale = min(1.0, LONGEST / max(image.size))
    image.draft(None, (int(image.width * scale), int(image.height * scale)))  # a JPEG: at a half or less if enough
    if image.mode not in ("RGB", "RGBA", "L", "CMYK"):  # a palette cannot be averaged
        image = image.convert("RGBA" if _is_clear(image) else "RGB")
    image.thumbnail((LONGEST, LONGEST))
    return _plain(ImageOps.exif_transpose(image))


def _plain(image: Image.Image) -> Image.Image:
    """The image's pixels as colours, alone."""
    plain = image.convert("RGBA" if _is_clear(image) else "RGB")
    plain.info.clear()  # or comments and text chunks would be written again
    return plain


def _is_clear(image: Image.Image) -> bool:
    """Whether some of it may be seen through."""
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _written(image: Image.Image, media_type: str) -> Drawn:
    to = BytesIO()
    if media_type == "image/png":
        image.save(to, "PNG")
    else:
        image.save(to, media_type.removeprefix("image/"), quality=_QUALITY[media_type])
    return Drawn(media_type, to.getvalue())


def _sync(folder: Path) -> None:
    """Let the folder's new entry outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
