"""The administrator's home page: the state of METEOR in words, and the way to all other pages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text, update

from meteor.scheduler import health
from meteor.scheduler.loop import Scheduler
from meteor.store import disk
from meteor.store.database import db
from meteor.store.models import Heartbeat, OutboxItem
from meteor.store.moments import now
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
FORMS = ("/new", "/import", "/invitations", "/search", ".csv", "/state")


@pytest.fixture
def running(app: Flask) -> None:
    """Every job has had its turn."""
    scheduler = Scheduler(app.config["JOBS"], app.app_context)
    for job in scheduler.jobs:
        scheduler.turn(job)
    db.session.commit()


def states(page: str) -> dict[str, tuple[str, str]]:
    """For each part of METEOR the word of its state, and the sentence about it."""
    lines = re.findall(r"<dt>(.+?) <span class=\"badge \w+\"><svg.+?</svg>(.+?)</span></dt>(.+?)</dd>", page, re.DOTALL)
    return {part: (word, " ".join(re.sub(r"<[^>]+>", " ", said).split())) for part, word, said in lines}


def shown(as_user: AsUser, address: str = "/admin") -> dict[str, tuple[str, str]]:
    return states(as_user("tuti").get(address).text)


@pytest.mark.both_databases
@pytest.mark.usefixtures("running")
def test_the_home_page_says_of_every_part_how_it_is(as_user: AsUser) -> None:
    found = shown(as_user)
    assert {part: word for part, (word, _) in found.items()} == {
        "Penjadwal": "Baik", "Penerima alarm": "Tidak dipakai", "Antrean kirim": "Baik",
        "Pesan ke ponsel": "Tidak dipakai", "Sumber peringatan": "Tidak dipakai",
        "Ruang disk": "Baik", "Basis data": "Baik", "Cadangan data": "Perlu perhatian",
    }  # fmt: skip
    assert "Semua tugas berjalan tepat waktu." in found["Penjadwal"][1]


@pytest.mark.usefixtures("running")
def test_a_scheduler_that_has_ended_is_said_with_the_moment_of_its_last_turn(as_user: AsUser) -> None:
    db.session.execute(update(Heartbeat).values(at=now() - timedelta(minutes=10)))
    word, said = shown(as_user)["Penjadwal"]
    assert word == "Bermasalah"
    assert "Penjadwal tidak berjalan." in said
    assert "Sejak" in said


@pytest.mark.usefixtures("running")
def test_one_job_that_is_late_is_named(as_user: AsUser) -> None:
    late = update(Heartbeat).where(Heartbeat.job == "disk.space").values(at=now() - timedelta(minutes=10))
    db.session.execute(late)
    assert "Tugas terlambat: disk.space." in shown(as_user)["Penjadwal"][1]
    page = as_user("tuti").get("/admin/jobs").text
    assert re.search(r"disk\.space</code></th>\s*<td[^>]*><span class=\"badge danger\">", page)


class TestTheOutbox:
    @pytest.fixture(autouse=True)
    def _running(self, running: None) -> None:
        pass

    def put(self, **values: object) -> None:
        db.session.execute(insert(OutboxItem).values(key="one", topic="push", payload={}, **values))

    def test_says_since_when_its_oldest_item_waits(self, as_user: AsUser) -> None:
        self.put(due_at=now() - timedelta(minutes=5))
        word, said = shown(as_user)["Antrean kirim"]
        assert (word, "1 kiriman menunggu" in said, "Sejak" in said) == ("Bermasalah", True, True)

    def test_says_how_many_were_given_up_and_leads_to_them(self, as_user: AsUser) -> None:
        self.put(failed_at=now(), problem="TimeoutError: slow")
        word, said = shown(as_user)["Antrean kirim"]
        assert (word, "1 kiriman gagal" in said) == ("Perlu perhatian", True)
        assert 'href="/admin/undelivered"' in as_user("tuti").get("/admin").text
        assert "TimeoutError: slow" in as_user("tuti").get("/admin/undelivered").text

    def test_leaves_out_what_was_delivered(self, as_user: AsUser) -> None:
        self.put(done_at=now())
        assert "Semua sudah terkirim." in as_user("tuti").get("/admin/undelivered").text

    def test_says_what_is_tried_again_after_a_problem_though_it_is_not_due(self, as_user: AsUser) -> None:
        self.put(due_at=now() + timedelta(minutes=5), problem="TimeoutError: slow")
        word, said = shown(as_user)["Antrean kirim"]
        assert (word, "1 kiriman dicoba lagi" in said) == ("Perlu perhatian", True)

    def test_forgets_after_a_week_what_was_given_up_and_the_list_keeps_it(self, as_user: AsUser) -> None:
        self.put(failed_at=now() - timedelta(days=8), problem="TimeoutError: slow")
        assert shown(as_user)["Antrean kirim"][0] == "Baik"
        assert "TimeoutError: slow" in as_user("tuti").get("/admin/undelivered").text


@pytest.mark.usefixtures("running")
def test_a_job_that_failed_is_named_though_it_is_not_late(as_user: AsUser) -> None:
    db.session.execute(update(Heartbeat).where(Heartbeat.job == "disk.space").values(problem="OSError: gone"))
    word, said = shown(as_user)["Penjadwal"]
    assert (word, "disk.space" in said) == ("Perlu perhatian", True)


def test_a_kind_without_a_type_is_said_with_the_command(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "kinds_without_type", lambda: ["fire"])
    word, said = shown(as_user)["Basis data"]
    assert (word, "flask --app wsgi seed-city" in said) == ("Bermasalah", True)


def test_a_disk_that_cannot_be_measured_is_said(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free", dict)
    assert shown(as_user)["Ruang disk"][0] == "Bermasalah"


def test_a_disk_that_is_nearly_full_is_said(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free", lambda: {"METEOR_VAR": 300 * 1024**2})
    word, said = shown(as_user)["Ruang disk"]
    assert (word, "0,3 GB" in said) == ("Bermasalah", True)


def test_a_schema_of_another_version_is_said_with_the_command(as_user: AsUser) -> None:
    db.session.execute(text("update alembic_version set version_num = 'other'"))
    word, said = shown(as_user)["Basis data"]
    assert (word, "flask --app wsgi db upgrade" in said) == ("Bermasalah", True)


def test_no_backup_is_claimed(as_user: AsUser) -> None:
    assert "Belum ada cadangan data yang diketahui." in shown(as_user)["Cadangan data"][1]


@pytest.mark.usefixtures("running")
def test_the_state_is_polled_and_unchanged_it_is_nothing(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    version = re.search(r'data-version="(\w+)"', tuti.get("/admin/state").text)
    assert version
    assert tuti.get(f"/admin/state?v={version[1]}").status_code == 204
    db.session.execute(update(Heartbeat).values(at=now() - timedelta(minutes=10)))
    assert tuti.get(f"/admin/state?v={version[1]}").status_code == 200


def test_every_list_of_the_administrator_is_reached_from_the_home_page(app: Flask, as_user: AsUser) -> None:
    lists = {
        rule.rule for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin/") and "GET" in (rule.methods or ()) and not rule.arguments
        and not rule.rule.endswith(FORMS)
    }  # fmt: skip
    entrances = set(re.findall(r'<li><a href="(/admin/[^"]+)"', as_user("tuti").get("/admin").text))
    assert entrances == lists


def test_the_home_page_speaks_english_too(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    tuti.post("/language", data={"language": "en"})
    assert "No backup is known." in states(tuti.get("/admin").text)["Backup"][1]
