"""The register as a CSV file: in whole or not at all, after a look; and out."""

import csv
import io
import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from meteor.residents import imports, rules, sheet
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person
from meteor.store.database import db, reading
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import actions, of, on_one_database

HEAD = "alamat;nama;nik;telepon;kebutuhan;persetujuan;posisi"
BUDI = "Jl. Ikan Hiu 12;Budi Santoso;3574032505900007;0812 3456 7890;lansia hamil;ya;-7.73370, 113.21660"
DEWI = "Jl. Ikan Hiu 12;Dewi Lestari;3574036505900008;;;;"


def file(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows, ""]).encode()


def upload(client: Browser, data: bytes) -> TestResponse:
    return client.post("/residents/import", data={"file": (BytesIO(data), "warga.csv")})


def confirm(client: Browser, page: str, **changes: str) -> TestResponse:
    """Press the button of a preview."""
    text = re.search(r'<textarea name="csv" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert text
    assert digest
    said = text[1].replace("&#34;", '"').replace("&#39;", "'").replace("\r\n", "\n").replace("\n", "\r\n")
    form = {"csv": said, "digest": digest[1], **changes}
    return client.post("/residents/import/confirmation", data=form, content_type="multipart/form-data")


def problems(cast: Cast, data: bytes) -> list[tuple[int, str, str]]:
    return [(line, column, str(reason)) for line, column, reason in imports.draft(data, cast.rt(3)).problems]


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Resident)) or 0


# --- in ---


def test_a_file_is_looked_at_and_then_goes_in(endang: Browser, cast: Cast) -> None:
    before = people()
    page = upload(endang, file(BUDI, DEWI))
    assert page.status_code == 200
    assert "Masukkan 2 orang ke data warga" in page.text
    assert people() == before
    assert confirm(endang, page.text).location == "/residents"
    budi, dewi = of("Budi Santoso"), of("Dewi Lestari")
    assert (budi.nik, budi.phone, budi.needs, budi.state) == (
        "3574032505900007",
        "+6281234567890",
        "elderly pregnant",
        "verified",
    )
    assert budi.verified_by_id == cast.endang.id
    assert budi.household_id == dewi.household_id
    assert (budi.household.rt.number, budi.household.latitude, budi.household.accuracy) == (3, -7.7337, None)
    assert actions(f"residents:{dewi.id}") == ["resident_created"]


def test_people_at_a_known_address_go_into_the_home_that_is_there(endang: Browser, cast: Cast) -> None:
    there = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12", rules.Position(-7.7300, 113.2100, 5.0))
    rules.enter(there, Person("Slamet"), cast.endang, now())
    confirm(endang, upload(endang, file(BUDI)).text)
    home = of("Budi Santoso").household
    assert (home.id, home.latitude, home.accuracy) == (there.id, -7.73, 5.0)


def test_bad_rows_stay_out_and_say_where_and_why(endang: Browser, cast: Cast) -> None:
    page = upload(endang, file(BUDI, ";Tanpa Alamat;123;08;sakit;mungkin;di sana", DEWI)).text
    assert "Masukkan 2 orang ke data warga" in page
    assert "Baris 3" in page
    found = problems(cast, file(BUDI, ";Tanpa Alamat;123;08;sakit;mungkin;di sana", DEWI))
    assert [(line, column) for line, column, _ in found] == [
        (3, column) for column in ("alamat", "nik", "telepon", "kebutuhan", "persetujuan", "posisi")
    ]
    confirm(endang, page)
    assert of("Dewi Lestari").household.address == "Jl. Ikan Hiu 12"
    assert db.session.scalar(select(Resident.id).where(Resident.name == "Tanpa Alamat")) is None


def test_a_preview_of_nothing_good_has_no_button(endang: Browser) -> None:
    page = upload(endang, file(";;;;;;x")).text
    assert "csv" not in re.findall(r'name="(\w+)"', page)
    assert "Masukkan" not in page


