"""The administrator's pages about the audit log."""

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import insert, select

from app import PACKAGES
from meteor.accounts import audit_labels
from meteor.accounts.audit_labels import ACTIONS
from meteor.accounts.audit_wording import SENTENCES, sentences
from meteor.store import audit
from meteor.store.database import db
from meteor.store.models import AuditEntry
from tests.admin import EVERYONE_ELSE, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


@pytest.fixture
def log(app: Flask, cast: Cast) -> None:
    """Three entries: Tuti changed a unit and read a NIK, METEOR could not deliver something."""
    rows = [
        (datetime(2026, 11, 1, 16, 59, tzinfo=UTC), cast.tuti, "unit_changed", "units:7",
         {"before": {"base_name": "Lama"}, "after": {"base_name": "Baru"}}),
        (datetime(2026, 11, 1, 17, 0, tzinfo=UTC), cast.endang, "nik_read", "residents:77", {}),
        (datetime(2026, 11, 3, 0, 0, tzinfo=UTC), None, "undelivered", "outbox:1", {"problem": "=1+1"}),
    ]  # fmt: skip
    for at, actor, action, subject, detail in rows:
        db.session.execute(
            insert(AuditEntry).values(
                at=at, actor_id=actor.id if actor else None, actor_name=actor.name if actor else "METEOR",
                action=action,
                subject=subject, detail=detail,
            )
        )  # fmt: skip
    db.session.commit()


def subjects(page: str) -> list[str]:
    return re.findall(r"<dt>Objek</dt><dd><code>([\w:*]+)<", page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["outbox:1", "residents:77", "units:7"]),
        ("sort=at", ["units:7", "residents:77", "outbox:1"]),
        ("person=tuti", ["units:7"]),
        ("action=nik_read", ["residents:77"]),
        ("subject=units:7", ["units:7"]),
        ("subject=units", ["units:7"]),
        ("subject=units:77", []),
        ("subject=unit", []),
        ("since=2026-11-02", ["outbox:1", "residents:77"]),
        ("until=2026-11-01", ["units:7"]),
        ("since=2026-11-02&until=2026-11-02", ["residents:77"]),
        ("since=0001-01-01&until=9999-12-31", ["outbox:1", "residents:77", "units:7"]),
    ],
)
@pytest.mark.usefixtures("log")
def test_the_log_is_asked_by_person_action_subject_and_day(as_user: AsUser, query: str, found: list[str]) -> None:
    assert subjects(as_user("tuti").get(f"/admin/audit?{query}").text) == found


@pytest.mark.both_databases
@pytest.mark.usefixtures("log")
def test_what_one_user_did_is_found_by_their_id(as_user: AsUser, cast: Cast) -> None:
    assert subjects(as_user("tuti").get(f"/admin/audit?actor={cast.endang.id}").text) == ["residents:77"]


@pytest.mark.both_databases
@pytest.mark.usefixtures("log")
def test_an_entry_says_what_was_replaced_and_leads_to_the_record(as_user: AsUser) -> None:
    page = as_user("tuti").get("/admin/audit?subject=units:7").text
    assert "<del>Lama</del>" in page
    assert "<ins>Baru</ins>" in page
    assert 'href="/admin/units/7"' in page
    assert "Unit diubah" in page


def said(as_user: AsUser, query: str = "") -> list[str]:
    """The sentences of the entries, without their links."""
    page = as_user("tuti").get(f"/admin/audit?{query}").text
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'data-label="[^"]+">\s*<p class="said">(.*?)</p>', page)]


@pytest.mark.both_databases
def test_an_entry_is_a_sentence_with_the_names_of_who_and_whom(as_user: AsUser, cast: Cast) -> None:
    audit.record_change(cast.tuti, "phone_changed", f"users:{cast.sari.id}", {"phone": "1"}, {"phone": "2"})
    unit = cast.unit("TRAIL-01")
    audit.record_change(cast.tuti, "unit_changed", f"units:{unit.id}", {"base_name": "A"}, {"base_name": "B"})
    assert said(as_user) == [
        "Tuti Admin mengubah unit TRAIL-01: pos.",
        f"Tuti Admin mengganti nomor telepon {cast.sari.name}.",
    ]
    page = as_user("tuti").get("/admin/audit").text
    assert f'<a href="/admin/users/{cast.sari.id}">{cast.sari.name}</a>' in page
    assert f'<a href="/admin/audit?actor={cast.tuti.id}">Tuti Admin</a>' in page


