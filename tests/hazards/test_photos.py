"""Photos of hazards: what is taken, what is kept of it, what is refused in which words, and who sees it."""

import io
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from struct import pack

import pillow_heif
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from meteor.alerts.models import Alert
from meteor.hazards import photos, rules
from meteor.hazards.models import HazardPhoto
from meteor.hazards.photos import drawn
from meteor.store import pictures
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.pictures import Moving, NotAPicture, TooLarge
from tests.conftest import Browser
from tests.hazards.reports import HERE, PHONE, located, only, reported, send
from tests.premises.places import image
from tests.premises.test_pictures import bomb, text_bomb

AsUser = Callable[[str], Browser]
ALUN_ALUN = (-7.7430, 113.2155)


@pytest.fixture(autouse=True)
def folder(app: Flask) -> Path:
    """Where the files lie, empty."""
    for file in files():
        file.unlink()
    return photos.folder()


def files() -> list[Path]:
    return [path for path in photos.folder().rglob("*") if path.is_file()]


def heic(**options: object) -> bytes:
    """As a phone writes it: by another library than the one that reads it."""
    with Image.open(io.BytesIO(image(**options))) as shown:
        content = io.BytesIO()
        pillow_heif.from_pillow(shown).save(content)
        return content.getvalue()


def with_exif(raw: bytes) -> bytes:
    """A JPEG with these bytes where its camera writes."""
    data = image()
    return data[:2] + b"\xff\xe1" + pack(">H", len(raw) + 8) + b"Exif\0\0" + raw + data[2:]


def looping() -> bytes:
    """EXIF whose second directory is its first one, and whose GPS directory is the first one too."""
    entry = pack("<HHII", 0x8825, 4, 1, 8)
    return with_exif(b"II*\0" + pack("<IH", 8, 1) + entry + pack("<I", 8))


GARBAGE = [
    with_exif(b""), with_exif(os.urandom(2000)), with_exif(b"II*\0" + b"\xff" * 60_000), looping(),
    with_exif(b"MM\0*" + pack(">IH", 8, 0xFFFF)),
]  # fmt: skip


@pytest.mark.parametrize("data", [image(), image("PNG"), heic()], ids=["jpeg", "png", "heic"])
def test_a_photo_is_taken_by_its_content_and_becomes_a_jpeg(data: bytes) -> None:
    photo = drawn(data)
    with Image.open(io.BytesIO(photo.content)) as shown:
        assert (shown.format, shown.size, (photo.width, photo.height)) == ("JPEG", (64, 40), (64, 40))
        red, _green, blue = shown.convert("RGB").getpixel((5, 20))  # type: ignore[misc]
        assert red > 200 > blue


def test_a_photo_stands_upright_and_keeps_nothing_of_its_camera_but_the_place() -> None:
    photo = drawn(located(*ALUN_ALUN))
    assert photo.point == pytest.approx(ALUN_ALUN, abs=1e-4)
    assert (photo.width, photo.height) == (40, 64)
    assert not any(word in photo.content for word in (b"Exif", b"Kamera"))


def test_the_place_of_a_heic_is_read_too() -> None:
    with Image.open(io.BytesIO(located(*ALUN_ALUN))) as shown:
        data = heic(exif=shown.getexif())
    assert drawn(data).point == pytest.approx(ALUN_ALUN, abs=1e-4)


@pytest.mark.parametrize("point", [(-6.2, 106.8), (91.0, 113.2), (0.0, 0.0)], ids=["Jakarta", "nowhere", "unset"])
def test_a_place_far_from_the_city_is_none_of_the_reports(point: tuple[float, float]) -> None:
    assert drawn(located(*point)).point is None


def test_a_report_lies_where_its_photo_was_taken_if_nothing_says_it_better(as_user: AsUser) -> None:
    report = reported(as_user("sari"), located(*ALUN_ALUN), note="Banjir")
    assert (report.place_source, report.accuracy) == ("photo", 50)
    assert report.latitude == pytest.approx(ALUN_ALUN[0], abs=1e-4)