@on_one_database
@pytest.mark.parametrize(
    "data",
    [
        file(BUDI),
        b"\xef\xbb\xbf" + file(BUDI),
        file(BUDI).replace(b"\r\n", b"\n"),
        file(BUDI.replace(", ", "; ").replace("-7.73370; 113.21660", '"-7.73370; 113.21660"')),
        file(
            BUDI.replace("-7.73370, 113.21660", '"-7.73370, 113.21660"').replace(";", ","), head=HEAD.replace(";", ",")
        ),
        file(BUDI, head=HEAD.upper()),
        file(";;;;;;", BUDI, ""),
        file(BUDI.replace("3574032505900007", "'3574032505900007").replace("0812 3456 7890", "81234567890")),
        file(BUDI.replace("3574032505900007", '"=""3574032505900007"""')),
        file(BUDI.replace("0812 3456 7890", "'+6281234567890").replace("-7.7", "'-7.7")),
        file(BUDI.replace("lansia hamil", "Lansia, HAMIL").replace("ya", "Y")),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(cast: Cast, data: bytes) -> None:
    draft = imports.draft(data, cast.rt(3))
    assert draft.problems == []
    [entry] = draft.entries
    assert entry.person == Person("Budi Santoso", "+6281234567890", "3574032505900007", ("elderly", "pregnant"), True)
    assert entry.position == (-7.7337, 113.2166, None)


@on_one_database
@pytest.mark.parametrize(
    ("row", "line", "column", "said"),
    [
        ("A 1;B;3,57404E+15;;;;", 2, "nik", "Excel membulatkan"),
        ("A 1;B;3.57403650590E+15;;;;", 2, "nik", "Excel membulatkan"),
        ("A 1;B;;8,12346E+10;;;", 2, "telepon", "Excel membulatkan"),
        ("A 1;B;3574033102900001;;;;", 2, "nik", "tanggal lahir"),
        ("A 1;B;3574032505900000;;;;", 2, "nik", "0000"),
        ("A 1;;;;;;", 2, "nama", "tidak boleh kosong"),
        ("A 1;B;;;lapar;ya;", 2, "kebutuhan", "lapar tidak dikenal"),
        ("A 1;B;;;lansia;;", 2, "persetujuan", "hanya disimpan jika"),
        ("A 1;B;;;lansia;tidak;", 2, "persetujuan", "hanya disimpan jika"),
        ("A 1;B;;;;mungkin;", 2, "persetujuan", "ya atau tidak"),
        ("A 1;B;;;;;0, 0", 2, "posisi", "di luar kota"),
        ("A 1;B;;;;;;;", 2, "", "melebihi jumlah kolom"),
        (f"A 1;{'x' * 101};;;;;", 2, "nama", "100"),
        (f"{'x' * 201};B;;;;;", 2, "alamat", "200"),
        ("Jl. Ikan Paus 3;Sari W.;3574036505900001;;;;", 2, "nik", "Sudah ada di data warga Anda"),
        ("jl. ikan paus 03;SARI wulandari;;;;;", 2, "nama", "Sudah ada di data warga Anda"),
    ],
)
def test_a_bad_row_is_named_by_line_column_and_reason(cast: Cast, row: str, line: int, column: str, said: str) -> None:
    [(at, name, reason)] = problems(cast, file(row))
    assert (at, name) == (line, column)
    assert said in reason


@pytest.mark.both_databases
def test_a_line_is_counted_as_an_editor_counts_it(cast: Cast) -> None:
    [problem] = problems(cast, file('A 1;"B\nC";;;;;', "A 2;;;;;;"))
    assert problem[0] == 4


def test_one_who_is_there_twice_is_named_with_the_first_line(cast: Cast) -> None:
    twice = [BUDI, "Jl. Lain 1;Budi S.;3574032505900007;;;;", "jl. ikan hiu 12;budi santoso;;;;;"]
    found = problems(cast, file(*twice))
    assert [(line, column) for line, column, _ in found] == [(3, "nik"), (4, "nama")]
    assert all("baris 2" in reason for _, _, reason in found)


def test_two_of_one_name_in_one_home_are_told_apart_by_their_nik(cast: Cast) -> None:
    father, son = "A 1;Slamet;3574032505600001;;;;", "A 1;Slamet;3574032505900001;;;;"
    assert problems(cast, file(father, son)) == []


def test_a_nik_of_another_rt_is_refused_without_saying_where(cast: Cast, wahyu: Resident) -> None:
    wahyu.nik, wahyu.verified_at = "3574032505900007", now()
    db.session.flush()
    [(_, column, reason)] = problems(cast, file(BUDI))
    assert column == "nik"
    assert "Terdaftar di RT lain" in reason
    assert "04" not in reason


def test_niks_that_all_end_in_0_were_rounded(cast: Cast) -> None:
    rows = [f"A {number};B;357403250590{number:03}0;;;;" for number in range(1, 5)]
    assert [(line, column) for line, column, _ in problems(cast, file(*rows))] == [(n, "nik") for n in range(2, 6)]
    assert problems(cast, file(*rows[:3])) == []
    assert problems(cast, file(*rows, "A 9;B;3574032505900091;;;;")) == []


@on_one_database
def test_a_file_has_only_the_columns_that_the_leader_has(cast: Cast, endang: Browser) -> None:
    answer = upload(endang, file("0812 3456 7890;Budi Santoso;Jl. Ikan Hiu 12", head="telepon;nama;alamat"))
    confirm(endang, answer.text)
    budi = of("Budi Santoso")
    assert (budi.household.address, budi.phone, budi.nik) == ("Jl. Ikan Hiu 12", "+6281234567890", None)


@on_one_database
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kolom"),
        (file(), "Tidak ada baris"),
        (file("A 1;3574032505900007", head="alamat;nik"), "kolom"),
        (file("A 1;B;;;;;;x", head=HEAD + ";umur"), "kolom"),
        ("alamat;nama\r\nJalan;Sarí".encode("cp1252"), "UTF-8"),
        (file(BUDI).decode().encode("utf-16"), "UTF-8"),
        (file(*(f"A {n};B;;;;;" for n in range(sheet.MOST_ROWS + 1))), "lebih dari 2.000 baris"),
        (file("A 1;B;;;;;" + " " * sheet.MOST_BYTES), "lebih besar dari 400 kB"),
        (file('A 1;"B' + "x" * 140_000), "tanda kutip"),
    ],
)
def test_a_hopeless_file_is_refused_with_what_to_do(endang: Browser, data: bytes, said: str) -> None:
    before = people()
    answer = upload(endang, data)
    assert said.lower() in answer.text.lower()
    assert 'name="csv"' not in answer.text
    assert people() == before


