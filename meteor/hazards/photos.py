"""Photos of hazards: checked, drawn anew as JPEG, and stored in a private folder, a folder for each day."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from meteor.config import Settings
from meteor.hazards.models import HazardPhoto
from meteor.store import pictures
from meteor.store.database import db, only_reading
from meteor.store.moments import WIB
from meteor.territory import rules as territory

MOST_BYTES = 10_000_000
"""Limit of one photo, and what a form says of all its photos together."""

MOST_BYTES_OF_FORM = 16 * 1024 * 1024
"""Limit of a form with photos, so that one that is a little too large is refused at its field and loses no word."""

MOST_PIXELS = 25_000_000
"""A new phone's usual photo has 12 or 24 megapixels."""

LONGEST = 2048
"""Pixels of the longer side."""

MOST_AT_ONCE = 3
MOST_PHOTOS = 6
"""Highest number of photos of one report, with those that were added later."""

KEPT = timedelta(days=1)
"""Time after which a file that no report has is deleted: its form was never sent again."""

LOOKED_BACK = 7  # days

BATCH = 500
"""Number of files of which the database is asked at once."""

_FORMATS = ("JPEG", "PNG", "HEIF")
_QUALITY = 85
_GPS = 0x8825

_configured: list[Path] = []


class Photo(NamedTuple):
    """A photo drawn anew: JPEG, pixels, and where its camera says it was taken (degrees WGS-84), if it does."""

    content: bytes
    width: int
    height: int
    point: tuple[float, float] | None


class Stored(NamedTuple):
    """A photo whose file is stored: the file's name, pixels, and where it was taken."""

    name: str
    width: int
    height: int
    point: tuple[float, float] | None


def configure(settings: Settings) -> None:
    """Keep photos in the folder of these settings."""
    _configured[:] = [settings.var / "photos"]


def drawn(data: bytes) -> Photo:
    """The photo in an uploaded file (JPEG, PNG, HEIC, by its content): its pixels alone, at most LONGEST.

    Raises NotAPicture, TooLarge, Moving, Busy of store.pictures. Nobody should wait to write meanwhile.
    """
    _read_heif()
    with pictures.opened(data, _FORMATS, pixels=MOST_PIXELS, length=MOST_BYTES) as image:
        point = _point(image)
        plain = pictures.reduced(image, LONGEST)
        if plain.mode == "RGBA":
            paper = Image.new("RGB", plain.size, "white")
            paper.paste(plain, mask=plain.getchannel("A"))
            plain = paper
        file = BytesIO()
        plain.save(file, "JPEG", quality=_QUALITY)
        return Photo(file.getvalue(), plain.width, plain.height, point)


def store(photo: Photo, at: datetime) -> Stored:
    """Write a photo's file, on disk before this returns. What no report has a day later is deleted."""
    day = _day(at)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    picture_id = pictures.write(folder() / day, photo.content)
    return Stored(f"{day}/{picture_id}", photo.width, photo.height, photo.point)


def is_there(name: str) -> bool:
    """Return whether a file is stored that no report has yet."""
    known = db.session.scalar(select(HazardPhoto.id).where(HazardPhoto.name == name))
    return known is None and (folder() / name).is_file()


def content_of(photo: HazardPhoto) -> bytes | None:
    """The JPEG of a photo; None if its file is lost."""
    day, _, picture_id = photo.name.partition("/")
    return pictures.read(folder() / day, UUID(picture_id))


def forget_orphans(at: datetime) -> None:
    """Delete the files of the last days that no report has, once they are KEPT old.

    Only files without a report are looked at.
    """
    with only_reading():  # nobody waits to write meanwhile
        for days in range(LOOKED_BACK + 1):
            day = _day(at - timedelta(days=days))
            names = [f"{day}/{file.name}" for file in _files(folder() / day)]
            for first in range(0, len(names), BATCH):
                _forget(names[first : first + BATCH], at - KEPT)


def folder() -> Path:
    """The folder of the photos."""
    return _configured[0]


def _forget(names: Sequence[str], before: datetime) -> None:
    """Delete those of these files that are older and that no report has."""
    kept = set(db.session.scalars(select(HazardPhoto.name).where(HazardPhoto.name.in_(names))))
    for file in (folder() / name for name in names if name not in kept):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


@cache
def _read_heif() -> None:
    """Let Pillow read HEIC. Its library is large, and a process without such photos need not load."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)


def _files(place: Path) -> Iterable[Path]:
    return place.iterdir() if place.is_dir() else ()


def _day(at: datetime) -> str:
    return at.astimezone(WIB).strftime("%y%m%d")


def _point(image: Image.Image) -> tuple[float, float] | None:
    """The camera's own position, in or near the city; None for anything else."""
    try:
        gps = image.getexif().get_ifd(_GPS)
        latitude, longitude = _degrees(gps[2], gps[1], "S"), _degrees(gps[4], gps[3], "W")
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return (latitude, longitude) if territory.locate(latitude, longitude).kelurahan_id else None
    except Exception:  # whatever garbage makes Pillow raise: the photo itself may be fine
        return None


def _degrees(parts: Any, side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    return -size if side.strip("\0 ").upper() == negative else size
