"""Photos that partners name by an address: fetched after the report, or a message to the desk says why not."""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from meteor.hazards import photos
from meteor.hazards.jobs import PARTNERS
from meteor.hazards.models import HazardReport
from meteor.scheduler.delivery import deliver_to_partners
from meteor.store import downloads, outgoing
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.conftest import Browser
from tests.hazards.reports import located
from tests.open311.sent import only, reported
from tests.partners import Partner
from tests.warnings.publisher import Publisher, bomb, publishing

AsUser = Callable[[str], Browser]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """The partner's photos, on this machine, which for once counts as the public internet."""
    with publishing(tmp_path) as publisher:
        trusted = ssl.create_default_context(cafile=str(publisher.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        yield publisher


def fetched(report: HazardReport) -> HazardReport:
    """The report after the scheduler's next turn."""
    while deliver_to_partners(PARTNERS, now()):
        pass
    return only(report.number)


def told(report: HazardReport) -> list[str]:
    return [message.text for message in report.messages if message.kind == "photo_missing"]


def test_a_photo_is_fetched_after_the_answer_and_drawn_anew(lapor: Partner, album: Publisher, as_user: AsUser) -> None:
    url = album.publish("/banjir.jpg", located())
    report = reported(lapor, media_url=url)
    assert (album.asked, report.photos) == ([], [])
    report = fetched(report)
    (photo,) = report.photos
    shown = as_user("bagas").get(f"/hazards/photos/{photo.id}")
    assert (shown.status_code, shown.data[:2], b"Kamera Rahasia" in shown.data) == (200, b"\xff\xd8", False)
    assert told(report) == []


def test_what_is_no_photo_is_told_to_the_desk(lapor: Partner, album: Publisher, as_user: AsUser) -> None:
    report = reported(lapor, media_url=album.publish("/x.jpg", b"<html>"))
    report = fetched(report)
    assert told(report) == [f"Tidak ada foto yang dapat dibaca. {album.url}/x.jpg"]
    assert "Foto tidak dapat diambil" in as_user("bagas").get(f"/hazards/desk/{report.number}").text


def test_a_missing_or_too_large_photo_is_told_to_the_desk(lapor: Partner, album: Publisher) -> None:
    report = fetched(reported(lapor, media_url=f"{album.url}/gone.jpg"))
    assert told(report) == [f"Server menjawab 404. {album.url}/gone.jpg"]
    packed = album.publish("/bomb.jpg", bomb(), headers={"Content-Encoding": "gzip"})
    assert told(fetched(reported(lapor, media_url=packed))) == [f"Foto terlalu besar. {packed}"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/a.jpg", "Hanya alamat https:// yang diambil."),
        ("https://user:pw@example.org/a.jpg", "Hanya alamat https:// yang diambil."),
        ("https://127.0.0.1/a.jpg", "Alamat ini tidak terbuka untuk umum."),
        ("https://[::1]/a.jpg", "Alamat ini tidak terbuka untuk umum."),
        ("https://[", "Hanya alamat https:// yang diambil."),
    ],
)
def test_an_address_inside_or_without_https_is_never_asked(lapor: Partner, url: str, words: str) -> None:
    assert told(fetched(reported(lapor, media_url=url))) == [f"{words} {url}"]


def test_a_server_that_fails_is_asked_again_for_an_hour(lapor: Partner, album: Publisher) -> None:
    report = reported(lapor, media_url=album.publish("/a.jpg", b"", status=503))
    assert told(fetched(report)) == []
    item = db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "hazard_photo")).one()
    assert (item.done_at, item.attempts) == (None, 1)
    an_hour_ago = now() - timedelta(hours=1)
    db.session.execute(update(HazardReport).values(reported_at=an_hour_ago))
    db.session.execute(update(OutboxItem).values(due_at=an_hour_ago))
    db.session.commit()
    assert told(fetched(report)) == [f"Server menjawab 503. {album.url}/a.jpg"]


def test_no_transaction_is_open_while_the_server_answers(
    lapor: Partner, album: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reported(lapor, media_url=album.publish("/banjir.jpg", located()))
    ask, open_ones = downloads.get, []

    def seen(*args: Any, **given: Any) -> downloads.Answer:
        open_ones.append(db.session().in_transaction())
        return ask(*args, **given)

    monkeypatch.setattr(downloads, "get", seen)
    assert len(fetched(report).photos) == 1
    assert open_ones == [False]


def test_a_full_disk_is_not_told_as_the_servers_fault(
    lapor: Partner, album: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reported(lapor, media_url=album.publish("/banjir.jpg", located()))
    db.session.execute(update(HazardReport).values(reported_at=now() - timedelta(hours=2)))
    db.session.commit()

    def full(*_args: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(photos, "store", full)
        assert told(fetched(report)) == []
    db.session.execute(update(OutboxItem).values(due_at=now()))
    db.session.commit()
    assert len(fetched(report).photos) == 1


def test_each_client_has_a_queue_of_its_own(lapor: Partner) -> None:
    reported(lapor, media_url="https://example.org/a.jpg")
    item = db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "hazard_photo")).one()
    assert item.destination == f"hazard_photo:{lapor.id}"