def test_a_sentence_is_english_for_those_who_read_english(as_user: AsUser, cast: Cast) -> None:
    audit.record(cast.tuti, "phone_changed", f"users:{cast.sari.id}")
    cast.tuti.language = "en"
    assert said(as_user) == [f"Tuti Admin changed the phone number of {cast.sari.name}."]


def test_what_is_gone_is_named_by_what_the_entry_says_of_it(as_user: AsUser, cast: Cast) -> None:
    audit.record_change(cast.tuti, "landmark_removed", "landmarks:4711", {"name": "Alun-alun"}, {})
    assert said(as_user) == ["Tuti Admin menghapus tempat Alun-alun."]


def test_a_subject_that_is_a_word_stands_whole_and_an_account_that_is_none_is_no_star(
    as_user: AsUser, cast: Cast
) -> None:
    audit.record(None, "sign_in_failed", "users:*")
    audit.record_change(cast.tuti, "unit_kind_changed", "unit_kinds:fire_engine", {"speed": 1}, {"speed": 2})
    sentences = " ".join(said(as_user))
    assert "akun yang tidak dikenal" in sentences
    assert "fire_engine" in sentences


@pytest.mark.parametrize(
    ("action", "failures", "sentence"),
    [
        ("sign_in_failed", 1, "Upaya masuk sebagai Sari Wulandari gagal."),
        ("sign_in_failed", 100, "Dalam satu jam, 100 upaya masuk sebagai Sari Wulandari gagal."),
        ("second_factor_failed", 1, "Kode salah dimasukkan saat masuk sebagai Sari Wulandari."),
        (
            "second_factor_failed",
            10,
            "Dalam satu jam, 10 kali kode salah dimasukkan saat masuk sebagai Sari Wulandari.",
        ),
    ],
)
def test_an_entry_that_stands_for_many_failures_says_how_many(
    as_user: AsUser, cast: Cast, action: str, failures: int, sentence: str
) -> None:
    audit.record(None, action, f"users:{cast.sari.id}", failures=failures)
    assert said(as_user) == [sentence]


def test_no_name_of_a_sentence_is_taken_for_markup(as_user: AsUser, cast: Cast) -> None:
    audit.record(cast.tuti, "number_blocked", "caller_flags:1", phone="<b>1</b>", days=7)
    assert "&lt;b&gt;1&lt;/b&gt;" in as_user("tuti").get("/admin/audit").text


def test_every_action_has_its_sentence_in_both_languages(app: Flask, cast: Cast) -> None:
    assert set(SENTENCES) == set(ACTIONS)
    for action in ACTIONS:
        audit.record(cast.tuti, action, "users:1")
    entries = db.session.scalars(select(AuditEntry)).all()
    spoken = {}
    for language in ("id", "en"):
        with app.test_request_context(), force_locale(language):
            spoken[language] = sentences(entries)
    assert [entry.action for entry in entries if spoken["id"][entry.id] == spoken["en"][entry.id]] == []


@pytest.mark.both_databases
@pytest.mark.usefixtures("log")
def test_a_day_that_is_none_is_said_and_nothing_is_exported(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    page = tuti.get("/admin/audit?since=kemarin")
    assert page.status_code == 422
    assert "since-error" in page.text
    assert tuti.post("/admin/audit/export", data={"since": "kemarin"}).status_code == 422
    assert not trail("audit_exported")


@pytest.mark.both_databases
@pytest.mark.usefixtures("log")
def test_an_export_holds_what_was_asked_for_and_is_itself_in_the_log(as_user: AsUser) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False):
        answer = as_user("tuti").post("/admin/audit/export", data={"since": "2026-11-02", "actor": "", "action": ""})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-20261124-0300.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["subject"] for row in rows] == ["residents:77", "outbox:1"]
    assert rows[0]["time"] == "2026-11-02T00:00:00+07:00"
    assert rows[0]["person"] == "Endang Lestari"
    assert rows[1]["detail"] == '{"problem": "=1+1"}'
    entry = trail("audit_exported")[0]
    assert (entry.actor_name, entry.detail) == ("Tuti Admin", {"entries": 2, "asked": {"since": "2026-11-02"}})


