"""Uploaded pictures: checked before they are decoded, reduced, and stored in files that only METEOR serves."""

import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

from PIL import Image

MOST_CLEAR_PIXELS = 10_000_000
"""Highest number of pixels with transparency, and of WebP: their decoders need several times the memory."""

PATIENCE = 10.0
"""Seconds that an upload waits for another one of the same process to be decoded."""

_MOVING = ("PNG", "WEBP")
"""Formats of pictures that may move. A JPEG or HEIF may hold more images; the first is the photo."""

_ORIENTATION = 0x0112
_TURNS = dict(enumerate(
    (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
     Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_270, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_90),
    start=2,
))  # fmt: skip
"""Transposition that makes an image upright, by the orientation that its camera wrote."""

_decoding = threading.Lock()
"""Lock: one picture at a time is decoded in a process, since 24 megapixels take 200 MB."""

Image.MAX_IMAGE_PIXELS = 30_000_000  # Pillow itself refuses what claims to be twice as large; opened() asks for less


class NotAPicture(Exception):
    """The file is of no format that is asked for, or it is damaged."""


class TooLarge(Exception):
    """The file has too many bytes, or the picture more than `pixels`."""

    def __init__(self, pixels: int) -> None:
        super().__init__(pixels)
        self.pixels = pixels


class Moving(Exception):
    """The file holds several pictures, one after the other."""


class Busy(Exception):
    """Other pictures were being decoded for longer than PATIENCE."""


@contextmanager
def opened(data: bytes, formats: Sequence[str], *, pixels: int, length: int) -> Iterator[Image.Image]:
    """The picture in a file of one of Pillow's `formats`, by its content; not decoded yet. One at a time in a process.

    At most `length` bytes and `pixels`, or MOST_CLEAR_PIXELS. Raises NotAPicture, TooLarge, Moving, Busy; NotAPicture
    also for whatever goes wrong while it is open. Nobody should wait to write meanwhile: it takes seconds.
    """
    if len(data) > length:
        raise TooLarge(pixels)
    if not _decoding.acquire(timeout=PATIENCE):
        raise Busy
    try:
        with _unwarned(), Image.open(BytesIO(data), formats=list(formats)) as image:
            most = min(pixels, MOST_CLEAR_PIXELS) if image.format == "WEBP" or is_clear(image) else pixels
            if image.width * image.height > most:
                raise TooLarge(most)
            if getattr(image, "is_animated", False) and image.format in _MOVING:
                raise Moving
            yield image
    except (TooLarge, Moving):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooLarge(pixels) from bomb
    except Exception as error:  # Pillow lets out whatever a damaged file makes its decoders raise
        raise NotAPicture from error
    finally:
        _decoding.release()


def reduced(image: Image.Image, longest: int) -> Image.Image:
    """The image's pixels alone, upright, its longer side at most `longest`. Reduced before copied, to save memory."""
    scale = min(1.0, longest / max(image.size))
    image.draft(None, (int(image.width * scale), int(image.height * scale)))  # a JPEG: at a half or less if enough
    turn = _turn(image)
    if image.mode.startswith("I;16"):  # 16 bits of grey would be cut to their lowest 8
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("RGB", "RGBA", "L", "CMYK"):  # a palette cannot be averaged
        image = image.convert("RGBA" if is_clear(image) else "RGB")
    image.thumbnail((longest, longest))
    return _plain(image if turn is None else image.transpose(turn))


def is_clear(image: Image.Image) -> bool:
    """Return whether some of the image is transparent."""
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


@contextmanager
def kept(folder: Path, content: bytes) -> Iterator[UUID]:
    """Write a picture into the folder under a new id. If what is done with it fails, the file is dropped."""
    picture_id = write(folder, content)
    try:
        yield picture_id
    except BaseException:
        drop(folder, picture_id)
        raise


def write(folder: Path, content: bytes) -> UUID:
    """Write a picture into the folder under a new id, on disk before this returns. Only we may read it."""
    picture_id = uuid4()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(folder / str(picture_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
    except BaseException:
        drop(folder, picture_id)
        raise
    return picture_id


def read(folder: Path, picture_id: UUID) -> bytes | None:
    """A picture's file; None if it is lost."""
    try:
        return (folder / str(picture_id)).read_bytes()
    except FileNotFoundError:
        return None


def drop(folder: Path, picture_id: UUID) -> None:
    """Delete a picture's file."""
    (folder / str(picture_id)).unlink(missing_ok=True)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep what cameras wrote wrongly out of the log. Only under _decoding: these filters are the process's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn the image upright; None if it is, or its orientation is unreadable."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION) or 1)
    except Exception:  # whatever garbage makes Pillow raise: the photo itself may be fine
        return None


def _plain(image: Image.Image) -> Image.Image:
    """The image's pixels as colours, alone."""
    plain = image.convert("RGBA" if is_clear(image) else "RGB")
    plain.info.clear()  # or comments and text chunks would be written again
    return plain


def _sync(folder: Path) -> None:
    """Let the folder's new entry outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
