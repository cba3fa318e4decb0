"""Floor plans and photos: what is taken, what is kept of it, and who sees it."""

import io
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from struct import pack

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from meteor.config import PROJECT
from meteor.premises import pictures
from meteor.premises.models import Premises
from meteor.premises.pictures import NotAPicture, TooLarge, drawn
from meteor.store import pictures as uploads
from meteor.store.database import db
from tests.admin import trail
from tests.conftest import Browser
from tests.premises.places import image, shop

AsUser = Callable[[str], Browser]


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where the files lie, empty."""
    place = Path(app.config["SETTINGS"].var) / "pictures"
    for file in place.glob("*"):
        file.unlink()
    return place


def upload(browser: Browser, premises: Premises, data: bytes, kind: str = "plan", **more: str) -> TestResponse:
    form = {"file": (io.BytesIO(data), "denah.jpg"), "kind": kind} | more
    return browser.post(f"/admin/premises/{premises.id}/pictures/new", data=form)


def located() -> bytes:
    """A photo from a phone held sideways, which tells where it was taken, with a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Kamera Rahasia"
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 44.0, 1.0), 3: "E", 4: (113.0, 12.0, 59.0)})
    return image(exif=exif, comment=b"Pemilik: Bu Lina")


def bomb(width: int, height: int) -> bytes:
    """A PNG that says to be so large, in a hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def text_bomb() -> bytes:
    """A small PNG with a comment that unpacks to a hundred megabytes."""
    picture, said = image("PNG"), b"Comment\0\0" + zlib.compress(bytes(100_000_000))
    chunk = pack(">I", len(said)) + b"zTXt" + said + pack(">I", zlib.crc32(b"zTXt" + said))
    return picture[:33] + chunk + picture[33:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_taken_by_its_content_whatever_it_is_called(form: str) -> None:
    media_type, content = drawn(image(form))
    assert media_type == f"image/{form.lower()}"
    with Image.open(io.BytesIO(content)) as shown:
        assert (shown.format, shown.size) == (form, (64, 40))
        red, _green, blue = shown.convert("RGB").getpixel((5, 20))  # type: ignore[misc]
        assert red > 200 > blue


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_can_be_seen_through_stays_so(form: str) -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, form)
    with Image.open(io.BytesIO(drawn(clear.getvalue()).content)) as shown:
        assert shown.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_place_camera_and_comment_are_not_kept_and_the_photo_stands_upright() -> None:
    data = located()
    assert b"Kamera Rahasia" in data
    content = drawn(data).content
    with Image.open(io.BytesIO(content)) as shown:
        assert not dict(shown.getexif())
        assert shown.size == (40, 64)
    assert not any(word in content for word in (b"Exif", b"Kamera", b"Lina"))


def test_comments_of_a_png_are_not_kept() -> None:
    said = b"Comment\0Pemilik: Bu Lina"
    chunk = pack(">I", len(said)) + b"tEXt" + said + pack(">I", zlib.crc32(b"tEXt" + said))
    data = image("PNG")
    assert b"Lina" not in drawn(data[:33] + chunk + data[33:]).content


def test_a_large_photo_becomes_one_that_a_tablet_gets() -> None:
    with Image.open(io.BytesIO(drawn(image(size=(6000, 3000))).content)) as shown:
        assert shown.size == (pictures.LONGEST, pictures.LONGEST // 2)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"bukan gambar", b"<!doctype html><script>alert(1)</script>", image("GIF"), image("BMP"), image("TIFF"),
        image()[:400], image("PNG")[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>", text_bomb(), bomb(100, 100),
    ],
    ids=["empty", "words", "html", "gif", "bmp", "tiff", "half a jpeg", "half a png", "svg", "text bomb", "hollow"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        drawn(data)


@pytest.mark.parametrize(
    "data",
    [bomb(6000, 6000), bomb(50_000, 50_000), image() + bytes(pictures.MOST_BYTES)],
    ids=["too many pixels", "bomb", "too many bytes"],
)
def test_what_is_too_large_is_refused_before_it_is_unpacked(data: bytes) -> None:
    with pytest.raises(TooLarge):
        drawn(data)


def test_a_picture_is_kept_where_only_meteor_reads_it(as_user: AsUser, folder: Path) -> None:
    known = shop()
    assert upload(as_user("tuti"), known, located()).status_code == 302
    db.session.expire_all()
    (picture,) = known.pictures
    (file,) = folder.iterdir()
    assert (file.name, picture.kind, picture.bytes) == (str(picture.id), "plan", file.stat().st_size)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, folder)] == [0o600, 0o700]
    assert trail("picture_added")[0].detail == {"kind": "plan", "picture": str(picture.id)}


@pytest.mark.parametrize(
    ("data", "says"),
    [(image("GIF"), "bukan gambar"), (b"<html>", "bukan gambar"), (bomb(50_000, 50_000), "terlalu besar")],
)
def test_what_cannot_be_taken_is_refused_by_its_field_and_no_file_stays(
    as_user: AsUser, folder: Path, data: bytes, says: str
) -> None:
    known = shop()
    answer = upload(as_user("tuti"), known, data)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="file-error"' in answer.text
    assert not list(folder.glob("*"))
    assert not trail("picture_added")


def test_a_form_without_picture_or_kind_is_refused(as_user: AsUser, folder: Path) -> None:
    known, tuti = shop(), as_user("tuti")
    assert tuti.post(f"/admin/premises/{known.id}/pictures/new", data={"kind": "plan"}).status_code == 422
    assert upload(tuti, known, image(), kind="film").status_code == 422
    assert not list(folder.glob("*"))


def test_no_more_pictures_than_anybody_looks_at(as_user: AsUser, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 1)
    known, tuti = shop(), as_user("tuti")
    upload(tuti, known, image())
    answer = upload(tuti, known, image("PNG"))
    assert answer.status_code == 422
    assert "Sudah ada 1 gambar" in answer.text
    assert len(list(folder.iterdir())) == 1


@pytest.mark.both_databases
def test_a_picture_that_is_sent_again_is_kept_once(as_user: AsUser, folder: Path) -> None:
    known, tuti = shop(), as_user("tuti")
    for data in (image(), image(), image("PNG")):
        assert upload(tuti, known, data, form_key="a").status_code in (302, 303)
    db.session.expire_all()
    assert len(known.pictures) == 2, "another file in the same form is another picture"
    assert len(list(folder.iterdir())) == 2


def test_a_removed_picture_is_gone_with_its_file(as_user: AsUser, folder: Path) -> None:
    known, tuti = shop(), as_user("tuti")
    upload(tuti, known, image())
    db.session.expire_all()
    picture = known.pictures[0].id
    other = shop("Bank Demo")
    assert tuti.post(f"/admin/premises/{other.id}/pictures/{picture}/removal").status_code == 404
    assert tuti.post(f"/admin/premises/{known.id}/pictures/{picture}/removal").status_code == 302
    assert not list(folder.iterdir())
    assert tuti.get(f"/premises/{known.id}/pictures/{picture}").status_code == 404
    assert trail("picture_removed")


def test_a_picture_is_shown_to_those_who_keep_the_premises_and_to_no_shared_cache(
    as_user: AsUser, folder: Path
) -> None:
    known, tuti = shop(), as_user("tuti")
    upload(tuti, known, image("PNG"))
    db.session.expire_all()
    address = f"/premises/{known.id}/pictures/{known.pictures[0].id}"
    for username in ("tuti", "toko"):
        answer = as_user(username).get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert as_user(username).get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    other = shop("Bank Demo", owner="")
    assert tuti.get(f"/premises/{other.id}/pictures/{known.pictures[0].id}").status_code == 404
    known.users.clear()
    assert as_user("toko").get(address).status_code == 404


def test_a_picture_whose_file_is_lost_is_not_found(as_user: AsUser, folder: Path) -> None:
    known, tuti = shop(), as_user("tuti")
    upload(tuti, known, image())
    db.session.expire_all()
    next(folder.iterdir()).unlink()
    assert tuti.get(f"/premises/{known.id}/pictures/{known.pictures[0].id}").status_code == 404


MOVING = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused_by_its_field(as_user: AsUser, folder: Path, form: str) -> None:
    file = io.BytesIO()
    MOVING[0].save(file, form, save_all=True, append_images=MOVING[1:])
    answer = upload(as_user("tuti"), shop(), file.getvalue())
    assert (answer.status_code, "beberapa gambar" in answer.text) == (422, True)
    assert not list(folder.glob("*"))


def test_a_phones_photo_with_another_behind_it_is_taken() -> None:
    file = io.BytesIO()
    MOVING[0].save(file, "MPO", save_all=True, append_images=MOVING[1:])
    assert drawn(file.getvalue()).media_type == "image/jpeg"


@pytest.mark.parametrize(("form", "mode"), [("WEBP", "RGB"), ("PNG", "RGBA"), ("PNG", "LA")])
def test_what_decoders_hold_several_times_may_have_half_as_many_pixels(form: str, mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (4001, 2500)).save(file, form)
    with pytest.raises(TooLarge) as refusal:
        drawn(file.getvalue())
    assert refusal.value.pixels == pictures.MOST_CLEAR_PIXELS


def test_a_second_picture_waits_for_a_while_and_is_then_refused_by_its_field(
    as_user: AsUser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    known, tuti = shop(), as_user("tuti")
    with uploads._decoding:
        answer = upload(tuti, known, image())
    assert (answer.status_code, "Coba lagi sebentar lagi" in answer.text) == (422, True)
    assert upload(tuti, known, image()).status_code == 302


LARGEST = [
    ("JPEG", "RGB", (6000, 4000)), ("JPEG", "CMYK", (6000, 4000)), ("PNG", "RGB", (6000, 4000)),
    ("PNG", "P", (6000, 4000)), ("PNG", "I;16", (6000, 4000)), ("PNG", "LA", (4000, 2500)),
    ("PNG", "RGBA", (4000, 2500)), ("WEBP", "RGBA", (4000, 2500)),
]  # fmt: skip


@pytest.mark.parametrize(("form", "mode", "size"), LARGEST, ids=[f"{form} {mode}" for form, mode, _ in LARGEST])
def test_the_largest_picture_takes_no_more_than_300_mb(
    tmp_path: Path, form: str, mode: str, size: tuple[int, int]
) -> None:
    file = tmp_path / "picture"
    Image.new(mode, size).save(file, form)
    command = [sys.executable, "-m", "tests.premises.decoding", str(file)]
    peak = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT, timeout=300).stdout
    print(f"{form} {mode}: {int(peak) // 1024} MB")
    assert int(peak) < 300 * 1024
