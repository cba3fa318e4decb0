"""The city's tables: read whole or not at all, and stored when confirmed."""

import html
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from meteor.accounts.models import UserRole
from meteor.agencies import officer_table
from meteor.premises import table as premises_table
from meteor.statistics import crime_import
from meteor.store.database import db, reading
from meteor.territory import kelurahan_table, rt_table
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.territory.tables import Line, Table
from tests.admin import EVERYONE_ELSE, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

RT_HEAD = "kelurahan,rw,rt,latitude,longitude\n"
KELURAHAN_HEAD = "code,name,kecamatan,postcode,latitude,longitude\n"
JATI = "35.74.03.1004,Jati,Mayangan,67217,-7.7549,113.2247\n"


def upload(browser: Browser, table: str, text: str | bytes) -> TestResponse:
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post(f"/admin/areas/import/{table}", data={"file": (io.BytesIO(data), "table.csv")})


def confirm(browser: Browser, table: str, preview: TestResponse) -> TestResponse:
    kept = re.search(r'name="csv" value="([^"]*)"', preview.text)
    assert kept
    return browser.post(f"/admin/areas/import/{table}/confirmation", data={"csv": html.unescape(kept[1])})


def count(model: type[Rt] | type[Rw] | type[Kelurahan]) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.both_databases
def test_a_table_of_rt_is_shown_first_and_stored_when_confirmed(as_user: AsUser, cast: Cast) -> None:
    tuti, before = as_user("tuti"), (count(Rw), count(Rt))
    table = RT_HEAD + "35.74.03.1001,5,3,-7.7338,113.2167\n35.74.03.1001,5,9,,\n35.74.03.1007,1,1,-7.7468,113.2066\n"
    preview = upload(tuti, "rt", table)
    assert preview.status_code == 200
    assert re.findall(r"<dd>(\d+)</dd>", preview.text) == ["2", "1", "0"]
    assert (count(Rw), count(Rt)) == before, "nothing is stored by looking"
    assert confirm(tuti, "rt", preview).status_code == 302
    assert (count(Rw), count(Rt)) == (before[0] + 1, before[1] + 2)
    near = cast.rt(3)
    assert (near.latitude, near.longitude) == (-7.7338, 113.2167)
    assert cast.rt(4).latitude is not None, "what the table does not name stays"
    assert trail("rt_table_imported")[0].detail == {"added": 2, "changed": 1}


def test_a_position_that_the_table_leaves_out_stays(as_user: AsUser, cast: Cast) -> None:
    tuti, before = as_user("tuti"), cast.rt(3).latitude
    assert confirm(tuti, "rt", upload(tuti, "rt", RT_HEAD + "35.74.03.1001,5,3,,\n")).status_code == 302
    db.session.expire_all()
    assert cast.rt(3).latitude == before


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("35.74.99.1001,5,3,,", "kelurahan", "Tidak ada kelurahan"),
        (",5,3,,", "kelurahan", "tidak boleh kosong"),
        ("35.74.03.1001,0,3,,", "rw", "1 sampai 99"),
        ("35.74.03.1001,5,tiga,,", "rt", "1 sampai 99"),
        ("35.74.03.1001,5,٣,,", "rt", "1 sampai 99"),
        ("35.74.03.1001,5,3,-7.73,", "longitude", "kosongkan keduanya"),
        ("35.74.03.1001,5,3,113.2166,-7.7337", "latitude", "-90 sampai 90"),
        ("35.74.03.1001,5,3,nan,113.2", "latitude", "-90 sampai 90"),
        ("35.74.03.1001,5,3,-7.25,112.75", "latitude", "di luar Mayangan"),
        ("35.74.03.1001,5,3,,,lagi", "–", "melebihi jumlah kolom"),
        ("35.74.03.1001,5,1,,", "rt", "Baris 2 sudah berisi"),
    ],
)
def test_every_bad_line_of_rt_is_named_and_nothing_goes_in(
    as_user: AsUser, line: str, column: str, reason: str
) -> None:
    before = count(Rt)
    answer = upload(as_user("tuti"), "rt", RT_HEAD + f"35.74.03.1001,5,1,,\n\n{line}\n")
    assert answer.status_code == 422
    cells = re.findall(r"<tr><td>(\d+)</td><td>(.*?)</td><td>(.*?)</td></tr>", html.unescape(answer.text))
    assert [(cell[0], cell[1]) for cell in cells] == [("4", column)]
    assert reason in cells[0][2]
    assert count(Rt) == before