def test_no_cell_of_an_export_is_taken_for_a_formula(as_user: AsUser, cast: Cast) -> None:
    for name, subject in (("Sari;=1+1", "residents:2"), ('=HYPERLINK("x")', "@residents:1")):
        cast.sari.name = name
        audit.record(cast.sari, "nik_read", subject)
    answer = as_user("tuti").post("/admin/audit/export", data={"action": "nik_read"})
    rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    split, row = sorted(rows, key=lambda row: row["subject"], reverse=True)
    assert split["person"] == "Sari;=1+1"  # one cell, of which Excel calculates nothing
    assert (row["person"], row["subject"]) == ('\'=HYPERLINK("x")', "'@residents:1")


def test_an_export_needs_the_token_and_the_role(as_user: AsUser) -> None:
    assert as_user("tuti").post("/admin/audit/export", csrf=False).status_code == 400
    for username in EVERYONE_ELSE:
        assert as_user(username).get("/admin/audit").status_code == 403
        assert as_user(username).post("/admin/audit/export").status_code == 403
    assert as_user("").get("/admin/audit").status_code == 302


SAID_BY_VARIABLE = {
    "accounts/records.py": {"user_suspended", "suspension_lifted"},
    "accounts/recoveries.py": {
        "recovery_confirmed", "recovery_refused", "recovery_approved", "recovery_rejected", "recovery_applied",
        "recovery_expired", "recovery_taken", "recovery_proved",
    },
    "accounts/views/entry.py": {"sign_in_failed", "second_factor_failed"},
    "broadcasts/rules.py": {"rt_notice_sent", "rt_alarm_sent", "rt_notice_ended", "rt_alarm_ended"},
    "demo/city.py": {"demo_city_filled"},
    "hazards/handling.py": {"hazard_verified", "hazard_asked", "hazard_rejected", "hazard_resolved"},
    "premises/records.py": {"contact_added", "contact_changed"},
    "residents/leaderships.py": {"leader_appointed", "leader_moved", "leader_dismissed"},
    "rosters/rules.py": {"planned_shift_added", "planned_shift_changed"},
    "sas/panels.py": {
        "panel_added", "panel_changed", "panel_key_changed", "panel_key_removed",
        "zone_added", "zone_changed", "zone_removed",
    },
    "sas/testing.py": {"test_began", "test_ended"},
    "warnings/drafts.py": {"warning_drafted", "warning_draft_changed"},
}  # fmt: skip
"""The actions of the modules that name them otherwise than in the call itself."""

NEVER_ADDED = {"crime_figure", "kecamatan", "kelurahan"}
"""The words of records that come out of tables: one by one they are changed only."""


def calls(*functions: str) -> Iterator[tuple[str, ast.expr]]:
    """The module and the second argument of each call of these functions: the action, or the word for a record."""
    meteor = Path(audit_labels.__file__).parents[1]
    for path in meteor.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(functions):
                yield path.relative_to(meteor).as_posix(), node.args[1]


def saved() -> Iterator[tuple[str, str]]:
    """The package and the action of each record that is saved with its change."""
    for module, word in calls("audit.save", "audit.keep"):
        assert isinstance(word, ast.Constant)
        for done in ("changed",) if word.value in NEVER_ADDED else ("added", "changed"):
            yield module.split("/")[0], f"{word.value}_{done}"


def test_every_action_that_the_code_records_has_words_in_its_own_package_and_no_word_is_left_over() -> None:
    known = {(module.split("/")[0], action) for module, actions in SAID_BY_VARIABLE.items() for action in actions}
    known |= set(saved())
    variable = set()
    for module, action in calls("audit.record"):
        if isinstance(action, ast.Constant | ast.IfExp):
            said = (part.value for part in ast.walk(action) if isinstance(part, ast.Constant))
            known |= {(module.split("/")[0], word) for word in said}
        else:
            variable.add(module)
    assert variable == set(SAID_BY_VARIABLE)
    assert known == {
        (package.blueprint.name, action)
        for package in PACKAGES
        for action in package.blueprint.contributions.get("audit_actions", {})
    }
    assert {action for _, action in known} == set(ACTIONS)
