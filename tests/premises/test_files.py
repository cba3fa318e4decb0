"""The table of premises as a CSV file: in whole or not at all, after a look; and out."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from meteor.accounts.models import UserRole
from meteor.premises import table
from meteor.premises.models import Contact, Premises
from meteor.store.database import db
from tests.admin import followed, trail
from tests.cast import user
from tests.conftest import Browser
from tests.premises.places import PHRASE, shop

AsUser = Callable[[str], Browser]


def file(*rows: dict[str, str]) -> bytes:
    """The example's line, with each row's changes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.TABLE.example)
    writer.writeheader()
    writer.writerows(table.TABLE.example | row for row in rows)
    return text.getvalue().encode()


def upload(browser: Browser, data: bytes) -> TestResponse:
    return browser.post("/admin/premises/import", data={"file": (io.BytesIO(data), "lokasi.csv")})


def confirm(browser: Browser, page: str) -> TestResponse:
    kept = re.search(r'name="csv" value="(.*?)">', page, re.DOTALL)
    assert kept
    return browser.post("/admin/premises/import/confirmation", data={"csv": unescape(kept[1])})


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Premises)) or 0


@pytest.mark.both_databases
def test_a_table_is_looked_at_and_then_goes_in(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop(phone="+62335421234")
    page = upload(tuti, file({}, {"name": known.name.upper(), "contacts": ""}))
    assert page.status_code == 200
    assert count() == 1
    assert "1 ditambahkan, 1 diubah" in followed(tuti, confirm(tuti, page.text))
    db.session.expire_all()
    new = db.session.scalars(select(Premises).where(Premises.name == "Toko Emas Mayangan")).one()
    assert [(one.name, one.phone) for one in new.contacts] == [
        ("Budi Santoso", "+6281234567890"), ("Sri Wahyuni", "+6281334567890"),
    ]  # fmt: skip
    assert new.opening_hours == [[["08:00", "16:00"]]] * 6 + [[]]
    assert (known.contacts[0].pass_phrase, known.hazards) == (PHRASE, "Pintu belakang ke gang")
    assert trail("premises_imported")[0].detail == {"added": 1, "changed": 1}


def test_a_contact_that_is_still_there_keeps_its_pass_phrase_and_who_is_not_goes(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    page = upload(tuti, file({"name": known.name, "contacts": "Pak Joko 0813 4500 0002; Bu Lina 0812 9999 0001"}))
    confirm(tuti, page.text)
    db.session.expire_all()
    assert [(one.name, one.pass_phrase) for one in known.contacts] == [("Pak Joko", None), ("Bu Lina", PHRASE)]
    page = upload(tuti, file({"name": known.name, "contacts": "Pak Joko 0813 4500 0002"}))
    confirm(tuti, page.text)
    db.session.expire_all()
    assert [one.name for one in known.contacts] == ["Pak Joko"]


@pytest.mark.both_databases
@pytest.mark.parametrize("before", [2, 10])
def test_ten_contacts_take_the_place_of_all_others(as_user: AsUser, before: int) -> None:
    tuti, known = as_user("tuti"), shop()
    first, others = (
        [f"{name} {number} 0812 3456 {series}{number:02}" for number in range(1, 11)]
        for name, series in (("Satpam", 70), ("Kasir", 80))
    )
    confirm(tuti, upload(tuti, file({"name": known.name, "contacts": "; ".join(first[:before])})).text)
    page = upload(tuti, file({"name": known.name, "contacts": "; ".join(others)}))
    assert re.findall(r"<dd>(\d+)</dd>", page.text) == ["0", "1", "0"]
    assert confirm(tuti, page.text).status_code == 302
    db.session.expire_all()
    assert [one.name for one in known.contacts] == [f"Kasir {number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"name": ""}, "name"),
        ({"kind": "istana"}, "kind"),
        ({"address": ""}, "address"),
        ({"latitude": "selatan"}, "latitude"),
        ({"latitude": "7.734"}, "longitude"),
        ({"entrance_latitude": ""}, "entrance_longitude"),
        ({"entrance_latitude": "-7.75"}, "entrance_longitude"),
        ({"phone": "12"}, "phone"),
        ({"monday": "pagi"}, "monday"),
        ({"contacts": "Budi"}, "contacts"),
        ({"contacts": "Budi 12345"}, "contacts"),
        ({"contacts": "; ".join(["Budi 0812 3456 7890"] * 11)}, "contacts"),
        ({"users": "siapa"}, "users"),
        ({"users": "toko; komang"}, "users"),
        ({"active": "mungkin"}, "active"),
        ({"hazards": "x" * 1001}, "hazards"),
    ],
)
def test_every_bad_cell_is_named_by_line_and_column_and_nothing_goes_in(
    as_user: AsUser, wrong: dict[str, str], column: str
) -> None:
    tuti = as_user("tuti")
    data = file({}, wrong if "name" in wrong else {"name": "Bank Demo"} | wrong)
    answer = upload(tuti, data)
    assert answer.status_code == 422
    assert f"<td>3</td><td>{column}</td>" in answer.text
    assert tuti.post("/admin/premises/import/confirmation", data={"csv": data.decode()}).status_code == 422
    assert count() == 0


def test_the_users_that_a_table_names_may_raise_alarms_and_an_empty_cell_leaves_them(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop(owner="")
    confirm(tuti, upload(tuti, file({"name": known.name, "users": "TOKO"})).text)
    db.session.expire_all()
    assert [member.user.username for member in known.users] == ["toko"]
    assert "1 diubah" not in followed(tuti, confirm(tuti, upload(tuti, file({"name": known.name})).text))
    for username in ("toko", "sari"):
        user(username).roles = [UserRole(role="business")]
    confirm(tuti, upload(tuti, file({"name": known.name, "users": "sari"})).text)
    db.session.expire_all()
    assert [member.user.username for member in known.users] == ["sari"]
    assert [len(trail(action)) for action in ("premises_user_added", "premises_user_removed")] == [2, 1]


def test_a_table_without_the_column_of_users_goes_in_as_before(as_user: AsUser) -> None:
    columns = [name for name in table.TABLE.example if name != "users"]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerow(table.TABLE.example)
    assert upload(as_user("tuti"), text.getvalue().encode()).status_code == 200


def test_one_name_stands_in_one_line(as_user: AsUser) -> None:
    answer = upload(as_user("tuti"), file({}, {"name": "TOKO EMAS mayangan"}))
    assert "<td>3</td><td>name</td>" in answer.text


def test_a_missing_file_and_one_that_is_too_large_are_refused(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table.TABLE, "most_bytes", 3000)
    tuti = as_user("tuti")
    assert tuti.post("/admin/premises/import").status_code == 422
    assert upload(tuti, b"").status_code == 422
    assert "3 kB" in upload(tuti, b"x" * 3001).text


@pytest.mark.both_databases
def test_what_is_exported_can_be_imported_and_changes_nothing(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    shop("=1+1", phone="+62335421234", entrance_latitude=-7.7338, entrance_longitude=113.2167)
    shop("Bank Demo", opening_hours=[], active=False)
    sheet = tuti.post("/admin/premises/export")
    assert PHRASE not in sheet.text
    assert "'=1+1" in sheet.text
    page = upload(tuti, sheet.data)
    assert page.status_code == 200, page.text
    assert "0 ditambahkan, 0 diubah" in followed(tuti, confirm(tuti, page.text))
    assert trail("premises_exported")[0].detail == {"count": 2}


@pytest.mark.parametrize("phone", ["+6281234567890", "+62335421234", "+6561234567"])
@pytest.mark.parametrize("name", ["Satpam 2", "Pos 02", "Kasir Lt. 1", "Budi (shift 3)", "Ronda RT 3 RW 5", "62"])
def test_contacts_whose_names_end_in_figures_come_back_as_they_went_out(as_user: AsUser, name: str, phone: str) -> None:
    known = shop()
    known.contacts.append(Contact(position=2, name=name, phone=phone))
    db.session.commit()
    tuti = as_user("tuti")
    lines, problems = table.TABLE.read(tuti.post("/admin/premises/export").data)
    assert problems == []
    assert lines[0].values["contacts"] == [("Bu Lina", "+6281234500001"), (name, phone)]


def test_the_template_can_be_imported(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    template = tuti.get("/admin/premises/import/template.csv")
    assert template.headers["Content-Disposition"] == 'attachment; filename="premises.csv"'
    assert upload(tuti, template.data).status_code == 200