def test_all_problems_are_told_at_once(as_user: AsUser) -> None:
    answer = upload(as_user("tuti"), "rt", RT_HEAD + "x,0,0,1,\n35.74.03.1001,5,3,,\ny,1,1,,\n")
    numbers = re.findall(r"<tr><td>(\d+)</td>", answer.text)
    assert numbers == ["2", "2", "4"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "tidak kosong"),
        (b"kelurahan,rw,rt,latitude\n", "Kolom ini tidak ada"),
        (b"kelurahan,rw,rt,latitude,longitude,warna\n", "Kolom ini tidak dikenal"),
        (b"kelurahan,rw,rt,latitude,longitude,rt\n", "Kolom ini ada dua kali"),
        (RT_HEAD.encode(), "Tidak ada baris"),
        (RT_HEAD.encode() + b"35.74.03.1001,5,3,,\xff\n", "UTF-8"),
        (RT_HEAD.encode() + b'"' + b"x" * 200_000, "tanda kutip"),
        (b"x" * 500_000, "lebih besar dari 400 kB"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(as_user: AsUser, data: bytes, reason: str) -> None:
    answer = upload(as_user("tuti"), "rt", data)
    assert answer.status_code == 422
    assert reason in answer.text


def test_a_cell_that_never_ends_is_named_by_the_line_where_it_begins(as_user: AsUser) -> None:
    before = count(Rt)
    answer = upload(as_user("tuti"), "rt", RT_HEAD + '35.74.03.1001,5,9,,\n\n35.74.03.1001,"5,10,,\n' + "x" * 200_000)
    assert answer.status_code == 422
    assert re.findall(r"<tr><td>(\d+)</td>", answer.text) == ["4"]
    assert count(Rt) == before


def test_a_file_with_a_nul_is_read_without_it(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    table = KELURAHAN_HEAD + JATI.replace("Jati", "Ja\0ti")
    assert confirm(tuti, "kelurahan", upload(tuti, "kelurahan", table)).status_code == 302
    assert db.session.scalars(select(Kelurahan.name).where(Kelurahan.code == "35.74.03.1004")).one() == "Jati"


def test_a_file_as_excel_writes_it_is_understood(as_user: AsUser, cast: Cast) -> None:
    table = "\ufeffRT;RW;Kelurahan;Latitude;Longitude\r\n3;5;35.74.03.1001;-7,7338;113,2167\r\n"
    tuti = as_user("tuti")
    assert confirm(tuti, "rt", upload(tuti, "rt", table)).status_code == 302
    db.session.expire_all()
    assert cast.rt(3).latitude == -7.7338


@pytest.mark.parametrize(
    "first", ["sep=;\r\n", '"sep=;"\n', "SEP=; \n", "sep=,;;;;\r\n", "sep=;;;;;\n", '"sep=,";;;; \n']
)
def test_the_line_by_which_excel_knows_the_separator_is_no_row(as_user: AsUser, cast: Cast, first: str) -> None:
    table = f"\ufeff{first}RT;RW;Kelurahan;Latitude;Longitude\n3;5;35.74.03.1001;-7,7338;113,2167\n"
    tuti = as_user("tuti")
    wrong = upload(tuti, "rt", table + "0;5;35.74.03.1001;;\n")
    assert "<td>4</td><td>rt</td>" in wrong.text, "lines keep their numbers"
    assert confirm(tuti, "rt", upload(tuti, "rt", table)).status_code == 302
    db.session.expire_all()
    assert cast.rt(3).latitude == -7.7338


@pytest.mark.parametrize("padding", ["", "||||"])
def test_the_separator_that_the_first_line_names_counts(as_user: AsUser, cast: Cast, padding: str) -> None:
    table = f"sep=|{padding}\nRT|RW|Kelurahan|Latitude|Longitude\n3|5|35.74.03.1001||\n"
    assert upload(as_user("tuti"), "rt", table).status_code == 200


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("/admin/areas/import/kelurahan", kelurahan_table.TABLE), ("/admin/areas/import/rt", rt_table.TABLE),
        ("/admin/members/import", officer_table.TABLE), ("/admin/premises/import", premises_table.TABLE),
        ("/statistics/crime/import", crime_import.TABLE),
    ],
)  # fmt: skip
def test_a_preview_only_reads_and_says_what_is_stored_then(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str, table: Table
) -> None:
    seen: list[tuple[bool, Any]] = []
    compare = table.compare
    monkeypatch.setattr(table, "compare", lambda lines: seen.append((reading.get(), compare(lines))) or seen[-1][1])
    data = as_user("tuti").get(f"{address}/template.csv").data
    assert as_user("tuti").post(address, data={"file": (io.BytesIO(data), "t.csv")}).status_code == 200
    (only_read, said) = seen[0]
    lines, _ = table.read(data)
    assert (only_read, table.store(lines, cast.tuti)) == (True, said)
    db.session.expire_all()
    assert table.compare(lines)[:3] == (0, 0, 1), "again nothing would change"
    db.session.rollback()