def test_no_file_is_refused(endang: Browser) -> None:
    answer = endang.post("/residents/import", data={})
    assert answer.status_code == 422
    assert "Pilih berkas CSV." in answer.text


def test_as_many_rows_as_are_allowed_go_in(endang: Browser, cast: Cast) -> None:
    rows = [f"Jl. Panjang {'x' * 130} {n // 4};Penghuni {n};357403250560{n + 1:04};;;;" for n in range(sheet.MOST_ROWS)]
    data = file(*rows)
    assert len(data) > 0.9 * sheet.MOST_BYTES
    page = upload(endang, data).text
    assert f"Masukkan {sheet.MOST_ROWS} orang" in page
    assert "Dan 1900 lagi." in page
    assert confirm(endang, page).status_code == 302
    assert people() == sheet.MOST_ROWS + 3


def test_what_was_confirmed_twice_goes_in_once(endang: Browser, cast: Cast) -> None:
    page = upload(endang, file(DEWI, "Jl. Ikan Hiu 1;Tanpa NIK;;;;;")).text
    assert confirm(endang, page).status_code == 302
    again = confirm(endang, page)
    assert again.status_code == 409
    assert "Data warga berubah sejak Anda memeriksanya" in again.text
    assert people() == 5


def test_two_who_confirm_at_once_write_nobody_down_twice(cast: Cast) -> None:
    entries = imports.draft(file("Jl. Ikan Hiu 1;Tanpa NIK;;;;;"), cast.rt(3)).entries
    imports.enter(entries, cast.rt(3), cast.endang, now())
    with pytest.raises(imports.RegisterChanged):
        imports.enter(entries, cast.rt(3), cast.endang, now())
    assert people() == 4


def test_nothing_is_half_done_when_a_nik_is_taken_meanwhile(endang: Browser, cast: Cast) -> None:
    page = upload(endang, file("Jl. Ikan Hiu 1;Tanpa NIK;;;;;", BUDI)).text
    home = rules.household_at(cast.rt(4), "Jl. Ikan Paus 1")
    rules.enter(home, Person("Budi", nik="3574032505900007"), cast.slamet, now())
    answer = confirm(endang, page)
    assert answer.status_code == 409
    assert "Terdaftar di RT lain" in answer.text
    assert people() == 4
    assert confirm(endang, answer.text).status_code == 302  # what is good still goes in, once it was looked at
    assert of("Tanpa NIK").household.address == "Jl. Ikan Hiu 1"