@pytest.mark.parametrize("data", GARBAGE, ids=["empty", "random", "long", "loop", "countless"])
def test_what_a_camera_wrote_wrongly_is_left_out(data: bytes) -> None:
    photo = drawn(data)
    assert (photo.point, photo.width) == (None, 64)


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colours_become_those_of_a_screen(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (8, 8)).save(file, "JPEG")
    with Image.open(io.BytesIO(drawn(file.getvalue()).content)) as shown:
        assert shown.mode == "RGB"


def test_what_can_be_seen_through_lies_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(drawn(file.getvalue()).content)) as shown:
        assert shown.getpixel((4, 4)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    file = io.BytesIO()
    Image.new("I;16", (8, 8), 128 << 8).save(file, "PNG")
    with Image.open(io.BytesIO(drawn(file.getvalue()).content)) as shown:
        assert shown.getpixel((4, 4)) == pytest.approx((128, 128, 128), abs=2)


def test_a_large_photo_becomes_one_that_a_network_carries() -> None:
    photo = drawn(image(size=(5712, 4284)))  # 24 megapixels, as a new phone takes them
    assert (photo.width, photo.height) == (photos.LONGEST, 1536)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"bukan foto", b"<!doctype html><script>alert(1)</script>", image("GIF"), image("WEBP"), image("TIFF"),
        image()[:400], image("PNG")[:60], heic()[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>", text_bomb(),
        bomb(100, 100), b"%PDF-1.7\n" + image(),
    ],
    ids=["empty", "words", "html", "gif", "webp", "tiff", "half a jpeg", "half a png", "half a heic", "svg",
         "text bomb", "hollow", "pdf"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        drawn(data)


@pytest.mark.parametrize(
    "data",
    [bomb(6000, 6000), bomb(50_000, 50_000), image() + bytes(photos.MOST_BYTES)],
    ids=["too many pixels", "bomb", "too many bytes"],
)
def test_what_is_too_large_is_refused_before_it_is_unpacked(data: bytes) -> None:
    with pytest.raises(TooLarge):
        drawn(data)


def test_a_picture_that_moves_is_refused() -> None:
    file, first = io.BytesIO(), Image.new("RGB", (8, 8), "red")
    first.save(file, "PNG", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")])
    with pytest.raises(Moving):
        drawn(file.getvalue())


def test_a_photo_that_is_another_file_too_keeps_its_pixels_alone() -> None:
    both = image() + b"<script>alert(1)</script>PK\x03\x04"
    assert b"script" not in drawn(both).content


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (image("GIF"), "Ini bukan foto yang bisa dibaca"),
        (b"<html>", "Ini bukan foto yang bisa dibaca"),
        (image()[:400], "Ini bukan foto yang bisa dibaca"),
        (bomb(50_000, 50_000), "Foto ini terlalu besar"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_field_and_no_file_stays(
    as_user: AsUser, data: bytes, says: str
) -> None:
    answer = send(as_user("sari"), data, note="Banjir")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="photos-error"' in answer.text
    assert files() == []


def test_a_second_photo_waits_for_a_while_and_is_then_refused(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    with pictures._decoding:
        answer = send(as_user("sari"), image(), note="Banjir")
    assert (answer.status_code, "Coba lagi sebentar lagi" in answer.text) == (422, True)


def test_a_photo_has_ten_megabytes_and_a_larger_one_is_refused_by_its_field(as_user: AsUser) -> None:
    sari = as_user("sari")
    assert "paling besar 10 MB" in sari.get("/hazards/new").text
    assert len(reported(sari, image() + bytes(9_900_000), note="Banjir").photos) == 1
    refused = send(sari, image() + bytes(11_000_000), note="Banjir di depan pasar", **HERE)
    assert refused.status_code == 422
    for kept in ('id="photos-error"', "paling besar 10 MB", "Banjir di depan pasar", f'value="{HERE["latitude"]}"'):
        assert kept in refused.text


def test_an_answer_with_a_photo_has_as_much_room_as_the_report(as_user: AsUser) -> None:
    sari = as_user("sari")
    report = reported(sari, note="Banjir", **HERE)
    send(sari, image() + bytes(9_900_000), to=f"/hazards/reports/{report.id}/messages")
    assert len(only().photos) == 1


def test_a_form_never_has_more_than_the_web_worker_reads(as_user: AsUser) -> None:
    refused = send(as_user("sari"), *[image() + bytes(6_000_000)] * 3, note="Banjir")
    assert (refused.status_code, "paling besar 10 MB" in refused.text) == (413, True)


@pytest.mark.parametrize("urgent", [{"danger": "trapped"}, {"kind": "fire"}], ids=["danger", "fire"])
def test_an_alert_does_not_wait_for_its_photos(
    as_user: AsUser, monkeypatch: pytest.MonkeyPatch, urgent: dict[str, str]
) -> None:
    def crash(data: bytes) -> None:
        assert db.session.scalar(select(Alert.source)) == "hazard"
        db.session.commit()
        raise RuntimeError("a decoder crashed")

    monkeypatch.setattr(photos, "drawn", crash)
    with pytest.raises(RuntimeError):
        send(as_user("sari"), image(), **urgent)
    assert only().alert_id == db.session.scalar(select(Alert.id))


def test_an_urgent_report_keeps_its_photos(as_user: AsUser) -> None:
    answer = send(as_user("sari"), image(), image(), danger="trapped")
    assert len(only().photos) == 2
    assert answer.location.startswith("/alerts/")


def test_a_photo_is_kept_where_only_meteor_reads_it(as_user: AsUser, folder: Path) -> None:
    reported(as_user("sari"), image(), note="Banjir")
    (file,) = files()
    assert only().photos[0].name == f"{file.parent.name}/{file.name}"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, folder)] == [0o600, 0o700, 0o700]


def test_a_report_that_cannot_be_stored_leaves_a_file_that_is_swept(
    as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(rules, "receive", full)
    assert send(as_user("sari"), image(), note="Banjir").status_code == 503
    assert len(files()) == 1
    photos.forget_orphans(now() + timedelta(hours=25))
    assert files() == []


@pytest.mark.parametrize("batch", [1, 500])
def test_photos_of_reports_and_those_of_forms_that_are_being_corrected_are_not_swept(
    as_user: AsUser, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(photos, "BATCH", batch)
    reported(as_user("sari"), image(), note="Banjir")
    send(as_user("sari"), image())
    photos.forget_orphans(now())
    assert len(files()) == 2
    photos.forget_orphans(now() + timedelta(days=2))
    assert [file.name for file in files()] == [only().photos[0].name.partition("/")[2]]


@pytest.mark.parametrize(
    ("username", "status"),
    [("sari", 200), ("bagas", 200), ("maya", 200), ("komang", 200), ("hadi", 200), ("yusuf", 200), ("wahyu", 404),
     ("endang", 404), ("agus", 404), ("tuti", 404), ("toko", 404)],
)  # fmt: skip
def test_a_photo_is_shown_to_its_reporter_and_to_those_who_decide(as_user: AsUser, username: str, status: int) -> None:
    reported(as_user("sari"), image(), note="Banjir")
    address = f"/hazards/photos/{only().photos[0].id}"
    answer = as_user(username).get(address)
    assert answer.status_code == status
    if status == 200:
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        again = as_user(username).get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_photo_without_an_account_is_shown_by_its_own_link_and_to_nobody_signed_in(as_user: AsUser) -> None:
    link = send(as_user(""), image(), note="Banjir", **PHONE).location
    photo_id = only().photos[0].id
    assert as_user("").get(f"{link}/photos/{photo_id}").status_code == 200
    assert as_user("wahyu").get(f"/hazards/photos/{photo_id}").status_code == 404
    assert as_user("").get(f"/hazards/photos/{photo_id}").status_code == 302


def test_a_photo_whose_file_is_lost_is_not_found(as_user: AsUser) -> None:
    reported(as_user("sari"), image(), note="Banjir")
    files()[0].unlink()
    photo_id = db.session.scalars(select(HazardPhoto.id)).one()
    assert as_user("sari").get(f"/hazards/photos/{photo_id}").status_code == 404