@pytest.mark.parametrize(
    ("table", "before", "after"),
    [
        (kelurahan_table.TABLE, {}, {"postcode": "67219"}), (kelurahan_table.TABLE, {}, {"name": "Mayangan Kota"}),
        (rt_table.TABLE, {}, {"longitude": "113.2141"}),
        (officer_table.TABLE, {}, {"roles": "officer; dispatcher"}), (officer_table.TABLE, {}, {"agency": "DAMKAR"}),
        (crime_import.TABLE, {}, {"cases": "8"}), (crime_import.TABLE, {}, {"source": "Laporan tahunan 2025"}),
        (premises_table.TABLE, {}, {"saturday": "08:00-12:00"}), (premises_table.TABLE, {}, {"active": "tidak"}),
        (premises_table.TABLE, {}, {"contacts": "Sri Wahyuni 0813 3456 7890; Budi Santoso 0812 3456 7890"}),
        (premises_table.TABLE, {}, {"contacts": "Budi Santoso 0812 3456 7890"}),
        (premises_table.TABLE, {}, {"users": "toko"}),
        (premises_table.TABLE, {"users": "toko; karto"}, {"users": "karto"}),
    ],
)  # fmt: skip
def test_a_preview_counts_a_line_that_changes_something(
    cast: Cast, table: Table, before: dict[str, str], after: dict[str, str]
) -> None:
    cast.karto.roles = [UserRole(role="business")]
    table.store(lines_of(table, before), cast.tuti)
    lines = lines_of(table, after)
    assert table.compare(lines)[:3] == (0, 1, 0)
    assert table.store(lines, cast.tuti)[:3] == (0, 1, 0)
    db.session.expire_all()
    assert table.compare(lines)[:3] == (0, 0, 1)


@pytest.mark.parametrize(
    ("table", "empty"),
    [
        (rt_table.TABLE, {"latitude": "", "longitude": ""}), (premises_table.TABLE, {"contacts": ""}),
        (premises_table.TABLE, {"users": ""}),
    ],
)  # fmt: skip
def test_a_preview_counts_no_change_for_cells_that_leave_what_is_there(
    cast: Cast, table: Table, empty: dict[str, str]
) -> None:
    table.store(lines_of(table, {"users": "toko"} if "users" in table.example else {}), cast.tuti)
    lines = lines_of(table, empty)
    assert table.compare(lines)[:3] == table.store(lines, cast.tuti)[:3] == (0, 0, 1)


def lines_of(table: Table, cells: Mapping[str, str]) -> list[Line]:
    """The line of the table's example, with other cells."""
    values = {**table.example, **cells}
    text = ",".join(values) + "\n" + ",".join(f'"{value}"' for value in values.values()) + "\n"
    lines, problems = table.read(text.encode())
    assert problems == []
    return lines


def test_without_a_file_the_form_says_so(as_user: AsUser) -> None:
    answer = as_user("tuti").post("/admin/areas/import/rt", data={})
    assert answer.status_code == 422
    assert "Pilih berkas CSV" in answer.text


def test_a_confirmation_is_checked_again(as_user: AsUser) -> None:
    before = count(Rt)
    form = {"csv": RT_HEAD + "35.74.99.1001,5,3,,\n"}
    assert as_user("tuti").post("/admin/areas/import/rt/confirmation", data=form).status_code == 422
    assert count(Rt) == before


