"""A day of BMKG's feeds, and what citizens of four kelurahan see on their phones at each step of it."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meteor.accounts.models import User, UserRole
from meteor.store import outgoing
from meteor.store.database import db
from meteor.store.moments import WIB, now
from meteor.territory.models import Kelurahan
from meteor.warnings import feeds
from meteor.warnings.feed_models import WarningFeed
from tests.browser.conftest import City, Opener
from tests.warnings.publisher import SENDER, Publisher, bomb, cap, publishing, quake, quakes
from tests.warnings.scenes import kelurahan, settle_in

PLACES = {"Ketapang": ("35.74.01.1002", -7.7600, 113.1700), "Wonoasih": ("35.74.02.1001", -7.7900, 113.2350)}
"""Two kelurahan beside those of the cast: code and middle."""

WEST = "-7.755,113.165 -7.755,113.175 -7.765,113.175 -7.765,113.165 -7.755,113.165"
"""A polygon around the middle of Ketapang."""


@pytest.fixture
def bmkg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """BMKG's server. It stands on this machine, which for once counts as the public internet."""
    with publishing(tmp_path) as server:
        trusted = ssl.create_default_context(cafile=str(server.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        yield server


@pytest.fixture
def phones(city: City, bmkg: Publisher, phone: Opener) -> dict[str, Page]:
    """The phones of Sari, Rudi, Joko and Tini, by their kelurahan. Nobody but the test reads feeds."""
    lives = {"Mayangan": "sari", "Sukabumi": "rudi", "Ketapang": "joko", "Wonoasih": "tini"}
    with city.database():
        for name, (code, latitude, longitude) in PLACES.items():
            near = kelurahan("Mayangan").kecamatan
            db.session.add(
                Kelurahan(
                    code=code, name=name, kecamatan=near, postcode="67200", latitude=latitude, longitude=longitude
                )
            )
        for number, (place, name) in enumerate(list(lives.items())[1:]):
            user = User(username=name, name=name.title(), phone=f"+62813300001{number}1")
            user.roles = [UserRole(role="citizen")]
            db.session.add(user)
            db.session.flush()
            settle_in(user, place)
        db.session.add(WarningFeed(name="Cuaca", url=f"{bmkg.url}/index", kind="cap"))
        db.session.add(WarningFeed(name="Gempa", url=f"{bmkg.url}/gempa.json", kind="earthquakes"))
        city.hold_jobs()
    return {name: phone(who) for name, who in lives.items()}


def message(identifier: str, **said: str) -> bytes:
    """A message of BMKG that is sent now and holds for three hours."""
    at = now().astimezone(WIB).replace(microsecond=0)
    times = {"sent": at.isoformat(), "effective": at.isoformat(), "expires": (at + timedelta(hours=3)).isoformat()}
    return cap(identifier, **(times | said))


def refers_to(sent: bytes, identifier: str) -> str:
    """How a later message names one that was published."""
    return f"{SENDER},{identifier},{sent.decode().partition('<sent>')[2].partition('</sent>')[0]}"


def read_feeds(city: City, phones: dict[str, Page]) -> dict[str, str]:
    """METEOR reads both feeds; what each citizen's banner says then, without the hour."""
    with city.app.app_context():
        feeds.read_all(now())
    shown = {}
    for name, page in phones.items():
        page.goto("/")
        expect(page.locator("#warnings.live")).to_have_count(1)  # a slow network shows what the phone has kept
        banner = page.locator("#warning summary strong")
        shown[name] = banner.inner_text() if banner.count() else ""
    return shown


def test_four_kelurahan_see_a_storm_come_move_and_go_and_an_earthquake_and_nothing_of_what_is_broken(
    city: City, bmkg: Publisher, phones: dict[str, Page]
) -> None:
    nothing = dict.fromkeys(phones, "")
    rain = "Waspada: Hujan Lebat dan Petir"
    links: list[str] = []

    def publish(path: str, body: bytes, **said: Any) -> None:
        links.append(bmkg.publish(path, body, **said))
        bmkg.index(*links)

    bmkg.index()
    bmkg.publish("/gempa.json", quakes(quake(DateTime="2026-01-01T00:00:00+00:00")))
    assert read_feeds(city, phones) == nothing

    storm = message("storm")
    publish("/1.xml", storm)
    assert read_feeds(city, phones) == nothing | {"Mayangan": rain, "Sukabumi": rain}

    west = message("west", type="Update", references=refers_to(storm, "storm"), polygon=WEST, severity="Severe")
    publish("/2.xml", west)
    assert read_feeds(city, phones) == nothing | {"Ketapang": "Siaga: Hujan Lebat dan Petir"}

    publish("/trial.xml", message("trial", status="Test", severity="Extreme"))
    publish("/broken.xml", b"<alert><identifier>")
    publish("/bomb.xml", bomb(), headers={"Content-Encoding": "gzip"})
    publish("/long.xml", b" " * 5_000_000)
    assert read_feeds(city, phones) == nothing | {"Ketapang": "Siaga: Hujan Lebat dan Petir"}

    publish("/3.xml", message("end", type="Cancel", references=refers_to(west, "west"), polygon=WEST))
    assert read_feeds(city, phones) == nothing

    bmkg.publish("/gempa.json", quakes(quake(DateTime=now().isoformat(timespec="seconds"))))
    felt = read_feeds(city, phones)
    assert len(set(felt.values())) == 1
    assert "Gempa" in felt["Wonoasih"]

    bmkg.publish("/index", b"", hangs=True)
    assert read_feeds(city, phones) == felt