@pytest.mark.parametrize("changes", [{"csv": file(BUDI, DEWI).decode()}, {"digest": "x"}, {"digest": ""}, {"csv": ""}])
def test_what_is_confirmed_is_what_was_looked_at(endang: Browser, changes: dict[str, str]) -> None:
    answer = confirm(endang, upload(endang, file(BUDI)).text, **changes)
    assert answer.status_code == 409
    assert people() == 3


def test_looking_at_a_file_holds_nobody_up(endang: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    draft = imports.draft
    monkeypatch.setattr(imports, "draft", lambda data, rt: looked.append(reading.get()) or draft(data, rt))
    confirm(endang, upload(endang, file(BUDI)).text)
    assert looked == [True, True]


def test_the_template_is_a_file_that_can_be_imported(endang: Browser, cast: Cast) -> None:
    answer = endang.get("/residents/import/template")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warga.csv"'
    template = answer.data
    assert template.startswith(b"\xef\xbb\xbf")
    assert imports.draft(template + BUDI.encode(), cast.rt(3)).problems == []


# --- out ---


def rows_of(data: bytes) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_an_export_masks_the_niks_and_is_recorded(endang: Browser, cast: Cast) -> None:
    answer = endang.post("/residents/export")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'filename="warga-rt03-rw05-\d{8}\.csv"', answer.headers["Content-Disposition"])
    assert {row["nama"]: row["nik"] for row in rows_of(answer.data)} == {"Sari Wulandari": "…0001"}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "residents_exported")).one()
    assert (entry.actor_id, entry.subject) == (cast.endang.id, f"rt:{cast.rt(3).id}")
    assert entry.detail == {"count": 1, "with_nik": False}
    assert "nik_read" not in actions()


def test_an_export_with_niks_records_each_reading(endang: Browser, sari: Resident) -> None:
    answer = endang.post("/residents/export", data={"nik": "on"})
    assert "3574036505900001" in answer.text
    assert actions(f"residents:{sari.id}") == ["nik_read"]


def test_an_export_needs_a_post(endang: Browser) -> None:
    assert endang.get("/residents/export").status_code == 405


@on_one_database
@pytest.mark.parametrize("name", ["=1+1", "+62", "-1+1", "@SUM(A1)", "\t=1+1", "=HYPERLINK(x)"])
def test_no_cell_of_an_export_is_a_formula(endang: Browser, sari: Resident, name: str) -> None:
    sari.name = sari.household.address = name
    sari.phone = None
    [row] = [row for row in rows_of(endang.post("/residents/export").data) if row["nik"]]
    assert row["nama"] == row["alamat"] == f"'{name}"


@on_one_database
def test_every_cell_of_an_export_is_quoted_as_a_comma_ends_a_cell_in_some_excels(endang: Browser) -> None:
    lines = endang.post("/residents/export").data.decode("utf-8-sig").splitlines()
    assert all(re.fullmatch(r'"[^"]*"(;"[^"]*")*', line) for line in lines)


@pytest.mark.both_databases
def test_an_export_is_a_file_that_can_be_imported(endang: Browser, slamet: Browser, cast: Cast) -> None:
    confirm(endang, upload(endang, file(BUDI, "A 1;'Aisyah;;;;;", DEWI)).text)
    data = endang.post("/residents/export", data={"nik": "1"}).data
    before = {(one.name, one.phone, one.nik, one.needs) for one in db.session.scalars(select(Resident))}
    for resident in db.session.scalars(select(Resident)):
        db.session.delete(resident)
    db.session.flush()
    for household in db.session.scalars(select(Household)):
        db.session.delete(household)
    confirm(slamet, upload(slamet, data).text)
    after = {(one.name, one.phone, one.nik, one.needs) for one in db.session.scalars(select(Resident))}
    assert after == {one for one in before if one[0] not in ("Wahyu Hidayat", "Karto Suwiryo")}