@pytest.mark.both_databases
def test_a_table_of_kelurahan_adds_and_corrects(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    table = KELURAHAN_HEAD + JATI + "35.74.03.1001,Mayangan Kota,Mayangan,67218,-7.7337,113.2166\n"
    preview = upload(tuti, "kelurahan", table)
    assert re.findall(r"<dd>(\d+)</dd>", preview.text) == ["1", "1", "0"]
    assert confirm(tuti, "kelurahan", preview).status_code == 302
    names = db.session.scalars(select(Kelurahan.name).order_by(Kelurahan.name)).all()
    assert names == ["Jati", "Mayangan Kota", "Sukabumi"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("35.74.3.1004,Jati,Mayangan,67217,-7.7549,113.2247", "code"),
        ("35.74.03.1004,Jati,Mayangan,6721,-7.7549,113.2247", "postcode"),
        ("35.74.03.1004,,Mayangan,67217,-7.7549,113.2247", "name"),
        ("35.74.03.1004,Jati,Kanigaran,67217,-7.7549,113.2247", "kecamatan"),
        ("35.74.04.1004,Jati,Mayangan,67217,-7.7549,113.2247", "kecamatan"),
        ("35.74.03.1001,Jati,Mayangan,67217,-7.7549,113.2247", "code"),
    ],
)
def test_every_bad_line_of_kelurahan_is_named(as_user: AsUser, line: str, column: str) -> None:
    first = "35.74.03.1001,Mayangan,Mayangan,67218,-7.7337,113.2166\n"
    answer = upload(as_user("tuti"), "kelurahan", KELURAHAN_HEAD + first + line)
    assert answer.status_code == 422
    assert f"<td>3</td><td>{column}</td>" in answer.text
    assert count(Kelurahan) == 2


@pytest.mark.parametrize("table", ["kelurahan", "rt"])
def test_the_template_can_be_imported(as_user: AsUser, table: str) -> None:
    tuti = as_user("tuti")
    template = tuti.get(f"/admin/areas/import/{table}/template.csv")
    assert "attachment" in template.headers["Content-Disposition"]
    assert upload(tuti, table, template.data).status_code == 200


@pytest.mark.parametrize("path", ["rt", "kelurahan", "rt/template.csv"])
def test_nobody_but_an_administrator_imports(as_user: AsUser, path: str) -> None:
    for username in EVERYONE_ELSE:
        assert as_user(username).get(f"/admin/areas/import/{path}").status_code == 403
        assert as_user(username).post("/admin/areas/import/rt/confirmation").status_code == 403
    assert as_user("").get(f"/admin/areas/import/{path}").status_code == 302


def test_a_table_that_there_is_not_is_not_found(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert tuti.get("/admin/areas/import/streets").status_code == 404
    assert tuti.get("/admin/areas/import/streets/template.csv").status_code == 404
    assert tuti.post("/admin/areas/import/streets/confirmation").status_code == 404


def test_the_command_loads_the_citys_own_table_twice_without_a_change(app: Flask) -> None:
    db.session.commit()
    first, second = (app.test_cli_runner().invoke(args=["import-kelurahan"]).output for _ in range(2))
    assert first == "27 kelurahan added, 0 changed, 2 as before.\n"
    assert second == "0 kelurahan added, 0 changed, 29 as before.\n"
    assert count(Kelurahan) == 29


@pytest.mark.both_databases
def test_the_command_names_every_problem_and_imports_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kelurahan.csv"
    file.write_text(KELURAHAN_HEAD + JATI + "35.74.03.1,Jati,Mayangan,6721,-7.7549,113.2247\n")
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["import-kelurahan", str(file)])
    assert result.exit_code == 1
    assert "kelurahan.csv, line 3, code: Give a code such as 35.74.03.1001." in result.output
    assert "kelurahan.csv, line 3, postcode: Give the five digits of the postcode." in result.output
    assert count(Kelurahan) == 2


def test_the_own_table_has_no_problem(app: Flask) -> None:
    lines, problems = kelurahan_table.TABLE.read(kelurahan_table.OWN.read_bytes())
    assert (len(lines), problems) == (29, [])
