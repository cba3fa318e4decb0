"""The health page of a tracker: last fix, battery, accuracy, clock, and what was dropped and why."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from meteor.store.database import db
from meteor.store.moments import now
from meteor.trackers import avl, health
from meteor.trackers.labels import REASONS
from meteor.trackers.models import DroppedFixes, Tracker
from tests.conftest import Browser
from tests.trackers.phones import Phone

AsUser = Callable[[str], Browser]


@pytest.fixture
def text(as_user: AsUser, phone: Phone) -> Callable[[], str]:
    """The text of the phone's health page."""

    def shown() -> str:
        page = as_user("tuti").get(f"/admin/trackers/{phone.id}").text
        return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))

    return shown


def test_the_last_fix_stands_there_with_its_accuracy_and_battery(phone: Phone, text: Callable[[], str]) -> None:
    assert "belum ada" in text()
    phone.owntracks(0, now() - timedelta(minutes=3), acc=17, batt=64)
    shown = text()
    assert "-7.73370, 113.21660" in shown
    assert "±17 m" in shown
    assert "64 %" in shown
    assert re.search(r"Usia 0?3:0\d ", shown), shown


@pytest.mark.both_databases
def test_what_was_dropped_within_24_hours_stands_there_by_its_reason(phone: Phone, text: Callable[[], str]) -> None:
    assert "semua posisi disimpan" in text()
    phone.owntracks(acc=9000)
    phone.owntracks(acc=9000)
    phone.osmand(mock="1")
    yesterday = now() - timedelta(hours=24, minutes=1)
    db.session.add(DroppedFixes(hour=yesterday, tracker_id=phone.id, reason="old", count=9))
    db.session.commit()
    shown = text()
    assert "akurasi lebih buruk dari 500 m 2" in shown
    assert "dibuat-buat oleh aplikasi di perangkat 1" in shown
    assert "lebih dari seminggu" not in shown


@pytest.mark.parametrize(
    ("behind", "words"), [(600, "tertinggal sekitar 10 menit"), (-600, "terlalu cepat sekitar 10 menit"), (0, "")]
)
def test_a_wrong_clock_is_told(phone: Phone, text: Callable[[], str], behind: int, words: str) -> None:
    for each in range(3):
        phone.owntracks(each, now() - timedelta(seconds=behind - each))
    assert (words in text()) if words else ("Jam perangkat" not in text())


def test_how_a_tracker_is_follows_from_when_it_was_heard(phone: Phone) -> None:
    def state(**values: object) -> str:
        if values:
            db.session.execute(update(Tracker).values(**values))
            db.session.commit()
        return health.state(phone.tracker, now())

    long_ago, lately = now() - timedelta(minutes=31), now() - timedelta(minutes=29)
    assert state() == "never"
    assert state(heard_at=long_ago, fix_at=long_ago) == "silent"
    assert state(heard_at=lately) == "unplaced"
    assert state(fix_at=lately) == "heard"
    assert state(withdrawn_at=lately) == "withdrawn"


def test_the_list_says_of_each_tracker_how_it_is(phone: Phone, as_user: AsUser) -> None:
    assert "Belum pernah terhubung" in as_user("tuti").get("/admin/trackers").text
    phone.owntracks(0, batt=64)
    phone.owntracks(0, acc=9000)
    text = as_user("tuti").get("/admin/trackers").text
    assert "64 %" in text
    assert 'data-label="Dibuang dalam 24 jam">1<' in text


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(avl.REASONS)
